import { afterEach, beforeEach, expect, it } from "vitest";
import { settled, TestClock } from "../clock.test-only";
import type { Inbox } from "../protocol/broadcasts";
import { forgetAccount, openAccount } from "../store/db";
import { keepNotices } from "../store/notices";
import type { Database } from "../store/schema";
import { Broadcasts } from "./broadcasts.svelte";
import { NoticeServer, notice } from "./broadcasts.test-only";
import { isPressing, isUnanswered } from "./broadcasts-order";
import { contentOf, emptyDraft, fieldsOf, fingerprint } from "./compose-draft";
import { Corrections } from "./corrections";

const ME = 72;
const AT = "2026-10-06T12:08:00Z";
let database: Database;
let unseen: number;

beforeEach(async () => {
  database = await openAccount(ME);
  unseen = -1;
});
afterEach(async () => {
  database.close();
  await forgetAccount(ME);
});

async function loaded(server: NoticeServer): Promise<Broadcasts> {
  const notices = new Broadcasts({
    database,
    api: server,
    line: server.line,
    clock: new TestClock(),
    surroundings: { visible: () => true },
    later: () => {},
    unseen: (count) => {
      unseen = count;
    },
  });
  await notices.load();
  await settled();
  return notices;
}
const corrected = (id: number, by: number, how: "dinh_chinh" | "thu_hoi" = "dinh_chinh"): Inbox =>
  notice(id, { superseded: { by, how, at: AT } });

it("strikes the old one through at once, also before the server is asked, and wants nothing of it", async () => {
  const server = new NoticeServer(notice(1, { urgency: "khan" }));
  const notices = await loaded(server);
  expect([isPressing(notices.get(1) as never), unseen]).toEqual([true, 1]);
  server.isReachable = false;
  notices.hear({ type: "broadcast.corrected", broadcast: 1, superseded: { by: 2, how: "dinh_chinh", at: AT } });
  await settled();
  const old = notices.get(1);
  expect(old?.superseded?.by).toBe(2);
  expect([isUnanswered(old as never), isPressing(old as never), unseen]).toEqual([false, false, 0]);
});

it("learns it from the new one too, and takes the text of what was recalled away", async () => {
  const server = new NoticeServer(notice(1));
  const notices = await loaded(server);
  server.notices.set(1, { ...corrected(1, 2, "thu_hoi"), body: "" });
  server.notices.set(2, notice(2, { corrects: { id: 1, how: "thu_hoi" } }));
  notices.hear({ type: "broadcast.published", broadcast: notice(2, { corrects: { id: 1, how: "thu_hoi" } }) });
  await settled();
  expect(notices.get(1)).toMatchObject({ superseded: { by: 2 }, body: "" });
  expect(notices.get(2)?.corrects?.id).toBe(1);
});

it("drops an old one that had never reached this person, and points the whole row to the newest", async () => {
  const server = new NoticeServer(corrected(1, 2), notice(2, { corrects: { id: 1, how: "dinh_chinh" } }));
  const notices = await loaded(server);
  server.notices.delete(2);
  server.notices.set(3, notice(3, { corrects: { id: 2, how: "dinh_chinh" } }));
  notices.hear({ type: "broadcast.corrected", broadcast: 2, superseded: { by: 3, how: "dinh_chinh", at: AT } });
  await settled();
  expect(notices.get(2)).toBeNull();
  expect(notices.get(1)?.superseded?.by).toBe(3);
});

it("takes up what the worker struck through while a page was open", async () => {
  const notices = await loaded(new NoticeServer(notice(1)));
  await keepNotices(database, [corrected(1, 2)], [], true);
  await notices.takeUp();
  expect(notices.get(1)?.superseded?.by).toBe(2);
});

it("keeps in a draft what it corrects, and asks under one name however often it is tapped", async () => {
  const corrects = { broadcast: 7, how: "thay_the" as const };
  const content = contentOf({ ...emptyDraft("a"), audience: { org: 1 }, corrects });
  expect(content.corrects).toEqual(corrects);
  expect(fieldsOf(content, []).corrects).toEqual(corrects);
  expect(fingerprint(content)).not.toBe(fingerprint({ ...content, corrects: null }));

  const server = new NoticeServer();
  const bodies: unknown[] = [];
  server.answers.set("POST /api/broadcasts/7/correct", (body) => bodies.push(body));
  const corrections = new Corrections(server);
  await corrections.begin(7, "thay_the");
  await corrections.begin(7, "thay_the");
  await corrections.begin(7, "thu_hoi");
  const [first, second, third] = bodies as { client_broadcast_id: string }[];
  expect(second).toEqual(first);
  expect(third?.client_broadcast_id).not.toBe(first?.client_broadcast_id);
});
