import { beforeEach, expect, it } from "vitest";
import { settled, TestClock } from "../clock.test-only";
import type { Api } from "../net/api";
import { Unreachable } from "../protocol/refusal";
import type { Room } from "../protocol/types";
import { forgetAccount, openAccount } from "../store/db";
import { freshRoom, keepRooms } from "../store/messages";
import type { Database } from "../store/schema";
import { readSeen } from "../store/seen";
import { RoomFiles } from "./room-files.svelte";

const ROOM = 42;
let clock: TestClock;
let database: Database;
let account = 900;
let asked: string[];
let passes: number;
let answer: (path: string, pass: string) => Response;
let dropped: string[];

function page(): RoomFiles {
  return new RoomFiles({
    database,
    clock,
    api: { post: async () => ({ pass: `pass-${++passes}` }) } as unknown as Api,
    fetchFile: async (path, pass) => {
      asked.push(`${path} ${pass}`);
      return answer(path, pass);
    },
    addresses: { make: (blob) => `blob:${blob.size}-${asked.length}`, drop: (address) => dropped.push(address) },
  });
}

beforeEach(async () => {
  clock = new TestClock();
  account += 1;
  await forgetAccount(account);
  database = await openAccount(account);
  await keepRooms(database, [freshRoom({ id: ROOM } as Room)]);
  asked = [];
  dropped = [];
  passes = 0;
  answer = () => new Response(new Uint8Array(5), { headers: { "Content-Type": "image/jpeg" } });
});

it("fetches a picture once, however often it is shown, and then needs no line", async () => {
  const files = page();
  const [first, second] = await Promise.all([files.address(ROOM, 7, "small"), files.address(ROOM, 7, "small")]);
  expect(first).toBe(second);
  expect(asked).toEqual(["/f/7?v=small pass-1"]);
  files.stop();
  await settled();
  expect(dropped).toEqual([first]);
  answer = () => {
    throw new Unreachable("no line");
  };
  await page().address(ROOM, 7, "small");
  expect(asked).toHaveLength(1);
});

it("asks with one pass for an hour of its own clock, and with a new one where the old is not taken", async () => {
  const files = page();
  await files.address(ROOM, 1, "small");
  await files.address(ROOM, 2, "small");
  expect(passes).toBe(1);
  answer = (_path, pass) => (pass === "pass-1" ? new Response("{}", { status: 404 }) : new Response("x"));
  await files.address(ROOM, 3, "small");
  expect(asked.slice(-2)).toEqual(["/f/3?v=small pass-1", "/f/3?v=small pass-2"]);
  await clock.advance(51 * 60_000);
  await files.address(ROOM, 4, "small");
  expect(asked.at(-1)).toBe("/f/4?v=small pass-3");
});

it("says that the right has ended, keeps nothing, and asks again when it is asked again", async () => {
  const files = page();
  answer = () => Response.json({ code: "not_found", detail: "" }, { status: 404 });
  await expect(files.address(ROOM, 9, "whole")).rejects.toMatchObject({ status: 404 });
  expect(await readSeen(database, 9, "whole")).toBeNull();
  answer = () => new Response("x");
  await files.address(ROOM, 9, "whole");
  expect(await readSeen(database, 9, "whole")).not.toBeNull();
});

it("keeps nothing of a room that is no longer this person's", async () => {
  await page().address(43, 5, "whole");
  expect(await readSeen(database, 5, "whole")).toBeNull();
});
