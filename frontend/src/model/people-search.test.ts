import { expect, it } from "vitest";
import { TestClock } from "../clock.test-only";
import type { FoundPeople, FoundPerson } from "../protocol/people";
import { PeopleSearch, type Question, query } from "./people-search.svelte";

const found = (id: number): FoundPerson => ({
  id,
  name: `Người ${id}`,
  position: "",
  roles: [],
  classes: [],
  children: [],
  is_activated: false,
});
const page = (ids: number[], complete = true): FoundPeople => ({ people: ids.map(found), complete, wants_name: false });

class Server {
  asked: { question: Question; after: number | null }[] = [];
  private readonly waiting: { resolve: (answer: FoundPeople) => void; reject: (error: unknown) => void }[] = [];

  find = (question: Question, after: number | null): Promise<FoundPeople> => {
    this.asked.push({ question, after });
    return new Promise((resolve, reject) => this.waiting.push({ resolve, reject }));
  };
  async answer(index: number, answer: FoundPeople | Error): Promise<void> {
    if (answer instanceof Error) this.waiting[index]?.reject(answer);
    else this.waiting[index]?.resolve(answer);
    await Promise.resolve();
    await Promise.resolve();
  }
}
function begun(): { server: Server; clock: TestClock; search: PeopleSearch } {
  const server = new Server();
  const clock = new TestClock();
  const search = new PeopleSearch(server.find, clock);
  search.begin();
  return { server, clock, search };
}
const ids = (search: PeopleSearch): number[] => search.people.map((one) => one.id);

it("asks once at the beginning, and keeps what was found for the way back", async () => {
  const { server, search } = begun();
  await server.answer(0, page([1, 2]));
  search.begin();
  expect(server.asked).toHaveLength(1);
  expect(ids(search)).toEqual([1, 2]);
  expect(search.isAsking).toBe(false);
});

it("waits until the name is typed, and asks at once for a chip", async () => {
  const { server, clock, search } = begun();
  for (const words of ["h", "ho", "hoa"]) {
    search.change({ words });
    await clock.advance(100);
  }
  expect(server.asked).toHaveLength(1);
  expect(search.isAsking).toBe(true);
  await clock.advance(400);
  expect(server.asked.at(-1)?.question.words).toBe("hoa");
  expect(server.asked).toHaveLength(2);
  search.change({ part: "guardian" });
  await clock.advance(1);
  expect(server.asked.at(-1)?.question).toMatchObject({ words: "hoa", part: "guardian" });
});

it("shows the answer to the last question, whichever comes last", async () => {
  const { server, clock, search } = begun();
  search.change({ words: "lan" });
  await clock.advance(400);
  await server.answer(1, page([7]));
  await server.answer(0, page([1, 2, 3]));
  expect(ids(search)).toEqual([7]);
});

it("goes on after the last one, and no further than the end", async () => {
  const { server, search } = begun();
  await server.answer(0, page([1, 2], false));
  void search.more();
  void search.more();
  expect(server.asked.map((one) => one.after)).toEqual([null, 2]);
  await server.answer(1, page([3]));
  expect(ids(search)).toEqual([1, 2, 3]);
  await search.more();
  expect(server.asked).toHaveLength(2);
});

it("says that nothing came, and asks again", async () => {
  const { server, search } = begun();
  const failure = new Error("no line");
  await server.answer(0, failure);
  expect(search.failure).toBe(failure);
  search.begin();
  await server.answer(1, page([1]));
  expect(search.failure).toBeNull();
  expect(ids(search)).toEqual([1]);
});

it("writes into the address what was asked for, and nothing else", () => {
  const none: Question = { words: " ", part: null, org: null, schoolClass: null };
  expect(query(none, null)).toBe("");
  expect(query({ words: " Phạm & Hoa ", part: "guardian", org: 3, schoolClass: 9 }, 12)).toBe(
    "q=Ph%E1%BA%A1m+%26+Hoa&role=guardian&org=3&class=9&after=12",
  );
});
