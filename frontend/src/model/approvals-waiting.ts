/** Keeps the number of what waits for this person true, and tells screens that are open; small, as it is there from the start. */

import type { Clock } from "../clock";
import type { ServerEvent } from "../protocol/types";
import { ServerClock } from "./drafts-clock";

/** Several drafts may change at once: one question for all. */
const SOON = 300;

export class Waiting {
  readonly serverClock: ServerClock;
  private readonly clock: Clock;
  private readonly refresh: () => Promise<void>;
  private readonly answers: () => boolean;
  private cancel: (() => void) | null = null;

  /** `answers`: whether families' questions wait for this person too, or only those who asked are told. */
  constructor(clock: Clock, refresh: () => Promise<void>, answers: () => boolean = () => false) {
    this.clock = clock;
    this.refresh = refresh;
    this.answers = answers;
    this.serverClock = new ServerClock(clock);
  }

  hear(event: ServerEvent): void {
    if (event.type === "heartbeat") this.serverClock.heard(event.at);
    if (event.type !== "draft.changed" && !(event.type === "questions.changed" && this.answers())) return;
    this.cancel?.();
    this.cancel = this.clock.after(SOON, () => void this.refresh());
  }

  async load(): Promise<void> {}

  stop(): void {
    this.cancel?.();
  }
}
