/** Who writes just now and who has the conversation open: hints between the two sides of a thread, gone by themselves. */

import type { Clock } from "../clock";
import type { Surroundings } from "../net/online";
import { roomOfTopic } from "../protocol/codec";
import { mayRetry, Refusal } from "../protocol/refusal";
import type { Room, ServerEvent } from "../protocol/types";
import type { Line } from "./rooms.svelte";

export type NearbyParts = {
  line: Line;
  clock: Clock;
  surroundings: Surroundings;
  me: () => number;
  /** The person lets the others know. */
  isWilling: () => boolean;
};
export type Sign = "nothing" | "here" | "writing";

const REPEAT = 25_000;
const HERE_LASTS = 40_000;
const WRITING_EVERY = 3_000;
const WRITING_LASTS = 6_000;

export class Nearby {
  /** What the other side of the open thread is doing. */
  readonly sign: Sign = $derived.by(() => (this.isWriting ? "writing" : this.isHere ? "here" : "nothing"));
  private isWriting = $state(false);
  private isHere = $state(false);
  private room: Room | null = null;
  private hasTold = false;
  private writtenAt = Number.NEGATIVE_INFINITY;
  private cancelRepeat: () => void = () => {};
  private cancelHere: () => void = () => {};
  private cancelWriting: () => void = () => {};
  private readonly stopWatching: () => void;
  private readonly parts: NearbyParts;

  constructor(parts: NearbyParts) {
    this.parts = parts;
    this.stopWatching = parts.surroundings.watch(() => this.tellHere());
  }

  async load(): Promise<void> {}

  stop(): void {
    this.leave();
    this.stopWatching();
  }

  /** A room has come on screen. */
  enter(room: Room): void {
    if (this.room?.id === room.id) return;
    this.leave();
    if (room.kind !== "thread") return;
    this.room = room;
    this.tellHere();
  }

  /** It has gone, unless another has come already. */
  leave(room = this.room?.id): void {
    if (this.room?.id !== room) return;
    if (this.room && this.hasTold) this.order("presence", { room: this.room.id, here: false });
    this.cancelRepeat();
    this.room = null;
    this.hasTold = false;
    this.writtenAt = Number.NEGATIVE_INFINITY;
    this.seesHere(false);
    this.seesWriting(false);
  }

  /** The person is writing. */
  write(): void {
    const now = this.parts.clock.now();
    if (!this.room || !this.parts.isWilling() || now - this.writtenAt < WRITING_EVERY) return;
    this.writtenAt = now;
    this.order("typing", { room: this.room.id });
  }

  hear(event: ServerEvent): void {
    if (event.type === "hello") this.tellHere();
    else if (event.type === "typing.started" && this.isOther(event)) this.seesWriting(true);
    else if (event.type === "message.posted" && event.message.room === this.room?.id)
      this.seesWriting(this.isWriting && event.message.author.id === this.parts.me());
    else if (event.type === "presence.moved" && this.isOther(event)) {
      // Both sides see each other: the first sign of the other is answered at once, later ones are not.
      if (event.here && !this.isHere) this.tellHere();
      this.seesHere(event.here);
    }
  }

  /** In an office's thread several people sit on one side: those on the reader's own are not the other side. */
  private isOther(event: { topic: string; person: number }): boolean {
    if (!this.room || roomOfTopic(event.topic) !== this.room.id || event.person === this.parts.me()) return false;
    return this.room.with === null || this.room.with.id === event.person;
  }

  private tellHere(): void {
    this.cancelRepeat();
    const isShown = this.room !== null && this.parts.surroundings.visible() && this.parts.isWilling();
    if (this.room && (isShown || this.hasTold)) this.order("presence", { room: this.room.id, here: isShown });
    this.hasTold = isShown;
    if (isShown) this.cancelRepeat = this.parts.clock.after(REPEAT, () => this.tellHere());
  }

  private seesHere(here: boolean): void {
    this.cancelHere();
    this.isHere = here;
    if (here) this.cancelHere = this.parts.clock.after(HERE_LASTS, () => this.seesHere(false));
  }

  private seesWriting(writing: boolean): void {
    this.cancelWriting();
    this.isWriting = writing;
    if (writing) this.cancelWriting = this.parts.clock.after(WRITING_LASTS, () => this.seesWriting(false));
  }

  /** Nobody waits for these and nobody misses one. */
  private order(...[name, fields]: ["typing", { room: number }] | ["presence", { room: number; here: boolean }]): void {
    if (!this.parts.line.isOpen) return;
    this.parts.line.order(name, fields as never).catch((error: unknown) => {
      if (!mayRetry(error) && !(error instanceof Refusal)) throw error;
    });
  }
}
