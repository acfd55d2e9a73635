import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { settled, TestClock } from "../clock.test-only";
import type { Inbox } from "../protocol/broadcasts";
import { forgetAccount, openAccount } from "../store/db";
import { startOver } from "../store/messages";
import { keepAnswers, keepNotices, keptNotices, readAnswers } from "../store/notices";
import type { Database } from "../store/schema";
import { Broadcasts } from "./broadcasts.svelte";
import { AN, BINH, NoticeServer, notice, reason, refused } from "./broadcasts.test-only";
import { isUnanswered, isWaiting, type Notice } from "./broadcasts-order";
import { answersTo } from "./pushed";

const ME = 71;
const HELLO = { type: "hello" as const, epoch: "first", person: ME, heartbeat: 25, heads: {} };
let clock: TestClock;
let database: Database;
let unseen: number;
let askedForLater: number;

beforeEach(async () => {
  clock = new TestClock();
  database = await openAccount(ME);
  unseen = -1;
  askedForLater = 0;
});
afterEach(async () => {
  database.close();
  await forgetAccount(ME);
});

function opened(server: NoticeServer): Broadcasts {
  return new Broadcasts({
    database,
    api: server,
    line: server.line,
    clock,
    surroundings: { visible: () => true },
    later: () => {
      askedForLater += 1;
    },
    unseen: (count) => {
      unseen = count;
    },
  });
}
async function loaded(server: NoticeServer): Promise<Broadcasts> {
  const notices = opened(server);
  await notices.load().catch((error: Error) => expect(error.name).toBe("Unreachable"));
  await settled();
  return notices;
}
function one(notices: Broadcasts, id: number): Notice {
  const found = notices.get(id);
  if (!found) throw new Error(`no notice ${id}`);
  return found;
}
const ids = (notices: Broadcasts): number[] => notices.list.map((notice) => notice.id).sort((a, b) => a - b);

describe("the list", () => {
  it("is there without a line from what an earlier page has kept", async () => {
    const server = new NoticeServer(notice(1), notice(2));
    (await loaded(server)).stop();
    server.isReachable = false;
    const again = await loaded(server);
    expect(ids(again)).toEqual([1, 2]);
    expect([again.isLoaded, again.isComplete, unseen]).toEqual([true, true, 2]);
  });

  it("says that it knows nothing when there is neither a line nor anything kept", async () => {
    const server = new NoticeServer();
    server.isReachable = false;
    expect((await loaded(server)).isLoaded).toBe(false);
  });

  it("takes up a notice the moment it is published", async () => {
    const server = new NoticeServer();
    const notices = await loaded(server);
    const late = notice(5, { urgency: "khan" });
    server.notices.set(5, late);
    notices.hear({ type: "broadcast.published", broadcast: late });
    await settled();
    expect(ids(notices)).toEqual([5]);
    expect((await keptNotices(database)).notices).toHaveLength(1);
  });

  it("brings older pages one at a time until there are none", async () => {
    const server = new NoticeServer(...Array.from({ length: 45 }, (_, index) => notice(index + 1)));
    const notices = await loaded(server);
    expect([notices.list.length, notices.isComplete]).toEqual([20, false]);
    await Promise.all([notices.older(), notices.older()]);
    expect(notices.list).toHaveLength(40);
    await notices.older();
    await notices.older();
    expect([notices.list.length, notices.isComplete]).toEqual([45, true]);
  });

  it("never shows a gap as if nothing lay in it", async () => {
    const server = new NoticeServer(notice(1), notice(2));
    (await loaded(server)).stop();
    for (let id = 3; id <= 40; id += 1) server.notices.set(id, notice(id));
    const notices = await loaded(server);
    expect(Math.min(...ids(notices))).toBe(21);
    expect(notices.isComplete).toBe(false);
    await notices.older();
    expect(notices.list).toHaveLength(40);
  });

  it("lets go of what the server no longer lists", async () => {
    const server = new NoticeServer(notice(1), notice(2), notice(3));
    const notices = await loaded(server);
    server.notices.delete(2);
    await notices.refresh();
    expect(ids(notices)).toEqual([1, 3]);
  });

  it("starts anew when access changes, older pages included", async () => {
    const server = new NoticeServer(...Array.from({ length: 30 }, (_, index) => notice(index + 1)));
    const notices = await loaded(server);
    await notices.older();
    for (let id = 1; id <= 10; id += 1) server.notices.delete(id);
    notices.hear({ type: "access.changed", rooms: [] });
    await settled();
    expect(ids(notices)).toEqual(Array.from({ length: 20 }, (_, index) => index + 11));
  });

  it("starts anew in another epoch", async () => {
    const server = new NoticeServer(notice(1));
    const notices = await loaded(server);
    notices.hear(HELLO);
    await settled();
    server.notices.clear();
    server.notices.set(7, notice(7));
    notices.hear({ ...HELLO, epoch: "second" });
    await settled();
    expect(ids(notices)).toEqual([7]);
  });

  it("finds a notice whose hint was lost, without asking at every heartbeat", async () => {
    const server = new NoticeServer(notice(1));
    const notices = await loaded(server);
    server.notices.set(2, notice(2));
    const asked = server.count("GET");
    for (let beat = 0; beat < 11; beat += 1) {
      await clock.advance(25_000);
      notices.hear({ type: "heartbeat", heads: {}, at: "" });
    }
    expect(server.count("GET")).toBe(asked);
    await clock.advance(25_000);
    notices.hear({ type: "heartbeat", heads: {}, at: "" });
    await settled();
    expect(ids(notices)).toEqual([1, 2]);
  });

  it("tells an author from a recipient", async () => {
    const server = new NoticeServer();
    server.answers.set("GET /api/broadcasts/8", () => ({ ...notice(8), for: undefined, totals: {} }));
    const notices = await loaded(server);
    const { for: _, ...sent } = notice(9);
    server.answers.set("GET /api/broadcasts/9", () => ({ ...sent, totals: {} }));
    expect(await notices.fetch(9)).toBe("sent");
    expect(await notices.fetch(404)).toBe("gone");
    expect(ids(notices)).toEqual([]);
  });
});

