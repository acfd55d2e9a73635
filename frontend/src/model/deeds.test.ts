import { afterEach, beforeEach, expect, it } from "vitest";
import { settled, TestClock } from "../clock.test-only";
import type { Api } from "../net/api";
import { Refusal, Unreachable } from "../protocol/refusal";
import type { Own } from "../protocol/talk";
import { forgetAccount, openAccount } from "../store/db";
import type { Database } from "../store/schema";
import { Deeds } from "./deeds.svelte";
import type { Line } from "./rooms.svelte";

/** A server that keeps one reaction and one choice a message. `fate` decides what the device hears of each try. */
class Server {
  readonly own = new Map<string, Own>();
  asked: string[] = [];
  fate: () => "ok" | "lost_before" | "lost_after" | Error = () => "ok";

  put = async <Answer>(path: string, body: object): Promise<Answer> => {
    this.asked.push(path);
    const fate = this.fate();
    await settled(1);
    if (fate instanceof Error) throw fate;
    if (fate === "lost_before") throw new Unreachable("cut");
    const [, , , room, , seq, what] = path.split("/");
    const key = `${room}-${seq}`;
    const before = this.own.get(key) ?? { reaction: null, vote: [] };
    const given = body as { kind?: Own["reaction"]; options?: number[] };
    const mine: Own =
      what === "reaction" ? { ...before, reaction: given.kind ?? null } : { ...before, vote: given.options ?? [] };
    this.own.set(key, mine);
    if (fate === "lost_after") throw new Unreachable("cut");
    return { room: Number(room), seq: Number(seq), rev: this.asked.length, reactions: [], mine } as Answer;
  };
}

let server: Server;
let clock: TestClock;
let database: Database;
let account = 7000;
let told: Own[];
let refused: string[];
let isCaughtUp: boolean;
const HELLO = { type: "hello" as const, epoch: "e1", person: 7, heartbeat: 25, heads: {} };

/** A page as it opens: what was kept is there, and the server has said which life it lives. */
async function page(): Promise<Deeds> {
  const deeds = silent();
  await deeds.load();
  deeds.hear(HELLO);
  return deeds;
}
function silent(): Deeds {
  const never = (): Promise<never> => Promise.reject(new Error("not asked for"));
  const api: Api = { get: never, post: never, put: server.put, patch: never, del: never, file: never, send: never };
  const line: Line = { isOpen: false, order: never };
  return new Deeds({
    database,
    api,
    line,
    clock,
    rooms: () => ({
      epoch: "e1",
      done: async (answer) => {
        told.push(answer.mine);
        return isCaughtUp;
      },
    }),
    later: () => {},
    refused: (refusal) => refused.push(refusal.code),
  });
}

beforeEach(async () => {
  server = new Server();
  clock = new TestClock();
  account += 1;
  database = await openAccount(account);
  told = [];
  refused = [];
  isCaughtUp = true;
});
afterEach(async () => {
  database.close();
  await forgetAccount(account);
});

it("shows a reaction at once, keeps it, and sends it when there is a line", async () => {
  server.fate = () => "lost_before";
  const first = await page();
  await first.react(42, 5, "tim");
  expect(first.list).toMatchObject([{ seq: 5, what: "react", kind: "tim" }]);
  await clock.advance(100);
  first.stop();
  server.fate = () => "ok";
  const second = await page();
  await clock.advance(2000);
  expect(server.own.get("42-5")).toEqual({ reaction: "tim", vote: [] });
  expect(told).toEqual([{ reaction: "tim", vote: [] }]);
  expect(second.list).toEqual([]);
  expect(await database.getAll("deeds")).toEqual([]);
});

it("says the last of several taps, and a choice beside it", async () => {
  server.fate = () => "lost_before";
  const one = await page();
  await one.react(42, 5, "tim");
  await one.react(42, 5, "like");
  await one.vote(42, 5, [2]);
  await one.react(42, 5, null);
  expect(one.list).toHaveLength(2);
  server.fate = () => "ok";
  one.wake();
  await clock.advance(2000);
  expect(server.own.get("42-5")).toEqual({ reaction: null, vote: [2] });
  expect(one.list).toEqual([]);
});

