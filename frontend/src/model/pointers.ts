/** Tells the server how far this device has got: what it has stored, and what was read. Pointers only move forward. */

import type { Clock } from "../clock";
import { mayRetry } from "../protocol/refusal";

export type Moved = { read_seq: number; have_seq: number; unread: number };
export type Wanted = { read_seq?: number; have_seq?: number };

export class Pointers {
  private readonly wanted = new Map<number, Wanted>();
  private cancel: (() => void) | null = null;
  private readonly tell: (room: number, wanted: Wanted) => Promise<Moved>;
  private readonly moved: (room: number, moved: Moved) => void;
  private readonly clock: Clock;

  constructor(
    tell: (room: number, wanted: Wanted) => Promise<Moved>,
    moved: (room: number, moved: Moved) => void,
    clock: Clock,
  ) {
    this.tell = tell;
    this.moved = moved;
    this.clock = clock;
  }

  read(room: number, seq: number): void {
    this.want(room, { read_seq: seq, have_seq: seq }, 300);
  }

  /** Spread over four seconds: a class of 45 phones that all got the same message must not answer in one instant. */
  have(room: number, seq: number): void {
    this.want(room, { have_seq: seq }, 500 + this.clock.random() * 3500);
  }

  stop(): void {
    this.cancel?.();
    this.wanted.clear();
  }

  flush(): void {
    this.cancel?.();
    this.cancel = null;
    const due = [...this.wanted];
    this.wanted.clear();
    for (const [room, wanted] of due) {
      this.tell(room, wanted).then(
        (moved) => this.moved(room, moved),
        // Nobody waits for a pointer: it stays wanted and goes out with the next one, or when the line is back.
        (error: unknown) => mayRetry(error) && this.keep(room, wanted),
      );
    }
  }

  private want(room: number, wanted: Wanted, within: number): void {
    this.keep(room, wanted);
    if (wanted.read_seq && this.cancel) {
      this.cancel();
      this.cancel = null;
    }
    this.cancel ??= this.clock.after(within, () => this.flush());
  }

  private keep(room: number, wanted: Wanted): void {
    const before = this.wanted.get(room) ?? {};
    const merged: Wanted = { ...before };
    for (const name of ["read_seq", "have_seq"] as const) {
      const value = Math.max(before[name] ?? 0, wanted[name] ?? 0);
      if (value > 0) merged[name] = value;
    }
    this.wanted.set(room, merged);
  }
}
