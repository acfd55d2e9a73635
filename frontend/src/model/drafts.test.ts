import { beforeEach, describe, expect, it } from "vitest";
import { TestClock } from "../clock.test-only";
import { NoticeServer, refused } from "./broadcasts.test-only";
import { DraftOffice, grouped, isReason, isScheduled, secondsLeft } from "./drafts";
import { DraftList, DraftWatch } from "./drafts.svelte";
import { DraftShelf, draft } from "./drafts.test-only";
import { ServerClock } from "./drafts-clock";
import { Whom } from "./drafts-whom.svelte";

let clock: TestClock;
let server: NoticeServer;
let shelf: DraftShelf;
let office: DraftOffice;

beforeEach(() => {
  clock = new TestClock();
  server = new NoticeServer();
  shelf = new DraftShelf(server);
  office = new DraftOffice(server);
});

describe("the list", () => {
  it("has what wants its author first, and nothing that was thrown away", () => {
    const all = [
      draft(5, { state: "writing" }),
      draft(4, { state: "leaving" }),
      draft(3, { state: "returned" }),
      draft(2, { state: "discarded" }),
      draft(1, { state: "submitted" }),
    ];
    expect(grouped(all).map(({ group, drafts }) => [group, drafts[0]?.id])).toEqual([
      ["returned", 3],
      ["submitted", 1],
      ["leaving", 4],
      ["writing", 5],
    ]);
  });

  it("is asked anew when a draft changes somewhere, and keeps what it shows without a line", async () => {
    shelf.drafts.set(1, draft(1));
    const list = new DraftList(office);
    await list.load();
    shelf.alter(1, { state: "returned" });
    list.hear({ type: "draft.changed", draft: 1, state: "returned" });
    await clock.advance(0);
    expect(list.list[0]?.state).toBe("returned");
    server.isReachable = false;
    await list.load();
    expect([list.state, list.list.length]).toEqual(["ready", 1]);
  });

  it("says in the server's words why something could not be taken back", async () => {
    shelf.drafts.set(1, draft(1, { state: "leaving" }));
    const list = new DraftList(office);
    await list.load();
    server.answers.set("POST /api/broadcasts/drafts/1/undo", () => {
      throw refused("already_left", 409);
    });
    await list.undo(draft(1));
    expect(list.trouble).toBe("detail of already_left");
  });
});

describe("the seconds of undo", () => {
  async function leaving(offset = 0): Promise<{ watch: DraftWatch; stop: () => void }> {
    const serverClock = new ServerClock(clock);
    serverClock.heard(new Date(clock.now() + offset).toISOString());
    const leaves_at = new Date(clock.now() + offset + 10_000).toISOString();
    shelf.drafts.set(1, draft(1, { state: "leaving", leaves_at }));
    const watch = new DraftWatch(1, { office, clock, serverClock, confirmed: (act) => act() });
    await watch.start();
    return { watch, stop: () => watch.stop() };
  }

  it("count down to the server's moment", async () => {
    const { watch } = await leaving();
    expect(watch.seconds).toBe(10);
    await clock.advance(3200);
    expect(watch.seconds).toBe(7);
  });

  it("go by the server's clock on a phone that is minutes off", async () => {
    const { watch } = await leaving(-7 * 60_000);
    expect(watch.seconds).toBe(10);
  });

  it("lead back to writing", async () => {
    const { watch } = await leaving();
    expect((await watch.undo())?.state).toBe("writing");
    await clock.advance(20_000);
    expect(watch.draft?.state).toBe("writing");
  });

  it("end in asking until it is known that it left, when nobody tells", async () => {
    const { watch } = await leaving();
    await clock.advance(11_000);
    expect(watch.draft?.state).toBe("leaving");
    shelf.alter(1, { state: "left", broadcast: 12 });
    await clock.advance(4000);
    expect(watch.draft?.broadcast).toBe(12);
    const asked = server.count("GET /api/broadcasts/drafts/1");
    await clock.advance(20_000);
    expect(server.count("GET /api/broadcasts/drafts/1")).toBe(asked);
  });

  it("are no hour that somebody chose", () => {
    const now = Date.parse("2026-10-06T12:00:00Z");
    const at = (leaves_at: string): boolean => isScheduled(draft(1, { state: "leaving", leaves_at }), now);
    expect([at("2026-10-06T12:00:10Z"), at("2026-10-07T06:00:00Z")]).toEqual([false, true]);
    expect([secondsLeft(null, now), secondsLeft("2026-10-06T11:59:00Z", now)]).toEqual([0, 0]);
  });
});

describe("breaking the glass", () => {
  it("takes a reason, and goes to as many as were seen", async () => {
    shelf.drafts.set(1, draft(1, { state: "submitted", people: 731 }));
    const watch = new DraftWatch(1, { office, clock, serverClock: new ServerClock(clock), confirmed: (act) => act() });
    await watch.start();
    expect(await watch.breakGlass("vì gấp")).toBeNull();
    expect(server.count("POST /api/broadcasts/drafts/1/break-glass")).toBe(0);
    expect((await watch.breakGlass("Nước lên, không gọi được ai"))?.state).toBe("left");
  });

  it("asks again with the new number when the recipients changed", async () => {
    shelf.drafts.set(1, draft(1, { state: "submitted", people: 731 }));
    const watch = new DraftWatch(1, { office, clock, serverClock: new ServerClock(clock), confirmed: (act) => act() });
    await watch.start();
    const said: unknown[] = [];
    server.answers.set("POST /api/broadcasts/drafts/1/break-glass", (body) => {
      said.push((body as { people: number }).people);
      if (said.length === 1) throw refused("audience_changed", 409, { people: 728 });
      return shelf.alter(1, { state: "left", broadcast: 12 });
    });
    const reason = "Nước lên, không gọi được ai";
    expect(await watch.breakGlass(reason)).toBeNull();
    expect(watch.people).toBe(728);
    expect((await watch.breakGlass(reason))?.broadcast).toBe(12);
    expect(said).toEqual([731, 728]);
  });

  it("counts letters, not blanks", () => {
    expect([isReason(`a${" ".repeat(40)}b`), isReason("Nước lên rất nhanh ở xã")]).toEqual([false, true]);
  });
});

describe("whom a draft is for", () => {
  const school = { id: 4, name: "Trường THCS Tân Sơn", type: "school", level: "thcs" };
  const orgs = [{ org: school, as: school, parent: null, depth: 0, official: true, urgencies: ["thuong"] }];

  it("is told in words", async () => {
    const classes = [{ id: 31, title: "7A", grade: "07", pupils: 30 }];
    const choices = { levels: [], grades: [], classes, languages: [] };
    server.answers.set("GET /api/broadcasts/audiences", () => ({ orgs, classes: [], choices }));
    server.answers.set("GET /api/broadcasts/12", () => ({ title: "Nghỉ học" }));
    const whom = new Whom(server);
    await whom.look({ org: 4, classes: [31], unacknowledged: 12 });
    expect([whom.choice?.title, whom.classes.get(31), whom.notice]).toEqual([school.name, "7A", "Nghỉ học"]);
  });

  it("stays without a name where there is none to be had", async () => {
    server.answers.set("GET /api/broadcasts/audiences", () => {
      throw refused("not_your_audience", 403);
    });
    const whom = new Whom(server);
    await whom.look({ org: 4 });
    expect(whom.choice).toBeNull();
  });
});
