/** The chain of a notice: what its marks show, what narrows it, what a head does next. Pure. */

import type { Level } from "../protocol/broadcasts";
import type { Cascade, Charge, NodeState, OwnNode, Tile } from "../protocol/cascade";
import type { OrgRef } from "../protocol/types";

/** One mark says one thing: who is overdue is that, whatever they did before. The order of the screen. */
export const MARKS = ["completed", "relayed", "confirmed", "seen", "waiting", "overdue"] as const;
export type Mark = (typeof MARKS)[number];
export type ChainFilter = {
  level: Level | null;
  commune: number | null;
  state: Mark | "silent" | null;
  charge: Charge | null;
  q: string;
};
export const EVERY_UNIT: ChainFilter = { level: null, commune: null, state: null, charge: null, q: "" };

/** Schools of two levels count in both. */
const COMBINED: Record<string, readonly Level[]> = { th_thcs: ["tieu_hoc", "thcs"], thcs_thpt: ["thcs", "thpt"] };

export function markOf(state: NodeState, isOverdue: boolean): Mark {
  return isOverdue && state !== "completed" ? "overdue" : state;
}

export function markOfTile([, state, overdue]: Tile): Mark {
  return markOf(state, overdue === 1);
}

export function isConfirmed(state: NodeState): boolean {
  return state === "completed" || state === "relayed" || state === "confirmed";
}

/** The tiles that a filter leaves; words are looked for by the server. */
export function shownTiles(tiles: readonly Tile[], filter: ChainFilter): Tile[] {
  return tiles.filter((tile) => {
    const [, state, overdue, commune, level, charge] = tile;
    if (filter.commune !== null && commune !== filter.commune) return false;
    if (filter.level !== null && level !== filter.level && !COMBINED[level]?.includes(filter.level)) return false;
    if (filter.charge !== null && charge !== filter.charge) return false;
    if (filter.state === null) return true;
    if (filter.state === "overdue") return overdue === 1;
    return filter.state === "silent" ? !isConfirmed(state) : state === filter.state;
  });
}

export function countMarks(tiles: readonly Tile[]): Record<Mark, number> {
  const counts: Record<Mark, number> = { completed: 0, relayed: 0, confirmed: 0, seen: 0, waiting: 0, overdue: 0 };
  for (const tile of tiles) counts[markOfTile(tile)] += 1;
  return counts;
}

/** What the server is asked for besides. */
export function queryOf(filter: ChainFilter): Record<string, string> {
  const asked = Object.entries({
    org: filter.commune === null ? null : String(filter.commune),
    level: filter.level,
    state: filter.state,
    charge: filter.charge,
    q: filter.q.trim() || null,
  });
  return Object.fromEntries(asked.filter((one): one is [string, string] => one[1] !== null));
}

export type Branch = { commune: OrgRef; tiles: Tile[]; confirmed: number; overdue: number };

/** The communes with their units, those with most that are overdue or silent first. */
export function branchesOf(cascade: Pick<Cascade, "communes">, tiles: readonly Tile[]): Branch[] {
  const under = new Map<number, Tile[]>();
  for (const tile of tiles) {
    const found = under.get(tile[3]);
    if (found) found.push(tile);
    else under.set(tile[3], [tile]);
  }
  return cascade.communes
    .map((commune) => {
      const own = under.get(commune.id) ?? [];
      const confirmed = own.filter((tile) => isConfirmed(tile[1])).length;
      return { commune, tiles: own, confirmed, overdue: own.filter((tile) => tile[2] === 1).length };
    })
    .filter((branch) => branch.tiles.length > 0)
    .sort((a, b) => b.overdue - a.overdue || b.tiles.length - b.confirmed - (a.tiles.length - a.confirmed));
}

export type Step = "confirm" | "relay" | "complete" | "done";

/** What the unit does next. */
export function nextStep(node: Pick<OwnNode, "state">): Step {
  if (node.state === "completed") return "done";
  if (node.state === "relayed") return "complete";
  return node.state === "confirmed" ? "relay" : "confirm";
}

/** Until when that is to be done. */
export function dueOf(node: Pick<OwnNode, "state" | "confirm_by" | "carry_out_by">): string | null {
  const step = nextStep(node);
  if (step === "done") return null;
  return step === "confirm" ? (node.confirm_by ?? node.carry_out_by) : node.carry_out_by;
}
