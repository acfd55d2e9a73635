/** A room's row in the list: how it changes with what is said in the room, and where it stands among the others. */

import type { Pinned } from "../protocol/talk";
import type { Message, Room } from "../protocol/types";
import type { KeptRoom } from "../store/schema";

/** Rooms in which nobody has written yet stand below, the nearest first: the class before the whole province. */
const NEARNESS: Record<Room["kind"], number> = { thread: 0, guardians: 1, class: 2, staff: 3, community: 4 };
const EXCERPT = 120;

export function newestFirst(a: Room, b: Room): number {
  const byTime = (b.last?.created_at ?? "").localeCompare(a.last?.created_at ?? "");
  return byTime || NEARNESS[a.kind] - NEARNESS[b.kind] || a.title.localeCompare(b.title, "vi");
}

export function withMessage(room: Room, message: Message, rev: number, me: number): Room {
  const isNew = message.seq > room.last_seq;
  const isLast = message.seq >= (room.last?.seq ?? 0);
  const isUnread = isNew && message.author.id !== me && message.seq > room.read_seq;
  return {
    ...room,
    head: Math.max(room.head, rev),
    last_seq: Math.max(room.last_seq, message.seq),
    unread: room.unread + (isUnread ? 1 : 0),
    last: isLast
      ? {
          seq: message.seq,
          author: message.author,
          excerpt: message.body.slice(0, EXCERPT),
          created_at: message.created_at,
          removed: message.removed_at !== null,
          ...(message.files?.[0] && !message.body ? { file: message.files[0].kind } : {}),
        }
      : room.last,
  };
}

/** After a part of a message moved, or the room's pins. */
export function withMoved(kept: KeptRoom, moved: { rev: number } | Pinned): KeptRoom {
  const pins = "pins" in moved ? { pins: moved.pins } : {};
  return { ...kept, room: { ...kept.room, ...pins, head: Math.max(kept.room.head, moved.rev) } };
}

/** As read up to `seq` on this device, before the server has said so. */
export function readTo(room: Room, seq: number): Room {
  return {
    ...room,
    read_seq: seq,
    have_seq: Math.max(seq, room.have_seq),
    unread: seq >= room.last_seq ? 0 : room.unread,
  };
}

/** With the pointers that somebody moved: my own from another device, or the other side's of a thread. */
export function withReceipt(room: Room, moved: { have_seq: number; read_seq: number }, isMine: boolean): Room {
  if (isMine) {
    const have = Math.max(room.have_seq, moved.have_seq);
    return { ...readTo(room, Math.max(room.read_seq, moved.read_seq)), have_seq: have };
  }
  if (room.kind !== "thread") return room;
  return {
    ...room,
    others_read_seq: Math.max(room.others_read_seq ?? 0, moved.read_seq),
    others_have_seq: Math.max(room.others_have_seq ?? 0, moved.have_seq),
  };
}

/** The server's word on a room, and what this device knows beyond it: later events, and how far was read without a line. */
export function joined(told: Room, known: Room): Room {
  const read = Math.max(told.read_seq, known.read_seq);
  // An event may have overtaken the answer: what it told stays.
  const live =
    known.head > told.head
      ? { head: known.head, last_seq: known.last_seq, last: known.last, unread: known.unread, pins: known.pins ?? [] }
      : {};
  const room = { ...told, ...live, read_seq: read };
  return { ...room, unread: read >= room.last_seq ? 0 : room.unread };
}
