/** Where no socket gets through: one request after the other that the server answers when there is something to tell. */

import type { Clock } from "../clock";
import { Refusal, Unreachable } from "../protocol/refusal";
import type { Polled } from "../protocol/types";
import type { Api } from "./api";

export type PollParts = {
  api: Api;
  clock: Clock;
  /** What this device has of every room. */
  has: () => { epoch: string; rooms: Record<string, number> };
  take: (answer: Polled) => Promise<void>;
  /** True at every answer; false when polling has stopped by itself, because nobody answers or the answer is no. */
  works: (does: boolean) => void;
};

const WAIT = 25;
const PATIENCE = (WAIT + 20) * 1000;
/** Between two answers, so that what is said in quick succession comes in one. */
const REST = 300;
/** A mark older than this says nothing any more; the server would refuse it a moment later. */
const MARK_LASTS = 40_000;
const LONGEST_REFUSAL = 60;

export class Poll {
  private stopper: AbortController | null = null;
  private cancel: () => void = () => {};
  private mark = "";
  private answeredAt = 0;
  private readonly parts: PollParts;

  constructor(parts: PollParts) {
    this.parts = parts;
  }

  get isRunning(): boolean {
    return this.stopper !== null;
  }

  start(delay = 0): void {
    if (this.stopper) return;
    this.stopper = new AbortController();
    this.after(delay);
  }

  stop(): void {
    this.cancel();
    this.stopper?.abort();
    this.stopper = null;
  }

  private after(milliseconds: number): void {
    this.cancel = this.parts.clock.after(milliseconds, () => void this.ask());
  }

  private async ask(): Promise<void> {
    const stopper = this.stopper;
    if (!stopper) return;
    const line = new AbortController();
    stopper.signal.addEventListener("abort", () => line.abort());
    const impatient = this.parts.clock.after(PATIENCE, () => line.abort());
    try {
      const answer = await this.parts.api.post<Polled>("/api/poll", this.body(), line.signal);
      if (this.stopper !== stopper) return;
      this.mark = answer.mark;
      this.answeredAt = this.parts.clock.now();
      this.parts.works(true);
      await this.parts.take(answer);
      if (this.stopper === stopper) this.after(REST * (0.5 + this.parts.clock.random()));
    } catch (error) {
      if (this.stopper === stopper) this.failed(error);
    } finally {
      impatient();
    }
  }

  private body(): object {
    const isFresh = this.mark !== "" && this.parts.clock.now() - this.answeredAt < MARK_LASTS;
    return { ...this.parts.has(), wait: WAIT, ...(isFresh ? { mark: this.mark } : {}) };
  }

  private failed(error: unknown): void {
    if (error instanceof Refusal && error.retry && error.retryAfter !== null && error.retryAfter <= LONGEST_REFUSAL) {
      this.after(error.retryAfter * 1000);
      return;
    }
    // No way either: the socket's own tries say when to look again.
    this.stop();
    this.parts.works(false);
    if (!(error instanceof Refusal || error instanceof Unreachable)) throw error;
  }
}
