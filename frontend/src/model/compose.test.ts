import { beforeEach, describe, expect, it } from "vitest";
import { settled, TestClock } from "../clock.test-only";
import type { Audiences, Reach } from "../protocol/broadcasts";
import type { Draft } from "../protocol/drafts";
import type { Me } from "../protocol/types";
import { NoticeServer, refused } from "./broadcasts.test-only";
import { Composer } from "./compose.svelte";
import type { Choice } from "./compose-audience";
import {
  BODY_LIMIT,
  contentOf,
  emptyDraft,
  fieldsOf,
  fingerprint,
  lengthOf,
  missing,
  readKept,
  TITLE_LIMIT,
} from "./compose-draft";
import { DraftShelf } from "./drafts.test-only";

const school = { id: 4, name: "Trường Tiểu học Đồng Sen", type: "school", level: "tieu_hoc" };
const audiences: Audiences = {
  orgs: [
    {
      org: school,
      as: school,
      parent: null,
      depth: 0,
      official: true,
      urgencies: ["thuong", "khan", "thuong_khan", "hoa_toc"],
    },
  ],
  classes: [{ id: 31, title: "3A", school, official: false, urgencies: ["thuong"] }],
};
const reach: Reach = {
  schools: 1,
  classes: 12,
  units: 1,
  households: 402,
  people: 731,
  by_role: { guardians: 731, students: 0, teachers: 0, staff: 0 },
  with_push: 310,
  channels: { app: 500, push: 310, none: 231 },
  forecast: { share_in_an_hour: null, based_on: 0 },
  easily_missed: [],
  duplicate: null,
  needs_approval: false,
  why: [],
};
const me = { homerooms: [] } as unknown as Me;

let clock: TestClock;
let server: NoticeServer;
/** What the server keeps. */
let kept: DraftShelf;
/** What this device keeps, by lane. */
let lanes: Map<string, string>;

beforeEach(() => {
  clock = new TestClock();
  server = new NoticeServer();
  kept = new DraftShelf(server);
  lanes = new Map();
  server.answers.set("GET /api/broadcasts/audiences", () => audiences);
  server.answers.set("POST /api/broadcasts/preview", () => ({ ...reach, people: kept.people }));
});

async function opened(draft?: Draft): Promise<Composer> {
  const drafts = {
    read: async (lane = "compose") => lanes.get(lane) ?? "",
    keep: async (text: string, lane = "compose") => {
      if (text) lanes.set(lane, text);
      else lanes.delete(lane);
    },
  };
  const confirmed = <T>(act: () => Promise<T>): Promise<T> => act();
  const composer = new Composer({ api: server, clock, drafts, me, confirmed, ...(draft ? { opened: draft } : {}) });
  await composer.start();
  await settled();
  return composer;
}
function class3A(composer: Composer): Choice {
  const found = composer.tree?.search("3A")[0];
  if (!found) throw new Error("no class");
  return found;
}
async function written(): Promise<Composer> {
  const composer = await opened();
  composer.change({ title: "Nghỉ học ngày mai", body: "Do mưa lũ." });
  await clock.advance(1000);
  return composer;
}

describe("the reach", () => {
  it("is counted once a pause, not once a letter", async () => {
    const composer = await opened();
    composer.change({ roles: ["guardians", "teachers"] });
    composer.change({ roles: ["guardians"] });
    composer.change({ title: "N" });
    expect(composer.counter.state).toBe("counting");
    await clock.advance(1000);
    expect(server.count("POST /api/broadcasts/preview")).toBe(1);
    expect([composer.counter.state, composer.reach?.households]).toEqual(["known", 402]);
  });

  it("of earlier recipients is gone at once and never comes back over that of the present ones", async () => {
    const composer = await opened();
    await clock.advance(1000);
    let answer: (reach: Reach) => void = () => {};
    server.answers.set("POST /api/broadcasts/preview", () => new Promise((resolve) => (answer = resolve)));
    const slow = composer.count();
    server.answers.set("POST /api/broadcasts/preview", () => ({ ...reach, people: 60 }));
    composer.change({ roles: ["teachers"] });
    expect([composer.reach, composer.counter.state]).toEqual([null, "counting"]);
    await clock.advance(1000);
    answer(reach);
    expect(await slow).toBeNull();
    expect(composer.reach?.people).toBe(60);
  });

  it("is asked about again after a while when words may want a second person, and stands meanwhile", async () => {
    const composer = await opened();
    await clock.advance(1000);
    server.answers.set("POST /api/broadcasts/preview", () => ({ ...reach, needs_approval: true, why: ["money"] }));
    composer.change({ body: "Chuyển khoản tới số 0123" });
    expect(composer.reach?.people).toBe(731);
    await clock.advance(3000);
    expect(composer.reach?.why).toEqual(["money"]);
  });

  it("is not kept from being counted by a date that has passed", async () => {
    let asked: object = {};
    server.answers.set("POST /api/broadcasts/preview", (body) => {
      asked = body as object;
      return reach;
    });
    const composer = await opened();
    composer.change({ leaves_at: "2020-01-01T00:00:00Z", acknowledge_by: "2020-01-01T00:00:00Z", roles: ["staff"] });
    await clock.advance(1000);
    expect(composer.reach?.people).toBe(731);
    expect(Object.keys(asked).filter((key) => ["leaves_at", "acknowledge_by", "attachments"].includes(key))).toEqual(
      [],
    );
  });

  it("is unknown without a line, and every word is still there", async () => {
    const composer = await opened();
    server.isReachable = false;
    composer.change({ title: "Nghỉ học", roles: ["teachers"] });
    await clock.advance(1000);
    expect([composer.counter.state, composer.reach, composer.draft.title]).toEqual(["unknown", null, "Nghỉ học"]);
  });
});

