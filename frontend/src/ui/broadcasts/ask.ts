import type { Session } from "../../model/session.svelte";
import { mayRetry, Refusal } from "../../protocol/refusal";

const EVERYBODY = "/tin-nhan/hoi";

/** Where "Hỏi riêng" about this child leads: to its homeroom teacher, or where one chooses whom to ask. */
export async function askAddress(session: Session, child: number): Promise<string> {
  const rooms = session.rooms;
  if (!rooms) return EVERYBODY;
  try {
    const { contacts } = await rooms.contacts();
    // The server names the teachers of a child with the homeroom teacher first.
    const first = contacts.find(
      (contact) => contact.student.id === child && contact.teacher !== null && contact.guardian === null,
    );
    if (!first) return EVERYBODY;
    return first.room === null ? `/tin-nhan/moi/${child}/${first.teacher?.id ?? 0}/0` : `/tin-nhan/${first.room}`;
  } catch (error) {
    if (!mayRetry(error) && !(error instanceof Refusal)) throw error;
    // Without a line: a conversation about this child that is going on already, as this device knows it.
    const known = rooms.list.find((room) => room.kind === "thread" && room.child?.id === child && room.with !== null);
    return known ? `/tin-nhan/${known.id}` : EVERYBODY;
  }
}
