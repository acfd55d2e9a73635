/** The account's database, seen from the worker. */

import { openDB } from "idb";
import type { Database, Schema } from "../store/schema";

/** Lends the account's database as the page has made it. Null where there is none: made here, it would lack everything, for good. */
export async function withKept<Found>(
  person: number,
  use: (database: Database) => Promise<Found>,
): Promise<Found | null> {
  const database = await opened(person);
  if (!database) return null;
  try {
    return await use(database);
  } finally {
    database.close();
  }
}

async function opened(person: number): Promise<Database | null> {
  try {
    return await openDB<Schema>(`trong-truong-${person}`, undefined, {
      upgrade: (_made, _from, _to, making) => making.abort(),
    });
  } catch {
    return null; // This device has been signed out or cleared since.
  }
}
