import { beforeEach, describe, expect, it } from "vitest";
import { settled, TestClock } from "../clock.test-only";
import type { Draft } from "../protocol/drafts";
import type { Me } from "../protocol/types";
import { NoticeServer, refused } from "./broadcasts.test-only";
import { Composer } from "./compose.svelte";
import { DraftShelf } from "./drafts.test-only";

/** Composers on one device or on two, over a server that keeps drafts by version. */
let clock: TestClock;
let server: NoticeServer;
let kept: DraftShelf;

beforeEach(() => {
  clock = new TestClock();
  server = new NoticeServer();
  kept = new DraftShelf(server);
  server.answers.set("GET /api/broadcasts/audiences", () => ({ orgs: [], classes: [] }));
});

class Device {
  readonly lanes = new Map<string, string>();

  async open(opened?: Draft): Promise<Composer> {
    const drafts = {
      read: async (lane = "compose") => this.lanes.get(lane) ?? "",
      keep: async (text: string, lane = "compose") => {
        if (text) this.lanes.set(lane, text);
        else this.lanes.delete(lane);
      },
    };
    const me = { homerooms: [] } as unknown as Me;
    const parts = { api: server, clock, drafts, me, confirmed: <T>(act: () => Promise<T>) => act() };
    const composer = new Composer(opened ? { ...parts, opened } : parts);
    await composer.start();
    await settled();
    return composer;
  }
}
const PAUSE = 3000;

describe("a draft that is being written", () => {
  it("reaches the server after a pause, once, and then by version", async () => {
    const composer = await new Device().open();
    composer.change({ title: "N" });
    composer.change({ title: "Ng" });
    await clock.advance(PAUSE);
    expect([server.count("POST /api/broadcasts/drafts"), kept.only.content.title]).toEqual([1, "Ng"]);
    composer.change({ title: "Nghỉ học" });
    await clock.advance(PAUSE);
    expect([server.count("PUT"), kept.only.version, composer.keeping]).toEqual([1, 2, "kept"]);
    await clock.advance(60_000);
    expect(server.count("PUT")).toBe(1);
  });

  it("is not sent to the server while nothing is written", async () => {
    const composer = await new Device().open();
    composer.change({ roles: ["teachers"] });
    await clock.advance(PAUSE);
    expect(kept.drafts.size).toBe(0);
  });

  it("waits on the device for a line, and goes by itself when there is one", async () => {
    const device = new Device();
    const composer = await device.open();
    server.isReachable = false;
    composer.change({ title: "Trong hầm" });
    await clock.advance(PAUSE);
    expect([composer.keeping, device.lanes.get("compose")?.includes("Trong hầm")]).toEqual(["unreachable", true]);
    server.isReachable = true;
    await clock.advance(20_000);
    expect(kept.only.content.title).toBe("Trong hầm");
  });

  it("is one draft when the first answer was lost, also over a restart", async () => {
    const device = new Device();
    const composer = await device.open();
    kept.lose = 1;
    composer.change({ title: "Một" });
    await clock.advance(PAUSE);
    composer.stop();
    const again = await device.open();
    again.change({ title: "Một, hai" });
    await clock.advance(20_000);
    expect([kept.drafts.size, kept.only.content.title]).toEqual([1, "Một, hai"]);
  });

  it("takes what was typed while an answer was on its way", async () => {
    const composer = await new Device().open();
    composer.change({ title: "Một" });
    await clock.advance(PAUSE);
    composer.change({ title: "Hai" });
    const saving = clock.advance(PAUSE);
    composer.change({ body: "viết tiếp" });
    await saving;
    await clock.advance(PAUSE);
    expect([kept.only.content.title, kept.only.content.body]).toEqual(["Hai", "viết tiếp"]);
  });

  it("shows at its field what the server has against it, and stays on the device", async () => {
    const composer = await new Device().open();
    server.answers.set("POST /api/broadcasts/drafts", () => {
      throw refused("too_long", 400, { field: "body" });
    });
    composer.change({ body: "dài" });
    await clock.advance(PAUSE);
    expect([composer.problems.body, composer.draft.body]).toEqual(["detail of too_long", "dài"]);
  });

  it("that was thrown away elsewhere goes on as one of its own", async () => {
    const composer = await new Device().open();
    composer.change({ title: "Một" });
    await clock.advance(PAUSE);
    kept.alter(1, { state: "discarded" });
    composer.change({ title: "Một, hai" });
    await clock.advance(10_000);
    expect([kept.drafts.size, kept.drafts.get(2)?.content.title]).toEqual([2, "Một, hai"]);
  });
});

