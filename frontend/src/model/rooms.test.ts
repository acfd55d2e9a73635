import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { settled, TestClock } from "../clock.test-only";
import type { Api } from "../net/api";
import { Refusal, Unreachable } from "../protocol/refusal";
import type { Own, Pin, Reacted } from "../protocol/talk";
import type { CatchUp, Changes, Message, Page, PersonRef, Room, ServerEvent } from "../protocol/types";
import { forgetAccount, openAccount } from "../store/db";
import { readMessages } from "../store/messages";
import type { Database } from "../store/schema";
import { Conversation } from "./conversation.svelte";
import { type Line, Rooms } from "./rooms.svelte";
import { withReaction } from "./talk";

const ME = 7;
const LAN: PersonRef = { id: 1, name: "Nguyễn Thị Lan", address: "Cô", label: "GVCN 3A", role: "teacher" };
const HOA: PersonRef = { id: ME, name: "Trần Thị Hoa", address: "", label: "Phụ huynh em An", role: "guardian" };

/** A server in miniature: one counter a room, every state of a message behind its newest rev, as docs/protocol.md has it. */
class Server {
  epoch = "e1";
  /** Read by who answers for them, and listed for nobody. */
  readonly archives = new Set<number>();
  readonly rooms = new Map<number, { head: number; messages: Message[] }>();
  readonly pins = new Map<number, Pin[]>();
  /** What the reader did, by room and seq. */
  readonly mine = new Map<string, Own>();
  isReachable = true;
  /** How far back a catch-up reaches. */
  memory = 1000;
  asked: string[] = [];
  reads: [number, object][] = [];
  private read = new Map<number, number>();

  open(room: number): void {
    this.rooms.set(room, { head: 0, messages: [] });
  }
  post(room: number, author = LAN): ServerEvent {
    const kept = this.of(room);
    kept.head += 1;
    const message: Message = {
      room,
      seq: kept.messages.length + 1,
      rev: kept.head,
      author,
      client_message_id: `${room}-${kept.head}`,
      body: `tin ${kept.head}`,
      created_at: new Date(Date.UTC(2026, 9, 6, 12, 0, kept.head)).toISOString(),
      edited_at: null,
      removed_at: null,
    };
    kept.messages.push(message);
    return this.event("message.posted", message);
  }
  edit(room: number, seq: number): ServerEvent {
    const kept = this.of(room);
    kept.head += 1;
    const message = {
      ...(kept.messages[seq - 1] as Message),
      rev: kept.head,
      body: `sửa ${kept.head}`,
      edited_at: "2026-10-06T13:00:00Z",
    };
    kept.messages[seq - 1] = message;
    return this.event("message.edited", message);
  }
  react(room: number, seq: number, person: number, kind: "tim" | "like" | null): ServerEvent & Reacted {
    const kept = this.of(room);
    kept.head += 1;
    const before = kept.messages[seq - 1] as Message;
    const had = before.reactions?.find((one) => one.people.includes(person))?.kind ?? null;
    const reactions = withReaction(before.reactions ?? [], person, had, kind);
    kept.messages[seq - 1] = { ...before, rev: kept.head, reactions };
    if (person === ME) this.mine.set(`${room}-${seq}`, { reaction: kind, vote: [] });
    return { type: "message.reacted", topic: `room.${room}`, room, seq, rev: kept.head, person, kind, reactions };
  }
  pin(room: number, seq: number): ServerEvent {
    const kept = this.of(room);
    kept.head += 1;
    const pinned = kept.messages[seq - 1] as Message;
    kept.messages[seq - 1] = { ...pinned, rev: kept.head };
    const pins = [{ seq, author: LAN, excerpt: pinned.body, until: "2026-10-13T12:00:00Z", by: LAN }];
    this.pins.set(room, pins);
    return { type: "room.pinned", topic: `room.${room}`, room, seq, rev: kept.head, pins };
  }
  heads(): Record<string, number> {
    return Object.fromEntries([...this.rooms].map(([id, kept]) => [id, kept.head]));
  }
  hello(): ServerEvent {
    return { type: "hello", epoch: this.epoch, person: ME, heartbeat: 25, heads: this.heads() };
  }
  sync(ask: { epoch: string; rooms: Record<string, number> }): CatchUp {
    if (ask.epoch !== this.epoch) return { epoch: this.epoch, rooms: {}, gone: [], start_again: true };
    const rooms: Record<string, Changes> = {};
    const gone: number[] = [];
    for (const [id, rev] of Object.entries(ask.rooms)) {
      const kept = this.rooms.get(Number(id));
      if (!kept) gone.push(Number(id));
      else {
        const isTooFar = kept.head - rev > this.memory;
        rooms[id] = {
          messages: isTooFar ? [] : kept.messages.filter((one) => one.rev > rev).sort((a, b) => a.rev - b.rev),
          head: kept.head,
          last_seq: kept.messages.length,
          start_again: isTooFar,
          mine: this.mineIn(Number(id)),
          ...(this.pins.has(Number(id)) ? { pins: this.pins.get(Number(id)) as Pin[] } : {}),
        };
      }
    }
    return { epoch: this.epoch, rooms, gone, start_again: false };
  }

