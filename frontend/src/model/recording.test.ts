import { beforeEach, describe, expect, it } from "vitest";
import { settled, TestClock } from "../clock.test-only";
import type { Spoken } from "./chosen.svelte";
import { type Microphone, peaksOf, Recording } from "./recording.svelte";

let clock: TestClock;
let heard: Spoken[];
let isClosed: boolean;
let open: Microphone["open"];

function recording(): Recording {
  return new Recording({ open: () => open() }, clock, (spoken) => heard.push(spoken));
}

beforeEach(() => {
  clock = new TestClock();
  heard = [];
  isClosed = false;
  open = async () => ({
    level: () => 0.1,
    stop: async () => ({ bytes: new ArrayBuffer(9000), type: "audio/webm" }),
    cancel: () => {
      isClosed = true;
    },
  });
});

describe("a voice note", () => {
  it("has its seconds and its wave when it is let go", async () => {
    const one = recording();
    await one.begin();
    await clock.advance(14_200);
    expect(one.left).toBe(46);
    await one.end();
    expect(heard).toEqual([
      { bytes: expect.any(ArrayBuffer), type: "audio/webm", seconds: 14.2, peaks: "9".repeat(48) },
    ]);
    expect(one.state).toBe("idle");
  });

  it("ends by itself after a minute, and nothing is lost", async () => {
    const one = recording();
    await one.begin();
    await clock.advance(70_000);
    expect(heard.map((spoken) => spoken.seconds)).toEqual([60]);
  });

  it("is gone when the finger slid away", async () => {
    const one = recording();
    await one.begin();
    await clock.advance(5_000);
    one.cancel();
    await clock.advance(70_000);
    expect(heard).toEqual([]);
    expect(isClosed).toBe(true);
  });

  it("is no note when it was a slip", async () => {
    const one = recording();
    await one.begin();
    await clock.advance(300);
    await one.end();
    expect(heard).toEqual([]);
    expect(one.trouble).toBe("short");
    expect(isClosed).toBe(true);
  });

  it("says why where the microphone is not given", async () => {
    const one = recording();
    open = () => Promise.reject(new DOMException("no", "NotAllowedError"));
    await one.begin();
    expect(one.trouble).toBe("denied");
    open = () => Promise.reject(new DOMException("no", "NotFoundError"));
    await one.begin();
    expect(one.trouble).toBe("none");
    expect(one.state).toBe("idle");
  });

  it("never listens to whoever has left while the browser was asking", async () => {
    const given = await open();
    let give: () => void = () => {};
    open = () => new Promise((resolve) => (give = () => resolve(given)));
    const one = recording();
    const begun = one.begin();
    await settled();
    one.cancel();
    give();
    await begun;
    expect(isClosed).toBe(true);
    expect(one.state).toBe("idle");
  });
});

it("draws the loudest as nine and silence as nothing", () => {
  expect(peaksOf([0, 0.5, 1])).toBe("059");
  expect(peaksOf([])).toBe("0");
  expect(peaksOf(Array.from({ length: 600 }, (_, index) => index))).toHaveLength(48);
});
