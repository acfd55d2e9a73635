/** How many a draft would reach: counted once a pause, the count before given up; what is shown always belongs to what is chosen. */

import type { Clock } from "../clock";
import type { Api } from "../net/api";
import type { Content, Reach } from "../protocol/broadcasts";
import { mayRetry, Refusal } from "../protocol/refusal";

const COUNT_AFTER = 400;
const PATIENCE = 20_000;
/** The server counts only what could be sent: stands in for words still unwritten. */
const NO_WORDS_YET = "–";

export type Counting = "idle" | "counting" | "known" | "unknown";

export class Counter {
  /** Only ever of the recipients that are chosen now: null while they are being counted. */
  reach = $state.raw<Reach | null>(null);
  state = $state<Counting>("idle");
  private readonly api: Api;
  private readonly clock: Clock;
  private readonly content: () => Content;
  private readonly refused: (refusal: Refusal) => void;
  private cancel: (() => void) | null = null;
  private asked: AbortController | null = null;

  constructor(api: Api, clock: Clock, content: () => Content, refused: (refusal: Refusal) => void) {
    this.api = api;
    this.clock = clock;
    this.content = content;
    this.refused = refused;
  }

  /** Other recipients: the old count goes at once, the new one comes after a pause. */
  soon(after = COUNT_AFTER): void {
    this.stop();
    this.reach = null;
    this.state = isCountable(this.content()) ? "counting" : "idle";
    if (this.state === "counting") this.cancel = this.clock.after(after, () => void this.now());
  }

  /** The same recipients with other words: the count stands, why somebody else must look may not. */
  later(after: number): void {
    if (this.state !== "known") return;
    this.stop();
    this.cancel = this.clock.after(after, () => void this.now());
  }

  /** The reach now; null where nobody answered, or where something else was chosen meanwhile. */
  async now(): Promise<Reach | null> {
    this.stop();
    const content = this.content();
    if (!isCountable(content)) {
      this.clear();
      return null;
    }
    const asked = new AbortController();
    this.asked = asked;
    if (!this.reach) this.state = "counting";
    const giveUp = this.clock.after(PATIENCE, () => asked.abort());
    try {
      const reach = await this.api.post<Reach>("/api/broadcasts/preview", countable(content), asked.signal);
      if (asked !== this.asked) return null;
      this.reach = reach;
      this.state = "known";
      return reach;
    } catch (error) {
      if (asked !== this.asked) return null;
      this.reach = null;
      this.state = "unknown";
      if (error instanceof Refusal) this.refused(error);
      else if (!mayRetry(error)) throw error;
      return null;
    } finally {
      giveUp();
    }
  }

  clear(): void {
    this.stop();
    this.reach = null;
    this.state = "idle";
  }

  /** Gives up what is on its way: its answer would be of other recipients. */
  stop(): void {
    this.cancel?.();
    this.cancel = null;
    this.asked?.abort();
    this.asked = null;
  }
}

function isCountable({ audience, roles }: Content): boolean {
  return (audience.org !== undefined || audience.class !== undefined) && roles.length > 0;
}

/** Without what says nothing of recipients: a date that has passed must not keep anybody from being counted. */
function countable(content: Content): Partial<Content> {
  const {
    attachments: _files,
    leaves_at: _leaves,
    acknowledge_by: _until,
    carry_out_by: _by,
    ends_at: _ends,
    ...counted
  } = content;
  return { ...counted, title: content.title.trim() || NO_WORDS_YET, body: content.body.trim() || NO_WORDS_YET };
}
