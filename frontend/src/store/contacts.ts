import type { Reached, Subject } from "../protocol/reach";
import type { Database, KeptBoard, Logged } from "./schema";

/** In the order in which they were said. */
export async function readLogged(database: Database): Promise<Logged[]> {
  return (await database.getAll("contacts")).sort((a, b) => a.at.localeCompare(b.at));
}

export async function keepLogged(database: Database, logged: Logged): Promise<void> {
  await database.put("contacts", plain(logged));
}

export async function forgetLogged(database: Database, name: string): Promise<void> {
  await database.delete("contacts", name);
}

/** Boards of this many classes are kept: those looked at last. */
const BOARDS = 12;

export async function keepBoard(
  database: Database,
  reached: Reached,
  schoolClass: number,
  subjects: readonly Subject[],
): Promise<void> {
  const transaction = database.transaction("boards", "readwrite");
  await transaction.store.put(
    plain({ key: keyOf(reached.broadcast.id, schoolClass), reached, subjects: [...subjects] }),
  );
  const all = await transaction.store.getAll();
  const oldest = all.sort((a, b) => b.reached.at.localeCompare(a.reached.at)).slice(BOARDS);
  for (const one of oldest) await transaction.store.delete(one.key);
  await transaction.done;
}

/** The board of this class; no class: of one to which this notice went. */
export async function readBoard(
  database: Database,
  broadcast: number,
  schoolClass: number | null,
): Promise<KeptBoard | null> {
  if (schoolClass !== null) return (await database.get("boards", keyOf(broadcast, schoolClass))) ?? null;
  return (await database.getAll("boards", ofNotice(broadcast), 1))[0] ?? null;
}

export async function forgetBoards(database: Database, broadcast: number): Promise<void> {
  await database.delete("boards", ofNotice(broadcast));
}

export async function forgetEveryBoard(database: Database): Promise<void> {
  await database.clear("boards");
}

function keyOf(broadcast: number, schoolClass: number): string {
  return `${broadcast}-${schoolClass}`;
}

function ofNotice(broadcast: number): IDBKeyRange {
  return IDBKeyRange.bound(`${broadcast}-`, `${broadcast}-\uffff`);
}

/** State of the page is wrapped by the framework; the database wants the bare thing. */
function plain<Value>(value: Value): Value {
  return JSON.parse(JSON.stringify(value)) as Value;
}
