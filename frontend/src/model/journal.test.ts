import { describe, expect, it } from "vitest";
import type { Api } from "../net/api";
import type { JournalLine, JournalPage } from "../protocol/journal";
import { byDay, Journal, journalQuery, WHOLE_JOURNAL } from "./journal.svelte";

const line = (id: number, at: string): JournalLine => ({
  id,
  at,
  act: "draft.approve",
  org: null,
  by: null,
  by_id: null,
  about: { kind: "draft", id, title: null },
  facts: { people: null },
  digest: "0".repeat(64),
});

/** A server whose answers come when they are let go. */
function slowServer() {
  const waiting: { path: string; answer: (page: JournalPage) => void }[] = [];
  const api = { get: (path: string) => new Promise((answer) => waiting.push({ path, answer })) } as unknown as Api;
  return { api, waiting };
}

describe("the journal", () => {
  it("asks for what narrows alone", () => {
    expect(journalQuery(WHOLE_JOURNAL, null)).toBe("");
    expect(journalQuery({ group: "viewed", since: "2026-10-01", until: "" }, 7)).toBe(
      "group=viewed&since=2026-10-01&before=7",
    );
  });

  it("keeps the lines of a day together", () => {
    const lines = [line(3, "2026-10-06T08:00"), line(2, "2026-10-06T07:00"), line(1, "2026-10-05T23:00")];
    const days = byDay(lines, (at) => at.slice(0, 10));
    expect(days.map(([day, found]) => [day, found.map((one) => one.id)])).toEqual([
      ["2026-10-06", [3, 2]],
      ["2026-10-05", [1]],
    ]);
  });

  it("shows the answer to the last question, whichever comes last", async () => {
    const { api, waiting } = slowServer();
    const journal = new Journal(api);
    const first = journal.load();
    const second = journal.narrow({ group: "viewed" });
    waiting[1]?.answer({ lines: [line(9, "2026-10-06T08:00")], complete: false });
    waiting[0]?.answer({ lines: [line(1, "2026-10-06T08:00")], complete: true });
    await Promise.all([first, second]);
    expect(journal.lines.map((one) => one.id)).toEqual([9]);
    const third = journal.more();
    expect(waiting[2]?.path).toBe("/api/journal?group=viewed&before=9");
    waiting[2]?.answer({ lines: [line(8, "2026-10-06T07:00")], complete: true });
    await third;
    expect([journal.lines.map((one) => one.id), journal.isComplete]).toEqual([[9, 8], true]);
  });
});
