/** Files of a notice: what is known of them before they are loaded, and how much may be attached. */

import type { NoticeFile } from "../protocol/drafts";

/** The server says the same (docs/protocol.md 4). */
export const MOST_FILES = 5;
export const LARGEST_FILE = 10 << 20;
export const LARGEST_TOGETHER = 20 << 20;
/** A page that asks for these gets JPEG from an iPhone, which keeps its photographs in a form of its own. */
export const TAKEN = ["application/pdf", "image/jpeg", "image/png", "image/webp"];
export const PICTURES = TAKEN.slice(1);

export function addressOf(file: NoticeFile): string {
  return `/api/broadcasts/files/${file.id}`;
}

/** Small enough for a slow line, large enough to read a photographed page on a phone. */
export function smallAddressOf(file: NoticeFile): string {
  return `${addressOf(file)}?width=640`;
}

export function isPicture(file: NoticeFile): boolean {
  return file.media_type.startsWith("image/");
}

export function togetherOf(files: readonly { size: number }[]): number {
  return files.reduce((sum, file) => sum + file.size, 0);
}

/** "240 KB", "1,4 MB": what it takes off a family's data allowance. */
export function inKilobytes(size: number, language: string): string {
  if (size < 1_000_000) return `${Math.max(1, Math.round(size / 1_000)).toLocaleString(language)} KB`;
  return `${(size / 1_000_000).toLocaleString(language, { maximumFractionDigits: 1 })} MB`;
}

/** The same files with this one a place further up. */
export function raised(files: readonly NoticeFile[], index: number): NoticeFile[] {
  const moved = files[index];
  const above = files[index - 1];
  if (!moved || !above) return [...files];
  return files.map((file, at) => (at === index ? above : at === index - 1 ? moved : file));
}