it("gives up what the server refuses, says so, and goes on with the next", async () => {
  const one = await page();
  server.fate = () => new Refusal({ code: "poll_closed", detail: "Bình chọn đã kết thúc.", retry: false }, 409);
  await one.vote(42, 5, [1]);
  await clock.advance(10);
  expect(refused).toEqual(["poll_closed"]);
  server.fate = () => "ok";
  await one.react(42, 6, "vui");
  await clock.advance(10);
  expect(server.own.get("42-6")?.reaction).toBe("vui");
  expect(one.list).toEqual([]);
});

it("waits as long as the server asks, and unharmed for the next sign-in", async () => {
  const one = await page();
  server.fate = () => new Refusal({ code: "too_fast", detail: "", retry: true, retry_after: 3 }, 429);
  await one.react(42, 5, "tim");
  await clock.advance(2900);
  expect(server.asked).toHaveLength(1);
  server.fate = () => new Refusal({ code: "not_signed_in", detail: "", retry: false }, 401);
  await clock.advance(5000);
  expect(await database.getAll("deeds")).toHaveLength(1);
  expect(refused).toEqual([]);
});

it("stays shown as done while something before it is missing", async () => {
  isCaughtUp = false;
  const one = await page();
  await one.react(42, 5, "tim");
  await clock.advance(500);
  expect(one.list).toHaveLength(1);
  isCaughtUp = true;
  await clock.advance(1000);
  expect(one.list).toEqual([]);
  expect(told).toHaveLength(2);
});

it("says nothing before the server has, and nothing of another life of its database", async () => {
  const one = silent();
  await one.load();
  await one.react(42, 5, "tim");
  await clock.advance(60_000);
  expect(server.asked).toEqual([]);
  expect(one.list).toHaveLength(1);
  one.hear({ ...HELLO, epoch: "e2" });
  await clock.advance(1000);
  expect(server.asked).toEqual([]);
  expect(one.list).toEqual([]);
  expect(await database.getAll("deeds")).toEqual([]);
});

it("ends with the last tap whatever is cut, doubled or reloaded", async () => {
  for (let seed = 1; seed <= 15; seed += 1) {
    clock = new TestClock(seed);
    server = new Server();
    const fates = ["ok", "lost_before", "lost_after"] as const;
    server.fate = () => fates[Math.floor(clock.random() * 3)] ?? "ok";
    const wanted = new Map<string, Own>();
    let one = await page();
    for (let step = 0; step < 25; step += 1) {
      const dice = clock.random();
      const seq = 1 + Math.floor(clock.random() * 3);
      const key = `42-${seq}`;
      const before = wanted.get(key) ?? { reaction: null, vote: [] };
      if (dice < 0.4) {
        const kind = clock.random() < 0.3 ? null : clock.random() < 0.5 ? ("tim" as const) : ("buon" as const);
        await one.react(42, seq, kind);
        wanted.set(key, { ...before, reaction: kind });
      } else if (dice < 0.6) {
        const options = clock.random() < 0.3 ? [] : [1 + Math.floor(clock.random() * 2)];
        await one.vote(42, seq, options);
        wanted.set(key, { ...before, vote: options });
      } else if (dice < 0.9) await clock.advance(clock.random() * 3000);
      else {
        one.stop();
        await settled();
        one = await page();
      }
    }
    server.fate = () => "ok";
    one.wake();
    await clock.advance(60_000);
    for (const [key, own] of wanted) expect(server.own.get(key), `seed ${seed}, ${key}`).toEqual(own);
    expect(one.list, `seed ${seed}`).toEqual([]);
    expect(await database.getAll("deeds"), `seed ${seed}`).toEqual([]);
    one.stop();
  }
}, 60_000);
