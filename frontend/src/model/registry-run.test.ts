import { beforeEach, expect, it } from "vitest";
import { TestClock } from "../clock.test-only";
import { Refusal, Unreachable } from "../protocol/refusal";
import type { Run, RunState, Source } from "../protocol/registry";
import { inTurn } from "./in-turn";
import { RegistryOffice } from "./registry";
import { RunWatch } from "./registry-run.svelte";
import { Upload } from "./registry-upload.svelte";

let clock: TestClock;
let states: (RunState | Error)[];
let asked: string[];
let settled: number;
let sent: (answer: unknown, told?: number) => void;
const source = { id: 7, kind: "csv" } as Source;
const runOf = (state: RunState): Run =>
  ({ id: 1, source: 7, state, valves: [], tables: {}, may: [] }) as unknown as Run;

/** Answers about the run in turn; the last one stands. */
function office(): RegistryOffice {
  const answer = async (path: string): Promise<unknown> => {
    asked.push(path);
    if (path.includes("/sources/")) return source;
    const next = states.length > 1 ? states.shift() : states[0];
    if (next instanceof Error) throw next;
    return runOf(next ?? "applied");
  };
  const api = {
    get: answer,
    post: answer,
    send: (_path: string, _form: FormData, told: (bytes: number) => void, stop: AbortSignal) =>
      new Promise((resolve, reject) => {
        stop.addEventListener("abort", () => reject(new Unreachable("stopped")));
        sent = (given, bytes = 0) => {
          if (bytes) told(bytes);
          else if (given instanceof Error) reject(given);
          else resolve(given);
        };
      }),
  };
  return new RegistryOffice(api as unknown as ConstructorParameters<typeof RegistryOffice>[0]);
}
const watched = (): RunWatch => new RunWatch(1, { office: office(), clock, settled: () => (settled += 1) });
const ran = (ms: number): Promise<void> => clock.advance(ms);

beforeEach(() => {
  clock = new TestClock();
  states = ["applied"];
  asked = [];
  settled = 0;
});

it("follows an update until the server is done with it, and tells once", async () => {
  states = ["received", "received", "dry_run"];
  const watch = watched();
  await watch.start();
  expect(watch.run?.state).toBe("received");
  await ran(1_000);
  await ran(1_000);
  expect([watch.run?.state, settled]).toEqual(["dry_run", 1]);
  const before = asked.length;
  await ran(60_000);
  expect(asked.length).toBe(before);
});

it("asks on after a cut, and no more when the screen is left", async () => {
  states = ["received", new Unreachable("cut"), "received"];
  const watch = watched();
  await watch.start();
  await ran(1_000);
  expect([watch.state, watch.run?.state]).toEqual(["ready", "received"]);
  await ran(1_000);
  watch.stop();
  const before = asked.length;
  await ran(60_000);
  expect(asked.length).toBe(before);
});

it("shows what stands when somebody else was faster", async () => {
  states = ["held", new Refusal({ code: "not_waiting", detail: "Đã xong.", retry: false }, 409), "applied"];
  const watch = watched();
  await watch.start();
  await watch.confirm("vì sao");
  expect([watch.run?.state, (watch.refusal as Refusal).code, watch.isBusy]).toEqual(["applied", "not_waiting", false]);
});

it("is gone for those to whom it is not open", async () => {
  states = [new Refusal({ code: "not_found", detail: "", retry: false }, 404)];
  const watch = watched();
  await watch.start();
  expect(watch.state).toBe("gone");
});

it("waits for a rollback, which shows nothing until it is done", async () => {
  states = ["applied", "applied", "applied", "rolled_back"];
  const watch = watched();
  await watch.start();
  await watch.rollBack("gửi nhầm");
  expect(watch.isRollingBack).toBe(true);
  await ran(1_000);
  await ran(1_000);
  expect([watch.run?.state, watch.isRollingBack]).toEqual(["rolled_back", false]);
});

it("tells how many bytes have left, and is quiet when it was stopped on purpose", async () => {
  const upload = new Upload(office());
  const file = new File(["x".repeat(100)], "goi.zip");
  const first = upload.send(source, file, false);
  sent(null, 60);
  expect(upload.state).toEqual({ name: "sending", source: 7, file: "goi.zip", sent: 60, size: 100 });
  upload.stop();
  expect([await first, upload.state.name]).toEqual([null, "none"]);
  const second = upload.send(source, file, false);
  sent(new Refusal({ code: "package_too_large", detail: "", retry: false }, 413));
  expect([await second, upload.state.name]).toEqual([null, "failed"]);
  const third = upload.send(source, file, false);
  sent(runOf("received"));
  expect([(await third)?.id, upload.state.name]).toEqual([1, "none"]);
});

it("takes the newest question's answer only", async () => {
  const latest = inTurn();
  let first: (answer: string) => void = () => {};
  const slow = latest(new Promise<string>((resolve) => (first = resolve)));
  const quick = latest(Promise.resolve("new"));
  first("old");
  expect([await slow, await quick]).toEqual([null, "new"]);
});
