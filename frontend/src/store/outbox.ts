import type { Database, Written } from "./schema";

/** What was written and not yet confirmed, in the order in which it was written. */
export async function readOutbox(database: Database): Promise<Written[]> {
  return database.getAllFromIndex("outbox", "position");
}

export async function keepWritten(database: Database, written: Written): Promise<void> {
  await database.put("outbox", JSON.parse(JSON.stringify(written)) as Written);
}

export async function forgetWritten(database: Database, name: string): Promise<void> {
  await database.delete("outbox", name);
}

/** A half-written message survives a reload too; an empty one leaves nothing behind. */
export async function keepDraft(database: Database, lane: string, text: string): Promise<void> {
  await (text ? database.put("drafts", text, lane) : database.delete("drafts", lane));
}

export async function readDraft(database: Database, lane: string): Promise<string> {
  return (await database.get("drafts", lane)) ?? "";
}
