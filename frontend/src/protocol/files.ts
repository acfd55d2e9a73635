/** Files of a message; described for people in docs/protocol.md 3.4. */

import { FILE_ENDINGS } from "./limits";

export type FileKind = "image" | "pdf" | "document" | "voice";
export type MessageFile = {
  id: number;
  kind: FileKind;
  name: string;
  type: string;
  size: number;
  /** Images. */
  width?: number;
  height?: number;
  /** Voice; `peaks` is how loud it is, a digit a piece, at most 48. */
  seconds?: number;
  peaks?: string;
};
/** What the server calls what was uploaded; given back as it came. */
export type UploadId = string | number;

export const PICTURE_TYPES = ["image/jpeg", "image/png", "image/webp"];
export const DOCUMENT_ENDS = Object.keys(FILE_ENDINGS).filter((end) => FILE_ENDINGS[end] !== "image");

/** What a file is taken for, or null where it is nothing that may be sent. Whether it is that, the server finds out. */
export function claimOf(file: { name: string; type: string }): FileKind | null {
  const end = /\.[a-z0-9]+$/i.exec(file.name)?.[0].toLowerCase() ?? "";
  // Any picture that this device can draw is sent as JPEG.
  if (file.type.startsWith("image/") && file.type !== "image/svg+xml") return "image";
  return FILE_ENDINGS[end] ?? (file.type === "application/pdf" ? "pdf" : null);
}
