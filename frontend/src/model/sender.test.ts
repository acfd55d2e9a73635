import { beforeEach, describe, expect, it } from "vitest";
import { settled, TestClock } from "../clock.test-only";
import { Refusal, Unreachable } from "../protocol/refusal";
import type { Message } from "../protocol/types";
import type { Destination, Written } from "../store/schema";
import { laneOf, Sender } from "./sender";

const AN: Destination = { kind: "room", room: 42 };
const BINH: Destination = { kind: "room", room: 43 };
const refused = (code: string, retry: boolean, retryAfter?: number): Refusal =>
  new Refusal({ code, detail: code, retry, ...(retryAfter ? { retry_after: retryAfter } : {}) });

/** A server that keeps one message a name, as the real one does. `fate` decides what the sender hears of each try. */
class Server {
  readonly rooms = new Map<string, { name: string; body: string }[]>();
  tries = 0;
  fate: (written: Written) => "ok" | "lost_before" | "lost_after" | Error = () => "ok";

  async send(written: Written): Promise<{ message: Message; room: null }> {
    this.tries += 1;
    const fate = this.fate(written);
    await settled(1);
    if (fate instanceof Error) throw fate;
    if (fate === "lost_before") throw new Unreachable("cut");
    const room = this.rooms.get(written.lane) ?? [];
    this.rooms.set(written.lane, room);
    if (!room.some((one) => one.name === written.client_message_id))
      room.push({ name: written.client_message_id, body: written.body });
    if (fate === "lost_after") throw new Unreachable("cut");
    return { message: { client_message_id: written.client_message_id } as Message, room: null };
  }
  bodies(to: Destination): string[] {
    return (this.rooms.get(laneOf(to)) ?? []).map((one) => one.body);
  }
}

/** The device's database: outlives every sender. */
class Disk {
  readonly kept = new Map<string, Written>();
  isFull = false;
  async read(): Promise<Written[]> {
    return [...this.kept.values()].sort((a, b) => a.position - b.position);
  }
  async put(written: Written): Promise<void> {
    if (this.isFull) throw new DOMException("full", "QuotaExceededError");
    this.kept.set(written.client_message_id, structuredClone(written));
  }
  async forget(name: string): Promise<void> {
    this.kept.delete(name);
  }
}

let clock: TestClock;
let server: Server;
let disk: Disk;
let shown: readonly Written[];
let arrived: string[];
let names = 0;

function sender(): Sender {
  return new Sender(
    server,
    disk,
    clock,
    {
      changed: (written) => {
        shown = written;
      },
      sent: async (written) => {
        arrived.push(written.body);
      },
    },
    () => `name-${++names}`,
  );
}

beforeEach(() => {
  clock = new TestClock();
  server = new Server();
  disk = new Disk();
  shown = [];
  arrived = [];
});

it("keeps what was written before it shows it", async () => {
  disk.isFull = true;
  await expect(sender().write(AN, "một")).rejects.toThrow();
  expect(shown).toEqual([]);
  expect(server.tries).toBe(0);
});

it("sends in the order of writing, one after the other", async () => {
  const one = sender();
  for (const body of ["một", "hai", "ba"]) await one.write(AN, body);
  await clock.advance(100);
  expect(server.bodies(AN)).toEqual(["một", "hai", "ba"]);
  expect(shown).toEqual([]);
  expect(disk.kept.size).toBe(0);
});

it("survives a reload in the tunnel: all three arrive once, in order", async () => {
  server.fate = () => "lost_before";
  const before = sender();
  for (const body of ["một", "hai", "ba"]) await before.write(AN, body);
  await clock.advance(60_000);
  before.stop();
  const after = sender();
  server.fate = () => "ok";
  await after.start();
  await clock.advance(60_000);
  expect(server.bodies(AN)).toEqual(["một", "hai", "ba"]);
  expect(arrived).toEqual(["một", "hai", "ba"]);
});

it("does not double what arrived although its answer was lost", async () => {
  let isFirst = true;
  server.fate = () => {
    const fate = isFirst ? "lost_after" : "ok";
    isFirst = false;
    return fate;
  };
  await sender().write(AN, "một");
  await clock.advance(10_000);
  expect(server.bodies(AN)).toEqual(["một"]);
  expect(server.tries).toBe(2);
});

