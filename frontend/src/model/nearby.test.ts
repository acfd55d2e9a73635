import { beforeEach, expect, it } from "vitest";
import { TestClock } from "../clock.test-only";
import type { PersonRef, Room, ServerEvent } from "../protocol/types";
import { Nearby } from "./nearby.svelte";

const ME = 7;
const LAN: PersonRef = { id: 1, name: "Nguyễn Thị Lan", address: "Cô", label: "GVCN 3A", role: "teacher" };
const THREAD = { id: 42, kind: "thread", with: LAN } as Room;
const OFFICE = { id: 43, kind: "thread", with: null } as Room;
const CLASS = { id: 44, kind: "class", with: null } as Room;

let clock: TestClock;
let sent: object[];
let isVisible: boolean;
let isWilling: boolean;
let changed: () => void;
let nearby: Nearby;

beforeEach(() => {
  clock = new TestClock();
  sent = [];
  isVisible = true;
  isWilling = true;
  nearby = new Nearby({
    line: {
      isOpen: true,
      order: (name, fields) => {
        sent.push({ name, ...fields });
        return Promise.resolve({} as never);
      },
    },
    clock,
    surroundings: {
      online: () => true,
      visible: () => isVisible,
      watch(then) {
        changed = then;
        return () => {};
      },
    },
    me: () => ME,
    isWilling: () => isWilling,
  });
});
const here = (person: number, is = true, room = 42): ServerEvent => ({
  type: "presence.moved",
  topic: `room.${room}`,
  person,
  here: is,
});
const writing = (person: number, room = 42): ServerEvent => ({ type: "typing.started", topic: `room.${room}`, person });

it("says that it is here, again every 25 s, and when it is no longer", async () => {
  nearby.enter(THREAD);
  await clock.advance(26_000);
  expect(sent).toEqual(Array(2).fill({ name: "presence", room: 42, here: true }));
  isVisible = false;
  changed();
  await clock.advance(60_000);
  expect(sent.slice(2)).toEqual([{ name: "presence", room: 42, here: false }]);
  isVisible = true;
  changed();
  nearby.leave();
  expect(sent.slice(3)).toEqual([
    { name: "presence", room: 42, here: true },
    { name: "presence", room: 42, here: false },
  ]);
});

it("answers the first sign of the other side, and only the first", async () => {
  nearby.enter(THREAD);
  nearby.hear(here(LAN.id));
  nearby.hear(here(LAN.id));
  expect(sent).toHaveLength(2);
  expect(nearby.sign).toBe("here");
  await clock.advance(41_000);
  expect(nearby.sign).toBe("nothing");
});

it("shows writing for six seconds, or until the message", async () => {
  nearby.enter(THREAD);
  nearby.hear(here(LAN.id));
  nearby.hear(writing(LAN.id));
  expect(nearby.sign).toBe("writing");
  await clock.advance(6_000);
  expect(nearby.sign).toBe("here");
  nearby.hear(writing(LAN.id));
  nearby.hear({
    type: "message.posted",
    topic: "room.42",
    rev: 1,
    message: { room: 42, author: LAN },
  } as ServerEvent);
  expect(nearby.sign).toBe("here");
  nearby.hear(here(LAN.id, false));
  expect(nearby.sign).toBe("nothing");
});

it("tells of its own writing every three seconds at most", async () => {
  nearby.enter(THREAD);
  sent = [];
  for (let key = 0; key < 10; key += 1) {
    nearby.write();
    await clock.advance(500);
  }
  expect(sent).toEqual(Array(2).fill({ name: "typing", room: 42 }));
});

it("sees neither itself, nor another room, nor a colleague on its own side", () => {
  nearby.enter(THREAD);
  for (const event of [here(ME), writing(ME), here(LAN.id, true, 43), writing(99)]) nearby.hear(event);
  expect(nearby.sign).toBe("nothing");
  nearby.enter(OFFICE);
  nearby.hear(here(99, true, 43));
  expect(nearby.sign).toBe("here");
});

it("is silent in larger rooms, and where the person does not want it", async () => {
  nearby.enter(CLASS);
  nearby.write();
  isWilling = false;
  nearby.enter(THREAD);
  nearby.write();
  nearby.hear(here(LAN.id));
  await clock.advance(60_000);
  nearby.leave();
  expect(sent).toEqual([]);
});
