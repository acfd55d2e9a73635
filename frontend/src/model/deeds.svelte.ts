/**
 * Reactions and choices in polls, from the device to the server. Kept before they are shown, sent when there is a line, given up only
 * where the server says no. Of one message only the latest of each counts: who taps three times has said the third.
 */

import type { Clock } from "../clock";
import type { Api } from "../net/api";
import { backoff } from "../net/backoff";
import { mayRetry, Refusal } from "../protocol/refusal";
import type { Own, PollMoved, Reacted, ReactionKind } from "../protocol/talk";
import type { ServerEvent } from "../protocol/types";
import { forgetDeed, keepDeed, readDeeds } from "../store/deeds";
import type { Database, Deed } from "../store/schema";
import { isOf, keyOf, requestOf } from "./deeds-requests";
import type { Line, Rooms } from "./rooms.svelte";

export type DeedsParts = {
  database: Database;
  api: Api;
  line: Line;
  clock: Clock;
  /** What the server made of it is taken over before the deed is forgotten. */
  rooms: () => Pick<Rooms, "done" | "epoch"> | null;
  /** No line: the browser may wake us when there is one. */
  later: () => void;
  refused: (refusal: Refusal) => void;
};

const CATCHING_UP = 1_000;

export class Deeds {
  list = $state.raw<readonly Deed[]>([]);
  /** As the server said last; before its first word nothing is sent. */
  private epoch = "";
  private attempt = 0;
  private isBusy = false;
  private isStopped = false;
  private cancelTimer: (() => void) | null = null;
  private readonly parts: DeedsParts;

  constructor(parts: DeedsParts) {
    this.parts = parts;
  }

  /** Takes up what an earlier page could not send. */
  async load(): Promise<void> {
    const kept = await readDeeds(this.parts.database);
    const known = new Set(this.list.map((deed) => deed.key));
    this.list = [...kept.filter((deed) => !known.has(deed.key)), ...this.list];
    this.wake();
  }

  stop(): void {
    this.isStopped = true;
    this.cancelTimer?.();
  }

  hear(event: ServerEvent): void {
    if (event.type !== "hello") return;
    this.epoch = event.epoch;
    this.wake();
  }

  react(room: number, seq: number, kind: ReactionKind | null): Promise<void> {
    return this.take({ ...this.begun(room, seq, "react"), what: "react", kind });
  }

  vote(room: number, seq: number, options: number[]): Promise<void> {
    return this.take({ ...this.begun(room, seq, "vote"), what: "vote", options });
  }

  /** The line is back: try at once. */
  wake(): void {
    this.cancelTimer?.();
    this.cancelTimer = null;
    void this.run();
  }

  private begun(room: number, seq: number, what: Deed["what"]): Omit<Deed, "what" | "kind" | "options"> {
    const at = new Date(this.parts.clock.now()).toISOString();
    return { key: keyOf(room, seq, what), room, seq, at, epoch: this.parts.rooms()?.epoch ?? this.epoch };
  }

  /** Resolves when it is safe on this device; sending goes on by itself. */
  private async take(deed: Deed): Promise<void> {
    // Shown in the order of the taps, whichever the disk confirms first.
    this.list = [...this.list.filter((one) => one.key !== deed.key), deed];
    await keepDeed(this.parts.database, deed);
    void this.run();
  }

  private async run(): Promise<void> {
    if (this.isBusy || this.cancelTimer || this.isStopped || this.epoch === "") return;
    this.isBusy = true;
    try {
      for (let deed = this.list[0]; deed && !this.isStopped; deed = this.list[0]) {
        if (!(await this.tried(deed))) break;
      }
    } finally {
      this.isBusy = false;
    }
  }

  /** True when the next one may go. */
  private async tried(deed: Deed): Promise<boolean> {
    try {
      if (isOf(deed, this.epoch)) await this.send(deed);
      this.attempt = 0;
    } catch (error) {
      if (mayRetry(error)) {
        this.sleep(error);
        this.parts.later();
        return false;
      }
      if (!(error instanceof Refusal)) throw error;
      if (error.status === 401 || error.code === "not_signed_in") return false; // Waits for the next sign-in, unharmed.
      this.parts.refused(error);
    }
    if (this.isStopped) return false;
    await forgetDeed(this.parts.database, deed);
    this.list = this.list.filter((one) => one !== deed);
    return true;
  }

  private async send(deed: Deed): Promise<void> {
    const answer = await this.ask(deed);
    if ((await this.parts.rooms()?.done(answer)) !== false) return;
    // Shown as done until the catch-up has brought it, so that no heart goes out and comes back.
    await new Promise<void>((resolve) => this.parts.clock.after(CATCHING_UP, resolve));
    await this.parts.rooms()?.done(answer);
  }

  private ask(deed: Deed): Promise<(Reacted | PollMoved) & { mine: Own }> {
    const { line, api } = this.parts;
    const { room, seq } = deed;
    if (!line.isOpen) return api.put(requestOf(deed).path, requestOf(deed).body);
    if (deed.what === "react") return line.order("message.react", { room, seq, kind: deed.kind });
    return line.order("poll.vote", { room, seq, options: deed.options });
  }

  private sleep(error: unknown): void {
    const asked = error instanceof Refusal && error.retryAfter !== null ? error.retryAfter * 1000 : 0;
    const delay = Math.max(asked, backoff(this.attempt, this.parts.clock));
    this.attempt += 1;
    this.cancelTimer = this.parts.clock.after(delay, () => {
      this.cancelTimer = null;
      void this.run();
    });
  }
}
