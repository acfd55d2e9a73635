import { expect, it } from "vitest";
import { cleanCode, codeInAddress, groupedCode } from "./code";

it.each([
  ["k7m4 qx9p 2hta", "K7M4QX9P2HTA"],
  ["K7M4-QX9P-2HTA", "K7M4QX9P2HTA"],
  ["K7M4 · QX", "K7M4QX"],
  ["K7M4QX9P2HTAZZZZ", "K7M4QX9P2HTA"],
  ["", ""],
])("reads %j as %j", (typed, code) => {
  expect(cleanCode(typed)).toEqual({ code, wrong: null });
});

it.each(["0", "1", "O", "I", "Đ", "!"])("names %s as the letter that no code has", (letter) => {
  expect(cleanCode(`K7M4${letter}X`)).toEqual({ code: "K7M4X", wrong: letter });
});

it("shows three groups of four", () => {
  expect(groupedCode("K7M4QX9P2HTA")).toBe("K7M4 · QX9P · 2HTA");
  expect(groupedCode("K7M4Q")).toBe("K7M4 · Q");
});

it("finds the code in the QR's address and nowhere else", () => {
  expect(codeInAddress("https://truong.example.vn/k#K7M4-QX9P-2HTA")).toBe("K7M4QX9P2HTA");
  expect(codeInAddress("#k7m4-qx9p-2hta")).toBe("K7M4QX9P2HTA");
  expect(codeInAddress("https://truong.example.vn/k")).toBe("");
  expect(codeInAddress("#K7M4")).toBe("");
  expect(codeInAddress("K7M4-QX9P-2HTA")).toBe("");
});
