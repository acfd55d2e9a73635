import type { Inbox } from "../protocol/broadcasts";
import type { Answer, Database } from "./schema";

const COMPLETE = "notices-complete";

/** What this device has of the notices, and whether nothing older exists. */
export async function keptNotices(database: Database): Promise<{ notices: Inbox[]; complete: boolean }> {
  const complete = await database.get("meta", COMPLETE);
  return { notices: await database.getAll("notices"), complete: complete === true };
}

/** Writes these, forgets those, and notes whether the oldest is there: one transaction, so that a gap is never taken for the end. */
export async function keepNotices(
  database: Database,
  notices: Inbox[],
  gone: number[],
  complete: boolean,
): Promise<void> {
  const transaction = database.transaction(["notices", "meta"], "readwrite");
  const store = transaction.objectStore("notices");
  for (const id of gone) void store.delete(id);
  for (const notice of notices) void store.put(plain(notice));
  void transaction.objectStore("meta").put(complete, COMPLETE);
  await transaction.done;
}

/** In the order in which they were said. */
export async function readAnswers(database: Database): Promise<Answer[]> {
  return (await database.getAll("answers")).sort((a, b) => a.at.localeCompare(b.at));
}

export async function keepAnswers(database: Database, answers: Answer[]): Promise<void> {
  const transaction = database.transaction("answers", "readwrite");
  for (const answer of answers) void transaction.store.put(plain(answer));
  await transaction.done;
}

export async function forgetAnswers(database: Database, keys: string[]): Promise<void> {
  const transaction = database.transaction("answers", "readwrite");
  for (const key of keys) void transaction.store.delete(key);
  await transaction.done;
}

/** State of the page is wrapped by the framework; the database wants the bare thing. */
function plain<Value>(value: Value): Value {
  return JSON.parse(JSON.stringify(value)) as Value;
}