it("gives up only on a refusal for good, says why, and lets the next one pass", async () => {
  server.fate = (written) => (written.body === "dài" ? refused("too_long", false) : "ok");
  const one = sender();
  await one.write(AN, "dài");
  await one.write(AN, "hai");
  await clock.advance(1000);
  expect(server.bodies(AN)).toEqual(["hai"]);
  expect(shown.map((written) => written.failed?.code)).toEqual(["too_long"]);
  expect(disk.kept.size).toBe(1);
});

it("sends again under the same name, and drops only by hand", async () => {
  server.fate = () => refused("may_not_post", false);
  const one = sender();
  const written = await one.write(AN, "một");
  await clock.advance(1000);
  server.fate = () => "ok";
  await one.again(written.client_message_id);
  await clock.advance(1000);
  expect(server.rooms.get("room-42")?.map((kept) => kept.name)).toEqual([written.client_message_id]);
});

it("waits as long as the server asks", async () => {
  server.fate = () => refused("too_fast", true, 30);
  await sender().write(AN, "một");
  await clock.advance(29_000);
  expect(server.tries).toBe(1);
  server.fate = () => "ok";
  await clock.advance(2_000);
  expect(server.bodies(AN)).toEqual(["một"]);
});

it("waits unharmed while nobody is signed in", async () => {
  server.fate = () => refused("not_signed_in", false);
  await sender().write(AN, "một");
  await clock.advance(60_000);
  expect(shown.map((written) => written.failed)).toEqual([null]);
  expect(disk.kept.size).toBe(1);
});

it("does not hold up one room for another", async () => {
  server.fate = (written) => (written.lane === "room-42" ? "lost_before" : "ok");
  const one = sender();
  await one.write(AN, "kẹt");
  await one.write(BINH, "đi");
  await clock.advance(1000);
  expect(server.bodies(BINH)).toEqual(["đi"]);
});

it("does not hold up words for a photograph that is on its way, and keeps photographs in their order", async () => {
  server.fate = (written) => (written.body.startsWith("ảnh") ? "lost_before" : "ok");
  const one = sender();
  const files = [{ key: "k", kind: "image" as const, name: "a.jpg", type: "image/jpeg", size: 9 }];
  await one.write(AN, "ảnh một", { files });
  await one.write(AN, "ảnh hai", { files });
  await one.write(AN, "lời");
  await clock.advance(1000);
  expect(server.bodies(AN)).toEqual(["lời"]);
  server.fate = () => "ok";
  await clock.advance(120_000);
  expect(server.bodies(AN)).toEqual(["lời", "ảnh một", "ảnh hai"]);
});

it("tries at once when the line is back, instead of sitting out the wait", async () => {
  server.fate = () => "lost_before";
  const one = sender();
  await one.write(AN, "một");
  await clock.advance(120_000);
  server.fate = () => "ok";
  one.wake();
  await clock.advance(10);
  expect(server.bodies(AN)).toEqual(["một"]);
});

it("writes nothing for an account that has left", async () => {
  server.fate = () => "ok";
  const one = sender();
  await one.write(AN, "một");
  one.stop();
  await clock.advance(10_000);
  expect(arrived).toEqual([]);
});

describe("as a machine", () => {
  it("brings every message once and in order through cuts, refusals to retry, reloads and wakes", async () => {
    for (let seed = 1; seed <= 60; seed += 1) {
      clock = new TestClock(seed);
      server = new Server();
      disk = new Disk();
      let now = sender();
      const wrote: Record<string, string[]> = { "room-42": [], "room-43": [] };
      server.fate = () => {
        const dice = clock.random();
        if (dice < 0.25) return "lost_before";
        if (dice < 0.5) return "lost_after";
        if (dice < 0.6) return refused("overloaded", true, 1 + clock.random() * 4);
        return "ok";
      };
      for (let step = 0; step < 30; step += 1) {
        const dice = clock.random();
        if (dice < 0.45) {
          const to = clock.random() < 0.5 ? AN : BINH;
          const body = `${seed}-${step}`;
          await now.write(to, body);
          wrote[laneOf(to)]?.push(body);
        } else if (dice < 0.7) await clock.advance(clock.random() * 5000);
        else if (dice < 0.85) now.wake();
        else {
          now.stop();
          now = sender();
          await now.start();
        }
      }
      server.fate = () => "ok";
      now.wake();
      await clock.advance(120_000);
      expect({ AN: server.bodies(AN), BINH: server.bodies(BINH) }, `seed ${seed}`).toEqual({
        AN: wrote["room-42"],
        BINH: wrote["room-43"],
      });
      expect(disk.kept.size, `seed ${seed}`).toBe(0);
      now.stop();
    }
  }, 60_000);
});
