import { inKilobytes, isPicture } from "../../model/files";
import type { NoticeFile } from "../../protocol/drafts";
import { m } from "../../text";
import { count } from "../../text/format";
import type { IconName } from "../parts/icons";

export function fileIcon(file: NoticeFile): IconName {
  return isPicture(file) ? "photo" : "clip";
}

/** "PDF · 3 trang · 240 KB": what it is and what it takes, before it is loaded. */
export function fileNote(file: NoticeFile, language: string): string {
  const size = inKilobytes(file.size, language);
  if (isPicture(file)) return `${m.files_picture()} · ${size}`;
  return file.pages ? `PDF · ${m.files_pages({ count: count(file.pages) })} · ${size}` : `PDF · ${size}`;
}
