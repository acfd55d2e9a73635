/** One place of one notice, live: asked once, and again when an event says that something of it moved. */

import type { Clock } from "../clock";
import type { Api } from "../net/api";
import type { Reached } from "../protocol/reach";
import { mayRetry, Refusal } from "../protocol/refusal";
import type { ServerEvent } from "../protocol/types";
import { askAddress, type Where } from "./reach";
import type { Line } from "./rooms.svelte";

/** Who may not watch, or has no socket, asks again unasked, so that the board is never older than this. */
const ASK_EVERY = 15_000;
/** However much moves, a place is not asked for more often. */
const AT_MOST_EVERY = 2_000;

export type Listen = (listener: (event: ServerEvent) => void) => () => void;
export type BoardParts = {
  api: Api;
  line: Line;
  clock: Clock;
  listen: Listen;
  /** Somebody may be looking. */
  isInSight: () => boolean;
};
export type Grain = "next" | "units";
export type BoardState = "loading" | "ready" | "gone" | "unreachable";

export class ReachBoard {
  state = $state<BoardState>("loading");
  reached = $state.raw<Reached | null>(null);
  readonly where: Where;
  /** "units": every school below at once, instead of the next level. */
  grain = $state<Grain>("next");
  /** Rises whenever the place was read anew: lists of it look again. */
  turn = $state(0);

  private readonly parts: BoardParts;
  private isStopped = false;
  private isWatched = false;
  private askedAt = 0;
  private deafen: () => void = () => {};
  private cancelAsking: () => void = () => {};
  private cancelSoon: (() => void) | null = null;

  constructor(where: Where, parts: BoardParts) {
    this.where = where;
    this.parts = parts;
  }

  /** Shows the place and follows it from then on. */
  async start(): Promise<void> {
    this.deafen();
    this.cancelAsking();
    this.deafen = this.parts.listen((event) => this.hear(event));
    this.askLater();
    await this.follow();
  }

  stop(): void {
    this.isStopped = true;
    this.deafen();
    this.cancelAsking();
    this.cancelSoon?.();
  }

  /** Soon, and once for all that moves until then. */
  soon(): void {
    const wait = Math.max(0, this.askedAt + AT_MOST_EVERY - this.parts.clock.now());
    this.cancelSoon ??= this.parts.clock.after(wait, () => {
      this.cancelSoon = null;
      void this.fetch();
    });
  }

  async look(grain: Grain): Promise<void> {
    this.grain = grain;
    await this.fetch();
  }

  private hear(event: ServerEvent): void {
    if (event.type === "hello") void this.follow();
    else if (event.type === "access.changed") this.soon();
    else if (event.type === "broadcast.progressed" && event.broadcast === this.where.broadcast) {
      if (this.isAbout(event.units.map(({ unit }) => unit.id))) this.soon();
    }
  }

  /** A school moves with its own units alone; above and below it an event does not tell whom it is about. */
  private isAbout(units: readonly number[]): boolean {
    const place = this.reached?.place;
    return place?.org?.type !== "school" || units.length === 0 || units.includes(place.org.id);
  }

  /** Watch first, then look: what moves in between comes as an event. */
  private async follow(): Promise<void> {
    this.isWatched = false;
    if (this.parts.line.isOpen) {
      try {
        await this.parts.line.order("broadcast.watch", { broadcast: this.where.broadcast });
        this.isWatched = true;
      } catch (error) {
        // A place of a notice from above may be looked at and not watched; no line heals at the next hello.
        if (!mayRetry(error) && !(error instanceof Refusal)) throw error;
      }
    }
    await this.fetch();
  }

  private async fetch(): Promise<void> {
    this.askedAt = this.parts.clock.now();
    const grain = this.grain;
    try {
      const query: Record<string, string> = grain === "units" ? { parts: "units" } : {};
      const reached = await this.parts.api.get<Reached>(askAddress(this.where, "", query));
      if (this.isStopped || grain !== this.grain) return;
      this.reached = reached;
      this.state = "ready";
      this.turn += 1;
    } catch (error) {
      if (this.isStopped) return;
      if (mayRetry(error)) {
        if (this.state === "loading") this.state = "unreachable";
      } else if (error instanceof Refusal) this.state = "gone";
      else throw error;
    }
  }

  private askLater(): void {
    this.cancelAsking = this.parts.clock.after(ASK_EVERY, () => {
      if (!(this.isWatched && this.parts.line.isOpen) && this.parts.isInSight()) void this.fetch();
      this.askLater();
    });
  }
}
