import { describe, expect, it } from "vitest";
import { TestClock } from "../clock.test-only";
import type { Message } from "../protocol/types";
import type { Written } from "../store/schema";
import { type Item, merge, place, sharing, stillPending, timeline } from "./timeline";

const LAN = { id: 1, name: "Nguyễn Thị Lan", address: "Cô", label: "GVCN 3A", role: "teacher" };
const HOA = { id: 2, name: "Trần Thị Hoa", address: "", label: "Phụ huynh em An", role: "guardian" };

function message(seq: number, fields: Partial<Message> = {}): Message {
  return {
    room: 42,
    seq,
    rev: seq,
    author: LAN,
    client_message_id: `name-${seq}`,
    body: `tin ${seq}`,
    created_at: "2026-10-06T12:00:00Z",
    edited_at: null,
    removed_at: null,
    ...fields,
  };
}
function written(position: number, fields: Partial<Written> = {}): Written {
  return {
    client_message_id: `mine-${position}`,
    position,
    lane: "room-42",
    to: { kind: "room", room: 42 },
    body: "chờ",
    written_at: "2026-10-06T12:10:00Z",
    failed: null,
    ...fields,
  };
}
const view = (fields: Partial<Parameters<typeof timeline>[0]>): Item[] =>
  timeline({
    messages: [],
    written: [],
    me: HOA.id,
    unreadAfter: null,
    othersHave: 0,
    othersRead: 0,
    online: true,
    dayOf: (time) => time.slice(0, 10),
    ...fields,
  });
const marks = (items: Item[]): (string | null)[] =>
  items.flatMap((item) => (item.kind === "message" ? [item.mark] : []));

describe("merge", () => {
  it("sorts by seq, whatever came first", () => {
    expect(merge([message(3)], [message(1), message(2)]).map((one) => one.seq)).toEqual([1, 2, 3]);
  });
  it("keeps the newest state, also when the older one arrives later", () => {
    const edited = message(1, { rev: 9, body: "sửa" });
    expect(merge([edited], [message(1)])[0]?.body).toBe("sửa");
    expect(merge([message(1)], [edited])[0]?.body).toBe("sửa");
  });
  it("gives the same view for every order and every repetition of the same changes", () => {
    for (let seed = 1; seed <= 200; seed += 1) {
      const clock = new TestClock(seed);
      const changes: Message[] = [];
      for (let rev = 1; rev <= 20; rev += 1) {
        const seq =
          clock.random() < 0.6 || changes.length === 0
            ? changes.reduce((most, one) => Math.max(most, one.seq), 0) + 1
            : 1 +
              (Math.floor(clock.random() * changes.length) % changes.reduce((most, one) => Math.max(most, one.seq), 0));
        changes.push(message(seq, { rev, body: `rev ${rev}` }));
      }
      const shuffled = [...changes, ...changes].sort(() => clock.random() - 0.5);
      let shown: Message[] = [];
      while (shuffled.length > 0) shown = merge(shown, shuffled.splice(0, 1 + Math.floor(clock.random() * 4)));
      expect(shown).toEqual(merge([], changes));
    }
  });
});

it("knows the next change from an old one and from a gap", () => {
  expect([place(5, 5), place(5, 6), place(5, 7)]).toEqual(["old", "next", "gap"]);
});

it("does not show twice what has come back under its own name", () => {
  const mine = written(1);
  expect(stillPending([mine], [message(1, { client_message_id: mine.client_message_id })])).toEqual([]);
});

describe("timeline", () => {
  it("puts what is on its way after everything that has arrived, in the order of writing", () => {
    const items = view({ messages: [message(1)], written: [written(2), written(1)] });
    expect(items.map((item) => item.key)).toEqual(["day-2026-10-06", "m-name-1", "m-mine-1", "m-mine-2"]);
  });
  it("keeps the key of a message while it goes from waiting to sent, so that the screen does not jump", () => {
    const before = view({ written: [written(1)] });
    const after = view({ messages: [message(1, { author: HOA, client_message_id: "mine-1" })], written: [written(1)] });
    expect(after.at(-1)?.key).toBe(before.at(-1)?.key);
  });
  it("says each state once, under the last of my messages that has it", () => {
    const messages = [1, 2, 3, 4, 5, 6].map((seq) => message(seq, { author: HOA }));
    expect(marks(view({ messages, othersRead: 2, othersHave: 4 }))).toEqual([
      null,
      "read",
      null,
      "received",
      null,
      "sent",
    ]);
  });
  it("says nothing under what others wrote or what was recalled", () => {
    const messages = [message(1), message(2, { author: HOA, removed_at: "2026-10-06T12:01:00Z" })];
    expect(marks(view({ messages }))).toEqual([null, null]);
  });
  it("waits offline, sends online, and names a failure under each failed one", () => {
    const failed = written(2, { failed: { code: "too_long", detail: "" } });
    const states = (online: boolean) =>
      view({ written: [written(1), failed], online }).flatMap((item) => (item.kind === "pending" ? [item.mark] : []));
    expect(states(false)).toEqual(["queued", "failed"]);
    expect(states(true)).toEqual(["sending", "failed"]);
  });
  it("draws a line for each day and one before the first unread of others", () => {
    const messages = [
      message(1, { created_at: "2026-10-05T01:00:00Z" }),
      message(2, { author: HOA }),
      message(3),
      message(4),
    ];
    expect(view({ messages, unreadAfter: 1 }).map((item) => item.kind)).toEqual([
      "day",
      "message",
      "day",
      "message",
      "unread",
      "message",
      "message",
    ]);
  });
  it("starts a new run at another author and at another day", () => {
    const messages = [
      message(1),
      message(2),
      message(3, { author: HOA }),
      message(4, { author: HOA, created_at: "2026-10-07T01:00:00Z" }),
    ];
    const runs = view({ messages }).flatMap((item) => (item.kind === "message" ? [[item.first, item.last]] : []));
    expect(runs).toEqual([
      [true, false],
      [false, true],
      [true, true],
      [true, true],
    ]);
  });
});

it("keeps every row that is as it was, and no other", () => {
  const messages = [message(1), message(2), message(3)];
  const before = view({ messages });
  const same = sharing(before, view({ messages }));
  expect(same.every((item, index) => item === before[index])).toBe(true);
  const liked = merge(messages, [message(2, { rev: 9, reactions: [{ kind: "tim", count: 1, people: [2] }] })]);
  const after = sharing(before, view({ messages: liked }));
  expect(after.map((item, index) => item === before[index])).toEqual([true, true, false, true]);
  expect(after).toEqual(view({ messages: liked }));
});
