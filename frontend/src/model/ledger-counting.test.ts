import { expect, it } from "vitest";
import { HAND_CHANNELS, REACH_STATES, type ReachTotals, type Subject } from "../protocol/reach";
import type { Logged } from "../store/schema";
import { afterMove, totalsWith, withLogged } from "./ledger-counting";
import { contact, subject, totals } from "./reach.test-only";

const LAN = { id: 7, name: "Nguyễn Thị Lan" };
function logged(student: number, fields: Partial<Logged> = {}): Logged {
  const at = "2026-10-06T12:00:00.000Z";
  const name = `log-${student}-${fields.channel ?? "call"}`;
  const still = { isWithdrawn: false, tried: false, contact: null, failed: null };
  return { name, broadcast: 12, student, person: null, channel: "call", at, ...still, ...fields };
}
const show = (one: Subject, ...list: Logged[]) => withLogged(one, list, 12, LAN);

it("what was logged here counts at once, with who and when", () => {
  const shown = show(subject(1), logged(1));
  expect([shown.state, shown.is_reached, shown.reason, shown.isWaiting]).toEqual(["contacted", true, null, true]);
  expect(shown.shown.map((one) => [one.channel, one.by.name, one.at])).toEqual([
    ["call", "Nguyễn Thị Lan", "2026-10-06T12:00:00.000Z"],
  ]);
});

it("what is another's, another notice's, taken back or refused does not", () => {
  const others = [
    logged(2),
    logged(1, { broadcast: 13 }),
    logged(1, { isWithdrawn: true }),
    logged(1, { failed: { code: "not_found", detail: "" } }),
  ];
  for (const one of others) expect(show(subject(1), one).state).toBe("waiting");
});

it("an answer stays the stronger state", () => {
  expect(show(subject(1, { state: "seen", is_reached: true, reason: null }), logged(1)).state).toBe("seen");
});

it("a contact that is being withdrawn says so and stays in the list", () => {
  const shown = show(subject(1, { contacts: [contact(5)] }), logged(1, { contact: 5, isWithdrawn: true }));
  expect(shown.shown.map((one) => [one.id, one.logged?.isWithdrawn])).toEqual([[5, true]]);
  expect(shown.isWaiting).toBe(false);
});

it("two contacts of one pupil count once", () => {
  const subjects = [subject(1), subject(2)];
  const shown = subjects.map((one) => show(one, logged(1), logged(1, { channel: "visit" })));
  const sum = totalsWith(
    totals({ subjects: 2, reached: 0, acknowledged: 0, delivered: 0, waiting: 2 }),
    subjects,
    shown,
  );
  expect([sum.reached, sum.contacted, sum.waiting]).toEqual([1, 1, 1]);
  expect([sum.by_hand.call, sum.by_hand.visit]).toEqual([1, 1]);
});

it("totals keep adding up whatever moves", () => {
  const states = REACH_STATES.map((state, index): Subject => {
    const is_reached = index < 3;
    const reason = is_reached ? null : state === "delivered" ? "not_opened" : "no_account";
    const contacts = state === "contacted" ? [contact(index)] : [];
    return subject(1, { state, is_reached, reason, contacts });
  });
  for (const before of states) {
    for (const after of states) {
      const start = totals({ contacted: 1, subjects: 4, reached: 2, by_hand: { ...totals().by_hand, call: 1 } });
      const moved = afterMove(start, before, after);
      expect(sumOf(moved)).toBe(start.subjects);
      expect(moved.reached).toBe(moved.acknowledged + moved.seen + moved.contacted);
      const why = Object.values(moved.reasons).reduce((sum, count) => sum + count, 0);
      expect(why).toBe(moved.delivered + moved.waiting);
      expect(HAND_CHANNELS.reduce((sum, channel) => sum + moved.by_hand[channel], 0)).toBe(moved.contacted);
    }
  }
});

function sumOf(counted: ReachTotals): number {
  return REACH_STATES.reduce((sum, state) => sum + counted[state], 0);
}
