import { beforeEach, describe, expect, it } from "vitest";
import { TestClock } from "../clock.test-only";
import { Refusal, Unreachable } from "../protocol/refusal";
import type { ServerEvent } from "../protocol/types";
import { backoff } from "./backoff";
import { Socket, type SocketState } from "./socket";

class Wire {
  onopen: ((event: Event) => void) | null = null;
  onmessage: ((event: MessageEvent) => void) | null = null;
  onclose: ((event: CloseEvent) => void) | null = null;
  sent: Record<string, unknown>[] = [];
  isClosed = false;

  send(text: string): void {
    this.sent.push(JSON.parse(text) as Record<string, unknown>);
  }
  close(): void {
    this.isClosed = true;
  }
  say(frame: object): void {
    this.onmessage?.(new MessageEvent("message", { data: JSON.stringify(frame) }));
  }
  hello(): void {
    this.say({ type: "hello", epoch: "e", person: 7, heartbeat: 25, heads: {} });
  }
  drop(code: number): void {
    this.onclose?.(new CloseEvent("close", { code }));
  }
}

let clock: TestClock;
let wires: Wire[];
let states: SocketState[];
let events: ServerEvent[];
let surroundings: { isOnline: boolean; isVisible: boolean; changed: () => void };
let socket: Socket;

beforeEach(() => {
  clock = new TestClock();
  wires = [];
  states = [];
  events = [];
  surroundings = { isOnline: true, isVisible: true, changed: () => {} };
  socket = new Socket(
    () => {
      const wire = new Wire();
      wires.push(wire);
      return wire;
    },
    clock,
    {
      online: () => surroundings.isOnline,
      visible: () => surroundings.isVisible,
      watch(changed) {
        surroundings.changed = changed;
        return () => {
          surroundings.changed = () => {};
        };
      },
    },
    { state: (state) => states.push(state), event: (event) => events.push(event) },
  );
});

const wire = (): Wire => wires.at(-1) as Wire;
const state = (): SocketState => states.at(-1) as SocketState;

it("is open after hello and not before", () => {
  socket.start();
  expect(state().name).toBe("connecting");
  wire().hello();
  expect(state().name).toBe("open");
  expect(events.map((event) => event.type)).toEqual(["hello"]);
});

it("pairs answers with orders by their number, in any order", async () => {
  socket.start();
  wire().hello();
  const first = socket.order("message.remove", { room: 1, seq: 1 });
  const second = socket.order("message.read", { room: 1, read_seq: 2 });
  const [one, two] = wire().sent;
  wire().say({ type: "ok", ref: two?.ref, read_seq: 2, have_seq: 2, unread: 0 });
  wire().say({ type: "refused", ref: one?.ref, code: "not_allowed", detail: "Không được.", retry: false });
  expect((await second).unread).toBe(0);
  await expect(first).rejects.toBeInstanceOf(Refusal);
});

it("rejects what waits for an answer when the line is cut, as unreachable", async () => {
  socket.start();
  wire().hello();
  const order = socket.order("message.remove", { room: 1, seq: 1 });
  wire().drop(1006);
  await expect(order).rejects.toBeInstanceOf(Unreachable);
  expect(state().name).toBe("waiting");
});

it("gives up a socket that swallows orders", async () => {
  socket.start();
  wire().hello();
  const order = socket.order("message.remove", { room: 1, seq: 1 });
  const failed = expect(order).rejects.toBeInstanceOf(Unreachable);
  await clock.advance(15_000);
  await failed;
  expect(wires[0]?.isClosed).toBe(true);
});

it("pings within the heartbeat and lets go of a line that has gone silent", async () => {
  socket.start();
  wire().hello();
  await clock.advance(21_000);
  expect(wire().sent.map((sent) => sent.type)).toEqual(["ping"]);
  wire().say({ type: "ok", ref: wire().sent[0]?.ref });
  await clock.advance(60_000);
  expect(wires.length).toBeGreaterThan(1);
});

