import type { Attached, Database, Upload } from "./schema";

/** Files that were chosen for a place and are not written with yet, in the order of choosing. */
export async function readChosen(database: Database, lane: string): Promise<Attached[]> {
  const transaction = database.transaction(["attached", "outbox"]);
  const chosen = await transaction.objectStore("attached").index("lane").getAll(lane);
  // Cut between the two, one may be written with and chosen still: then it is written with.
  const written = await transaction.objectStore("outbox").getAll();
  const gone = new Set(written.flatMap((one) => one.with?.files ?? []).map((file) => file.key));
  return chosen.filter((one) => !gone.has(one.key)).sort((a, b) => a.at - b.at);
}

export async function keepAttached(database: Database, attached: Attached, bytes: ArrayBuffer): Promise<void> {
  const transaction = database.transaction(["attached", "attached_bytes"], "readwrite");
  void transaction.objectStore("attached").put(attached);
  void transaction.objectStore("attached_bytes").put(bytes, attached.key);
  await transaction.done;
}

/** The file itself; null where it has been sent, or dropped. */
export async function readBytes(database: Database, key: string): Promise<ArrayBuffer | null> {
  return (await database.get("attached_bytes", key)) ?? null;
}

/** They go with what was written now, and stand among the chosen no more; or, given a lane, they stand there again. */
export async function moveAttached(database: Database, keys: readonly string[], lane: string | null): Promise<void> {
  const transaction = database.transaction("attached", "readwrite");
  for (const key of keys) {
    const found = await transaction.store.get(key);
    if (!found) continue;
    const { lane: _before, ...rest } = found;
    await transaction.store.put(lane === null ? rest : { ...rest, lane });
  }
  await transaction.done;
}

export async function forgetAttached(database: Database, keys: readonly string[]): Promise<void> {
  const transaction = database.transaction(["attached", "attached_bytes", "uploads"], "readwrite");
  for (const key of keys) {
    await transaction.objectStore("attached").delete(key);
    await transaction.objectStore("attached_bytes").delete(key);
    await transaction.objectStore("uploads").delete(key);
  }
  await transaction.done;
}

export async function readUpload(database: Database, key: string): Promise<Upload | null> {
  return (await database.get("uploads", key)) ?? null;
}

export async function keepUpload(database: Database, upload: Upload): Promise<void> {
  await database.put("uploads", upload);
}

export async function forgetUploads(database: Database, keys: readonly string[]): Promise<void> {
  const transaction = database.transaction("uploads", "readwrite");
  for (const key of keys) await transaction.store.delete(key);
  await transaction.done;
}
