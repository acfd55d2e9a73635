/**
 * "Đã rõ" and "opened", from the device to the server. Kept before they are shown, sent when there is a line, given up only
 * where the server says that there is nothing to answer. Saying the same twice changes nothing there, so a retry is safe.
 */

import type { Clock } from "../clock";
import { backoff } from "../net/backoff";
import { mayRetry, Refusal } from "../protocol/refusal";
import type { Answer } from "../store/schema";
import { type Errand, keyOf, nextErrand } from "./broadcasts-errands";

export interface AnswersDoor {
  /** Throws Refusal or Unreachable. Stores what the server said before it returns. */
  send(errand: Errand): Promise<void>;
  /** No line: the browser may wake us when there is one. */
  later(): void;
  /** The server wants none of it: look what there is instead. */
  refused(errand: Errand, refusal: Refusal): Promise<void>;
}
export interface AnswersKeep {
  read(): Promise<Answer[]>;
  put(answers: Answer[]): Promise<void>;
  forget(keys: string[]): Promise<void>;
}

export class Answers {
  private list: readonly Answer[] = [];
  private attempt = 0;
  private isBusy = false;
  private isStopped = false;
  private cancelTimer: (() => void) | null = null;
  private readonly door: AnswersDoor;
  private readonly keep: AnswersKeep;
  private readonly clock: Clock;
  private readonly changed: (answers: readonly Answer[]) => void;

  constructor(door: AnswersDoor, keep: AnswersKeep, clock: Clock, changed: (answers: readonly Answer[]) => void) {
    this.door = door;
    this.keep = keep;
    this.clock = clock;
    this.changed = changed;
  }

  /** Takes up what an earlier page could not send, and what was said on a notification. */
  async takeUp(): Promise<void> {
    const kept = await this.keep.read();
    const known = new Set(this.list.map((answer) => answer.key));
    this.show([...this.list, ...kept.filter((answer) => !known.has(answer.key))]);
    this.wake();
  }

  /** Resolves when it is safe on this device; sending goes on by itself. */
  async say(broadcast: number, deed: Answer["deed"], students: (number | null)[]): Promise<void> {
    const at = new Date(this.clock.now()).toISOString();
    const said = new Set(this.list.map((answer) => answer.key));
    const answers = students
      .map((student) => ({ key: keyOf(broadcast, deed, student), broadcast, deed, student, at }))
      .filter((answer) => !said.has(answer.key));
    if (answers.length === 0) return;
    await this.keep.put(answers);
    this.show([...this.list, ...answers]);
    void this.run();
  }

  /** The line is back: try at once. */
  wake(): void {
    this.cancelTimer?.();
    this.cancelTimer = null;
    void this.run();
  }

  stop(): void {
    this.isStopped = true;
    this.cancelTimer?.();
  }

  private async run(): Promise<void> {
    if (this.isBusy || this.cancelTimer || this.isStopped) return;
    this.isBusy = true;
    try {
      for (let errand = nextErrand(this.list); errand && !this.isStopped; errand = nextErrand(this.list)) {
        if (!(await this.tried(errand))) break;
      }
    } finally {
      this.isBusy = false;
    }
  }

  private async tried(errand: Errand): Promise<boolean> {
    try {
      await this.door.send(errand);
      this.attempt = 0;
    } catch (error) {
      if (mayRetry(error)) {
        this.sleep(error);
        this.door.later();
        return false;
      }
      if (!(error instanceof Refusal)) throw error;
      if (error.status === 401 || error.code === "not_signed_in") return false; // Waits for the next sign-in, unharmed.
      await this.door.refused(errand, error);
    }
    if (this.isStopped) return false;
    const done = new Set(errand.answers.map((answer) => answer.key));
    await this.keep.forget([...done]);
    this.show(this.list.filter((answer) => !done.has(answer.key)));
    return true;
  }

  private sleep(error: unknown): void {
    const asked = error instanceof Refusal && error.retryAfter !== null ? error.retryAfter * 1000 : 0;
    const delay = Math.max(asked, backoff(this.attempt, this.clock));
    this.attempt += 1;
    this.cancelTimer = this.clock.after(delay, () => {
      this.cancelTimer = null;
      void this.run();
    });
  }

  private show(list: readonly Answer[]): void {
    this.list = list;
    this.changed(list);
  }
}