describe("a draft that two devices write", () => {
  async function both(): Promise<{ ours: Composer; theirs: Composer }> {
    const [phone, desk] = [new Device(), new Device()];
    const first = await phone.open();
    first.change({ title: "Gốc", body: "chung" });
    await clock.advance(PAUSE);
    const theirs = await desk.open(kept.only);
    theirs.change({ body: "ở bàn" });
    await clock.advance(PAUSE);
    first.change({ body: "ở điện thoại" });
    await clock.advance(PAUSE);
    return { ours: first, theirs };
  }

  it("overwrites nothing: the later one sees both", async () => {
    const { ours } = await both();
    expect([kept.only.content.body, ours.draft.body, ours.theirs?.content.body]).toEqual([
      "ở bàn",
      "ở điện thoại",
      "ở bàn",
    ]);
    await clock.advance(60_000);
    expect(kept.only.content.body).toBe("ở bàn");
  });

  it("is not submitted before one was chosen", async () => {
    const { ours } = await both();
    expect(await ours.submit(731)).toBeNull();
    expect(kept.submitted).toEqual([]);
  });

  it.each([
    ["ours" as const, "ở điện thoại", 1],
    ["theirs" as const, "ở bàn", 1],
  ])("goes on with %s", async (which, body, drafts) => {
    const { ours } = await both();
    await ours.choose(which);
    await clock.advance(PAUSE);
    expect([ours.draft.body, kept.only.content.body, kept.drafts.size]).toEqual([body, body, drafts]);
    ours.change({ title: "Tiếp" });
    await clock.advance(PAUSE);
    expect([ours.theirs, kept.only.content.title]).toEqual([null, "Tiếp"]);
  });

  it("becomes two when both are wanted", async () => {
    const { ours } = await both();
    await ours.choose("both");
    await clock.advance(PAUSE);
    expect([kept.drafts.get(1)?.content.body, kept.drafts.get(2)?.content.body]).toEqual(["ở bàn", "ở điện thoại"]);
  });

  it("takes the newer version by itself where nothing was written here meanwhile", async () => {
    const device = new Device();
    const composer = await device.open();
    composer.change({ title: "Gốc" });
    await clock.advance(PAUSE);
    composer.stop();
    kept.alter(1, {}, { title: "Sửa ở nơi khác" });
    const again = await device.open();
    expect([again.draft.title, again.theirs]).toEqual(["Sửa ở nơi khác", null]);
  });

  it("is compared with what this device kept, when it is opened from the list", async () => {
    const device = new Device();
    const composer = await device.open();
    composer.change({ title: "Gốc" });
    await clock.advance(PAUSE);
    server.isReachable = false;
    composer.change({ title: "Viết khi mất mạng" });
    await clock.advance(PAUSE);
    composer.stop();
    server.isReachable = true;
    kept.alter(1, {}, { title: "Sửa ở nơi khác" });
    const again = await device.open(kept.only);
    expect([again.draft.title, again.theirs?.content.title]).toEqual(["Viết khi mất mạng", "Sửa ở nơi khác"]);
  });
});

describe("a draft that came back", () => {
  it("says why while it is mended, and opens from the list beside another one", async () => {
    const device = new Device();
    const composer = await device.open();
    composer.change({ title: "Đang viết dở" });
    await clock.advance(PAUSE);
    composer.stop();
    const name = { client_broadcast_id: "another" };
    const returned = {
      ...kept.only,
      ...name,
      id: 9,
      state: "returned" as const,
      decision_reason: "Sai ngày",
      version: 3,
    };
    kept.drafts.set(9, { ...returned, content: { ...returned.content, title: "Trả lại" } });
    const mended = await device.open(kept.drafts.get(9));
    expect([mended.returned?.decision_reason, mended.draft.title]).toEqual(["Sai ngày", "Trả lại"]);
    mended.change({ title: "Trả lại, đã sửa" });
    await clock.advance(PAUSE);
    expect([kept.drafts.get(9)?.content.title, kept.drafts.get(1)?.content.title]).toEqual([
      "Trả lại, đã sửa",
      "Đang viết dở",
    ]);
    expect([...device.lanes.keys()].sort()).toEqual(["compose", "compose-9"]);
  });
});
