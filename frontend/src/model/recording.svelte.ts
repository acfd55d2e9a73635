/** A voice note being spoken: its seconds, its end after a minute, what was said given back or thrown away. */

import type { Clock } from "../clock";
import { FILE_LIMITS } from "../protocol/limits";
import type { Spoken } from "./chosen.svelte";

/** One opened microphone. */
export interface Take {
  /** How loud it is now, 0 to 1. */
  level(): number;
  stop(): Promise<{ bytes: ArrayBuffer; type: string }>;
  /** Nothing of it stays. */
  cancel(): void;
}
export interface Microphone {
  /** Throws a DOMException where the person, or the device, has none to give. */
  open(): Promise<Take>;
}
export type Trouble = "denied" | "none" | "short";

const TICK = 100;
/** Shorter is a slip of the finger. */
const SHORTEST = 700;
const PEAKS = 48;

export class Recording {
  state = $state<"idle" | "asking" | "recording" | "ending">("idle");
  /** Milliseconds so far. */
  length = $state(0);
  levels = $state.raw<readonly number[]>([]);
  trouble = $state<Trouble | null>(null);
  readonly left: number = $derived(Math.max(0, Math.ceil(FILE_LIMITS.longestVoice - this.length / 1000)));
  private take: Take | null = null;
  private began = 0;
  private isWanted = false;
  private cancelTick: () => void = () => {};
  private readonly microphone: Microphone;
  private readonly clock: Clock;
  private readonly spoken: (spoken: Spoken) => void;

  constructor(microphone: Microphone, clock: Clock, spoken: (spoken: Spoken) => void) {
    this.microphone = microphone;
    this.clock = clock;
    this.spoken = spoken;
  }

  async begin(): Promise<void> {
    if (this.state !== "idle") return;
    this.state = "asking";
    this.trouble = null;
    this.isWanted = true;
    let take: Take;
    try {
      take = await this.microphone.open();
    } catch (error) {
      this.state = "idle";
      if (!(error instanceof DOMException)) throw error;
      this.trouble = ["NotAllowedError", "SecurityError"].includes(error.name) ? "denied" : "none";
      return;
    }
    // Thrown away while the browser still asked.
    if (!this.isWanted) {
      take.cancel();
      this.state = "idle";
      return;
    }
    this.take = take;
    this.began = this.clock.now();
    this.length = 0;
    this.levels = [];
    this.state = "recording";
    this.tick();
  }

  /** What was said goes to whoever listens. */
  async end(): Promise<void> {
    const take = this.take;
    if (this.state !== "recording" || !take) return;
    this.cancelTick();
    this.length = this.clock.now() - this.began;
    if (this.length < SHORTEST) {
      this.cancel();
      this.trouble = "short";
      return;
    }
    this.state = "ending";
    const { bytes, type } = await take.stop();
    this.take = null;
    this.state = "idle";
    const seconds = Math.min(FILE_LIMITS.longestVoice, Math.round(this.length / 100) / 10);
    this.spoken({ bytes, type, seconds, peaks: peaksOf(this.levels) });
  }

  cancel(): void {
    this.isWanted = false;
    this.cancelTick();
    this.take?.cancel();
    this.take = null;
    if (this.state !== "asking") this.state = "idle";
  }

  private tick(): void {
    this.cancelTick = this.clock.after(TICK, () => {
      if (!this.take) return;
      this.length = this.clock.now() - this.began;
      this.levels = [...this.levels, this.take.level()];
      if (this.length >= FILE_LIMITS.longestVoice * 1000) void this.end();
      else this.tick();
    });
  }
}

/** Digits, a piece each, the loudest of all a 9: as the server draws it. */
export function peaksOf(levels: readonly number[], pieces = PEAKS): string {
  const count = Math.min(pieces, levels.length);
  const most = Math.max(...levels, 0.001);
  const digits = Array.from({ length: count }, (_, index) => {
    const from = Math.floor((index * levels.length) / count);
    const to = Math.max(from + 1, Math.floor(((index + 1) * levels.length) / count));
    return Math.round((9 * Math.max(...levels.slice(from, to))) / most);
  });
  return digits.join("") || "0";
}
