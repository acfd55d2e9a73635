import type { Own } from "../protocol/talk";
import type { Message, Room } from "../protocol/types";
import { type Database, type KeptOwn, type KeptRoom, NO_OWN, NONE_KEPT } from "./schema";
import { forgetSeen } from "./seen";

/** Writes messages and their room's place in one transaction; an older state never overwrites a newer one. */
export async function keepMessages(
  database: Database,
  kept: KeptRoom,
  messages: Message[],
  own: readonly KeptOwn[] = [],
): Promise<void> {
  const transaction = database.transaction(["rooms", "messages", "own", "seen", "seen_bytes"], "readwrite");
  const store = transaction.objectStore("messages");
  for (const message of messages) {
    const before = await store.get([message.room, message.seq]);
    if (before && before.rev > message.rev) continue;
    await store.put(plain(message));
    // What was taken back is taken off this device as well.
    for (const { id } of message.removed_at ? (before?.files ?? []) : []) await forgetSeen(transaction, id);
  }
  for (const one of own) {
    const isNothing = one.reaction === null && one.vote.length === 0;
    await (isNothing
      ? transaction.objectStore("own").delete([one.room, one.seq])
      : transaction.objectStore("own").put(plain(one)));
  }
  await transaction.objectStore("rooms").put(plain(kept));
  await transaction.done;
}

/**
 * A kept message changed in part, what this person did to it, and its room's place, in one transaction. What they are now: no message
 * where it is not kept here.
 */
export async function reviseMessage(
  database: Database,
  kept: KeptRoom,
  seq: number,
  how: (message: Message) => Message,
  own: Partial<Own>,
): Promise<{ messages: Message[]; own: KeptOwn[] }> {
  const transaction = database.transaction(["rooms", "messages", "own"], "readwrite");
  const [messages, owned] = [transaction.objectStore("messages"), transaction.objectStore("own")];
  const key: [number, number] = [kept.id, seq];
  const before = await messages.get(key);
  const changed = before ? [plain(how(before))] : [];
  for (const message of changed) await messages.put(message);
  const isMine = Object.keys(own).length > 0;
  const mine = isMine ? [{ room: kept.id, seq, ...NO_OWN, ...(await owned.get(key)), ...plain(own) }] : [];
  for (const one of mine) await owned.put(one);
  await transaction.objectStore("rooms").put(plain(kept));
  await transaction.done;
  return { messages: changed, own: mine };
}

export async function readOwn(database: Database, room: number): Promise<KeptOwn[]> {
  return database.getAll("own", ofRoom(room));
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
  await database.delete("messages", ofRoom(room));
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
 * Room, messages and their files: a right that ended leaves nothing that others wrote on this device. What this person wrote and could
 * not send is theirs, and stays until they drop it.
 */
export async function forgetRoom(database: Database, room: number): Promise<void> {
  const transaction = database.transaction(["rooms", "messages", "own", "seen", "seen_bytes"], "readwrite");
  await transaction.objectStore("rooms").delete(room);
  await transaction.objectStore("messages").delete(ofRoom(room));
  await transaction.objectStore("own").delete(ofRoom(room));
  for (const key of await transaction.objectStore("seen").index("room").getAllKeys(room)) {
    await transaction.objectStore("seen").delete(key);
    await transaction.objectStore("seen_bytes").delete(key);
  }
  await transaction.done;
}

/** The server's database is another one (a restore): what was fetched goes, what the person wrote stays. */
export async function startOver(database: Database): Promise<void> {
  const fetched = ["rooms", "messages", "own", "notices", "boards", "seen", "seen_bytes"] as const;
  const transaction = database.transaction(fetched, "readwrite");
  await Promise.all([...fetched.map((name) => transaction.objectStore(name).clear()), transaction.done]);
}

export function freshRoom(room: Room): KeptRoom {
  return { id: room.id, room, rev: NONE_KEPT, complete: false };
}

function ofRoom(room: number): IDBKeyRange {
  return IDBKeyRange.bound([room, 0], [room, Number.MAX_SAFE_INTEGER]);
}

/** State of the page is wrapped by the framework; the database wants the bare thing. */
function plain<Value>(value: Value): Value {
  return JSON.parse(JSON.stringify(value)) as Value;
}
