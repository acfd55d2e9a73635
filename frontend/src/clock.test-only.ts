import type { Clock } from "./clock";

/** Time in a test's own hands; seeded, so that a failure can be looked at again. */
export class TestClock implements Clock {
  private time = Date.UTC(2026, 9, 6, 12);
  private timers: { at: number; then: () => void }[] = [];
  private state: number;

  constructor(seed = 1) {
    this.state = seed;
  }

  now(): number {
    return this.time;
  }

  after(milliseconds: number, then: () => void): () => void {
    const timer = { at: this.time + milliseconds, then };
    this.timers.push(timer);
    return () => {
      this.timers = this.timers.filter((one) => one !== timer);
    };
  }

  /** mulberry32: enough for tests. */
  random(): number {
    this.state = (this.state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(this.state ^ (this.state >>> 15), 1 | this.state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
  }

  async advance(milliseconds: number): Promise<void> {
    const end = this.time + milliseconds;
    for (;;) {
      await settled();
      const next = this.timers.filter((timer) => timer.at <= end).sort((a, b) => a.at - b.at)[0];
      if (!next) break;
      this.timers = this.timers.filter((one) => one !== next);
      this.time = next.at;
      next.then();
    }
    this.time = end;
    await settled();
  }
}

/** Lets promises and the test database's own turns run out. */
export async function settled(turns = 60): Promise<void> {
  const { setImmediate } = globalThis as unknown as { setImmediate: (then: () => void) => void };
  for (let turn = 0; turn < turns; turn += 1) await new Promise<void>((resolve) => setImmediate(resolve));
}
