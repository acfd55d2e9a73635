/** Subjects, totals and places of the ledger, for tests. */

import type { Contact, Reached, ReachTotals, Subject } from "../protocol/reach";
import type { BroadcastHint } from "../protocol/types";

export const SCHOOL = { id: 4, name: "Trường Tiểu học Đồng Sen", type: "school", level: "tieu_hoc" };
export const CLASS = { id: 31, title: "3A" };

export function totals(fields: Partial<ReachTotals> = {}): ReachTotals {
  return {
    subjects: 3,
    reached: 1,
    acknowledged: 1,
    seen: 0,
    contacted: 0,
    delivered: 1,
    waiting: 1,
    reasons: { no_account: 1, signed_out: 0, no_push: 0, not_opened: 1 },
    by_hand: { call: 0, visit: 0, village: 0, slip: 0, loudspeaker: 0 },
    ...fields,
  };
}

export function hint(id = 12): BroadcastHint {
  return {
    id,
    issuer: { name: SCHOOL.name, is_official: true },
    kind: "dieu_hanh",
    urgency: "thuong",
    title: "Nghỉ học",
    published_at: "2026-10-06T11:00:00Z",
    wants_acknowledgement: true,
  };
}

export function subject(id: number, fields: Partial<Subject> = {}): Subject {
  return {
    student: { id, name: `Em ${id}`, given_name: `${id}`, class: CLASS, school: null, tint: 1 },
    person: null,
    unit: SCHOOL,
    class: CLASS,
    state: "waiting",
    is_reached: false,
    reason: "no_account",
    at: null,
    people: [],
    contacts: [],
    ...fields,
  };
}

export function contact(id: number, fields: Partial<Contact> = {}): Contact {
  return {
    id,
    channel: "call",
    at: "2026-10-06T12:00:00.000Z",
    by: { id: 7, name: "Nguyễn Thị Lan" },
    note: "",
    is_withdrawn: false,
    is_own: true,
    may_withdraw: true,
    ...fields,
  };
}

export function reached(fields: Partial<Reached> = {}): Reached {
  return {
    broadcast: hint(),
    place: { kind: "class", org: SCHOOL, class: CLASS },
    path: [],
    totals: totals(),
    parts: [],
    is_named: true,
    names: ["pupil"],
    at: "2026-10-06T12:00:00Z",
    ...fields,
  };
}
