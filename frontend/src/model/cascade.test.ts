import { describe, expect, it } from "vitest";
import type { Tile } from "../protocol/cascade";
import { branchesOf, countMarks, dueOf, EVERY_UNIT, markOf, nextStep, queryOf, shownTiles } from "./cascade";

const TILES: Tile[] = [
  [1, "completed", 0, 10, "mam_non", "leader"],
  [2, "relayed", 0, 10, "th_thcs", "handed"],
  [3, "waiting", 1, 20, "thcs", "nobody"],
  [4, "seen", 0, 20, "thpt", "leader"],
  [5, "confirmed", 1, 20, "", "handed"],
];
const COMMUNES = [10, 20].map((id) => ({ id, name: `Xã ${id}`, type: "local", level: "" }));
const ids = (tiles: Tile[]) => tiles.map(([unit]) => unit);

describe("marks", () => {
  it("say one thing of each unit, and overdue before what was done", () => {
    expect(countMarks(TILES)).toEqual({ completed: 1, relayed: 1, confirmed: 0, seen: 1, waiting: 0, overdue: 2 });
    expect(markOf("completed", true)).toBe("completed");
  });

  it("are narrowed by level, commune and state at once", () => {
    expect(ids(shownTiles(TILES, EVERY_UNIT))).toEqual([1, 2, 3, 4, 5]);
    expect(ids(shownTiles(TILES, { ...EVERY_UNIT, level: "thcs" }))).toEqual([2, 3]);
    expect(ids(shownTiles(TILES, { ...EVERY_UNIT, commune: 20, state: "silent" }))).toEqual([3, 4]);
    expect(ids(shownTiles(TILES, { ...EVERY_UNIT, state: "overdue" }))).toEqual([3, 5]);
    expect(ids(shownTiles(TILES, { ...EVERY_UNIT, charge: "handed", state: "overdue" }))).toEqual([5]);
    expect(ids(shownTiles(TILES, { ...EVERY_UNIT, charge: "nobody" }))).toEqual([3]);
    expect(ids(shownTiles(TILES, { ...EVERY_UNIT, state: "confirmed" }))).toEqual([5]);
  });

  it("are asked for with what narrows alone", () => {
    expect(queryOf(EVERY_UNIT)).toEqual({});
    expect(queryOf({ level: "thpt", commune: 20, state: "overdue", charge: "nobody", q: " hoa " })).toEqual({
      level: "thpt",
      org: "20",
      state: "overdue",
      charge: "nobody",
      q: "hoa",
    });
  });
});

describe("communes", () => {
  it("stand with most that is overdue first, and only where a unit is left", () => {
    const branches = branchesOf({ communes: COMMUNES }, TILES);
    expect(branches.map((one) => [one.commune.id, one.confirmed, one.tiles.length, one.overdue])).toEqual([
      [20, 1, 3, 2],
      [10, 2, 2, 0],
    ]);
    expect(branchesOf({ communes: COMMUNES }, TILES.slice(0, 1)).map((one) => one.commune.id)).toEqual([10]);
  });
});

describe("a head", () => {
  const node = { confirm_by: "2026-10-06T12:00:00Z", carry_out_by: "2026-10-07T12:00:00Z" };
  it("takes one step after the other, each with its time", () => {
    for (const state of ["waiting", "seen"] as const) {
      expect(nextStep({ state })).toBe("confirm");
      expect(dueOf({ ...node, state })).toBe(node.confirm_by);
    }
    expect(nextStep({ state: "confirmed" })).toBe("relay");
    expect(nextStep({ state: "relayed" })).toBe("complete");
    expect(dueOf({ ...node, state: "relayed" })).toBe(node.carry_out_by);
    expect([nextStep({ state: "completed" }), dueOf({ ...node, state: "completed" })]).toEqual(["done", null]);
    expect(dueOf({ state: "waiting", confirm_by: null, carry_out_by: node.carry_out_by })).toBe(node.carry_out_by);
  });
});
