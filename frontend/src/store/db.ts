import { deleteDB, openDB } from "idb";
import { type Database, type Schema, upgrades } from "./schema";

const PREFIX = "trong-truong-";

/**
 * The database of one account. Another tab that deletes it (signing out) is not held up by this one. `lost`: the browser took it
 * away while it was open, because its owner cleared this site's data or the disk failed.
 */
export async function openAccount(person: number, lost?: () => void): Promise<Database> {
  const database = await openDB<Schema>(`${PREFIX}${person}`, upgrades.length, {
    upgrade(opened, from, _to, transaction) {
      for (const upgrade of upgrades.slice(from)) upgrade(opened, transaction);
    },
    blocking: (_current, _wanted, event) => (event.target as IDBDatabase).close(),
    ...(lost && { terminated: lost }),
  });
  return database;
}

/** Takes everything of this account off this device. */
export async function forgetAccount(person: number): Promise<void> {
  await deleteDB(`${PREFIX}${person}`);
}

/** What the browser does when the disk fills up: asks it to keep ours rather than to clear it silently. */
export async function askToKeep(): Promise<void> {
  await navigator.storage?.persist?.();
}
