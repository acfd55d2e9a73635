import type { Room } from "../../protocol/types";
import { m } from "../../text";

/** Why there is no field to write in, as a sentence. */
export function whyReadOnly(room: Room): string {
  if (room.state === "archived") return m.room_archived();
  if (room.kind === "community") return m.room_community_only();
  if (room.kind === "class" && !room.is_talk_open) return m.room_talk_closed();
  return m.room_read_only();
}
