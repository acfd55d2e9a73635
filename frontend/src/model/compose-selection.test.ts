import { expect, it } from "vitest";
import type { Facets } from "../protocol/broadcasts";
import { numberAndSymbol, referenceOf } from "./compose-reference";
import { baseOf, chipsOf, classesFor, isNarrowed, outstanding, toggled, without } from "./compose-selection";

it("narrows value by value, and leaves no empty list behind", () => {
  const seven = toggled({ org: 4 }, "grades", 7);
  const both = toggled(seven, "grades", 6);
  expect(both).toEqual({ org: 4, grades: [6, 7] });
  expect(toggled(toggled(both, "grades", 6), "grades", 7)).toEqual({ org: 4 });
  expect(outstanding(outstanding({ org: 4 }, 12), null)).toEqual({ org: 4 });
});

it("tells each kind of narrowing once", () => {
  const selection = { org: 4, levels: ["thcs" as const], grades: [6, 7], unacknowledged: 12 };
  expect(chipsOf(selection).map((chip) => chip.by)).toEqual(["levels", "grades", "unacknowledged"]);
  expect(chipsOf({ class: 31, unreached: 12 })).toEqual([{ by: "unreached", values: [12] }]);
  expect(without({ class: 31, unreached: 12 }, "unreached")).toEqual({ class: 31 });
  expect(chipsOf(null)).toEqual([]);
  expect([isNarrowed(selection), isNarrowed(baseOf(selection))]).toEqual([true, false]);
  expect(without(selection, "grades")).toEqual({ org: 4, levels: ["thcs"], unacknowledged: 12 });
});

it("offers the classes of the grades that are chosen, and never hides one that is chosen", () => {
  const classes = [
    { id: 1, title: "6A", grade: "06", pupils: 30 },
    { id: 2, title: "7A", grade: "07", pupils: 31 },
  ];
  const facets: Facets = { levels: [], grades: [], classes, languages: [] };
  const titles = (selection: Parameters<typeof classesFor>[1]): string[] =>
    classesFor(facets, selection).map((one) => one.title);
  expect(titles({ org: 4 })).toEqual(["6A", "7A"]);
  expect(titles({ org: 4, grades: [7] })).toEqual(["7A"]);
  expect(titles({ org: 4, grades: [7], classes: [1] })).toEqual(["6A", "7A"]);
});

it.each([
  ["1204/SGDĐT-VP", 1204, "SGDĐT-VP"],
  [" 12 / 2026/TT-BGDĐT ", 12, "2026/TT-BGDĐT"],
  ["688", 688, ""],
  ["/SGDĐT-VP", null, "SGDĐT-VP"],
  ["SGDĐT-VP", null, "SGDĐT-VP"],
  ["0/KH", null, "0/KH"],
  ["", null, ""],
])("reads %s as people write it", (text, number, symbol) => {
  expect(numberAndSymbol(text)).toEqual({ number, symbol });
});

it("writes a reference as it was read", () => {
  expect(referenceOf(numberAndSymbol("1204/SGDĐT-VP"))).toBe("1204/SGDĐT-VP");
  expect(referenceOf({})).toBe("");
});
