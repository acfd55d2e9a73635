import { beforeEach, describe, expect, it } from "vitest";
import { settled, TestClock } from "../clock.test-only";
import type { Progress, Sent, UnitProgress } from "../protocol/broadcasts";
import type { ServerEvent, Totals } from "../protocol/types";
import { NoticeServer, notice, refused } from "./broadcasts.test-only";
import { Board, SentList } from "./progress.svelte";
import { chosen, countsByState, EVERYTHING, grouped, rowOf, stateOf } from "./progress-units";

const dongSen = { id: 2, name: "Xã Đồng Sen", type: "local", level: "" };
const tanSon = { id: 3, name: "Xã Tân Sơn", type: "local", level: "" };

function totals(acknowledged: number, wanted: number, fields: Partial<Totals> = {}): Totals {
  const isDone = acknowledged === wanted ? 1 : 0;
  return {
    recipients: wanted,
    delivered: acknowledged,
    seen: acknowledged,
    wanted,
    acknowledged,
    units: 1,
    units_done: isDone,
    ...fields,
  };
}
function unit(id: number, name: string, commune: typeof dongSen | null, counted: Totals): UnitProgress {
  return { unit: { id, name, type: "school", level: "" }, commune, totals: counted };
}
const units = [
  unit(4, "Trường Tiểu học Đồng Sen", dongSen, totals(3, 10)),
  unit(5, "Trường Mầm non Hoa Mai", dongSen, totals(5, 5)),
  unit(6, "Trường THCS Tân Sơn", tanSon, totals(0, 8, { seen: 2, delivered: 4 })),
];

describe("the state of a unit", () => {
  it.each([
    ["done", totals(5, 5)],
    ["part", totals(1, 5)],
    ["seen", totals(0, 5, { seen: 2 })],
    ["had", totals(0, 5, { delivered: 1 })],
    ["none", totals(0, 5)],
    ["done", totals(0, 0, { recipients: 4, seen: 4 })],
    ["part", totals(0, 0, { recipients: 4, seen: 1 })],
  ] as const)("is %s", (state, counted) => {
    expect(stateOf(counted)).toBe(state);
  });
});

describe("filters", () => {
  const names = (choice: Partial<typeof EVERYTHING>): string[] =>
    chosen(units, { ...EVERYTHING, ...choice }).map((row) => row.unit.name);

  it("go by commune, by name without tones, and by what is not done", () => {
    expect(names({ commune: 3 })).toEqual(["Trường THCS Tân Sơn"]);
    expect(names({ query: "hoa mai" })).toEqual(["Trường Mầm non Hoa Mai"]);
    expect(names({ school: 4 })).toEqual(["Trường Tiểu học Đồng Sen"]);
    expect(names({ isOutstanding: true })).toEqual(["Trường Tiểu học Đồng Sen", "Trường THCS Tân Sơn"]);
    expect(names({ commune: 2, isOutstanding: true, query: "mai" })).toEqual([]);
  });

  it("keep the sums of communes", () => {
    const groups = grouped(units.map(rowOf));
    expect(groups.map((group) => [group.commune?.name, group.ratio, group.outstanding])).toEqual([
      ["Xã Đồng Sen", { done: 8, of: 15 }, 1],
      ["Xã Tân Sơn", { done: 0, of: 8 }, 1],
    ]);
    expect(countsByState(units.map(rowOf))).toEqual({ done: 1, part: 1, seen: 1, had: 0, none: 0 });
  });
});

describe("the board", () => {
  let clock: TestClock;
  let server: NoticeServer;
  let progress: Progress;
  let tell: (event: ServerEvent) => void;

  beforeEach(() => {
    clock = new TestClock();
    server = new NoticeServer();
    const { for: _for, seen_at: _seen, ...told } = notice(12);
    const whole = { ...totals(8, 23), units: 3, units_done: 1 };
    const broadcast: Sent = { ...told, audience: { title: "Sở", roles: ["guardians"] }, totals: whole };
    progress = { broadcast, units, communes: [dongSen, tanSon], at: "2026-10-06T12:00:00Z" };
    server.answers.set("GET /api/broadcasts/12/progress", () => progress);
    tell = () => {};
  });
  async function opened(): Promise<Board> {
    const listen = (listener: (event: ServerEvent) => void): (() => void) => {
      tell = listener;
      return () => {
        tell = () => {};
      };
    };
    const board = new Board(12, { api: server, line: server.line, clock, listen });
    await board.start();
    return board;
  }
  const moved = (acknowledged: number, whole: number): ServerEvent => ({
    type: "broadcast.progressed",
    broadcast: 12,
    totals: { ...totals(whole, 23), units: 3, units_done: 1 },
    units: [{ unit: units[2]?.unit ?? tanSon, totals: totals(acknowledged, 8) }],
  });

  it("watches before it looks", async () => {
    server.line.isOpen = true;
    await opened();
    expect(server.asked).toEqual(["broadcast.watch 12", "GET /api/broadcasts/12/progress"]);
  });

  it("moves by itself, unit by unit", async () => {
    const board = await opened();
    tell(moved(1, 9));
    expect(board.broadcast?.totals.acknowledged).toBe(9);
    expect(board.rows.map((row) => row.state)).toEqual(["part", "done", "part"]);
    expect(server.count("GET")).toBe(1);
  });

  it("asks again when something moved that it was not told of", async () => {
    const board = await opened();
    tell(moved(1, 11));
    const [first, ...others] = units;
    if (!first) throw new Error("no unit");
    progress = { ...progress, units: [{ ...first, totals: totals(6, 10) }, ...others] };
    await clock.advance(3000);
    expect(server.count("GET")).toBe(2);
    expect(board.units[0]?.totals.acknowledged).toBe(6);
  });

  it("does not mind a notice that is another's", async () => {
    const board = await opened();
    tell({ ...moved(8, 16), broadcast: 13 } as ServerEvent);
    expect(board.broadcast?.totals.acknowledged).toBe(8);
  });

  it("watches and looks again after a line that was lost", async () => {
    await opened();
    server.line.isOpen = true;
    tell({ type: "hello", epoch: "a", person: 1, heartbeat: 25, heads: {} });
    await settled();
    expect(server.asked.slice(1)).toEqual(["broadcast.watch 12", "GET /api/broadcasts/12/progress"]);
  });

  it("looks by itself where there is no socket, until it is closed", async () => {
    const board = await opened();
    await clock.advance(31_000);
    expect(server.count("GET")).toBe(3);
    board.stop();
    await clock.advance(60_000);
    expect(server.count("GET")).toBe(3);
  });

  it("tells no right from no line", async () => {
    server.isReachable = false;
    expect((await opened()).state).toBe("unreachable");
    server.isReachable = true;
    server.answers.set("GET /api/broadcasts/12/progress", () => {
      throw refused("not_found", 404);
    });
    expect((await opened()).state).toBe("gone");
  });
});

it("lists what was sent, page after page, and takes what a board knows better", async () => {
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
  list.renew({ ...(list.list[3] as Sent), title: "mới" });
  expect(list.list[3]?.title).toBe("mới");
});
