import type { Room } from "../../protocol/types";
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

/** The last line of a row. In groups it says who wrote. */
export function excerptOf(room: Room, me: number): string {
  if (!room.last) return m.messages_nothing_yet();
  if (room.last.removed) return m.messages_removed();
  if (room.kind === "thread") return room.last.excerpt;
  if (room.last.author.id === me) return m.messages_you({ text: room.last.excerpt });
  return m.messages_from({ name: shortName(room.last.author), text: room.last.excerpt });
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