  async get<Answer>(path: string): Promise<Answer> {
    return this.answer(path, () => {
      const page = /^\/api\/rooms\/(\d+)\/messages\?(?:before=(\d+)&)?limit=(\d+)$/.exec(path);
      if (page) return this.page(Number(page[1]), Number(page[2] ?? Number.MAX_SAFE_INTEGER), Number(page[3]));
      if (path === "/api/rooms") return { epoch: this.epoch, rooms: this.listed().map((id) => this.room(id)) };
      return this.room(Number(path.split("/")[3]));
    });
  }
  async post_<Answer>(path: string, body: object): Promise<Answer> {
    return this.answer(path, () => {
      if (path === "/api/sync") return this.sync(body as { epoch: string; rooms: Record<string, number> });
      const room = Number(path.split("/")[3]);
      return this.pointer(room, body);
    });
  }
  put = <Answer>(): Promise<Answer> => Promise.reject(new Error("not in this test"));
  patch = <Answer>(): Promise<Answer> => Promise.reject(new Error("not in this test"));
  del = <Answer>(): Promise<Answer> => Promise.reject(new Error("not in this test"));

  pointer(room: number, wanted: { read_seq?: number }): { read_seq: number; have_seq: number; unread: number } {
    this.reads.push([room, wanted]);
    const read = Math.max(this.read.get(room) ?? 0, wanted.read_seq ?? 0);
    this.read.set(room, read);
    return { read_seq: read, have_seq: read, unread: Math.max(0, this.of(room).messages.length - read) };
  }
  private mineIn(room: number): Record<string, Own> {
    const here = [...this.mine].filter(([key]) => key.startsWith(`${room}-`));
    return Object.fromEntries(here.map(([key, own]) => [key.split("-")[1], own]));
  }
  private page(room: number, before: number, limit: number): Page {
    const kept = this.of(room);
    const older = kept.messages.filter((one) => one.seq < before);
    return { messages: older.slice(-limit), head: kept.head, complete: older.length <= limit, mine: this.mineIn(room) };
  }
  private listed(): number[] {
    return [...this.rooms.keys()].filter((id) => !this.archives.has(id));
  }
  private room(id: number): Room {
    const kept = this.of(id);
    const last = kept.messages.at(-1);
    const read = this.read.get(id) ?? 0;
    return {
      id,
      kind: "thread",
      title: `Phòng ${id}`,
      subtitle: "",
      org: null,
      school_class: null,
      child: null,
      with: LAN,
      seat: "guardian",
      can: ["read", "post"],
      is_talk_open: false,
      state: this.archives.has(id) ? "archived" : "open",
      head: kept.head,
      last_seq: kept.messages.length,
      have_seq: read,
      read_seq: read,
      unread: Math.max(0, kept.messages.length - read),
      member_count: 2,
      last: last
        ? { seq: last.seq, author: last.author, excerpt: last.body, created_at: last.created_at, removed: false }
        : null,
      others_read_seq: 0,
      others_have_seq: 0,
      pins: this.pins.get(id) ?? [],
    };
  }
  private of(room: number): { head: number; messages: Message[] } {
    const kept = this.rooms.get(room);
    if (!kept) throw new Refusal({ code: "not_found", detail: "", retry: false }, 404);
    return kept;
  }
  private event(type: "message.posted" | "message.edited", message: Message): ServerEvent {
    return { type, topic: `room.${message.room}`, rev: message.rev, message };
  }
  private async answer<Answer>(path: string, work: () => unknown): Promise<Answer> {
    this.asked.push(path);
    await settled(1);
    if (!this.isReachable) throw new Unreachable("cut");
    return structuredClone(work()) as Answer;
  }
}

