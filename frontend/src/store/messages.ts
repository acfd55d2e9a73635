import type { Message, Room } from "../protocol/types";
import { type Database, type KeptRoom, NONE_KEPT } from "./schema";

/** Writes messages and their room's place in one transaction; an older state never overwrites a newer one. */
export async function keepMessages(database: Database, kept: KeptRoom, messages: Message[]): Promise<void> {
  const transaction = database.transaction(["rooms", "messages"], "readwrite");
  const store = transaction.objectStore("messages");
  for (const message of messages) {
    const before = await store.get([message.room, message.seq]);
    if (!before || before.rev <= message.rev) await store.put(plain(message));
  }
  await transaction.objectStore("rooms").put(plain(kept));
  await transaction.done;
}

/** Up to `limit` kept messages before `before` (or the newest), in the order of the screen. */
export async function readMessages(
  database: Database,
  room: number,
  limit: number,
  before = Number.MAX_SAFE_INTEGER,
): Promise<Message[]> {
  const found: Message[] = [];
  const range = IDBKeyRange.bound([room, 0], [room, before], false, true);
  let cursor = await database.transaction("messages").store.openCursor(range, "prev");
  while (cursor && found.length < limit) {
    found.push(cursor.value);
    cursor = await cursor.continue();
  }
  return found.reverse();
}

export async function forgetMessages(database: Database, room: number): Promise<void> {
  await database.delete("messages", IDBKeyRange.bound([room, 0], [room, Number.MAX_SAFE_INTEGER]));
}

export async function keptRooms(database: Database): Promise<KeptRoom[]> {
  return database.getAll("rooms");
}

export async function keepRooms(database: Database, rooms: KeptRoom[]): Promise<void> {
  const transaction = database.transaction("rooms", "readwrite");
  for (const kept of rooms) await transaction.store.put(plain(kept));
  await transaction.done;
}

/**
 * Room and messages: a right that ended leaves nothing that others wrote on this device. What this person wrote and could
 * not send is theirs, and stays until they drop it.
 */
export async function forgetRoom(database: Database, room: number): Promise<void> {
  const transaction = database.transaction(["rooms", "messages"], "readwrite");
  await transaction.objectStore("rooms").delete(room);
  await transaction.objectStore("messages").delete(IDBKeyRange.bound([room, 0], [room, Number.MAX_SAFE_INTEGER]));
  await transaction.done;
}

/** The server's database is another one (a restore): what was fetched goes, what the person wrote stays. */
export async function startOver(database: Database): Promise<void> {
  const transaction = database.transaction(["rooms", "messages", "notices", "boards"], "readwrite");
  await Promise.all([
    transaction.objectStore("rooms").clear(),
    transaction.objectStore("messages").clear(),
    transaction.objectStore("notices").clear(),
    transaction.objectStore("boards").clear(),
    transaction.done,
  ]);
}

export function freshRoom(room: Room): KeptRoom {
  return { id: room.id, room, rev: NONE_KEPT, complete: false };
}

/** State of the page is wrapped by the framework; the database wants the bare thing. */
function plain<Value>(value: Value): Value {
  return JSON.parse(JSON.stringify(value)) as Value;
}
