import { describe, expect, it } from "vitest";
import { broken, CARD_MARGIN, CARD_WIDTH, laidOut } from "./share-card";

const ten = (text: string) => text.length * 10;
const facts = {
  issuer: "Trường TH&THCS Đồng Sen",
  reference: "12/TB-ĐS",
  when: "06/10/2026",
  version: "",
  title: "Nghỉ học do mưa lũ",
  code: "K7M4Q XP29D",
  address: "https://truong.example/kt/K7M4QXP29D",
};

describe("the card of a notice", () => {
  it("breaks between words, and a word where it fits no line", () => {
    expect(broken("một hai ba", ten, 70, 9)).toEqual(["một hai", "ba"]);
    expect(broken("mộthaiba", ten, 50, 9)).toEqual(["mộtha", "iba"]);
    expect(broken("", ten, 50, 9)).toEqual([]);
  });

  it("says that a title goes on", () => {
    const [first, last] = broken("một hai ba bốn năm", ten, 70, 2);
    expect([first, last]).toEqual(["một hai", "ba bốn…"]);
    expect(broken("một hai tám bảy", ten, 70, 1)).toEqual(["một…"]);
  });

  it("holds what somebody needs to check it, one below the other", () => {
    const card = laidOut(facts, (text, look) => text.length * look.size * 0.5);
    const said = card.lines.map((line) => line.text).join("\n");
    for (const part of ["Trường TH&THCS Đồng Sen", "Số 12/TB-ĐS · 06/10/2026", "Mã kiểm tra: K7M4Q XP29D"]) {
      expect(said).toContain(part);
    }
    const down = card.lines.map((line) => line.y);
    expect(down).toEqual([...down].sort((a, b) => a - b));
    const below = card.lines.find((line) => line.text.startsWith("Mã kiểm tra"));
    expect(below?.y).toBeGreaterThan(card.qr.y + card.qr.side);
    expect(card.height).toBeGreaterThan((down.at(-1) ?? 0) + CARD_MARGIN - 1);
    for (const line of card.lines)
      expect(line.text.length * line.size * 0.5).toBeLessThanOrEqual(CARD_WIDTH - 2 * CARD_MARGIN);
  });
});
