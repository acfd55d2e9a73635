import { describe, expect, it } from "vitest";
import { AN, BINH, notice, reason } from "./broadcasts.test-only";
import { answeredAt, arranged, chosen, isPressing, isUnanswered, withAnswers } from "./broadcasts-order";

const shown = (...notices: ReturnType<typeof notice>[]) => notices.map((one) => withAnswers(one, []));
const ids = (list: { id: number }[]): number[] => list.map((one) => one.id);

describe("the order of the page", () => {
  const flash = notice(1, { urgency: "hoa_toc" });
  const urgent = notice(2, { urgency: "khan" });
  const answered = notice(3, {
    urgency: "hoa_toc",
    seen_at: "2026-10-05T10:00:00Z",
    for: [reason(AN, "2026-10-05T10:00:00Z")],
  });
  const newest = notice(9);

  it("puts what is urgent and unanswered first, the gravest on top, then the newest", () => {
    expect(ids(arranged(shown(newest, answered, urgent, flash)))).toEqual([1, 2, 9, 3]);
  });

  it("lets an urgent one that asks for nothing go down once it was read", () => {
    const plain = notice(4, { urgency: "khan", wants_acknowledgement: false });
    expect(isPressing(withAnswers(plain, []))).toBe(true);
    expect(isPressing(withAnswers({ ...plain, seen_at: "2026-10-05T10:00:00Z" }, []))).toBe(false);
  });

  it("keeps a card in its place while its reader is looking at it", () => {
    expect(ids(arranged(shown(newest, answered, urgent), new Set([3])))).toEqual([3, 2, 9]);
  });
});

describe("filters", () => {
  const forBoth = notice(1, { for: [reason(AN), reason(BINH)] });
  const forBinh = notice(2, { urgency: "khan", for: [reason(BINH, "2026-10-05T10:00:00Z")] });
  const forMyself = notice(3, { wants_acknowledgement: false, for: [reason(null)] });
  const list = shown(forBoth, forBinh, forMyself);

  it("show what concerns one child, and nothing that is the reader's own", () => {
    expect(ids(chosen(list, "all", AN.id))).toEqual([1]);
    expect(ids(chosen(list, "all", BINH.id))).toEqual([1, 2]);
  });

  it("know urgent from unanswered", () => {
    expect(ids(chosen(list, "urgent", null))).toEqual([2]);
    expect(ids(chosen(list, "open", null))).toEqual([1]);
    expect(ids(chosen(list, "open", null, new Set([2])))).toEqual([1, 2]);
  });
});

describe("answers of this device", () => {
  const both = notice(1, { for: [reason(AN), reason(BINH, "2026-10-06T09:00:00Z")] });
  const said = {
    key: "acknowledge-1-4001",
    broadcast: 1,
    deed: "acknowledge" as const,
    student: AN.id,
    at: "2026-10-06T12:07:00Z",
  };

  it("lie over the server's word until it has them", () => {
    const seen = withAnswers(both, [said]);
    expect(isUnanswered(seen)).toBe(false);
    expect(answeredAt(seen)).toBe(said.at);
    expect(seen.seen_at).toBe(said.at);
    expect(seen.for.map((one) => one.isWaiting)).toEqual([true, false]);
  });

  it("never take the place of what the server has written down", () => {
    const known = notice(1, { for: [reason(AN, "2026-10-06T12:08:00Z")] });
    expect(withAnswers(known, [said]).for).toEqual([{ ...reason(AN, "2026-10-06T12:08:00Z"), isWaiting: false }]);
  });

  it("of another notice change nothing", () => {
    expect(isUnanswered(withAnswers(notice(2), [said]))).toBe(true);
  });
});
