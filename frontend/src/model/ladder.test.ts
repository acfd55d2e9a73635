import { expect, it } from "vitest";
import type { Ladder, LadderRow, Standing } from "../protocol/ladder";
import { contentOf, emptyDraft, fieldsOf, fingerprint, missing } from "./compose-draft";
import { actionsFor, LadderDesk, orgsLed, sidesOf } from "./ladder";

const school = { id: 7, name: "Trường TH&THCS Đồng Sen", type: "school", level: "th_thcs" };
const commune = { id: 3, name: "Xã Đồng Sen", type: "local", level: "" };
const above: Standing = { set_by: null, locked_by: null, is_own: false, is_locked: false };
const now = { after: 0, action: "push", to: "all", has_channel: true, due_at: "2026-10-06T03:00:00Z" } as const;

function row(fields: Partial<LadderRow> = {}): LadderRow {
  return { urgency: "khan", side: "staff", steps: [now], waits: false, ...above, ...fields };
}
function ladder(fields: Partial<Ladder> = {}): Ladder {
  return {
    org: school,
    version: 2,
    at: "2026-10-06T03:00:00Z",
    may_change: true,
    channels: ["push"],
    rows: [row(), row({ side: "households" })],
    quiet: { begins: "21:00", ends: "06:00", ...above },
    most_a_day: 5,
    digest_at: "19:00",
    ...fields,
  };
}

it("keeps what an org decided itself, and nothing of what holds from above", () => {
  const found = ladder({
    rows: [row({ is_own: true }), row({ side: "households", is_locked: true, set_by: commune })],
    quiet: { begins: "20:00", ends: "07:00", ...above, is_own: true, is_locked: true },
  });
  expect(new LadderDesk(found).change(2)).toEqual({
    version: 2,
    rows: { "khan.staff": [{ after: 0, action: "push", to: "all" }] },
    quiet: { begins: "20:00", ends: "07:00" },
    locked: ["khan.households", "quiet"],
  });
  expect(new LadderDesk(ladder()).change(2)).toEqual({ version: 2, rows: {}, quiet: null, locked: [] });
});

it("offers only what a row may do", () => {
  expect(actionsFor(row())).toEqual(["push", "sms", "email", "deputy", "call_list"]);
  expect(actionsFor(row({ side: "households" }))).not.toContain("deputy");
  expect(actionsFor(row({ urgency: "thuong", side: "households" }))).toEqual(["sms", "email", "call_list"]);
});

it("knows both sides of a notice by its roles", () => {
  expect(sidesOf(["guardians"])).toEqual(["households"]);
  expect(sidesOf(["students", "teachers"])).toEqual(["staff", "households"]);
  expect(sidesOf([])).toEqual([]);
});

it("names each unit once to whom speaks for it, and none to others", () => {
  const held = (role: string, org = school) => ({ role, org, position: "" });
  const me = (roles: ReturnType<typeof held>[]) => ({ roles }) as Parameters<typeof orgsLed>[0];
  expect(orgsLed(me([held("principal"), held("siteAdministrator"), held("teacher", commune)]))).toEqual([school]);
  expect(orgsLed(me([held("teacher"), held("guardian")]))).toEqual([]);
  expect(orgsLed(null)).toEqual([]);
});

it("sends an end of reminders only with what cannot wait, and not one that is over", () => {
  const draft = { ...emptyDraft("a"), urgency: "hoa_toc" as const, ends_at: "2026-10-06T10:00:00Z" };
  expect(contentOf(draft).ends_at).toBe("2026-10-06T10:00:00Z");
  expect(contentOf({ ...draft, urgency: "khan" })).not.toHaveProperty("ends_at");
  expect(missing(draft, Date.parse("2026-10-06T11:00:00Z"))).toContain("ends_at");
  expect(missing(draft, Date.parse("2026-10-06T09:00:00Z"))).not.toContain("ends_at");
  // As the server keeps it, with another way to write the same moment.
  const kept = { ...contentOf(draft), ends_at: "2026-10-06T10:00:00.000Z" };
  expect(fingerprint(kept)).toBe(fingerprint(contentOf(draft)));
  expect(fieldsOf(kept, []).ends_at).toBe("2026-10-06T10:00:00.000Z");
});
