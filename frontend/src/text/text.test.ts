import { expect, it } from "vitest";
import en from "../../messages/en.json";
import vi from "../../messages/vi.json";
import { chalkDate, dayLine, listTime, momentOf } from "./format";

const holes = (text: string): string[] => [...text.matchAll(/\{(\w+)\}/g)].map((found) => found[1] ?? "").sort();
const keys = Object.keys(vi).filter((key) => !key.startsWith("$")) as (keyof typeof vi)[];

it("says everything in both languages, with the same values in it", () => {
  expect(Object.keys(en).sort()).toEqual(Object.keys(vi).sort());
  for (const key of keys) {
    expect(vi[key].trim(), key).not.toBe("");
    expect(en[key].trim(), key).not.toBe("");
    expect(holes(en[key]), key).toEqual(holes(vi[key]));
  }
});

it("is composed the same way everywhere: search and comparison go by NFC", () => {
  for (const key of keys) expect(vi[key].normalize("NFC"), key).toBe(vi[key]);
});

it("has none of the words that people here do not use", () => {
  for (const key of keys) expect(vi[key], key).not.toMatch(/\b(OK|Submit|Cancel|token|session|cache|đồng bộ)\b/i);
});

it("writes days as people here do", () => {
  const now = new Date(2026, 9, 6, 19, 14);
  const at = (day: number, hour = 8): string => new Date(2026, 9, day, hour, 5).toISOString();
  expect(chalkDate(now)).toBe("Thứ Ba, 06/10/2026");
  expect(dayLine("2026-10-06", now)).toBe("Hôm nay, 06/10/2026");
  expect(dayLine("2026-10-05", now)).toBe("Hôm qua, 05/10/2026");
  expect(dayLine("2026-10-03", now)).toBe("Thứ Bảy, 03/10/2026");
  expect([
    listTime(at(6), now),
    listTime(at(5), now),
    listTime(at(2), now),
    listTime(at(1, 1).replace("2026-10", "2026-09"), now),
  ]).toEqual(["08:05", "hôm qua", "thứ Sáu", expect.stringMatching(/^\d\d\/09\/2026$/)]);
  expect(momentOf(at(6, 19), now)).toBe("19:05 hôm nay");
});