describe("answering", () => {
  const both = () => notice(1, { for: [reason(AN), reason(BINH)] });

  it("says Đã rõ for every child with one tap and one request", async () => {
    const server = new NoticeServer(both());
    const notices = await loaded(server);
    await notices.acknowledge(1);
    await settled();
    expect(server.count("POST /api/broadcasts/1/acknowledge")).toBe(1);
    expect(server.notices.get(1)?.for.every((one) => one.acknowledged_at)).toBe(true);
    expect([isUnanswered(one(notices, 1)), unseen]).toEqual([false, 0]);
    expect(await readAnswers(database)).toEqual([]);
  });

  it("leaves the other child open when one is named", async () => {
    const server = new NoticeServer(both());
    const notices = await loaded(server);
    await notices.acknowledge(1, [BINH.id]);
    await settled();
    expect(server.notices.get(1)?.for.map((one) => one.acknowledged_at !== null)).toEqual([false, true]);
  });

  it("answers for a child and for oneself in two requests", async () => {
    const server = new NoticeServer(notice(1, { for: [reason(null), reason(AN)] }));
    const notices = await loaded(server);
    await notices.acknowledge(1);
    await settled();
    expect(server.count("POST /api/broadcasts/1/acknowledge")).toBe(2);
    expect(server.notices.get(1)?.for.every((one) => one.acknowledged_at)).toBe(true);
  });

  it("goes over the socket when it is open", async () => {
    const server = new NoticeServer(both());
    server.line.isOpen = true;
    const notices = await loaded(server);
    await notices.read(1);
    await notices.acknowledge(1);
    await settled();
    expect(server.asked.slice(1)).toEqual(["broadcast.read 1", "broadcast.acknowledge 1"]);
  });

  it("is shown at once without a line, survives a reload and arrives once", async () => {
    const server = new NoticeServer(both());
    const notices = await loaded(server);
    server.isReachable = false;
    await notices.read(1);
    await notices.acknowledge(1);
    expect(isWaiting(one(notices, 1))).toBe(true);
    expect(unseen).toBe(0);
    expect(askedForLater).toBeGreaterThan(0);
    notices.stop();

    const again = await loaded(server);
    expect(isUnanswered(one(again, 1))).toBe(false);
    server.isReachable = true;
    const before = server.count("POST");
    again.hear(HELLO);
    await settled();
    expect(isWaiting(one(again, 1))).toBe(false);
    expect(server.notices.get(1)?.for.every((one) => one.acknowledged_at)).toBe(true);
    expect(server.count("POST") - before).toBe(2); // Opened, and Đã rõ.
    expect(await readAnswers(database)).toEqual([]);
  });

  it("tries again by itself, later and later", async () => {
    const server = new NoticeServer(both());
    const notices = await loaded(server);
    server.isReachable = false;
    await notices.acknowledge(1);
    await clock.advance(20_000);
    expect(server.count("POST")).toBeLessThan(8);
    server.isReachable = true;
    await clock.advance(60_000);
    expect(server.notices.get(1)?.for.every((one) => one.acknowledged_at)).toBe(true);
  });

  it("asks nothing of the server when there is nothing to answer", async () => {
    const server = new NoticeServer(notice(1, { wants_acknowledgement: false, seen_at: "2026-10-05T10:00:00Z" }));
    const notices = await loaded(server);
    await notices.acknowledge(1);
    await notices.read(1);
    await settled();
    expect(server.count("POST")).toBe(0);
  });

  it("takes back what the server refuses, and shows what there is instead", async () => {
    const server = new NoticeServer(both());
    const notices = await loaded(server);
    server.notices.set(1, notice(1, { wants_acknowledgement: false }));
    await notices.acknowledge(1);
    await settled();
    expect(notices.get(1)?.wants_acknowledgement).toBe(false);
    expect(await readAnswers(database)).toEqual([]);
  });

  it("lets go of a notice that is not there any more", async () => {
    const server = new NoticeServer(both(), notice(2));
    const notices = await loaded(server);
    server.notices.delete(1);
    await notices.acknowledge(1);
    await settled();
    expect(ids(notices)).toEqual([2]);
    await notices.acknowledge(2);
    await settled();
    expect(server.notices.get(2)?.for[0]?.acknowledged_at).not.toBeNull();
  });

  it("reads once, however often a notice is opened", async () => {
    const server = new NoticeServer(both());
    const notices = await loaded(server);
    await notices.read(1);
    await settled();
    await notices.read(1);
    await settled();
    expect(server.count("POST")).toBe(1);
  });
});