describe("the draft", () => {
  it("survives a reload, also one before the pause that saves it", async () => {
    const composer = await opened();
    composer.change({ title: "Họp phụ huynh", urgency: "khan" });
    composer.stop();
    await settled();
    const again = await opened();
    expect([again.draft.title, again.draft.urgency, again.draft.name]).toEqual([
      "Họp phụ huynh",
      "khan",
      composer.draft.name,
    ]);
  });

  it("is not called saved before it is, and is saved at once when the page is put away", async () => {
    const composer = await opened();
    composer.change({ title: "Họp" });
    expect(composer.isUnsaved).toBe(true);
    composer.hurry();
    await settled();
    expect([composer.isUnsaved, lanes.get("compose")?.includes("Họp")]).toEqual([false, true]);
    composer.change({ title: "Họp phụ huynh" });
    await clock.advance(1000);
    expect(composer.isUnsaved).toBe(false);
  });

  it("opens without a line", async () => {
    (await written()).stop();
    server.isReachable = false;
    const again = await opened();
    expect([again.phase, again.draft.body]).toEqual(["writing", "Do mưa lũ."]);
  });

  it("leaves nothing behind once it is emptied", async () => {
    const composer = await written();
    expect(lanes.get("compose")).toContain("Do mưa lũ.");
    composer.change({ title: "", body: "" });
    await clock.advance(1000);
    expect(lanes.size).toBe(0);
  });

  it("drops an audience that is no longer this person's", async () => {
    const composer = await written();
    composer.address(class3A(composer));
    composer.stop();
    server.answers.set("GET /api/broadcasts/audiences", () => ({ orgs: [], classes: [] }));
    const again = await opened();
    expect([again.draft.audience, again.draft.title]).toEqual([null, "Nghỉ học ngày mai"]);
  });

  it("that does not read is no draft", () => {
    expect(readKept("{")).toBeNull();
    expect(readKept("null")).toBeNull();
    expect(readKept('{"name":"a"}')).toBeNull();
  });

  it("knows what is missing, in the order of the page", () => {
    const draft = emptyDraft("a");
    const now = clock.now();
    const ready = { ...draft, audience: { org: 4 }, title: "a", body: "b" };
    expect(missing({ ...draft, roles: [] }, now)).toEqual(["audience", "roles", "title", "body"]);
    expect(missing({ ...ready, title: " " }, now)).toEqual(["title"]);
    expect(missing({ ...ready, title: "a".repeat(TITLE_LIMIT + 1), body: "b".repeat(BODY_LIMIT) }, now)).toEqual([
      "title",
    ]);
    expect(missing({ ...ready, reference: `12/${"K".repeat(61)}` }, now)).toEqual(["reference"]);
    expect(missing({ ...ready, leaves_at: "2026-10-06T11:59:00Z" }, now)).toEqual(["leaves_at"]);
    expect(missing({ ...ready, leaves_at: "2028-10-06T12:00:00Z" }, now)).toEqual(["leaves_at"]);
    const until = { leaves_at: "2026-10-07T12:00:00Z", acknowledge_by: "2026-10-07T11:00:00Z" };
    expect(missing({ ...ready, ...until }, now)).toEqual(["acknowledge_by"]);
    expect(missing({ ...ready, ...until, wants_acknowledgement: false }, now)).toEqual([]);
    expect(lengthOf("Ễ́🙂".normalize("NFD"))).toBe(3);
  });
});

describe("content", () => {
  it("is the same again after the server kept it, whatever it left out or put in another order", () => {
    const draft = {
      ...emptyDraft("a"),
      audience: { org: 4, grades: [7], levels: ["thcs" as const] },
      reference: "1204/SGDĐT-VP",
      leaves_at: "2026-10-07T12:00:00.000Z",
    };
    const content = contentOf(draft);
    const told = {
      ...content,
      audience: { levels: ["thcs" as const], grades: [7], org: 4 },
      leaves_at: "2026-10-07T12:00:00Z",
    };
    expect(fingerprint(told)).toBe(fingerprint(content));
    expect(fieldsOf(told, []).reference).toBe("1204/SGDĐT-VP");
    expect(fingerprint({ ...told, title: "x" })).not.toBe(fingerprint(content));
  });

  it("without a choice is a draft, too", () => {
    expect(contentOf(emptyDraft("a")).audience).toEqual({});
    expect(fieldsOf(contentOf(emptyDraft("a")), []).audience).toBeNull();
  });
});

