import { beforeEach, expect, it } from "vitest";
import { TestClock } from "../clock.test-only";
import type { Reach } from "../protocol/broadcasts";
import type { Approval } from "../protocol/drafts";
import type { Me } from "../protocol/types";
import { ApprovalDesk, mayApprove } from "./approvals";
import { ApprovalList, Decision } from "./approvals.svelte";
import { Waiting } from "./approvals-waiting";
import { NoticeServer, refused } from "./broadcasts.test-only";
import { draft } from "./drafts.test-only";

const PATH = "/api/broadcasts/approvals/7";
const reach = (people: number): Reach => ({
  schools: 12,
  classes: 40,
  units: 12,
  households: people,
  people,
  by_role: { guardians: people, students: 0, teachers: 0, staff: 0 },
  with_push: 10,
  channels: { app: 20, push: 10, none: 5 },
  forecast: { share_in_an_hour: 0.84, based_on: 9 },
  easily_missed: [],
  duplicate: null,
  needs_approval: true,
  why: ["schools"],
});
const waiting = (fields: Partial<Approval> = {}): Approval => ({
  ...draft(7, { state: "submitted", people: 731 }),
  reach: reach(731),
  ...fields,
});

let server: NoticeServer;
let now: Approval;
let confirmed: number;
beforeEach(() => {
  server = new NoticeServer();
  now = waiting();
  confirmed = 0;
  server.answers.set(`GET ${PATH}`, () => now);
});
async function opened(): Promise<Decision> {
  const decision = new Decision(7, {
    desk: new ApprovalDesk(server),
    confirmed: (act) => {
      confirmed += 1;
      return act();
    },
  });
  await decision.load();
  return decision;
}

it("approves the version and the number that were on the screen, confirmed anew", async () => {
  const said: unknown[] = [];
  server.answers.set(`POST ${PATH}/approve`, (body) => {
    said.push(body);
    return { ...now, state: "leaving" };
  });
  const decision = await opened();
  expect(await decision.approve()).toBe(true);
  expect([said, confirmed, decision.done?.word]).toEqual([[{ version: 1, people: 731 }], 1, "approved"]);
});

it("shows what changed and approves nothing until it was looked at", async () => {
  const decision = await opened();
  now = waiting({ reach: reach(728) });
  server.answers.set(`POST ${PATH}/approve`, () => {
    throw refused("audience_changed", 409, { people: 728 });
  });
  expect(await decision.approve()).toBe(false);
  expect([decision.hasChanged, decision.draft?.reach?.people, decision.done]).toEqual([true, 728, null]);
});

it("marks a text that its author changed under the reader's eyes", async () => {
  const decision = await opened();
  expect(decision.hasChanged).toBe(false);
  now = waiting({ version: 2 });
  decision.hear({ type: "draft.changed", draft: 7, state: "submitted" });
  await new TestClock().advance(0);
  expect([decision.hasChanged, decision.draft?.version]).toEqual([true, 2]);
});

it.each(["too_late", "same_browser", "not_waiting"])("keeps %s in the server's words", async (code) => {
  const decision = await opened();
  server.answers.set(`POST ${PATH}/approve`, () => {
    throw refused(code, 409);
  });
  expect(await decision.approve()).toBe(false);
  expect((decision.trouble as { detail: string }).detail).toBe(`detail of ${code}`);
});

it("declines with a reason, without the second factor", async () => {
  const said: unknown[] = [];
  server.answers.set(`POST ${PATH}/decline`, (body) => {
    said.push(body);
    return { ...now, state: "returned" };
  });
  const decision = await opened();
  expect(await decision.decline(" Sai ngày ")).toBe(true);
  expect([said, confirmed]).toEqual([[{ reason: "Sai ngày" }], 0]);
});

it("says when it is no longer this person's to decide", async () => {
  server.answers.set(`GET ${PATH}`, () => {
    throw refused("not_found", 404);
  });
  expect((await opened()).state).toBe("gone");
});

it("lists what waits and what went without anybody's word", async () => {
  const broken = waiting({ id: 8, state: "left", broke_glass_reason: "Nước lên, không gọi được ai", reach: null });
  server.answers.set("GET /api/broadcasts/approvals", () => ({ approvals: [now], broke_glass: [broken] }));
  const list = new ApprovalList(new ApprovalDesk(server));
  await list.load();
  expect([list.waiting.length, list.brokeGlass[0]?.id]).toEqual([1, 8]);
});

it("asks once for several drafts that change at once", async () => {
  const clock = new TestClock();
  let asked = 0;
  const badge = new Waiting(clock, async () => {
    asked += 1;
  });
  for (const id of [1, 2, 3]) badge.hear({ type: "draft.changed", draft: id, state: "submitted" });
  await clock.advance(1000);
  expect(asked).toBe(1);
});

it("is for those who speak for an org", () => {
  const me = (role: string): Me => ({ roles: [{ role }] }) as unknown as Me;
  expect(["principal", "districtAdministrator", "teacher", "guardian"].map((role) => mayApprove(me(role)))).toEqual([
    true,
    true,
    false,
    false,
  ]);
});
