/** How far a notice has got in each unit, as marks, rows and sums. Pure: the board and the tests use the same rules. */

import type { UnitProgress, UnitTotals } from "../protocol/broadcasts";
import type { OrgRef, Totals } from "../protocol/types";
import { fold } from "../text/fold";

/**
 * done: nothing is outstanding. part: some have answered. seen: opened, nobody has answered. had: on a device, nobody has
 * opened it. none: on no device yet.
 */
export type UnitState = "done" | "part" | "seen" | "had" | "none";
export const STATES: readonly UnitState[] = ["done", "part", "seen", "had", "none"];

export type Row = UnitProgress & { state: UnitState; ratio: Ratio };
/** What the notice asks for: answers where it wants them, else that it is opened. */
export type Ratio = { done: number; of: number };
export type Group = { commune: OrgRef | null; rows: Row[]; ratio: Ratio; outstanding: number };
export type Choice = { commune: number | null; school: number | null; query: string; isOutstanding: boolean };

export const EVERYTHING: Choice = { commune: null, school: null, query: "", isOutstanding: false };

export function ratioOf(totals: Totals): Ratio {
  return totals.wanted > 0
    ? { done: totals.acknowledged, of: totals.wanted }
    : { done: totals.seen, of: totals.recipients };
}

export function stateOf(totals: Totals): UnitState {
  const { done, of } = ratioOf(totals);
  if (done >= of) return "done";
  if (done > 0) return "part";
  if (totals.seen > 0) return "seen";
  return totals.delivered > 0 ? "had" : "none";
}

export function rowOf(unit: UnitProgress): Row {
  return { ...unit, state: stateOf(unit.totals), ratio: ratioOf(unit.totals) };
}

export function chosen(units: readonly UnitProgress[], choice: Choice): Row[] {
  const words = fold(choice.query).split(/\s+/).filter(Boolean);
  return units.map(rowOf).filter((row) => {
    if (choice.commune !== null && row.commune?.id !== choice.commune) return false;
    if (choice.school !== null && row.unit.id !== choice.school) return false;
    if (choice.isOutstanding && row.state === "done") return false;
    const name = fold(`${row.unit.name} ${row.commune?.name ?? ""}`);
    return words.every((word) => name.includes(word));
  });
}

/** By commune; what belongs to none stands on top, as the department itself does. */
export function grouped(rows: readonly Row[]): Group[] {
  const groups = new Map<number, Group>();
  for (const row of rows) {
    const key = row.commune?.id ?? 0;
    const group = groups.get(key) ?? { commune: row.commune, rows: [], ratio: { done: 0, of: 0 }, outstanding: 0 };
    group.rows.push(row);
    group.ratio = { done: group.ratio.done + row.ratio.done, of: group.ratio.of + row.ratio.of };
    if (row.state !== "done") group.outstanding += 1;
    groups.set(key, group);
  }
  return [...groups.values()].sort((a, b) => (a.commune?.name ?? "").localeCompare(b.commune?.name ?? "", "vi"));
}

export function countsByState(rows: readonly Row[]): Record<UnitState, number> {
  const counts = { done: 0, part: 0, seen: 0, had: 0, none: 0 };
  for (const row of rows) counts[row.state] += 1;
  return counts;
}

/** The units as they were, with what has moved. */
export function withMoved(units: readonly UnitProgress[], moved: readonly UnitTotals[]): UnitProgress[] {
  const now = new Map(moved.map((one) => [one.unit.id, one.totals]));
  return units.map((unit) => ({ ...unit, totals: now.get(unit.unit.id) ?? unit.totals }));
}

/** Answers add up over units, people do not: where the answers differ, something that moved was never told. */
export function isBehind(units: readonly UnitProgress[], totals: Totals): boolean {
  return units.reduce((sum, unit) => sum + unit.totals.acknowledged, 0) !== totals.acknowledged;
}