let server: Server;
let clock: TestClock;
let database: Database;
let rooms: Rooms;
/** What was left each time that something was found lost. */
let lost: number[][];
let account = 0;

function apiOf(given: Server): Api {
  return {
    get: (path) => given.get(path),
    post: (path, body = {}) => given.post_(path, body),
    put: given.put,
    patch: given.patch,
    del: given.del,
    file: () => Promise.reject(new Error("no room is a file")),
    send: () => Promise.reject(new Error("no room is sent")),
  };
}
function opened(given: Database): Rooms {
  const line: Line = { isOpen: false, order: () => Promise.reject(new Unreachable("no socket here")) };
  return new Rooms(given, apiOf(server), line, clock, ME, () => lost.push(rooms.list.map((room) => room.id)));
}
async function conversation(room: number): Promise<Conversation> {
  const one = new Conversation(room, rooms, {
    written: [],
    deeds: [],
    isOnline: true,
    me: ME,
    dayOf: (time) => time.slice(0, 10),
  });
  await one.open();
  await settled();
  return one;
}
const bodies = (one: Conversation): string[] =>
  one.items.flatMap((item) => (item.kind === "message" ? [item.message.body] : []));
const hearts = (messages: readonly Message[]): string[] =>
  messages.map(({ body, reactions }) =>
    [body, ...(reactions ?? []).map((one) => `${one.kind} ${one.people.join(" ")}`)].join(", "),
  );
const shown = (one: Conversation): string[] =>
  hearts(one.items.flatMap((item) => (item.kind === "message" ? [item.message] : [])));
const truth = (room: number): string[] => (server.rooms.get(room)?.messages ?? []).map((one) => one.body);

beforeEach(async () => {
  server = new Server();
  clock = new TestClock();
  account += 1;
  database = await openAccount(account);
  lost = [];
  rooms = opened(database);
  server.open(42);
  server.open(43);
});
afterEach(async () => {
  rooms.stop();
  database.close();
  await forgetAccount(account);
});

it("shows a message that comes live, counts it unread, and tells that the device has it", async () => {
  server.post(42);
  await rooms.refresh();
  const one = await conversation(42);
  rooms.hear(server.post(42));
  await clock.advance(5000);
  expect(bodies(one)).toEqual(["tin 1", "tin 2"]);
  expect(rooms.get(42)?.unread).toBe(2);
  expect(server.reads).toEqual([[42, { have_seq: 2 }]]);
});

it("catches up over a gap, and never calls it closed before it is", async () => {
  server.post(42);
  await rooms.refresh();
  const one = await conversation(42);
  server.post(42);
  const third = server.post(42);
  rooms.hear(third);
  await settled();
  expect(bodies(one)).toEqual(["tin 1", "tin 3"]);
  await clock.advance(400);
  expect(bodies(one)).toEqual(["tin 1", "tin 2", "tin 3"]);
});

it("waits for crossed events instead of asking at once", async () => {
  server.post(42);
  await rooms.refresh();
  const one = await conversation(42);
  const [second, third] = [server.post(42), server.post(42)];
  rooms.hear(third);
  rooms.hear(second);
  await settled();
  expect(bodies(one)).toEqual(["tin 1", "tin 2", "tin 3"]);
});

