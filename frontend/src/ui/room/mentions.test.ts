import { expect, it } from "vitest";
import type { Message } from "../../protocol/types";
import { piecesOf, tagOf } from "./mentions";

const ME = 7;
const LAN = { id: 1, name: "Nguyễn Thị Lan", address: "Cô", label: "GVCN 7A", role: "teacher" };

it("names people as they are called", () => {
  expect(tagOf(LAN)).toBe("@Cô Lan");
  expect(tagOf({ name: "Phạm Thị Hoa", address: "" })).toBe("@Phạm Thị Hoa");
});

it("sets apart in a text only whom the message mentions", () => {
  const told = { body: "@Cô Lan ơi, @Phạm Thị Hoa hỏi @Cô Lan", mentions: [LAN] } as unknown as Message;
  expect(piecesOf(told, ME)).toEqual([
    { text: "@Cô Lan", who: "somebody" },
    { text: " ơi, @Phạm Thị Hoa hỏi ", who: "nobody" },
    { text: "@Cô Lan", who: "somebody" },
  ]);
  expect(piecesOf(told, 1)[0]?.who).toBe("me");
  expect(piecesOf({ body: "a@b", mentions: [] } as unknown as Message, ME)).toEqual([{ text: "a@b", who: "nobody" }]);
});
