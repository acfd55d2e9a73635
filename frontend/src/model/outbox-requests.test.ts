import { describe, expect, it } from "vitest";
import type { Destination, Written } from "../store/schema";
import { requestOf } from "./outbox-requests";
import { laneOf } from "./sender";

function written(to: Destination): Written {
  return {
    client_message_id: "n",
    position: 1,
    lane: laneOf(to),
    to,
    body: "Mấy giờ?",
    written_at: "",
    failed: null,
  };
}

describe("what was written, as a request", () => {
  it("asks about a notice under the name that it was kept with", () => {
    expect(requestOf(written({ kind: "question", broadcast: 12, student: 5 }))).toEqual({
      path: "/api/broadcasts/12/questions",
      body: { client_message_id: "n", student: 5, body: "Mấy giờ?" },
    });
  });
  it("names a guardian only where staff write", () => {
    const begun = { kind: "thread" as const, student: 5, teacher: null };
    expect(requestOf(written({ ...begun, guardian: null })).body).not.toHaveProperty("guardian");
    expect(requestOf(written({ ...begun, guardian: 9 })).body).toHaveProperty("guardian", 9);
  });
  it("sends along what a message answers, whom it names and what it asks, and nothing where there is nothing", () => {
    const plain = written({ kind: "room", room: 42 });
    expect(requestOf(plain).body).toEqual({ client_message_id: "n", body: "Mấy giờ?" });
    const lan = { id: 1, name: "Nguyễn Thị Lan", address: "Cô", label: "", role: "teacher" };
    const poll = { options: ["8:00", "19:30"], several: false, shows_names: true };
    const full = {
      ...plain,
      with: { quote: { seq: 3, author: lan, excerpt: "…" }, mentions: [lan], isForAll: true, poll },
    };
    expect(requestOf(full)).toEqual({
      path: "/api/rooms/42/messages",
      body: { client_message_id: "n", body: "Mấy giờ?", reply_to: 3, mentions: [1], mentions_all: true, poll },
    });
  });
  it("names the files that go with it as the server calls them, also in the first message of a thread", () => {
    const begun = { kind: "thread" as const, student: 5, teacher: null, guardian: null };
    for (const to of [begun, { kind: "room" as const, room: 42 }]) {
      expect(requestOf(written(to), [4, 9]).body).toHaveProperty("files", [4, 9]);
      expect(requestOf(written(to)).body).not.toHaveProperty("files");
    }
  });
  it("lets questions about several notices not wait for each other", () => {
    const lanes = [12, 13].map((broadcast) => laneOf({ kind: "question", broadcast, student: 5 }));
    expect(new Set(lanes).size).toBe(2);
  });
});
