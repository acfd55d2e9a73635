import { beforeEach, expect, it } from "vitest";
import { settled } from "../clock.test-only";
import type { Member } from "../protocol/types";
import { Mentions } from "./mentions.svelte";

const ME = 7;
function member(id: number, name: string, address = "", label = ""): Member {
  return { person: { id, name, address, label, role: "guardian" }, seat: "guardian" };
}
const members = [
  member(1, "Nguyễn Thị Lan", "Cô", "GVCN 7A"),
  member(2, "Phạm Thị Hoa"),
  member(3, "Lê Tiến Dũng"),
  member(4, "Đỗ Thị Lành"),
  member(ME, "Trần Thị Tôi"),
];
const tagOf = ({ name, address }: { name: string; address: string }): string =>
  `@${address ? `${address} ${name.split(" ").at(-1)}` : name}`;
let asked: number;
let mentions: Mentions;

function fresh(tagOfAll: string | null = null): Mentions {
  return new Mentions({
    members: async () => {
      asked += 1;
      return members;
    },
    me: ME,
    tagOf,
    tagOfAll,
  });
}
const typed = async (text: string, caret = text.length): Promise<string[]> => {
  mentions.typed(text, caret);
  await settled(3);
  return mentions.choices.map((choice) => choice.tag);
};

beforeEach(() => {
  asked = 0;
  mentions = fresh();
});

it("offers whoever is here after an @, without tones, and never oneself", async () => {
  expect(await typed("Chào @")).toEqual(["@Cô Lan", "@Phạm Thị Hoa", "@Lê Tiến Dũng", "@Đỗ Thị Lành"]);
  expect(await typed("Chào @la")).toEqual(["@Cô Lan", "@Đỗ Thị Lành"]);
  expect(await typed("Chào @do")).toEqual(["@Đỗ Thị Lành"]);
  expect(await typed("Chào @cô lan")).toEqual(["@Cô Lan"]);
  expect(asked).toBe(1);
});

it("takes an address in a text for no name", async () => {
  expect(await typed("hoa@example.vn")).toEqual([]);
  expect(await typed("@xyz")).toEqual([]);
  expect(await typed("Gửi @lan, mai", "Gửi ".length)).toEqual([]);
});

it("puts the name where it was begun, and tells who is named still", async () => {
  await typed("Nhờ @la xem giúp", "Nhờ @la".length);
  const choice = mentions.choices[0];
  expect(choice && mentions.choose("Nhờ @la xem giúp", choice)).toEqual({ text: "Nhờ @Cô Lan xem giúp", caret: 12 });
  expect(mentions.in("Nhờ @Cô Lan xem giúp").mentions.map((person) => person.id)).toEqual([1]);
  expect(mentions.in("Nhờ ai xem giúp").mentions).toEqual([]);
  mentions.forget();
  expect(mentions.in("Nhờ @Cô Lan xem giúp").mentions).toEqual([]);
});

it("offers all of a class to who may moderate alone", async () => {
  expect(await typed("@ca")).toEqual([]);
  mentions = fresh("@cả lớp");
  expect(await typed("@ca")).toEqual(["@cả lớp"]);
  const all = mentions.choices[0];
  if (all) mentions.choose("@ca", all);
  expect(mentions.in("@cả lớp nhớ nhé")).toEqual({ mentions: [], isForAll: true });
});

it("moves round the choices", async () => {
  await typed("@la");
  mentions.move(-1);
  expect(mentions.active).toBe(1);
  mentions.move(1);
  expect(mentions.active).toBe(0);
});