it("learns from a heartbeat what no event has told", async () => {
  server.post(42);
  await rooms.refresh();
  const one = await conversation(42);
  server.post(42);
  rooms.hear({ type: "heartbeat", heads: server.heads(), at: "" });
  await clock.advance(1000);
  expect(bodies(one)).toEqual(truth(42));
});

it("shows what it has without a line, and the rest when the line is back", async () => {
  server.post(42);
  await rooms.refresh();
  await conversation(42);
  rooms.stop();
  server.isReachable = false;
  server.post(42);
  rooms = opened(database);
  await rooms.load();
  const one = await conversation(42);
  expect(bodies(one)).toEqual(["tin 1"]);
  server.isReachable = true;
  rooms.hear(server.hello());
  await clock.advance(1000);
  expect(bodies(one)).toEqual(["tin 1", "tin 2"]);
});

it("reads older pages, first from the device and then from the server, to the very first", async () => {
  for (let count = 0; count < 120; count += 1) server.post(42);
  await rooms.refresh();
  const one = await conversation(42);
  expect(bodies(one)).toHaveLength(50);
  await one.older();
  await one.older();
  expect(bodies(one)).toEqual(truth(42));
  expect(one.isComplete).toBe(true);
  const asked = server.asked.length;
  const again = await conversation(42);
  await again.older();
  await again.older();
  expect(bodies(again)).toEqual(truth(42));
  expect(again.isComplete).toBe(true);
  expect(server.asked).toHaveLength(asked);
});

it("fetches after a return only what was missed, also of rooms that nobody has opened here", async () => {
  server.post(42);
  await rooms.refresh();
  const one = await conversation(42);
  server.post(42);
  server.post(43);
  server.post(43);
  server.asked = [];
  rooms.hear(server.hello());
  await clock.advance(400);
  expect(server.asked.filter((path) => !path.endsWith("/read"))).toEqual(["/api/sync"]);
  expect(bodies(one)).toEqual(truth(42));
  expect(rooms.get(43)).toMatchObject({ unread: 2, last_seq: 2, head: 2, last: { excerpt: "tin 2" } });
  rooms.hear(server.hello());
  await clock.advance(400);
  expect(server.asked.filter((path) => !path.endsWith("/read"))).toEqual(["/api/sync"]);
});

it("asks for the list where a head names a room that it does not know, or too much was missed", async () => {
  await rooms.refresh();
  server.open(44);
  server.post(44);
  server.asked = [];
  rooms.hear(server.hello());
  await clock.advance(400);
  expect(server.asked).toEqual(["/api/rooms"]);
  expect(rooms.get(44)?.unread).toBe(1);
  server.memory = 2;
  for (let count = 0; count < 5; count += 1) server.post(43);
  rooms.hear(server.hello());
  await clock.advance(400);
  expect(rooms.get(43)).toMatchObject({ unread: 5, last_seq: 5, head: 5 });
});

it("counts what it missed before a message from beyond a gap", async () => {
  await rooms.refresh();
  await conversation(42);
  server.post(42);
  server.post(42);
  rooms.hear(server.post(42));
  await clock.advance(400);
  expect(rooms.get(42)).toMatchObject({ unread: 3, last_seq: 3, head: 3 });
});

it("looks at the whole list again when it is old, and not in the instant of the return", async () => {
  await rooms.refresh();
  await clock.advance(20 * 60_000);
  server.asked = [];
  rooms.hear(server.hello());
  await settled();
  expect(server.asked).toEqual([]);
  await clock.advance(60_000);
  expect(server.asked).toEqual(["/api/rooms"]);
});

