/** What may go with a message; written by manage.py export_protocol from rooms/files, never by hand. */
export const FILE_LIMITS = {
  largestFile: 20971520,
  largestPicture: 10485760,
  largestVoice: 4194304,
  longestVoice: 60,
  mostFiles: 10,
  aDay: 209715200,
  mostMegapixels: 40,
  piece: 65536,
  largestPiece: 1048576,
} as const;

/** Endings of names that are taken, and what each is shown as. */
export const FILE_ENDINGS: Record<string, "image" | "pdf" | "document"> = {
  ".pdf": "pdf",
  ".jpg": "image",
  ".jpeg": "image",
  ".jpe": "image",
  ".jfif": "image",
  ".png": "image",
  ".webp": "image",
  ".docx": "document",
  ".xlsx": "document",
  ".pptx": "document",
  ".odt": "document",
  ".ods": "document",
};
