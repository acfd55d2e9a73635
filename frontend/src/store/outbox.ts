import type { Database, Written } from "./schema";

/** What was written and not yet confirmed, in the order in which it was written. */
export async function readOutbox(database: Database): Promise<Written[]> {
  return database.getAllFromIndex("outbox", "position");
}

export async function keepWritten(database: Database, written: Written): Promise<void> {
  await database.put("outbox", JSON.parse(JSON.stringify(written)) as Written);
}

/** With the files that went with it. */
export async function forgetWritten(database: Database, name: string): Promise<void> {
  const transaction = database.transaction(["outbox", "attached", "attached_bytes", "uploads"], "readwrite");
  const written = await transaction.objectStore("outbox").get(name);
  for (const { key } of written?.with?.files ?? []) {
    void transaction.objectStore("attached").delete(key);
    void transaction.objectStore("attached_bytes").delete(key);
    void transaction.objectStore("uploads").delete(key);
  }
  void transaction.objectStore("outbox").delete(name);
  await transaction.done;
}

/** Written no more: what went with it stands among the chosen of its place again, but for a file that was refused. */
export async function takeBackWritten(database: Database, written: Written): Promise<void> {
  const transaction = database.transaction(["outbox", "attached", "attached_bytes"], "readwrite");
  const attached = transaction.objectStore("attached");
  await transaction.objectStore("outbox").delete(written.client_message_id);
  for (const { key } of written.with?.files ?? []) {
    const found = await attached.get(key);
    if (key === written.failed?.file) {
      await attached.delete(key);
      await transaction.objectStore("attached_bytes").delete(key);
    } else if (found) await attached.put({ ...found, lane: written.lane });
  }
  await transaction.done;
}

/** A half-written message survives a reload too; an empty one leaves nothing behind. */
export async function keepDraft(database: Database, lane: string, text: string): Promise<void> {
  await (text ? database.put("drafts", text, lane) : database.delete("drafts", lane));
}

export async function readDraft(database: Database, lane: string): Promise<string> {
  return (await database.get("drafts", lane)) ?? "";
}
