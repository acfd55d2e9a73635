import { expect, it } from "vitest";
import type { Cause, Deny, ExplainedRoom, PersonPage, PersonRole } from "../protocol/people";
import { choicesFor, dayAfter, isEmpty, lostBy, tomorrow } from "./people-denies";

const school = { id: 7, name: "Trường TH&THCS Đồng Sen", type: "school", level: "th_thcs" };
const department = { id: 1, name: "Sở", type: "state", level: "" };

function role(fields: Partial<PersonRole> = {}): PersonRole {
  return { role: "guardian", org: school, source: "csdl", since: null, until: null, is_live: true, ...fields };
}
function link(id: number, state: "active" | "unverified" | "blocked" = "active"): PersonPage["children"][number] {
  return {
    id,
    name: `Con ${id}`,
    relation: "mother",
    state,
    is_live: state === "active",
    said_by_student: true,
    said_by_guardian: false,
    since: null,
    until: null,
  };
}
function person(fields: Partial<PersonPage> = {}): PersonPage {
  return {
    id: 42,
    name: "Phạm Thị Hoa",
    position: "",
    is_enabled: true,
    roles: [role()],
    classes: [],
    children: [link(5), link(6)],
    guardians: [],
    account: { is_activated: true, devices: 1, last_seen_on: null, has_second_factor: false, let_in: null },
    denies: [],
    same_human: [],
    source: { id: 1, name: "csdl", heard_at: null, said_at: null, is_stale: false },
    ...fields,
  };
}
function deny(fields: Partial<Deny> = {}): Deny {
  return {
    id: 1,
    person: { id: 42, name: "Phạm Thị Hoa" },
    student: null,
    org: null,
    reason: "",
    made_by: null,
    made_at: "2026-11-23T05:00:00Z",
    until: null,
    review_on: null,
    ended_by: null,
    ended_at: null,
    end_reason: "",
    is_standing: true,
    ...fields,
  };
}
function cause(fields: Partial<Cause> = {}): Cause {
  return {
    seat: "guardian",
    kind: "guardian_link",
    facts: {},
    is_homeroom_teacher: false,
    org: null,
    school_class: null,
    student: null,
    since: null,
    until: null,
    ...fields,
  };
}
const of = (student: number): Cause => cause({ student: { id: student, name: "" } });
const at = (org: typeof school): Cause => cause({ kind: "role", org });
function room(id: number, causes: Cause[], fields: Partial<ExplainedRoom> = {}): ExplainedRoom {
  return {
    id,
    kind: "guardians",
    title: "",
    org: school,
    school_class: null,
    student: null,
    guardian: null,
    teacher: null,
    seat: "guardian",
    can: ["read"],
    causes,
    denies: [],
    ...fields,
  };
}
const ids = (rooms: ExplainedRoom[]): number[] => rooms.map((one) => one.id);

it("offers an office the children, and a head the school and everything as well", () => {
  expect(choicesFor(person(), false)).toEqual({
    children: [
      { id: 5, name: "Con 5" },
      { id: 6, name: "Con 6" },
    ],
    orgs: [],
    everywhere: false,
  });
  expect(choicesFor(person(), true)).toMatchObject({ orgs: [school], everywhere: true });
});

it("leaves out what stands already, and nothing that stands for somebody else", () => {
  const denied = person({ denies: [deny({ student: { id: 5, name: "" } }), deny({ org: school })] });
  expect(choicesFor(denied, true)).toMatchObject({ children: [{ id: 6 }], orgs: [], everywhere: true });
  const pupil = person({ children: [], denies: [deny({ person: { id: 9, name: "" } })] });
  expect(choicesFor(pupil, true)).toMatchObject({ orgs: [school], everywhere: true });
  expect(isEmpty(choicesFor(person({ children: [], denies: [deny(), deny({ org: school })] }), true))).toBe(true);
});

it("offers no link that gives nothing, and no role that is over", () => {
  const claimed = person({
    children: [link(5, "unverified"), link(6, "blocked")],
    roles: [role({ until: "2020-06-01" }), role({ org: department, until: "2999-06-01" })],
  });
  expect(choicesFor(claimed, true)).toMatchObject({ children: [{ id: 6 }], orgs: [department] });
});

it("names the rooms that close, and not those that another cause keeps open", () => {
  const rooms = [
    room(1, [of(5)]),
    room(2, [of(5), of(6)]),
    room(3, [at(school)]),
    room(4, [of(5)], { seat: null }),
    room(5, []),
  ];
  expect(ids(lostBy(rooms, { student: 5, org: null }))).toEqual([1]);
  expect(ids(lostBy(rooms, { student: 6, org: null }))).toEqual([]);
  expect(ids(lostBy(rooms, { student: null, org: null }))).toEqual([1, 2, 3]);
});

it("takes a school's rooms with the school, and leaves those of other units", () => {
  const rooms = [
    room(1, [of(5)]),
    room(2, [at(school)]),
    room(3, [at(department)]),
    room(4, [at(school), at(department)]),
    room(5, [of(5)], { org: department }),
  ];
  expect(ids(lostBy(rooms, { student: null, org: school.id }))).toEqual([1, 2]);
});

it("counts days as they are written, over the end of a month and a year", () => {
  expect(tomorrow(new Date(2026, 10, 30, 23, 59))).toBe("2026-12-01");
  expect(dayAfter("2026-12-31")).toBe("2027-01-01");
  expect(dayAfter("2028-02-28")).toBe("2028-02-29");
});
