/** Places of one notice: their addresses, what is asked about them, and the order in which their parts are shown. Pure. */

import type { Level } from "../protocol/broadcasts";
import type { Part, Place, ReachReason, ReachTotals, SubjectFilter } from "../protocol/reach";
import { fold } from "../text/fold";

/** One place of one notice; neither org nor class: the topmost that one may see. */
export type Where = { broadcast: number; org: number | null; schoolClass: number | null };

export const NO_FILTER: SubjectFilter = {
  state: null,
  reason: null,
  level: null,
  grade: null,
  role: null,
  contact: null,
  q: "",
};
/** Who is not reached yet. */
export const NOT_REACHED: SubjectFilter = { ...NO_FILTER, state: "unreached" };

export function unreached(totals: ReachTotals): number {
  return totals.subjects - totals.reached;
}

/** `what`: "" (totals and parts), "subjects" or "export". */
export function askAddress(where: Where, what = "", query: Record<string, string> = {}): string {
  const asked = new URLSearchParams(query);
  if (where.org !== null) asked.set("org", String(where.org));
  if (where.schoolClass !== null) asked.set("class", String(where.schoolClass));
  const path = `/api/broadcasts/${where.broadcast}/reach${what ? `/${what}` : ""}`;
  return asked.size > 0 ? `${path}?${asked}` : path;
}

/** Only what narrows. */
export function queryOf(filter: SubjectFilter): Record<string, string> {
  const { q, ...choices } = filter;
  const asked = Object.entries({ ...choices, q: q.trim() || null });
  return Object.fromEntries(asked.filter((one): one is [string, string] => one[1] !== null));
}

export function isFiltered(filter: SubjectFilter): boolean {
  return Object.keys(queryOf(filter)).length > 0;
}

/** Where in the app the board of a place stands; `base`: where boards stand for this person. */
export function placeAddress(base: string, broadcast: number, place: Pick<Place, "org" | "class"> | null): string {
  const board = `${base}/${broadcast}`;
  if (place?.class) return `${board}/lop/${place.class.id}`;
  return place?.org ? `${board}/don-vi/${place.org.id}` : board;
}

/** done: everybody is reached. part: some. had: on a device, nobody has opened it. none: on no device yet. */
export type PartState = "done" | "part" | "had" | "none";
export const PART_STATES: readonly PartState[] = ["done", "part", "had", "none"];

export function partState(totals: ReachTotals): PartState {
  if (totals.reached >= totals.subjects) return "done";
  if (totals.reached > 0) return "part";
  return totals.delivered > 0 ? "had" : "none";
}

export type PartFilter = { q: string; level: Level | null; isOpen: boolean };
export const EVERY_PART: PartFilter = { q: "", level: null, isOpen: false };
export type ShownPart = Part & { key: string; state: PartState; missing: number };

/** The parts that a filter leaves, those with most people still to be reached first. */
export function shownParts(parts: readonly Part[], filter: PartFilter): ShownPart[] {
  const words = fold(filter.q).split(/\s+/).filter(Boolean);
  return parts
    .map((part) => ({ ...part, key: partKey(part), state: partState(part.totals), missing: unreached(part.totals) }))
    .filter((part) => {
      if (filter.isOpen && part.state === "done") return false;
      if (filter.level !== null && part.org.level !== filter.level) return false;
      const name = fold(part.class?.title ?? part.org.name);
      return words.every((word) => name.includes(word));
    })
    .sort((a, b) => b.missing - a.missing);
}

export function partKey(part: Pick<Part, "kind" | "org" | "class">): string {
  return part.class ? `c${part.class.id}` : `${part.kind}${part.org.id}`;
}

export function countStates(parts: readonly ShownPart[]): Record<PartState, number> {
  const counts = { done: 0, part: 0, had: 0, none: 0 };
  for (const part of parts) counts[part.state] += 1;
  return counts;
}

/** What keeps people from being reached, the most frequent first. */
export function mainReasons(totals: ReachTotals): { reason: ReachReason; count: number }[] {
  const found = Object.entries(totals.reasons) as [ReachReason, number][];
  return found
    .filter(([, count]) => count > 0)
    .map(([reason, count]) => ({ reason, count }))
    .sort((a, b) => b.count - a.count);
}