describe("the audience", () => {
  it("keeps what narrows it while it stays the same, and loses it with another one", async () => {
    const composer = await opened();
    composer.change({ audience: { org: 4, grades: [3] } });
    const same = composer.choice;
    if (!same) throw new Error("no choice");
    composer.address(same);
    expect(composer.draft.audience).toEqual({ org: 4, grades: [3] });
    composer.address(class3A(composer));
    expect(composer.draft.audience).toEqual({ class: 31 });
  });

  it("takes back an urgency that it does not allow", async () => {
    const composer = await opened();
    composer.change({ urgency: "hoa_toc", roles: ["staff"] });
    composer.address(class3A(composer));
    expect([composer.draft.urgency, composer.draft.roles]).toEqual(["thuong", ["guardians"]]);
  });
});

describe("submitting", () => {
  it("keeps the draft on the server, sends once to as many as were shown, and clears the form", async () => {
    const composer = await written();
    const sent = await composer.submit(731);
    expect([sent?.state, kept.only.content.title]).toEqual(["leaving", "Nghỉ học ngày mai"]);
    expect(kept.submitted).toEqual([{ id: 1, people: 731, isDuplicateMeant: false }]);
    expect([lanes.size, composer.isBlank]).toEqual([0, true]);
    expect(composer.draft.name).not.toBe(sent?.client_broadcast_id);
  });

  it("asks again with the new number when the recipients changed, and sends nothing before", async () => {
    const composer = await written();
    kept.people = 728;
    expect(await composer.submit(731)).toBeNull();
    expect(composer.doubt).toEqual({ about: "people", before: 731, now: 728 });
    expect([composer.reach?.people, kept.submitted.length, composer.draft.tried]).toEqual([728, 0, false]);
    expect((await composer.submit(728))?.state).toBe("leaving");
  });

  it("sends a document of a number that was sent before only when that is meant", async () => {
    kept.duplicate = true;
    const composer = await written();
    expect(await composer.submit(731)).toBeNull();
    expect(composer.doubt).toEqual({ about: "duplicate" });
    expect((await composer.submit(731, true))?.state).toBe("leaving");
    expect(kept.submitted[0]?.isDuplicateMeant).toBe(true);
  });

  it("finds out what became of a try whose answer was lost, and sends nothing twice", async () => {
    const composer = await written();
    await clock.advance(3000);
    kept.lose = 1;
    expect(await composer.submit(731)).toBeNull();
    expect(composer.isUnanswered).toBe(true);
    expect((await composer.submit(731))?.state).toBe("leaving");
    expect([kept.submitted.length, kept.drafts.size]).toEqual([1, 1]);
  });

  it("knows after a restart that it may have been sent, and shows what became of it", async () => {
    const composer = await written();
    await clock.advance(3000);
    kept.lose = 1;
    await composer.submit(731);
    composer.stop();
    const again = await opened();
    expect(again.gone?.state).toBe("leaving");
    expect(again.draft.title).toBe("Nghỉ học ngày mai");
  });

  it("makes a new notice of words that were written over one on its way, when told to", async () => {
    const composer = await written();
    await clock.advance(3000);
    kept.lose = 1;
    await composer.submit(731);
    composer.change({ body: "Do mưa lũ lớn." });
    expect(await composer.submit(731)).toBeNull();
    expect(composer.gone?.content.body).toBe("Do mưa lũ.");
    await composer.rename();
    expect((await composer.submit(731))?.content.body).toBe("Do mưa lũ lớn.");
    expect(kept.submitted.map((one) => one.id)).toEqual([1, 2]);
  });

  it.each([
    ["not_your_audience", {}, "audience"],
    ["not_your_urgency", {}, "urgency"],
    ["empty_audience", {}, "roles"],
    ["too_long", { field: "body" }, "body"],
    ["time_not_possible", { field: "leaves_at" }, "leaves_at"],
    ["bad_input", { field: "number" }, "reference"],
  ])("shows %s at its field until that is changed", async (code, facts, field) => {
    const composer = await written();
    server.answers.set("POST /api/broadcasts/drafts/1/submit", () => {
      throw refused(code, 400, facts);
    });
    expect(await composer.submit(731)).toBeNull();
    expect(composer.problems).toEqual({ [field]: `detail of ${code}` });
    composer.change({ [field]: composer.draft[field as "title"] });
    expect(composer.problems).toEqual({});
    expect(composer.draft.title).toBe("Nghỉ học ngày mai");
  });

  it("does not start while something is missing or still being uploaded", async () => {
    const composer = await opened();
    expect(await composer.submit(731)).toBeNull();
    composer.change({ title: "a", body: "b" });
    composer.isUploading = true;
    expect(await composer.submit(731)).toBeNull();
    expect(kept.submitted).toEqual([]);
  });
});
