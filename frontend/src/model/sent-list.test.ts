import { expect, it } from "vitest";
import { NoticeServer, notice } from "./broadcasts.test-only";
import { SentList } from "./sent-list.svelte";
import { ratioOf } from "./sent-ratio";

it("lists what was sent, page after page", async () => {
  const server = new NoticeServer(...Array.from({ length: 25 }, (_, index) => notice(index + 1)));
  server.answers.set("GET /api/broadcasts/sent", () => {
    const before = Number(new URL(server.asked.at(-1)?.slice(4) ?? "", "http://here").searchParams.get("before") ?? 99);
    const found = [...server.notices.values()].filter((one) => one.id < before).sort((a, b) => b.id - a.id);
    return { broadcasts: found.slice(0, 20), complete: found.length <= 20 };
  });
  const list = new SentList(server);
  await list.load();
  expect([list.list.length, list.isComplete]).toEqual([20, false]);
  await list.older();
  expect([list.list.length, list.isComplete]).toEqual([25, true]);
});

it("goes by answers where the notice wants them, else by who opened it", () => {
  const totals = { recipients: 10, delivered: 9, seen: 8, wanted: 12, acknowledged: 5, units: 1, units_done: 0 };
  expect(ratioOf(totals)).toEqual({ done: 5, of: 12 });
  expect(ratioOf({ ...totals, wanted: 0 })).toEqual({ done: 8, of: 10 });
});