it("takes what a poll brings, and says how far it is", async () => {
  server.post(42);
  await rooms.refresh();
  const one = await conversation(42);
  const poll = async (): Promise<void> => {
    const answer = server.sync(rooms.has());
    await rooms.polled({ ...answer, heads: server.heads(), events: [], mark: "", anew: false });
    await settled();
  };
  await poll();
  expect(rooms.has().rooms).toEqual({ "42": 1, "43": 0 });
  server.post(42);
  server.post(43);
  await poll();
  expect(bodies(one)).toEqual(truth(42));
  expect(rooms.get(43)?.unread).toBe(1);
  expect(rooms.has()).toEqual({ epoch: "e1", rooms: { "42": 2, "43": 1 } });
  server.epoch = "e2";
  await poll();
  expect(rooms.has().epoch).toBe("e2");
});

it("starts a room again when the gap is too large", async () => {
  server.post(42);
  await rooms.refresh();
  const one = await conversation(42);
  server.memory = 2;
  for (let count = 0; count < 5; count += 1) server.post(42);
  rooms.hear(server.hello());
  await clock.advance(1000);
  expect(bodies(one)).toEqual(truth(42));
});

it("starts over when the server's database is another one", async () => {
  server.post(42);
  await rooms.refresh();
  const one = await conversation(42);
  server.epoch = "e2";
  server.rooms.clear();
  server.open(42);
  server.post(42);
  server.edit(42, 1);
  rooms.hear(server.hello());
  await clock.advance(1000);
  expect(bodies(one)).toEqual(["sửa 2"]);
  expect(rooms.get(43)).toBeNull();
});

it("takes a room off the device when the right to it ends, and leaves what the person wrote", async () => {
  server.post(42);
  await rooms.refresh();
  const one = await conversation(42);
  await database.put("outbox", {
    client_message_id: "x",
    position: 1,
    lane: "room-42",
    to: { kind: "room", room: 42 },
    body: "Cô ơi",
    written_at: "",
    failed: null,
  });
  await database.put("drafts", "Còn một điều", "room-42");
  server.rooms.delete(42);
  rooms.hear({ type: "access.changed", rooms: [43] });
  await clock.advance(1000);
  expect(one.state).toBe("gone");
  expect(one.isLost).toBe(true);
  // Not on the screen either: nothing that others wrote, and what is unsent.
  expect(one.items.filter((item) => item.kind === "message")).toEqual([]);
  expect(await readMessages(database, 42, 50)).toEqual([]);
  expect(await database.get("rooms", 42)).toBeUndefined();
  expect((await database.getAll("outbox")).map((written) => written.body)).toEqual(["Cô ơi"]);
  expect(await database.get("drafts", "room-42")).toBe("Còn một điều");
});

it("keeps an archive on screen while the right to it stands, and lists it nowhere", async () => {
  server.post(42);
  server.archives.add(42);
  await rooms.refresh();
  const one = await conversation(42);
  expect(one.state).toBe("ready");
  expect(rooms.list.map((room) => room.id)).not.toContain(42);
  expect(rooms.has().rooms).not.toHaveProperty("42");
  rooms.hear({ type: "access.changed", rooms: [43] });
  await rooms.refresh();
  await clock.advance(1000);
  expect(one.state).toBe("ready");
  server.rooms.delete(42);
  rooms.hear({ type: "access.changed", rooms: [43] });
  await clock.advance(1000);
  expect(one.state).toBe("gone");
  expect(await readMessages(database, 42, 50)).toEqual([]);
});

it("learns at the next hello that a right ended while the device was away", async () => {
  server.post(42);
  await rooms.refresh();
  rooms.hear(server.hello());
  const one = await conversation(42);
  expect(lost).toEqual([]);
  server.rooms.delete(42);
  rooms.hear(server.hello());
  await clock.advance(1000);
  expect(lost).toEqual([[43]]);
  expect(one.isLost).toBe(true);
  expect(await readMessages(database, 42, 50)).toEqual([]);
  expect(await database.get("rooms", 42)).toBeUndefined();
});

it("does not call lost what never was open here", async () => {
  await rooms.refresh();
  const one = await conversation(99);
  expect([one.state, one.isLost]).toEqual(["gone", false]);
});

