import { beforeEach, describe, expect, it } from "vitest";
import { settled, TestClock } from "../clock.test-only";
import type { Reached, Subject } from "../protocol/reach";
import type { ServerEvent } from "../protocol/types";
import { NoticeServer, refused } from "./broadcasts.test-only";
import { NO_FILTER } from "./reach";
import { reached, SCHOOL, subject, totals } from "./reach.test-only";
import { ReachBoard } from "./reach-board.svelte";
import { SubjectList } from "./reach-list.svelte";

const HERE = { broadcast: 12, org: 4, schoolClass: null };
const AT = "GET /api/broadcasts/12/reach";

let clock: TestClock;
let server: NoticeServer;
let place: Reached;
let isInSight: boolean;
let tell: (event: ServerEvent) => void;

beforeEach(() => {
  clock = new TestClock();
  server = new NoticeServer();
  place = reached({ place: { kind: "school", org: SCHOOL, class: null } });
  isInSight = true;
  tell = () => {};
  server.answers.set(AT, () => place);
});
async function opened(): Promise<ReachBoard> {
  const listen = (listener: (event: ServerEvent) => void): (() => void) => {
    tell = listener;
    return () => {
      tell = () => {};
    };
  };
  const board = new ReachBoard(HERE, {
    api: server,
    line: server.line,
    clock,
    listen,
    isInSight: () => isInSight,
  });
  await board.start();
  return board;
}
const moved = (unit: number): ServerEvent => ({
  type: "broadcast.progressed",
  broadcast: 12,
  totals: { recipients: 3, delivered: 1, seen: 1, wanted: 3, acknowledged: 1, units: 1, units_done: 0 },
  units: [{ unit: { ...SCHOOL, id: unit }, totals: {} as never }],
});

describe("the board of a place", () => {
  it("watches before it looks", async () => {
    server.line.isOpen = true;
    await opened();
    expect(server.asked).toEqual(["broadcast.watch 12", "GET /api/broadcasts/12/reach?org=4"]);
  });

  it("looks again once for all that moves within two seconds", async () => {
    server.line.isOpen = true;
    const board = await opened();
    place = reached({ place: place.place, totals: totals({ reached: 2 }) });
    for (let times = 0; times < 5; times += 1) tell(moved(SCHOOL.id));
    await clock.advance(1900);
    expect(server.count("GET")).toBe(1);
    await clock.advance(200);
    expect([server.count("GET"), board.reached?.totals.reached]).toEqual([2, 2]);
  });

  it("a school does not mind what moves elsewhere", async () => {
    server.line.isOpen = true;
    await opened();
    tell(moved(99));
    tell({ ...moved(SCHOOL.id), broadcast: 13 } as ServerEvent);
    await clock.advance(10_000);
    expect(server.count("GET")).toBe(1);
  });

  it("who may look and not watch looks again by and by, while it is in sight", async () => {
    server.line.isOpen = true;
    server.line.order = () => Promise.reject(refused("not_found", 404));
    const board = await opened();
    await clock.advance(31_000);
    expect(server.count("GET")).toBe(3);
    isInSight = false;
    await clock.advance(31_000);
    expect(server.count("GET")).toBe(3);
    board.stop();
    isInSight = true;
    await clock.advance(31_000);
    expect(server.count("GET")).toBe(3);
  });

  it("watches and looks again after a line that was lost", async () => {
    await opened();
    server.line.isOpen = true;
    tell({ type: "hello", epoch: "a", person: 1, heartbeat: 25, heads: {} });
    await settled();
    expect(server.asked.slice(1)).toEqual(["broadcast.watch 12", "GET /api/broadcasts/12/reach?org=4"]);
  });

  it("tells no right from no line, and keeps what it shows while the line is gone", async () => {
    const board = await opened();
    server.isReachable = false;
    await clock.advance(16_000);
    expect(board.state).toBe("ready");
    expect((await opened()).state).toBe("unreachable");
    server.isReachable = true;
    server.answers.set(AT, () => {
      throw refused("not_found", 404);
    });
    expect((await opened()).state).toBe("gone");
  });

  it("shows every school in place of the next level", async () => {
    const board = await opened();
    await board.look("units");
    expect(server.asked.at(-1)).toBe("GET /api/broadcasts/12/reach?parts=units&org=4");
  });
});

describe("a list of people", () => {
  const all: Subject[] = Array.from({ length: 120 }, (_, index) => subject(index + 1));
  let list: SubjectList;

  beforeEach(() => {
    server.answers.set("GET /api/broadcasts/12/reach/subjects", () => {
      const query = new URL(server.asked.at(-1)?.slice(4) ?? "", "http://here").searchParams;
      const found = all.filter((one) => !query.get("q") || one.student?.name.includes(query.get("q") ?? ""));
      const from = Number(query.get("after") ?? 0);
      const page = found.slice(from, from + Number(query.get("limit")));
      const end = from + page.length;
      const complete = end >= found.length;
      const named = found.length;
      return {
        subjects: page,
        count: named,
        named,
        complete,
        after: complete ? null : `${end}`,
        audience: null,
        roles: [],
      };
    });
    list = new SubjectList(HERE, { api: server, clock });
  });

  it("comes page by page, its number always known", async () => {
    await list.load();
    expect([list.subjects.length, list.count, list.isComplete]).toEqual([50, 120, false]);
    await list.more();
    await list.more();
    expect([list.subjects.length, list.isComplete]).toEqual([120, true]);
    await list.more();
    expect(server.count("GET")).toBe(3);
  });

  it("is asked anew when a filter changes, letters after a pause; an older answer does not count", async () => {
    await list.load();
    list.choose({ q: "1" });
    list.choose({ q: "12" });
    list.choose({ q: "120" });
    expect(list.count).toBeNull();
    await clock.advance(400);
    expect([list.count, list.subjects[0]?.student?.id, server.count("GET")]).toEqual([1, 120, 2]);
  });

  it("loads a whole class at once", async () => {
    await list.loadAll();
    expect([list.subjects.length, list.isComplete]).toEqual([120, true]);
  });

  it("does not throw whoever has read on back to its beginning", async () => {
    await list.load();
    await list.renew();
    expect(server.count("GET")).toBe(2);
    await list.more();
    await list.renew();
    expect([server.count("GET"), list.subjects.length]).toEqual([3, 100]);
  });

  it("the same filters make the file", () => {
    list.filter = { ...NO_FILTER, state: "unreached", role: "adult" };
    expect(list.exportAddress("xlsx")).toBe(
      "/api/broadcasts/12/reach/export?state=unreached&role=adult&format=xlsx&org=4",
    );
  });
});
