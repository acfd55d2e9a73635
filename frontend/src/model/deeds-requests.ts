import type { Deed } from "../store/schema";

export function keyOf(room: number, seq: number, what: Deed["what"]): string {
  return `${room}-${seq}-${what}`;
}

/** A deed as a request over HTTP; doing the same twice changes nothing there. */
export function requestOf(deed: Deed): { path: string; body: object } {
  const message = `/api/rooms/${deed.room}/messages/${deed.seq}`;
  if (deed.what === "react") return { path: `${message}/reaction`, body: { kind: deed.kind } };
  return { path: `${message}/vote`, body: { options: deed.options } };
}

/** What was done to a message of another life of the database is done to nothing. */
export function isOf(deed: Deed, epoch: string): boolean {
  return deed.epoch === "" || deed.epoch === epoch;
}
