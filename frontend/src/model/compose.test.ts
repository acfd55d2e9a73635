import { beforeEach, describe, expect, it } from "vitest";
import { settled, TestClock } from "../clock.test-only";
import type { Audiences, Reach } from "../protocol/broadcasts";
import { Refusal } from "../protocol/refusal";
import type { Me } from "../protocol/types";
import { NoticeServer, refused } from "./broadcasts.test-only";
import { Composer } from "./compose.svelte";
import type { Choice } from "./compose-audience";
import { BODY_LIMIT, emptyDraft, lengthOf, missing, readKept, TITLE_LIMIT } from "./compose-draft";

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
  households: 402,
  people: 731,
  by_role: { guardians: 731, students: 0, teachers: 0, staff: 0 },
  with_push: 310,
};
const me = { homerooms: [] } as unknown as Me;

let clock: TestClock;
let server: NoticeServer;
let shelf: { text: string };

beforeEach(() => {
  clock = new TestClock();
  server = new NoticeServer();
  shelf = { text: "" };
  server.answers.set("GET /api/broadcasts/audiences", () => audiences);
  server.answers.set("POST /api/broadcasts/preview", () => reach);
});

async function opened(): Promise<Composer> {
  const keep = async (text: string): Promise<void> => {
    shelf.text = text;
  };
  const composer = new Composer({ api: server, clock, drafts: { read: async () => shelf.text, keep }, me });
  await composer.start();
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
/** Publishes as the server does: one notice a name; the same name with other content is refused. */
function publishing(): { names: string[]; lose: number } {
  const state = { names: [] as string[], lose: 0, sent: new Map<string, string>() };
  server.answers.set("POST /api/broadcasts", (body) => {
    const { client_broadcast_id: name, ...draft } = body as { client_broadcast_id: string };
    const known = state.sent.get(name);
    if (known !== undefined && known !== JSON.stringify(draft)) throw refused("name_taken", 409);
    state.names.push(name);
    state.sent.set(name, JSON.stringify(draft));
    if (state.lose > 0) {
      state.lose -= 1;
      throw new Refusal({ code: "unavailable", detail: "", retry: true }, 503);
    }
    return { id: 12, ...draft };
  });
  return state;
}

describe("the reach", () => {
  it("is counted once a pause, not once a letter, and says nothing of words", async () => {
    const composer = await opened();
    composer.change({ roles: ["guardians", "teachers"] });
    composer.change({ roles: ["guardians"] });
    composer.change({ title: "N" });
    expect(composer.counting).toBe("counting");
    await clock.advance(1000);
    expect(server.count("POST /api/broadcasts/preview")).toBe(1);
    expect([composer.counting, composer.reach?.households]).toEqual(["known", 402]);
    composer.change({ body: "Do mưa lũ." });
    await clock.advance(1000);
    expect(server.count("POST /api/broadcasts/preview")).toBe(1);
  });

  it("of earlier recipients never overwrites that of the present ones", async () => {
    const composer = await opened();
    await clock.advance(1000);
    let answer: (reach: Reach) => void = () => {};
    server.answers.set("POST /api/broadcasts/preview", () => new Promise((resolve) => (answer = resolve)));
    const slow = composer.count();
    server.answers.set("POST /api/broadcasts/preview", () => ({ ...reach, people: 60 }));
    composer.change({ roles: ["teachers"] });
    await clock.advance(1000);
    answer(reach);
    expect(await slow).toBeNull();
    expect(composer.reach?.people).toBe(60);
  });

  it("is unknown without a line, and every word is still there", async () => {
    const composer = await opened();
    server.isReachable = false;
    composer.change({ title: "Nghỉ học", roles: ["teachers"] });
    await clock.advance(1000);
    expect([composer.counting, composer.reach, composer.draft.title]).toEqual(["unknown", null, "Nghỉ học"]);
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

  it("opens without a line", async () => {
    (await written()).stop();
    server.isReachable = false;
    const again = await opened();
    expect([again.phase, again.draft.body]).toEqual(["writing", "Do mưa lũ."]);
  });

  it("leaves nothing behind once it is emptied", async () => {
    const composer = await written();
    expect(shelf.text).not.toBe("");
    composer.change({ title: "", body: "" });
    await clock.advance(1000);
    expect(shelf.text).toBe("");
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
    expect(missing({ ...draft, roles: [] })).toEqual(["audience", "roles", "title", "body"]);
    expect(missing({ ...draft, audience: { org: 4 }, title: " ", body: "x" })).toEqual(["title"]);
    expect(
      missing({ ...draft, audience: { org: 4 }, title: "a".repeat(TITLE_LIMIT + 1), body: "b".repeat(BODY_LIMIT) }),
    ).toEqual(["title"]);
    expect(lengthOf("Ễ́🙂".normalize("NFD"))).toBe(3);
  });
});

describe("the audience", () => {
  it("takes back an urgency that it does not allow", async () => {
    const composer = await opened();
    composer.change({ urgency: "hoa_toc", roles: ["staff"] });
    composer.address(class3A(composer));
    expect([composer.draft.urgency, composer.draft.roles]).toEqual(["thuong", ["guardians"]]);
  });
});

describe("sending", () => {
  it("sends once and clears the draft", async () => {
    const sent = publishing();
    const composer = await written();
    expect((await composer.send())?.id).toBe(12);
    expect(sent.names).toHaveLength(1);
    expect([shelf.text, composer.isBlank]).toEqual(["", true]);
    expect(composer.draft.name).not.toBe(sent.names[0]);
  });

  it("keeps its name over an answer that was lost, and over a reload", async () => {
    const sent = publishing();
    sent.lose = 1;
    const composer = await written();
    expect(await composer.send()).toBeNull();
    expect(composer.isUnanswered).toBe(true);
    composer.stop();
    const again = await opened();
    expect(again.isUnanswered).toBe(true);
    await again.send();
    expect(new Set(sent.names).size).toBe(1);
  });

  it("says so when an earlier version was sent after all, and sends a new one only when told to", async () => {
    const sent = publishing();
    sent.lose = 1;
    const composer = await written();
    await composer.send();
    composer.change({ body: "Do mưa lũ lớn." });
    expect(await composer.send()).toBeNull();
    expect([composer.isTaken, composer.isUnanswered]).toEqual([true, false]);
    await composer.rename();
    expect((await composer.send())?.id).toBe(12);
    expect(new Set(sent.names).size).toBe(2);
  });

  it("does not forget that a first try is unanswered when a second one is refused", async () => {
    const sent = publishing();
    sent.lose = 1;
    const composer = await written();
    await composer.send();
    server.answers.set("POST /api/broadcasts", () => {
      throw refused("too_long", 400, { field: "body" });
    });
    await composer.send();
    expect([composer.draft.tried, composer.draft.name]).toEqual([true, sent.names[0]]);
  });

  it.each([
    ["not_your_audience", {}, "audience"],
    ["not_your_urgency", {}, "urgency"],
    ["empty_audience", {}, "roles"],
    ["too_long", { field: "body" }, "body"],
    ["bad_input", { field: "title" }, "title"],
  ])("shows %s at its field until that is changed", async (code, facts, field) => {
    const composer = await written();
    server.answers.set("POST /api/broadcasts", () => {
      throw refused(code, 400, facts);
    });
    expect(await composer.send()).toBeNull();
    expect(composer.problems).toEqual({ [field]: `detail of ${code}` });
    composer.change({ [field]: composer.draft[field as "title"] });
    expect(composer.problems).toEqual({});
    expect(composer.draft.title).toBe("Nghỉ học ngày mai");
  });

  it("does not start while something is missing", async () => {
    const sent = publishing();
    const composer = await opened();
    expect(await composer.send()).toBeNull();
    expect(sent.names).toEqual([]);
  });
});
