import { expect, it } from "vitest";
import { settled } from "../clock.test-only";
import { Unreachable } from "../protocol/refusal";
import type { Member } from "../protocol/types";
import type { RoomListener } from "./kept-rooms.svelte";
import { Readers } from "./readers.svelte";

function member(id: number, seat: string, have?: number, read?: number): Member {
  const person = { id, name: `Người ${id}`, address: "", label: "", role: "guardian" };
  return { person, seat, ...(have === undefined ? {} : { have_seq: have, read_seq: read ?? 0 }) };
}
const numbers = (readers: Readers, seq: number): number[] => {
  const { read, had, none } = readers.of(seq);
  return [read.length, had.length, none.length];
};

it("tells of each message from the two pointers alone, colleagues apart", async () => {
  let listener: RoomListener = () => {};
  const members = [
    member(1, "teacher", 9, 9),
    member(2, "guardian", 5, 5),
    member(3, "guardian", 5, 2),
    member(4, "guardian", 0),
  ];
  const readers = new Readers({ members: async () => ({ members, truncated: false }) });
  readers.open(42, {
    listen: (_room, given) => {
      listener = given;
      return () => {};
    },
  });
  await readers.load();
  expect(readers.isKnown).toBe(true);
  expect(numbers(readers, 5)).toEqual([1, 1, 1]);
  expect(numbers(readers, 2)).toEqual([2, 0, 1]);
  listener({ receipt: { person: 4, have_seq: 6, read_seq: 6 } });
  listener({ receipt: { person: 2, have_seq: 1, read_seq: 1 } });
  listener({ receipt: { person: 1, have_seq: 99, read_seq: 99 } });
  expect(numbers(readers, 5)).toEqual([2, 1, 0]);
  // Asked for anew, an answer from before a receipt takes nothing back.
  await readers.load();
  expect(numbers(readers, 5)).toEqual([2, 1, 0]);
});

it("says nothing where nobody's pointers may be seen, or nobody answers", async () => {
  const silent = new Readers({ members: () => Promise.reject(new Unreachable("cut")) });
  await silent.load();
  expect(silent.isKnown).toBe(false);
  const blind = new Readers({ members: async () => ({ members: [member(2, "guardian")], truncated: false }) });
  await blind.load();
  await settled(1);
  expect(blind.isKnown).toBe(false);
});
