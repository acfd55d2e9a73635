import { afterEach, beforeEach, expect, it } from "vitest";
import { settled, TestClock } from "../clock.test-only";
import type { Subject } from "../protocol/reach";
import { Unreachable } from "../protocol/refusal";
import { forgetAccount, openAccount } from "../store/db";
import type { Database } from "../store/schema";
import { NoticeServer, refused } from "./broadcasts.test-only";
import { Ledger } from "./ledger.svelte";
import { contact, reached, subject } from "./reach.test-only";

const ME = 7;
const WHOM = { broadcast: 12, student: 1, person: null };
const PUBLISHED = "2026-10-06T11:00:00Z";

/** Keeps one contact a name, and answers the same again for the same name. */
class LedgerServer extends NoticeServer {
  readonly contacts = new Map<string, { id: number; channel: string; at: string; isWithdrawn: boolean }>();
  /** So many of the next answers get lost on the way back: it was done, and nobody here knows. */
  lose = 0;
  refusal: ReturnType<typeof refused> | null = null;

  constructor() {
    super();
    this.further = (method, path, body) => this.done(method, path, body as Record<string, string>);
  }

  get standing(): string[] {
    return [...this.contacts.values()].filter((one) => !one.isWithdrawn).map((one) => one.channel);
  }

  private done(method: string, path: string, body: Record<string, string>): Subject | undefined {
    const found = /^\/api\/broadcasts\/12\/reach\/contacts(?:\/(\d+)\/withdraw)?$/.exec(path);
    if (!found || method !== "POST") return undefined;
    if (this.refusal) throw this.refusal;
    if (found[1]) this.withdraw(Number(found[1]));
    else if (body.client_contact_id && !this.contacts.has(body.client_contact_id)) {
      const [id, at] = [this.contacts.size + 1, body.at ?? this.now];
      this.contacts.set(body.client_contact_id, { id, channel: body.channel ?? "", at, isWithdrawn: false });
    }
    if (this.lose > 0) {
      this.lose -= 1;
      throw new Unreachable("cut");
    }
    return this.told();
  }

  private withdraw(id: number): void {
    for (const one of this.contacts.values()) if (one.id === id) one.isWithdrawn = true;
  }

  private told(): Subject {
    const contacts = [...this.contacts.values()].map(({ id, channel, at, isWithdrawn }) =>
      contact(id, { channel: channel as "call", at, is_withdrawn: isWithdrawn }),
    );
    const isReached = this.standing.length > 0;
    return subject(1, { contacts, is_reached: isReached, state: isReached ? "contacted" : "waiting" });
  }
}

let server: LedgerServer;
let clock: TestClock;
let database: Database;
let ledger: Ledger;
let heard: Subject[];

async function opened(): Promise<Ledger> {
  const made = new Ledger({ database, api: server, clock, now: () => clock.now(), later: () => {} });
  made.listen((_broadcast, told) => heard.push(told));
  await made.load();
  return made;
}
beforeEach(async () => {
  server = new LedgerServer();
  clock = new TestClock();
  database = await openAccount(ME);
  heard = [];
  ledger = await opened();
});
afterEach(async () => {
  ledger.stop();
  database.close();
  await forgetAccount(ME);
});

it("is sent once, and the board hears what the server says", async () => {
  await ledger.log(WHOM, "call", PUBLISHED);
  await settled();
  expect(server.standing).toEqual(["call"]);
  expect(heard.at(-1)?.is_reached).toBe(true);
  expect(ledger.list).toEqual([]);
});

it("waits without a line, survives the page, and goes out under the same name", async () => {
  server.isReachable = false;
  await ledger.log(WHOM, "visit", PUBLISHED);
  await settled();
  expect(ledger.list.map((one) => one.channel)).toEqual(["visit"]);
  ledger.stop();
  server.isReachable = true;
  ledger = await opened();
  await settled();
  expect(server.standing).toEqual(["visit"]);
  expect(ledger.list).toEqual([]);
});

it("an answer that got lost is asked for again, and nothing counts twice", async () => {
  server.lose = 1;
  await ledger.log(WHOM, "call", PUBLISHED);
  await settled();
  expect([server.contacts.size, ledger.list.length]).toEqual([1, 1]);
  ledger.hear({ type: "hello", epoch: "a", person: ME, heartbeat: 25, heads: {} });
  await settled();
  expect([server.contacts.size, ledger.list.length]).toEqual([1, 0]);
});

it("taken back after a try that nobody answered, it does not stand", async () => {
  server.isReachable = false;
  const name = await ledger.log(WHOM, "call", PUBLISHED);
  ledger.stop();
  ledger = await opened();
  await ledger.undo(name);
  server.isReachable = true;
  ledger.wake();
  await settled();
  // Nobody here can know whether it arrived: it is asked for by its name, and withdrawn.
  expect(server.standing).toEqual([]);
  expect(ledger.list).toEqual([]);
});

it("taken back after it was confirmed, it is withdrawn", async () => {
  const name = await ledger.log(WHOM, "call", PUBLISHED);
  await settled();
  await ledger.undo(name);
  await settled();
  expect(server.standing).toEqual([]);
  expect(server.contacts.size).toBe(1);
  expect(heard.at(-1)?.is_reached).toBe(false);
});

it("taken back while it is on its way, it does not stand", async () => {
  const name = await ledger.log(WHOM, "call", PUBLISHED);
  await ledger.undo(name);
  await settled();
  expect(server.standing).toEqual([]);
  expect(ledger.list).toEqual([]);
});

it("a refusal is shown until somebody has read it, and holds nothing else up", async () => {
  server.refusal = refused("not_found", 404);
  await ledger.log(WHOM, "call", PUBLISHED);
  await settled();
  expect(ledger.list[0]?.failed?.code).toBe("not_found");
  server.refusal = null;
  await ledger.log(WHOM, "slip", PUBLISHED);
  await settled();
  expect(server.standing).toEqual(["slip"]);
  await ledger.dismiss(ledger.list[0]?.name ?? "");
  expect(ledger.list).toEqual([]);
});

it("a phone whose clock is off goes by the server's", async () => {
  let hasRefused = false;
  const answer = server.further;
  server.further = (method, path, body) => {
    if (!hasRefused && "at" in (body as object)) {
      hasRefused = true;
      throw refused("time_not_possible", 400);
    }
    return answer?.(method, path, body);
  };
  await ledger.log(WHOM, "call", PUBLISHED);
  await settled();
  expect([hasRefused, server.standing, ledger.list]).toEqual([true, ["call"], []]);
});

it("nothing is logged before the notice was published", async () => {
  server.isReachable = false;
  await ledger.log(WHOM, "call", "2026-10-06T12:30:00.000Z");
  expect(ledger.list[0]?.at).toBe("2026-10-06T12:30:00.000Z");
});

it("keeps the board of a class, finds it by the notice alone, and forgets it with the right", async () => {
  await ledger.keepBoard(reached(), [subject(1)]);
  expect((await ledger.keptBoard(12, 31))?.subjects).toHaveLength(1);
  expect((await ledger.keptBoard(12, null))?.reached.place.class?.id).toBe(31);
  expect(await ledger.keptBoard(1, null)).toBeNull();
  await ledger.forgetBoards(12);
  expect(await ledger.keptBoard(12, 31)).toBeNull();

  await ledger.keepBoard(reached(), [subject(1)]);
  ledger.hear({ type: "access.changed", rooms: [] });
  await settled();
  expect(await ledger.keptBoard(12, 31)).toBeNull();
});
