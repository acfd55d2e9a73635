import type { Database, Deed } from "./schema";

/** In the order in which they were done. */
export async function readDeeds(database: Database): Promise<Deed[]> {
  return (await database.getAll("deeds")).sort((a, b) => a.at.localeCompare(b.at));
}

export async function keepDeed(database: Database, deed: Deed): Promise<void> {
  await database.put("deeds", JSON.parse(JSON.stringify(deed)) as Deed);
}

/** Forgotten only as it was sent: what was done anew meanwhile stays. */
export async function forgetDeed(database: Database, sent: Deed): Promise<void> {
  const transaction = database.transaction("deeds", "readwrite");
  const kept = await transaction.store.get(sent.key);
  if (kept && JSON.stringify(kept) === JSON.stringify(sent)) await transaction.store.delete(sent.key);
  await transaction.done;
}
