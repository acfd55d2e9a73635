import { expect, test } from "vitest";
import { sharedText } from "./sharing";

const notice = {
  issuer: { name: "Trường TH&THCS Đồng Sen", is_official: true },
  title: "Nghỉ học do mưa bão",
  body: "Ngày mai học sinh nghỉ học.",
  number: null,
  symbol: "",
};

test("what is shared has the text, the code and the address, so that it can be checked", () => {
  expect(sharedText(notice, "K7M4QXP29D", "https://truong.example")).toBe(
    "Trường TH&THCS Đồng Sen\nNghỉ học do mưa bão\n\nNgày mai học sinh nghỉ học.\n\nMã kiểm tra: K7M4Q XP29D\nhttps://truong.example/kt/K7M4QXP29D",
  );
});

test("a document is shared with its number", () => {
  const shared = sharedText({ ...notice, number: 1204, symbol: "SGDĐT-VP" }, "K7M4QXP29D", "https://truong.example");
  expect(shared.split("\n")[1]).toBe("Số 1204/SGDĐT-VP");
});
