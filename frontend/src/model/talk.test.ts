import { describe, expect, it } from "vitest";
import { TestClock } from "../clock.test-only";
import type { Own, Poll, Reaction } from "../protocol/talk";
import type { Message } from "../protocol/types";
import type { Deed } from "../store/schema";
import { chosen, isOver, ownOf, withDeeds, withPart, withReaction, withVote } from "./talk";

const LAN = { id: 1, name: "Nguyễn Thị Lan", address: "Cô", label: "GVCN 3A", role: "teacher" };
const ME = 7;
const heart: Reaction = { kind: "tim", count: 2, people: [3, 4] };
const poll: Poll = {
  options: [
    { id: 1, text: "8:00 thứ Bảy", votes: 31 },
    { id: 2, text: "19:30 thứ Sáu", votes: 8 },
  ],
  voters: 39,
  closes_at: null,
  closed_at: null,
  several: false,
  shows_names: false,
};
const message = (seq: number, fields: Partial<Message> = {}): Message => ({
  room: 42,
  seq,
  rev: seq,
  author: LAN,
  client_message_id: `n${seq}`,
  body: `tin ${seq}`,
  created_at: "2026-10-06T12:00:00Z",
  edited_at: null,
  removed_at: null,
  ...fields,
});
const reacted = (seq: number, kind: "tim" | "like" | null): Deed => ({
  key: `42-${seq}-react`,
  room: 42,
  seq,
  at: "",
  epoch: "",
  what: "react",
  kind,
});

describe("a reaction", () => {
  it("is one a person: another takes its place, the same again is the same", () => {
    const once = withReaction([heart], ME, null, "tim");
    expect(once).toEqual([{ kind: "tim", count: 3, people: [ME, 3, 4] }]);
    expect(withReaction(once, ME, "tim", "tim")).toEqual(once);
    expect(withReaction(once, ME, "tim", "buon")).toEqual([heart, { kind: "buon", count: 1, people: [ME] }]);
    expect(withReaction(once, ME, "tim", null)).toEqual([heart]);
  });
  it("counts also where nobody is named", () => {
    expect(withReaction([{ kind: "tim", count: 900, people: [] }], ME, "tim", null)).toEqual([
      { kind: "tim", count: 899, people: [] },
    ]);
  });
  it("ends where it would by any way of taps", () => {
    const clock = new TestClock(3);
    for (let walk = 0; walk < 200; walk += 1) {
      let now: Reaction[] = [heart];
      let own: Own["reaction"] = null;
      for (let tap = 0; tap < 8; tap += 1) {
        const next = ([null, "tim", "like", "buon"] as const)[Math.floor(clock.random() * 4)] ?? null;
        now = withReaction(now, ME, own, next);
        own = next;
      }
      expect(now).toEqual(withReaction([heart], ME, null, own));
    }
  });
});

describe("a choice", () => {
  it("is one of many, or several, and is taken back by the same tap", () => {
    expect(chosen([], 2, false)).toEqual([2]);
    expect(chosen([1], 2, false)).toEqual([2]);
    expect(chosen([2], 2, false)).toEqual([]);
    expect(chosen([3], 1, true)).toEqual([1, 3]);
    expect(chosen([1, 3], 1, true)).toEqual([3]);
  });
  it("moves the bars by what it changes", () => {
    const moved = withVote(poll, [1], [2]);
    expect(moved.options.map((option) => option.votes)).toEqual([30, 9]);
    expect(moved.voters).toBe(39);
    expect(withVote(poll, [], [1]).voters).toBe(40);
    expect(withVote(poll, [1], []).voters).toBe(38);
  });
  it("is over by the clock or by a hand", () => {
    const now = Date.UTC(2026, 9, 6, 12);
    expect(isOver(poll, now)).toBe(false);
    expect(isOver({ ...poll, closes_at: "2026-10-06T12:00:00Z" }, now)).toBe(true);
    expect(isOver({ ...poll, closes_at: "2026-10-06T12:00:01Z" }, now)).toBe(false);
    expect(isOver({ ...poll, closed_at: "2026-10-06T11:00:00Z" }, now)).toBe(true);
  });
});

describe("what was done here", () => {
  it("is shown over what the server told, and once it has told the same, counted once", () => {
    const before = [message(1), message(2, { reactions: [heart] })];
    const deeds = [reacted(2, "tim")];
    const shown = withDeeds(before, deeds, new Map(), ME);
    expect(shown[1]?.reactions).toEqual([{ kind: "tim", count: 3, people: [ME, 3, 4] }]);
    expect(shown[0]).toBe(before[0]);
    const told = [message(1), message(2, { reactions: shown[1]?.reactions ?? [] })];
    const owned = new Map([[2, { reaction: "tim" as const, vote: [] }]]);
    expect(withDeeds(told, deeds, owned, ME)).toEqual(told);
  });
  it("is nothing on a message that was taken back", () => {
    const gone = [message(1, { removed_at: "2026-10-06T12:05:00Z", body: "" })];
    expect(withDeeds(gone, [reacted(1, "tim")], new Map(), ME)).toEqual(gone);
  });
  it("is what an answer says, and where it says nothing, nothing", () => {
    const told = [message(1), message(2, { reactions: [heart] }), message(3, { poll })];
    expect(ownOf(42, told, { "3": { reaction: null, vote: [2] } })).toEqual([
      { room: 42, seq: 2, reaction: null, vote: [] },
      { room: 42, seq: 3, reaction: null, vote: [2] },
    ]);
    expect(ownOf(42, told)).toHaveLength(2);
  });
});

it("never sets a part of a message that is newer as a whole", () => {
  const newer = message(1, { rev: 9, body: "sửa" });
  expect(withPart(newer, { room: 42, seq: 1, rev: 8, reactions: [heart] })).toBe(newer);
  expect(withPart(newer, { room: 42, seq: 1, rev: 10, reactions: [heart] })).toEqual({
    ...newer,
    rev: 10,
    reactions: [heart],
  });
});
