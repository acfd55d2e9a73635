import type { IDBPTransaction, StoreNames } from "idb";
import type { Message } from "../protocol/types";
import { readBytes } from "./attached";
import type { Database, Schema, Seen, Variant, Written } from "./schema";

/** What files that were seen may take of this device; then the oldest go. A phone of 16 GB has not much more to give. */
const MOST_BYTES = 60_000_000;
/** What is larger is fetched again, rather than that twenty photographs go for it. */
const LARGEST = 6_000_000;

type Files = IDBPTransaction<Schema, ArrayLike<StoreNames<Schema>>, "readwrite">;

/** A file as it was shown here; null where it is not kept. A small picture is as well shown by the whole one. */
export async function readSeen(database: Database, id: number, variant: Variant): Promise<Blob | null> {
  const transaction = database.transaction(["seen", "seen_bytes"]);
  for (const name of variant === "small" ? (["whole", "small"] as const) : [variant]) {
    const about = await transaction.objectStore("seen").get([id, name]);
    const bytes = await transaction.objectStore("seen_bytes").get([id, name]);
    if (about && bytes) return new Blob([bytes], { type: about.type });
  }
  return null;
}

/** Kept to be seen without a line, as long as its message may be read. */
export async function keepSeen(database: Database, seen: Seen, bytes: ArrayBuffer): Promise<void> {
  if (seen.size > LARGEST) return;
  const transaction = database.transaction(["rooms", "seen", "seen_bytes"], "readwrite");
  // The right may have ended while it was on its way: then nothing of it stays.
  if (await transaction.objectStore("rooms").get(seen.room)) {
    await transaction.objectStore("seen").put(seen);
    await transaction.objectStore("seen_bytes").put(bytes, [seen.id, seen.variant]);
    await makeRoom(transaction as unknown as Files);
  }
  await transaction.done;
}

/** What was sent from here needs not be fetched to be seen here. */
export async function keepSent(database: Database, written: Written, message: Message): Promise<void> {
  for (const [index, file] of (message.files ?? []).entries()) {
    const own = written.with?.files?.[index];
    const bytes = own ? await readBytes(database, own.key) : null;
    if (!own || !bytes) continue;
    const seen = { id: file.id, variant: "whole" as const, room: message.room, size: own.size, type: own.type };
    await keepSeen(database, { ...seen, at: Date.parse(message.created_at) || 0 }, bytes);
  }
}

/** A file of a message that was taken back. */
export async function forgetSeen(transaction: unknown, id: number): Promise<void> {
  const files = transaction as Files;
  for (const variant of ["small", "whole"]) {
    await files.objectStore("seen").delete([id, variant]);
    await files.objectStore("seen_bytes").delete([id, variant]);
  }
}

async function makeRoom(files: Files): Promise<void> {
  const kept = await files.objectStore("seen").index("at").getAll();
  let bytes = kept.reduce((sum, one) => sum + one.size, 0);
  for (const one of kept) {
    if (bytes <= MOST_BYTES) return;
    await files.objectStore("seen").delete([one.id, one.variant]);
    await files.objectStore("seen_bytes").delete([one.id, one.variant]);
    bytes -= one.size;
  }
}
