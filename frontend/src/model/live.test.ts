import { beforeEach, expect, it } from "vitest";
import { settled, TestClock } from "../clock.test-only";
import type { Api } from "../net/api";
import { Unreachable } from "../protocol/refusal";
import type { Polled } from "../protocol/types";
import { Live } from "./live.svelte";

class Wire {
  onopen: ((event: Event) => void) | null = null;
  onmessage: ((event: MessageEvent) => void) | null = null;
  onclose: ((event: CloseEvent) => void) | null = null;
  send(): void {}
  close(): void {}
  say(frame: object): void {
    this.onmessage?.(new MessageEvent("message", { data: JSON.stringify(frame) }));
  }
  hello(): void {
    this.say({ type: "hello", epoch: "e", person: 7, heartbeat: 25, heads: {} });
  }
  drop(code = 1006): void {
    this.onclose?.(new CloseEvent("close", { code }));
  }
}

let clock: TestClock;
let wires: Wire[];
let isHttpBlocked: boolean;
let polls: number;
let opened: number;
let live: Live;

beforeEach(() => {
  clock = new TestClock();
  wires = [];
  isHttpBlocked = false;
  polls = 0;
  opened = 0;
  const never = (): Promise<never> => Promise.reject(new Error("not asked for"));
  const api: Api = {
    get: never,
    put: never,
    patch: never,
    del: never,
    file: never,
    send: never,
    post: async <Answer>(_path: string, _body?: object, stop?: AbortSignal) => {
      polls += 1;
      if (isHttpBlocked) throw new Unreachable("cut");
      // The first is answered at once, as the server does; the others wait.
      if (polls > 1)
        await new Promise<void>((resolve, reject) => {
          clock.after(25_000, resolve);
          stop?.addEventListener("abort", () => reject(new Unreachable("x")));
        });
      return { mark: "m" } as Polled as Answer;
    },
  };
  live = new Live(
    {
      api,
      clock,
      dial: () => {
        const wire = new Wire();
        wires.push(wire);
        return wire;
      },
      surroundings: { online: () => true, visible: () => true, watch: () => () => {} },
    },
    {
      event: () => {},
      has: () => ({ epoch: "e", rooms: {} }),
      polled: async () => {},
      opened: () => {
        opened += 1;
      },
      stopped: () => {},
    },
  );
});
const wire = (): Wire => wires.at(-1) as Wire;

async function fail(times: number): Promise<void> {
  for (let count = 0; count < times; count += 1) {
    const before = wires.length;
    wire().drop();
    for (let tries = 0; wires.length === before && tries < 20; tries += 1) await clock.advance(250);
  }
}

it("polls after three tries of the socket, and says so", async () => {
  live.start();
  await fail(2);
  expect([live.state, polls]).toEqual(["unreachable", 0]);
  wire().drop();
  await clock.advance(200);
  expect([live.state, polls]).toEqual(["detour", 1]);
  expect(opened).toBe(1);
  await clock.advance(500);
  expect(polls).toBe(2);
});

it("goes back to the socket when one opens", async () => {
  live.start();
  await fail(2);
  await fail(1);
  await clock.advance(5000);
  expect(live.state).toBe("detour");
  wire().hello();
  expect(live.state).toBe("good");
  const before = polls;
  await clock.advance(50_000);
  expect(polls).toBe(before);
});

it("polls meanwhile where the server says that it is degraded, not in the same instant", async () => {
  live.start();
  wire().hello();
  wire().say({ type: "closing", code: 4503, retry_after: 12 });
  wire().drop(4503);
  await clock.advance(500);
  expect(polls).toBe(0);
  await clock.advance(3000);
  expect([live.state, polls > 0, wires.length]).toEqual(["detour", true, 1]);
});

it("asks once a try, and no more, while nothing gets through", async () => {
  isHttpBlocked = true;
  live.start();
  await fail(2);
  wire().drop();
  await settled();
  await clock.advance(1);
  expect([live.state, polls]).toEqual(["unreachable", 1]);
});

it("stops polling with the line", async () => {
  live.start();
  await fail(2);
  wire().drop();
  await clock.advance(200);
  live.stop();
  await clock.advance(600_000);
  expect(polls).toBeLessThanOrEqual(2);
  expect(live.state).toBe("good");
});