describe("coming back", () => {
  it("waits longer each time, never more than 45 s, and starts small again after a hello", async () => {
    socket.start();
    const waits: number[] = [];
    for (let attempt = 0; attempt < 10; attempt += 1) {
      wire().drop(1006);
      const waiting = state();
      if (waiting.name !== "waiting") throw new Error(waiting.name);
      waits.push(waiting.until - clock.now());
      await clock.advance(waiting.until - clock.now());
    }
    expect(waits[0]).toBeLessThanOrEqual(750);
    expect(Math.max(...waits)).toBeLessThanOrEqual(45_000);
    expect(waits.at(-1)).toBeGreaterThanOrEqual(15_000);
    wire().hello();
    wire().drop(1000);
    expect((state() as { until: number }).until - clock.now()).toBeLessThanOrEqual(750);
  });

  it.each([
    [4401, "signed_out"],
    [4403, "access_removed"],
    [4410, "account_closed"],
    [4400, "update_wanted"],
  ])("stays away after %i", async (code, why) => {
    socket.start();
    wire().hello();
    wire().drop(code);
    await clock.advance(600_000);
    expect(wires).toHaveLength(1);
    expect(state()).toEqual({ name: "stopped", why });
  });

  it.each([4008, 4408, 4012, 4503, 1000, 1006, 1011])("comes back after %i", async (code) => {
    socket.start();
    wire().hello();
    wire().drop(code);
    await clock.advance(10_001);
    expect(wires.length).toBeGreaterThan(1);
  });

  it("keeps quiet for 30 s after 4029, also when somebody looks", async () => {
    socket.start();
    wire().hello();
    wire().drop(4029);
    surroundings.changed();
    await clock.advance(29_000);
    expect(wires).toHaveLength(1);
    await clock.advance(7_000);
    expect(wires).toHaveLength(2);
  });

  it.each([4012, 4029, 4503])(
    "stays away after %i exactly as long as the server said, also when somebody looks",
    async (code) => {
      socket.start();
      wire().hello();
      wire().say({ type: "closing", code, retry_after: 7.3 });
      wire().drop(code);
      surroundings.changed();
      await clock.advance(7_299);
      expect(wires).toHaveLength(1);
      await clock.advance(1);
      expect(wires).toHaveLength(2);
      expect(events.map((event) => event.type)).toEqual(["hello"]);
      // The next loss is another matter.
      wire().hello();
      wire().drop(1006);
      await clock.advance(750);
      expect(wires).toHaveLength(3);
    },
  );

  it("tries only once a minute or so while something else carries", async () => {
    socket.start();
    socket.hasDetour = true;
    wire().drop(1006);
    await clock.advance(29_000);
    expect(wires).toHaveLength(1);
    await clock.advance(61_000);
    expect(wires).toHaveLength(2);
  });

  it("does not sit out a long wait when the line returns or somebody looks again", () => {
    socket.start();
    for (let attempt = 0; attempt < 3; attempt += 1) {
      wire().drop(1006);
      surroundings.changed();
    }
    expect(wires).toHaveLength(4);
  });

  it("is deaf to a wire that it has let go", () => {
    socket.start();
    const old = wire();
    old.hello();
    old.drop(1006);
    surroundings.changed();
    old.say({ type: "heartbeat", heads: { "1": 2 } });
    expect(events.map((event) => event.type)).toEqual(["hello"]);
  });
});

it("spreads a town's return: half to one and a half of each step", () => {
  for (let attempt = 0; attempt < 12; attempt += 1) {
    const step = [0.5, 1, 2, 4, 8, 16, 30][Math.min(attempt, 6)] ?? 30;
    const wait = backoff(attempt, clock) / 1000;
    expect(wait).toBeGreaterThanOrEqual(step * 0.5);
    expect(wait).toBeLessThanOrEqual(step * 1.5);
  }
});
