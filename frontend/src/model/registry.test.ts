import { expect, it } from "vitest";
import type { Figures, Mapping, Run, Source, Valve } from "../protocol/registry";
import { inBytes, isApplying, lookOf, mayDecide, rowsOf, seatsOf, stepsOf } from "./registry";
import { answered, saidOf } from "./registry-mapping";
import { changedFields, EMPTY_FIELDS, fieldsOf, newSource } from "./registry-setting-up";

const figures = (fields: Partial<Figures> = {}): Figures => ({
  read: 0,
  added: 0,
  changed: 0,
  restored: 0,
  removed: 0,
  unchanged: 0,
  quarantined: 0,
  ...fields,
});
const valve = (fields: Partial<Valve>): Valve => ({
  valve: "removed",
  detail: "",
  table: "users",
  org: "",
  org_name: "",
  found: 30,
  limit: 20,
  is_open: true,
  ids: [],
  ...fields,
});
const run = (fields: Partial<Run> = {}): Run => ({
  id: 1,
  source: 1,
  state: "dry_run",
  trigger: "upload",
  mode: "bulk",
  code: null,
  detail: null,
  changes: 3,
  is_rollover: false,
  started_at: "",
  finished_at: null,
  started_by: null,
  tables: { orgs: figures({ added: 1, restored: 1 }), users: figures({ changed: 2 }) },
  stored: { orgs: 849 },
  people: null,
  members: null,
  valves: [],
  list: null,
  progress: null,
  confirmed_by: null,
  seconded_by: null,
  confirmation: "",
  rolled_back_by: null,
  rolled_back_at: null,
  rollback_reason: "",
  may: ["apply", "decline"],
  ...fields,
});
const states = (given: Run | null, hasColumns = false): string =>
  stepsOf(given, hasColumns)
    .map(({ step, state }) => `${step}:${state}`)
    .join(" ");

it("tells step by step how far an update is", () => {
  expect(states(null)).toBe("upload:now dry_run:next conflicts:next apply:next");
  expect(states(run({ state: "received" }), true)).toBe(
    "upload:done mapping:done dry_run:now conflicts:next apply:next",
  );
  expect(states(run())).toBe("upload:done dry_run:done conflicts:done apply:now");
  expect(states(run({ state: "held", valves: [valve({})] }))).toBe("upload:done dry_run:done conflicts:now apply:next");
  expect(states(run({ tables: { users: figures({ quarantined: 1 }) } }))).toMatch("conflicts:now");
  expect(states(run({ state: "refused", code: "not_a_zip" }))).toMatch("dry_run:failed");
  expect(states(run({ state: "refused", list: { name: "a.xlsx", asks: ["kind"] } }), true)).toMatch("mapping:failed");
  expect(states(run({ state: "applied" }))).not.toMatch(/now|next|failed/);
});

it("knows what is being applied from what is being read, and what was declined", () => {
  expect(isApplying(run({ state: "received", valves: [valve({ is_open: false })] }))).toBe(true);
  expect(lookOf(run({ state: "received" }))).toBe("received");
  expect(lookOf(run({ state: "refused", code: "declined" }))).toBe("declined");
  expect(lookOf(run({ may: [] }))).toBe("unkept");
  expect(mayDecide(run({ state: "held", may: ["confirm", "decline"] }))).toBe(true);
});

it("shows people by what they are where that was counted, else all together", () => {
  const people = { stored: 5, added: 1, changed: 0, removed: 2 };
  expect(rowsOf(run()).map((row) => row.key)).toEqual(["orgs", "classes", "users", "enrollments", "guardianLinks"]);
  expect(rowsOf(run())[0]).toMatchObject({ stored: 849, added: 2 });
  const split = rowsOf(run({ people: { students: people, staff: people, guardians: people } }));
  expect(split.map((row) => row.key)).toEqual([
    "orgs",
    "classes",
    "students",
    "staff",
    "guardians",
    "enrollments",
    "guardianLinks",
  ]);
});

it("puts every open valve into a row, and no closed one", () => {
  const valves = [
    valve({ valve: "orgs_gone", table: "orgs" }),
    valve({ valve: "heads_gained", table: "roles" }),
    valve({ valve: "removed", table: "courses" }),
    valve({ valve: "rolled_back_before", table: "" }),
    valve({ valve: "changed", table: "users", is_open: false }),
  ];
  const rows = rowsOf(run({ valves }));
  const placed = Object.fromEntries(rows.map((row) => [row.key, row.valves.map((each) => each.valve)]));
  expect(placed).toMatchObject({
    orgs: ["orgs_gone"],
    users: [],
    roles: ["heads_gained"],
    whole: ["removed", "rolled_back_before"],
  });
});

it("adds up the seats of all units, where they were counted", () => {
  const unit = { org: 1, name: "", granted: 2, revoked: 3 };
  expect(seatsOf(run({ members: [unit, unit] }))).toEqual({ granted: 4, revoked: 6 });
  expect(seatsOf(run())).toBeNull();
});

it("talks of sizes as people do", () => {
  expect([inBytes(640 * 1024, "vi"), inBytes(27.4 * 2 ** 20, "vi"), inBytes(256 * 2 ** 20, "en")]).toEqual([
    "640 KB",
    "27,4 MB",
    "256 MB",
  ]);
});

const mapping: Mapping = {
  name: "a.xlsx",
  kind: null,
  extent: "ask",
  school_year: null,
  asks: ["columns"],
  meanings: [],
  sheets: [
    {
      sheet: "6A",
      kind: "pupils",
      row: 1,
      missing: [],
      columns: [
        { cell: "6A!A1", header: "Lớp", meaning: "class", confidence: 1 },
        { cell: "6A!B1", header: "Mã hs", meaning: "code", confidence: 0.9 },
        { cell: "6A!C1", header: "Sở thích", meaning: null, confidence: 0 },
      ],
    },
  ],
};

it("says of columns what is corrected and what was only guessed, and nothing of the others", () => {
  const chosen = answered(mapping);
  expect(chosen).toEqual({ Lớp: "class", "Mã hs": "code", "Sở thích": "" });
  expect(saidOf(mapping, chosen, "", "ask")).toEqual({ columns: { "Mã hs": "code" } });
  expect(saidOf(mapping, chosen, "", "ask", true).columns).toEqual({});
  expect(saidOf(mapping, { ...chosen, Lớp: "grade" }, "pupils", "whole_school")).toEqual({
    columns: { Lớp: "grade", "Mã hs": "code" },
    kind: "pupils",
    extent: "whole_school",
  });
});

it("tells of a source only what is another, and never an empty secret", () => {
  const access = {
    endpoint: "https://a/",
    token_endpoint: "https://b/",
    client_id: "c",
    has_secret: true,
    version: "1.2",
  };
  const source = { name: "Nguồn", runs_at: "02:00", access } as Source;
  const fields = fieldsOf(source);
  expect(fields.secret).toBe("");
  expect(changedFields(source, { ...fields, client_id: "" })).toEqual({});
  expect(changedFields(source, { ...fields, runs_at: null, secret: " s " })).toEqual({ runs_at: null, secret: "s" });
  expect(newSource("sheet", 3, { ...EMPTY_FIELDS, name: " Danh sách ", endpoint: "https://a/" })).toEqual({
    name: "Danh sách",
    kind: "sheet",
    scope: 3,
  });
  expect(newSource("rest", 3, { ...EMPTY_FIELDS, name: "x", endpoint: "https://a/" })).toEqual({
    name: "x",
    kind: "rest",
    scope: 3,
    endpoint: "https://a/",
  });
});
