import { describe, expect, it } from "vitest";
import { AN, BINH } from "./broadcasts.test-only";
import { nextErrand, requestFor } from "./broadcasts-errands";
import { isUnanswered, withAnswers } from "./broadcasts-order";
import { answersTo, mayAnswer, noticeOf, type Pushed } from "./pushed";

const PUSHED: Pushed = {
  type: "broadcast",
  id: 7,
  tag: "broadcast-7",
  title: "Nghỉ học ngày mai",
  body: "Nước sông đang lên.",
  urgency: "khan",
  url: "/thong-bao/7",
  at: "2026-10-06T12:05:00Z",
  person: 3,
  language: "vi",
  for: [AN.id, BINH.id],
  issuer: { name: "Trường Tiểu học Đồng Sen", is_official: true },
  author_name: "Hoàng Thị Hạnh",
  kind: "thong_tin",
  wants_acknowledgement: true,
};

describe("a notice known by its push", () => {
  it("is read whole without a line, for the children whom it concerns", () => {
    const notice = noticeOf(PUSHED, [AN, BINH]);
    expect(notice).toMatchObject({ id: 7, body: "Nước sông đang lên.", seen_at: null, known_by_push: "whole" });
    expect(notice?.for.map((reason) => reason.student?.given_name)).toEqual(["An", "Bình"]);
  });

  it("names no child that this account does not know", () => {
    expect(noticeOf(PUSHED, [BINH])?.for).toEqual([{ student: BINH, acknowledged_at: null }]);
  });

  it("is not made of a push that says only that something is there", () => {
    expect(noticeOf({ ...PUSHED, body: "" }, [AN])).toBeNull();
    expect(noticeOf({ ...PUSHED, type: "message" }, [AN])).toBeNull();
    const { for: _for, issuer: _issuer, ...bare } = PUSHED;
    expect(noticeOf(bare, [AN])).toBeNull();
  });

  it("can be answered on the lock screen where an answer is wanted and the whole text stands there", () => {
    expect(mayAnswer(PUSHED)).toBe(true);
    expect(mayAnswer({ ...PUSHED, is_cut: true })).toBe(false);
    expect(mayAnswer({ ...PUSHED, wants_acknowledgement: false })).toBe(false);
    expect(mayAnswer({ ...PUSHED, for: [] })).toBe(false);
    expect(noticeOf({ ...PUSHED, is_cut: true }, [AN])?.known_by_push).toBe("in part");
  });

  it("is answered for all of them, with the time of the tap and the clock that showed it", () => {
    const answers = answersTo(PUSHED, "2026-10-06T12:10:00.000Z");
    const notice = noticeOf(PUSHED, [AN, BINH]);
    expect(notice && isUnanswered(withAnswers(notice, answers))).toBe(false);
    const errand = nextErrand(answers);
    expect(errand && requestFor(errand, Date.UTC(2026, 9, 6, 15))).toEqual({
      path: "/api/broadcasts/7/acknowledge",
      body: {
        students: [AN.id, BINH.id],
        at: "2026-10-06T12:10:00.000Z",
        sent_at: "2026-10-06T15:00:00.000Z",
      },
    });
  });

  it("keeps apart what was said at different times", () => {
    const answers = [
      ...answersTo({ id: 7, for: [AN.id] }, "2026-10-06T12:10:00.000Z"),
      ...answersTo({ id: 7, for: [BINH.id] }, "2026-10-06T12:20:00.000Z"),
    ];
    expect(nextErrand(answers)?.students).toEqual([AN.id]);
    expect(nextErrand(answers.slice(1))?.students).toEqual([BINH.id]);
  });
});
