import { describe, expect, it } from "vitest";
import type { Part, PartKind } from "../protocol/reach";
import {
  askAddress,
  countStates,
  EVERY_PART,
  isFiltered,
  mainReasons,
  NO_FILTER,
  NOT_REACHED,
  partState,
  placeAddress,
  queryOf,
  shownParts,
  unreached,
} from "./reach";
import { CLASS, SCHOOL, totals } from "./reach.test-only";

const org = (id: number, name: string, level = "") => ({ id, name, type: level ? "school" : "local", level });
function part(place: ReturnType<typeof org>, reached: number, subjects: number, kind: PartKind = "school"): Part {
  const counted = totals({ subjects, reached, acknowledged: reached, delivered: 0, waiting: subjects - reached });
  return { kind, org: place, class: null, may_open: true, totals: counted };
}

describe("addresses", () => {
  it("ask for a place, a list or a file, with what narrows it", () => {
    const class_ = { broadcast: 12, org: null, schoolClass: 31 };
    expect(askAddress({ broadcast: 12, org: null, schoolClass: null })).toBe("/api/broadcasts/12/reach");
    expect(askAddress(class_)).toBe("/api/broadcasts/12/reach?class=31");
    expect(askAddress({ ...class_, org: 4, schoolClass: null }, "subjects", queryOf(NOT_REACHED))).toBe(
      "/api/broadcasts/12/reach/subjects?state=unreached&org=4",
    );
  });

  it("say only what narrows", () => {
    expect(queryOf({ ...NO_FILTER, reason: "no_push", q: "  an " })).toEqual({ reason: "no_push", q: "an" });
    expect([isFiltered(NO_FILTER), isFiltered({ ...NO_FILTER, q: " " }), isFiltered(NOT_REACHED)]).toEqual([
      false,
      false,
      true,
    ]);
  });

  it("stand below where boards stand for this person", () => {
    expect(placeAddress("/lop", 12, null)).toBe("/lop/12");
    expect(placeAddress("/lop", 12, { org: SCHOOL, class: CLASS })).toBe("/lop/12/lop/31");
    expect(placeAddress("/bang-dieu-hanh", 12, { org: SCHOOL, class: null })).toBe("/bang-dieu-hanh/12/don-vi/4");
  });
});

describe("the parts of a place", () => {
  const parts = [
    part(org(1, "Trường Mầm non Hoa Mai", "mam_non"), 5, 5),
    part(org(2, "Trường Tiểu học Đồng Sen", "tieu_hoc"), 3, 10),
    part(org(3, "Trường THCS Tân Sơn", "thcs"), 0, 4),
  ];
  const names = (fields: Partial<typeof EVERY_PART>): string[] =>
    shownParts(parts, { ...EVERY_PART, ...fields }).map((one) => one.org.name);

  it("stand with most people still to be reached first", () => {
    expect(names({})).toEqual(["Trường Tiểu học Đồng Sen", "Trường THCS Tân Sơn", "Trường Mầm non Hoa Mai"]);
  });

  it("are narrowed by name without tones, by level, and to where somebody is missing", () => {
    expect(names({ q: "hoa mai" })).toEqual(["Trường Mầm non Hoa Mai"]);
    expect(names({ level: "thcs" })).toEqual(["Trường THCS Tân Sơn"]);
    expect(names({ isOpen: true, q: "truong" })).toHaveLength(2);
    expect(names({ isOpen: true, level: "mam_non" })).toEqual([]);
  });

  it("each have a state, told also by shape", () => {
    const states = countStates(shownParts(parts, EVERY_PART));
    expect(states).toEqual({ done: 1, part: 1, had: 0, none: 1 });
    expect(partState(totals({ reached: 0, delivered: 2 }))).toBe("had");
  });

  it("tell classes from the staff of the same school", () => {
    const both = [
      part(org(4, "Trường"), 0, 1, "staff"),
      { ...part(org(4, "Trường"), 0, 1, "class"), class: CLASS },
      part(org(4, "Trường"), 0, 1, "unplaced"),
    ];
    expect(new Set(shownParts(both, EVERY_PART).map((one) => one.key)).size).toBe(3);
  });
});

it("says what keeps most people from being reached", () => {
  expect(unreached(totals())).toBe(2);
  const reasons = { no_account: 2, signed_out: 0, no_push: 0, not_opened: 7 };
  expect(mainReasons(totals({ reasons }))).toEqual([
    { reason: "not_opened", count: 7 },
    { reason: "no_account", count: 2 },
  ]);
});
