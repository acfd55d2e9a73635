import { beforeEach, expect, it } from "vitest";
import { settled, TestClock } from "../clock.test-only";
import { Refusal, Unreachable } from "../protocol/refusal";
import type { Polled } from "../protocol/types";
import type { Api } from "./api";
import { Poll } from "./poll";

type Asked = {
  body: Record<string, unknown>;
  stop: AbortSignal;
  answer: (mark: string) => void;
  fail: (error: Error) => void;
};

let clock: TestClock;
let asked: Asked[];
let taken: Polled[];
let works: boolean[];
let poll: Poll;

beforeEach(() => {
  clock = new TestClock();
  asked = [];
  taken = [];
  works = [];
  const never = (): Promise<never> => Promise.reject(new Error("not asked for"));
  const api: Api = {
    get: never,
    put: never,
    patch: never,
    del: never,
    file: never,
    send: never,
    post: <Answer>(_path: string, body?: object, stop?: AbortSignal) =>
      new Promise<Answer>((resolve, reject) => {
        const rest = { epoch: "e", rooms: {}, gone: [], start_again: false, heads: {}, events: [], anew: false };
        if (!stop) throw new Error("a poll brings its own patience");
        stop.addEventListener("abort", () => reject(new Unreachable("aborted")));
        const answer = (mark: string): void => resolve({ ...rest, mark } as Answer);
        asked.push({ body: body as Record<string, unknown>, stop, answer, fail: reject });
      }),
  };
  poll = new Poll({
    api,
    clock,
    has: () => ({ epoch: "e", rooms: { "42": 1 } }),
    take: async (answer) => {
      taken.push(answer);
    },
    works: (does) => works.push(does),
  });
});
const latest = (): Asked => asked.at(-1) as Asked;

it("asks one after the other, and brings the mark back", async () => {
  poll.start();
  await clock.advance(0);
  expect(latest().body).toEqual({ epoch: "e", rooms: { "42": 1 }, wait: 25 });
  await clock.advance(5000);
  expect(asked).toHaveLength(1);
  latest().answer("m1");
  await clock.advance(450);
  expect(asked).toHaveLength(2);
  expect(latest().body.mark).toBe("m1");
  expect(works).toEqual([true]);
  expect(taken).toHaveLength(1);
});

it("begins anew when its mark has become old", async () => {
  poll.start();
  await clock.advance(0);
  latest().answer("m1");
  await settled();
  poll.stop();
  await clock.advance(41_000);
  poll.start();
  await clock.advance(0);
  expect(latest().body.mark).toBeUndefined();
});

it("waits as long as a busy server says", async () => {
  poll.start();
  await clock.advance(0);
  latest().fail(new Refusal({ code: "too_fast", detail: "", retry: true, retry_after: 7 }, 429));
  await clock.advance(6900);
  expect(asked).toHaveLength(1);
  await clock.advance(100);
  expect(asked).toHaveLength(2);
});

it.each([
  new Unreachable("cut"),
  new Refusal({ code: "not_signed_in", detail: "", retry: false }, 401),
  new Refusal({ code: "http_404", detail: "", retry: false }, 404),
])("gives up where there is no way either: %s", async (error) => {
  poll.start();
  await clock.advance(0);
  latest().fail(error);
  await clock.advance(600_000);
  expect(asked).toHaveLength(1);
  expect(works).toEqual([false]);
  expect(poll.isRunning).toBe(false);
});

it("gives up an answer that does not come, and lets go when it is stopped", async () => {
  poll.start();
  await clock.advance(45_000);
  expect(works).toEqual([false]);
  poll.start();
  await clock.advance(0);
  const line = latest().stop;
  poll.stop();
  expect(line.aborted).toBe(true);
  await clock.advance(600_000);
  expect(asked).toHaveLength(2);
  expect(works).toEqual([false]);
});