describe("what the worker keeps", () => {
  const pushed = (id: number): Inbox => notice(id, { known_by_push: "whole", title: `Báo qua push ${id}` });

  it("is taken up by a page that is open, and answered with the time of the tap", async () => {
    const server = new NoticeServer(notice(2));
    const bodies: unknown[] = [];
    const notices = await loaded(server);
    server.isReachable = false;
    await keepNotices(database, [pushed(7)], [], true);
    await keepAnswers(database, answersTo({ id: 7, for: [AN.id] }, "2026-10-06T12:10:00.000Z"));
    await notices.takeUp();
    await settled();
    expect(one(notices, 7).for[0]).toMatchObject({ acknowledged_at: "2026-10-06T12:10:00.000Z", isWaiting: true });

    server.isReachable = true;
    server.notices.set(7, notice(7));
    server.answers.set("POST /api/broadcasts/7/acknowledge", (body) => {
      bodies.push(body);
      return notice(7, { for: [reason(AN, "2026-10-06T12:10:00Z")] });
    });
    notices.hear(HELLO);
    await settled();
    expect(bodies).toMatchObject([{ students: [AN.id], at: "2026-10-06T12:10:00.000Z" }]);
    expect(one(notices, 7)).toMatchObject({ title: "Thông báo 7" });
    expect(one(notices, 7).known_by_push).toBeUndefined();
    expect(await readAnswers(database)).toEqual([]);
  });

  it("waits for the next sign-in of the same person when the session has ended", async () => {
    const server = new NoticeServer(notice(7));
    const notices = await loaded(server);
    server.answers.set("POST /api/broadcasts/7/acknowledge", () => {
      throw refused("not_signed_in", 401);
    });
    await keepAnswers(database, answersTo({ id: 7, for: [AN.id] }, "2026-10-06T12:10:00.000Z"));
    await notices.takeUp();
    await settled();
    notices.stop();
    await startOver(database);
    expect((await readAnswers(database)).map((answer) => answer.broadcast)).toEqual([7]);

    server.answers.clear();
    await loaded(server);
    await settled();
    expect(server.notices.get(7)?.for[0]?.acknowledged_at).not.toBeNull();
  });

  it("hides no gap: what lies between it and the list of last week is fetched", async () => {
    const server = new NoticeServer(...[1, 2, 3].map((id) => notice(id)));
    const first = await loaded(server);
    first.stop();
    for (let id = 4; id <= 60; id += 1) server.notices.set(id, notice(id));
    await keepNotices(database, [pushed(60)], [], true);
    const notices = await loaded(server);
    expect(notices.isComplete).toBe(false);
    await notices.older();
    await notices.older();
    expect(ids(notices)).toEqual([...server.notices.keys()]);
  });
});
