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
  private cancel: (() => void) | null = null;

  constructor(clock: Clock, refresh: () => Promise<void>) {
    this.clock = clock;
    this.refresh = refresh;
    this.serverClock = new ServerClock(clock);
  }

  hear(event: ServerEvent): void {
    if (event.type === "heartbeat") this.serverClock.heard(event.at);
    if (event.type !== "draft.changed") return;
    this.cancel?.();
    this.cancel = this.clock.after(SOON, () => void this.refresh());
  }

  async load(): Promise<void> {}

  stop(): void {
    this.cancel?.();
  }
}
