import { forceCloseDatabase } from "fake-indexeddb";
import { unwrap } from "idb";
import { beforeEach, expect, it, vi } from "vitest";
import { settled, TestClock } from "../clock.test-only";
import type { Api } from "../net/api";
import { Refusal, Unreachable } from "../protocol/refusal";
import type { Me } from "../protocol/types";
import type { Shelf } from "../store/preferences";
import type { Database } from "../store/schema";
import { Preferences } from "./preferences.svelte";
import { Session } from "./session.svelte";

function me(id: number): Me {
  return {
    person: { id, name: "Trần Thị Hoa", given_name: "Hoa", position: "", gender: "female" },
    language: "vi",
    epoch: "e1",
    roles: [],
    homerooms: [],
    children: [],
    may: { compose: false, registry: false },
    registry_waiting: 0,
    registry_stale_since: null,
    approvals_waiting: 0,
    second_factor: { wanted: false, enrolled: false, fresh_until: null },
    push_key: "",
    unread: { notices: 0, messages: 0 },
  };
}

/** What the server knows of this browser, and what it answers while the line is up. */
class Server {
  signedIn: number | null = null;
  isReachable = true;
  secondFactor = { wanted: false, enrolled: false, fresh_until: null };
  asked: string[] = [];

  readonly api: Api & { onSignedOut: () => void } = {
    onSignedOut: () => {},
    get: (path) => this.answer("GET", path),
    post: (path, body) => this.answer("POST", path, body),
    put: (path, body) => this.answer("PUT", path, body),
    patch: (path, body) => this.answer("PATCH", path, body),
    del: (path) => this.answer("DELETE", path),
    file: () => Promise.reject(new Error("nobody here saves a file")),
    send: () => Promise.reject(new Error("nobody here sends a file")),
  };

  private async answer<Answer>(method: string, path: string, body?: object): Promise<Answer> {
    this.asked.push(`${method} ${path}`);
    await settled(1);
    if (!this.isReachable) throw new Unreachable("cut");
    if (path === "/api/session" && method === "POST") this.signedIn = Number((body as { username: string }).username);
    if (path === "/api/session" && method === "DELETE") {
      this.signedIn = null;
      shelf.kept.clear(); // As Clear-Site-Data has the browser do.
    }
    if (this.signedIn === null && method !== "DELETE") {
      if (path !== "/api/me") this.api.onSignedOut();
      throw new Refusal({ code: "not_signed_in", detail: "", retry: false }, 401);
    }
    if (path === "/api/rooms") return { epoch: "e1", rooms: [] } as Answer;
    if (path === "/api/me" || path === "/api/session")
      return { ...me(this.signedIn ?? 0), second_factor: this.secondFactor } as Answer;
    // Nobody here needs a message to arrive: what is written stays in the outbox.
    if (path.endsWith("/messages"))
      throw new Refusal({ code: "overloaded", detail: "", retry: true, retry_after: 3600 }, 503);
    return {} as Answer;
  }
}

let server: Server;
let shelf: Shelf & { kept: Map<string, string> };
let ids = 1000;
let close: (code: number) => void;

function page(): Session {
  return new Session({
    api: server.api,
    carry: () => Promise.reject(new Error("nobody here sends a file")),
    dial: () => {
      const wire = {
        send: () => {},
        close: () => {},
        onopen: null,
        onmessage: null,
        onclose: null as ((event: CloseEvent) => void) | null,
      };
      close = (code) => wire.onclose?.(new CloseEvent("close", { code }));
      return wire;
    },
    clock: new TestClock(),
    surroundings: { online: () => true, visible: () => true, watch: () => () => {} },
    shelf,
    preferences: new Preferences(shelf, null),
    dayOf: (time) => time.slice(0, 10),
    sendLater: async () => {},
  });
}
const databases = async (): Promise<string[]> => (await indexedDB.databases()).map((one) => one.name ?? "");

beforeEach(() => {
  server = new Server();
  const kept = new Map<string, string>();
  shelf = {
    kept,
    get: (name) => kept.get(name) ?? null,
    set: (name, value) => {
      if (value === null) kept.delete(name);
      else kept.set(name, value);
    },
  };
  ids += 1;
});

it("is out where nobody is signed in", async () => {
  const session = page();
  await session.start();
  expect(session.phase).toBe("out");
});

it("starts without a line from what the device has", async () => {
  const first = page();
  await first.signIn(String(ids), "");
  await settled();
  server.isReachable = false;
  const second = page();
  await second.start();
  expect(second.phase).toBe("in");
  expect(second.me?.person.id).toBe(ids);
});

it("leads to the set-up of a second factor who has just signed in and lacks it, and nobody else", async () => {
  const shows = async (wanted: boolean, enrolled: boolean): Promise<boolean> => {
    server.secondFactor = { wanted, enrolled, fresh_until: null };
    const session = page();
    await session.signIn(String(ids), "");
    await settled();
    return session.isSettingUp;
  };
  expect([await shows(true, false), await shows(true, true), await shows(false, false)]).toEqual([true, false, false]);
  server.secondFactor = { wanted: true, enrolled: false, fresh_until: null };
  const again = page();
  await again.start();
  expect([again.phase, again.isSettingUp]).toEqual(["in", false]);
});

it("leaves nothing behind when the person signs out", async () => {
  const session = page();
  await session.signIn(String(ids), "");
  await settled();
  await session.signOut();
  expect(session.phase).toBe("out");
  expect(await databases()).not.toContain(`trong-truong-${ids}`);
  expect([...shelf.kept.keys()]).toEqual([]);
  expect(server.signedIn).toBeNull();
});

it("leaves how this device shows things as it was", async () => {
  const session = page();
  await session.signIn(String(ids), "");
  await settled();
  session.preferences.setText(4);
  await session.signOut();
  expect([...shelf.kept]).toEqual([["text", "4"]]);
});

