import type { FileKind } from "../../protocol/files";
import type { Message, Room } from "../../protocol/types";
import { m } from "../../text";
import type { IconName } from "../parts/icons";

/** "Cô Nguyễn Thị Lan", "Văn phòng nhà trường", "Nhóm lớp 3A". */
export function titleOf(room: Room): string {
  if (room.kind !== "thread") return room.title;
  if (room.with) return [room.with.address, room.with.name].filter(Boolean).join(" ");
  return room.title || m.office();
}

export function subtitleOf(room: Room): string {
  return room.subtitle;
}

/** People are circles; an office, an organisation or a group is a square with its symbol. */
export function iconOf(room: Room): IconName | null {
  if (room.kind === "thread") return room.with ? null : "school";
  if (room.kind === "community") return "loud";
  if (room.kind === "staff") return "school";
  return room.kind === "class" ? "book" : "users";
}

export function isOfficial(room: Room): boolean {
  return (room.kind === "thread" && !room.with) || room.kind === "community";
}

/** What was said, in a line: a file that goes without a text is called by its kind, a document by its name. */
export function saidIn({ excerpt, file, name }: { excerpt: string; file?: FileKind; name?: string }): string {
  if (!file) return excerpt;
  return excerpt || name ? m.file_said({ kind: kindWord(file), text: excerpt || (name ?? "") }) : kindWord(file);
}

/** What a message without a text is called by: its first file. */
export function fileIn({ body, files }: Pick<Message, "body" | "files">): { file?: FileKind; name?: string } {
  const first = files?.[0];
  if (body || !first) return {};
  const isNamed = first.kind === "pdf" || first.kind === "document";
  return isNamed ? { file: first.kind, name: first.name } : { file: first.kind };
}

export function kindWord(kind: FileKind): string {
  if (kind === "image") return m.file_image();
  return kind === "voice" ? m.file_voice() : m.file_document();
}

/** The last line of a row. In groups it says who wrote. */
export function excerptOf(room: Room, me: number): string {
  if (!room.last) return m.messages_nothing_yet();
  if (room.last.removed) return m.messages_removed();
  const text = saidIn(room.last);
  if (room.kind === "thread") return text;
  if (room.last.author.id === me) return m.messages_you({ text });
  return m.messages_from({ name: shortName(room.last.author), text });
}

/** "Cô Lan" for a teacher, the full name for the others: Vietnamese call by the given name, and never a parent bare. */
export function shortName(person: { name: string; address: string }): string {
  const given = person.name.trim().split(/\s+/).at(-1) ?? person.name;
  return person.address ? `${person.address} ${given}` : person.name;
}

/** Without tones and with đ as d, so that "duong" finds Đường. */
export function folded(text: string): string {
  return text.normalize("NFD").replace(/\p{M}/gu, "").replace(/đ/g, "d").replace(/Đ/g, "D").toLowerCase();
}