it("forgets a room that the catch-up calls gone", async () => {
  server.post(42);
  await rooms.refresh();
  const one = await conversation(42);
  const late = server.post(42);
  server.post(42);
  server.rooms.delete(42);
  rooms.hear({ ...late, rev: 9 } as ServerEvent);
  await clock.advance(1000);
  expect(one.state).toBe("gone");
});

it("fetches a room that has just been opened to this person", async () => {
  await rooms.refresh();
  server.open(44);
  rooms.hear({ type: "room.opened", room: 44 });
  await settled();
  expect(rooms.get(44)?.title).toBe("Phòng 44");
});

it("remembers without a line how far was read, and tells it when the line is back", async () => {
  server.post(42);
  await rooms.refresh();
  const one = await conversation(42);
  server.isReachable = false;
  one.read();
  await clock.advance(1000);
  expect(rooms.get(42)?.unread).toBe(0);
  server.isReachable = true;
  rooms.hear(server.hello());
  await clock.advance(5000);
  expect(server.reads.at(-1)).toEqual([42, { read_seq: 1, have_seq: 1 }]);
});

it("moves the marks in a thread, and my own pointer from another device", async () => {
  server.post(42);
  await rooms.refresh();
  rooms.hear({ type: "receipt.moved", topic: "room.42", person: LAN.id, have_seq: 1, read_seq: 1 });
  rooms.hear({ type: "receipt.moved", topic: "room.42", person: ME, have_seq: 1, read_seq: 1 });
  expect(rooms.get(42)).toMatchObject({ others_read_seq: 1, others_have_seq: 1, read_seq: 1, unread: 0 });
});

it("takes what moved in a message alone, and leaves the rest of it as it is", async () => {
  server.post(42);
  server.post(42);
  await rooms.refresh();
  const one = await conversation(42);
  rooms.hear(server.react(42, 1, LAN.id, "tim"));
  rooms.hear(server.react(42, 1, ME, "like"));
  rooms.hear(server.pin(42, 2));
  await settled();
  expect(shown(one)).toEqual(["tin 1, tim 1, like 7", "tin 2"]);
  expect(one.own(1)).toEqual({ reaction: "like", vote: [] });
  expect(rooms.get(42)).toMatchObject({ head: 5, unread: 2, pins: [{ seq: 2 }] });
  expect(server.asked.filter((path) => path === "/api/sync")).toEqual([]);
});

it("asks for the whole where a part comes from beyond a gap, and for nothing twice", async () => {
  server.post(42);
  await rooms.refresh();
  const one = await conversation(42);
  server.edit(42, 1);
  const late = server.react(42, 1, ME, "tim");
  rooms.hear(late);
  rooms.hear(late);
  await clock.advance(400);
  expect(shown(one)).toEqual(["sửa 2, tim 7"]);
  expect(one.own(1).reaction).toBe("tim");
  expect(server.asked.filter((path) => path === "/api/sync")).toHaveLength(1);
});

it("lets a pin go that a catch-up names no more", async () => {
  server.post(42);
  server.pin(42, 1);
  await rooms.refresh();
  await conversation(42);
  expect(rooms.get(42)?.pins).toHaveLength(1);
  server.pins.clear();
  server.post(42);
  rooms.hear(server.hello());
  await clock.advance(400);
  expect(rooms.get(42)?.pins).toEqual([]);
});

it("says of an answer whether something before it is missing", async () => {
  server.post(42);
  await rooms.refresh();
  const one = await conversation(42);
  const mine = { reaction: "tim" as const, vote: [] };
  expect(await rooms.done({ ...server.react(42, 1, ME, "tim"), mine })).toBe(true);
  expect(one.own(1).reaction).toBe("tim");
  server.edit(42, 1);
  const far = server.react(42, 1, ME, "like");
  expect(await rooms.done({ ...far, mine: { reaction: "like", vote: [] } })).toBe(false);
  await clock.advance(1000);
  expect(await rooms.done({ ...far, mine: { reaction: "like", vote: [] } })).toBe(true);
  expect(shown(one)).toEqual(["sửa 3, like 7"]);
  expect(one.own(1).reaction).toBe("like");
});

