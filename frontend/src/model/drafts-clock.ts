/** The server's clock, as far as this device knows it: a countdown to a server's moment must not go by a phone that is minutes off. */

import type { Clock } from "../clock";

export class ServerClock {
  private offset = 0;
  private readonly clock: Clock;

  constructor(clock: Clock) {
    this.clock = clock;
  }

  /** The server said just now that it is this time. */
  heard(at: string): void {
    const time = Date.parse(at);
    if (Number.isFinite(time)) this.offset = time - this.clock.now();
  }

  now(): number {
    return this.clock.now() + this.offset;
  }
}