it("goes on signing out after a reload in the middle of it", async () => {
  const session = page();
  await session.signIn(String(ids), "");
  await settled();
  shelf.set("leaving", "1"); // The tap was heard, and nothing else had happened yet.
  session.live.stop();
  const next = page();
  const seen: string[] = [];
  const starting = next.start();
  while (next.phase === "starting") await Promise.resolve();
  seen.push(next.phase);
  await starting;
  expect([seen, next.phase]).toEqual([["out"], "out"]);
  expect(await databases()).not.toContain(`trong-truong-${ids}`);
  expect(server.signedIn).toBeNull();
});

it("lets nobody sign in before the last sign-out is over, with which the browser clears what is kept", async () => {
  const session = page();
  await session.signIn(String(ids), "");
  await settled();
  server.asked = [];
  const out = session.signOut();
  const next = session.signIn(String(ids), "");
  await Promise.all([out, next]);
  await settled();
  const [left, came] = ["DELETE /api/session", "POST /api/session"].map((one) => server.asked.indexOf(one));
  expect(left).toBeGreaterThanOrEqual(0);
  expect(came).toBeGreaterThan(left as number);
  expect(session.phase).toBe("in");
});

it("lets somebody in although the browser is still clearing what the last one left", async () => {
  const open = indexedDB.open.bind(indexedDB);
  vi.spyOn(indexedDB, "open").mockImplementationOnce((...given) => {
    const opening = open(...given);
    opening.addEventListener("success", () =>
      forceCloseDatabase(opening.result as unknown as Parameters<typeof forceCloseDatabase>[0]),
    );
    return opening;
  });
  const session = page();
  await session.signIn(String(ids), "");
  await settled();
  expect(session.phase).toBe("in");
  await session.outbox.write({ kind: "room", room: 1 }, "Cháu ốm ạ");
  expect(session.outbox.written).toHaveLength(1);
});

it("goes on with a new database, and with what was still to be sent, where the browser took the old one away", async () => {
  const session = page();
  await session.signIn(String(ids), "");
  await settled();
  server.isReachable = false;
  await session.outbox.write({ kind: "room", room: 1 }, "Cháu ốm ạ");
  const kept = (session as unknown as { database: Database }).database;
  await kept.clear("outbox");
  forceCloseDatabase(unwrap(kept) as unknown as Parameters<typeof forceCloseDatabase>[0]);
  await settled();
  expect(session.phase).toBe("in");
  expect(session.outbox.written.map((one) => one.body)).toEqual(["Cháu ốm ạ"]);
  const anew = (session as unknown as { database: Database }).database;
  expect((await anew.getAll("outbox")).map((one) => one.body)).toEqual(["Cháu ốm ạ"]);
});

it("tells what an ended session left from a fault", async () => {
  const session = page();
  await session.signIn(String(ids), "");
  await settled();
  const refused = new Refusal({ code: "not_signed_in", detail: "", retry: false }, 401);
  const closed = new DOMException("closing", "InvalidStateError");
  const deleted = new DOMException("Connection is closing because of: Force close delete origin", "AbortError");
  expect([refused, closed].map((error) => session.isLeftBehind(error))).toEqual([false, false]);
  await session.signOut();
  expect([refused, closed, deleted].map((error) => session.isLeftBehind(error))).toEqual([true, true, true]);
  expect(session.isLeftBehind(new TypeError("ours"))).toBe(false);
});

it("signs out without a line too: wiped at once, told to the server later, and no way back in between", async () => {
  const session = page();
  await session.signIn(String(ids), "");
  await settled();
  server.isReachable = false;
  await session.signOut();
  expect(await databases()).not.toContain(`trong-truong-${ids}`);
  const next = page();
  await next.start();
  expect(next.phase).toBe("out");
  server.isReachable = true;
  const later = page();
  await later.start();
  expect(later.phase).toBe("out");
  expect(server.signedIn).toBeNull();
});

it("keeps what was written when the session ends by itself, for the same person's next sign-in", async () => {
  const session = page();
  await session.signIn(String(ids), "");
  await settled();
  await session.outbox.write({ kind: "room", room: 42 }, "Con bị sốt, mai cho con nghỉ ạ.");
  close(4401);
  await settled();
  expect([session.phase, session.endedBy]).toEqual(["out", "ended"]);
  const next = page();
  await next.signIn(String(ids), "");
  await settled();
  expect(next.outbox.written.map((one) => one.body)).toEqual(["Con bị sốt, mai cho con nghỉ ạ."]);
});

it("takes everything off the device when the right itself has ended", async () => {
  const session = page();
  await session.signIn(String(ids), "");
  await settled();
  await session.outbox.write({ kind: "room", room: 42 }, "x");
  close(4410);
  await settled(200);
  expect([session.phase, session.endedBy]).toEqual(["out", "removed"]);
  expect(await databases()).not.toContain(`trong-truong-${ids}`);
});

it("shows another person on the same phone nothing of the first", async () => {
  const session = page();
  await session.signIn(String(ids), "");
  await settled();
  await session.outbox.write({ kind: "room", room: 42 }, "riêng");
  close(4401);
  await settled();
  ids += 1;
  const next = page();
  await next.signIn(String(ids), "");
  await settled();
  expect(next.outbox.written).toEqual([]);
  expect(await databases()).not.toContain(`trong-truong-${ids - 1}`);
});

it("goes out when a tab elsewhere has ended the session, whatever it asks next", async () => {
  const session = page();
  await session.signIn(String(ids), "");
  await settled();
  server.signedIn = null;
  await session.account.devices().catch(() => {});
  await settled();
  expect(session.phase).toBe("out");
});