it("reads back to a message far before what is on screen, and says where there is none", async () => {
  for (let count = 0; count < 170; count += 1) server.post(42);
  await rooms.refresh();
  const one = await conversation(42);
  expect(await one.reach(3)).toBe(true);
  expect(bodies(one)[2]).toBe("tin 3");
  expect(await one.reach(0)).toBe(false);
  const other = await conversation(43);
  expect(await other.reach(1)).toBe(false);
});

it("leaves nothing of what was done in a room when the right to it ends", async () => {
  server.post(42);
  await rooms.refresh();
  await conversation(42);
  rooms.hear(server.react(42, 1, ME, "tim"));
  await settled();
  expect(await database.getAll("own")).toHaveLength(1);
  server.rooms.delete(42);
  rooms.hear({ type: "access.changed", rooms: [43] });
  await clock.advance(1000);
  expect(await database.getAll("own")).toEqual([]);
});

describe("as a machine", () => {
  it("ends with the server's own view whatever is dropped, doubled, delayed, reordered, cut or reloaded", async () => {
    for (let seed = 1; seed <= 40; seed += 1) {
      clock = new TestClock(seed);
      server = new Server();
      server.open(42);
      server.open(43);
      server.memory = 3 + Math.floor(clock.random() * 20);
      account += 1;
      const disk = await openAccount(account);
      rooms = opened(disk);
      await rooms.refresh();
      let one = await conversation(42);
      const late: ServerEvent[] = [];
      for (let step = 0; step < 40; step += 1) {
        const dice = clock.random();
        const room = clock.random() < 0.7 ? 42 : 43;
        if (dice < 0.55) {
          const length = server.rooms.get(room)?.messages.length ?? 0;
          const any = (): number => 1 + Math.floor(clock.random() * length);
          const kind = clock.random();
          const event =
            kind < 0.5 || length === 0
              ? server.post(room, clock.random() < 0.5 ? LAN : HOA)
              : kind < 0.7
                ? server.edit(room, any())
                : kind < 0.95
                  ? server.react(room, any(), clock.random() < 0.5 ? LAN.id : ME, clock.random() < 0.7 ? "tim" : null)
                  : server.pin(room, any());
          const fate = clock.random();
          if (fate < 0.5) rooms.hear(event);
          else if (fate < 0.65) late.push(event);
          else if (fate < 0.8) for (let twice = 0; twice < 2; twice += 1) rooms.hear(event);
        } else if (dice < 0.65 && late.length > 0)
          rooms.hear(late.splice(Math.floor(clock.random() * late.length), 1)[0] as ServerEvent);
        else if (dice < 0.75) server.isReachable = clock.random() < 0.6;
        else if (dice < 0.85) await clock.advance(clock.random() * 2000);
        else if (dice < 0.9) rooms.hear(server.hello());
        else if (dice < 0.95) await one.older();
        else {
          one.close();
          rooms.stop();
          await settled();
          rooms = opened(disk);
          await rooms.load();
          one = await conversation(42);
        }
      }
      server.isReachable = true;
      await clock.advance(2000);
      for (const event of late) rooms.hear(event);
      rooms.hear(server.hello());
      await clock.advance(5000);
      await one.tryAgain();
      await clock.advance(5000);
      for (let page = 0; page < 5; page += 1) await one.older();
      expect(shown(one), `seed ${seed}`).toEqual(hearts(server.rooms.get(42)?.messages ?? []));
      expect(rooms.get(42)?.pins ?? [], `seed ${seed}`).toEqual(server.pins.get(42) ?? []);
      for (const [key, own] of server.mine)
        if (key.startsWith("42-")) expect(one.own(Number(key.slice(3))), `seed ${seed}, ${key}`).toEqual(own);
      expect(rooms.get(43)?.last_seq ?? 0, `seed ${seed}`).toBe(truth(43).length);
      rooms.stop();
      await settled();
      disk.close();
      await forgetAccount(account);
    }
  }, 120_000);
});
