/** Notices what is missing, by heads and gaps, and asks for it: all rooms in one request, whether their messages are kept or only their row. */

import type { Clock } from "../clock";
import { mayRetry, Refusal } from "../protocol/refusal";
import type { CatchUp, Changes } from "../protocol/types";
import type { KeptRoom } from "../store/schema";
import type { KeptRooms } from "./kept-rooms.svelte";
import { withMessage } from "./room-row";
import { ownOf } from "./talk";

export type CatchingUpParts = {
  kept: KeptRooms;
  clock: Clock;
  me: number;
  ask: (asked: { epoch: string; rooms: Record<string, number> }) => Promise<CatchUp>;
  /** The list of rooms anew. */
  refresh: () => Promise<void>;
  /** These messages are on this device now. */
  have: (room: number, seq: number) => void;
};

/** Events of two processes may arrive crossed; this long the earlier one is waited for. */
const CROSSING = 300;
/** A frame has its limits; what is left over is asked for next. */
const AT_ONCE = 500;

export class CatchingUp {
  private readonly noticed = new Map<number, number>();
  private isResuming = false;
  private isStopped = false;
  private cancelResume: (() => void) | null = null;
  private readonly parts: CatchingUpParts;

  constructor(parts: CatchingUpParts) {
    this.parts = parts;
  }

  stop(): void {
    this.isStopped = true;
    this.cancelResume?.();
  }

  /** An event from beyond what this device has: asked for soon, unless the missing one arrives meanwhile. */
  notice(room: number, rev: number): void {
    this.noticed.set(room, Math.max(rev, this.noticed.get(room) ?? 0));
    this.resumeSoon();
  }

  /** These are where the server's rooms stand. */
  async compare(heads: Record<string, number>): Promise<void> {
    for (const [room, head] of Object.entries(heads)) {
      const kept = this.parts.kept.get(Number(room));
      if (!kept || standing(kept) < head) this.noticed.set(Number(room), head);
    }
    await this.quietly(() => this.resume());
  }

  /** The server's answer to what this device asked for, by whichever way. */
  async take(answer: CatchUp): Promise<void> {
    if (answer.start_again) return this.beginAgain(answer.epoch);
    for (const gone of answer.gone) await this.parts.kept.forget(gone);
    let isRowStale = false;
    for (const [id, changes] of Object.entries(answer.rooms)) {
      const kept = this.parts.kept.get(Number(id));
      if (kept && changes.start_again) {
        isRowStale = true;
        await this.parts.kept.startAgain(kept.id);
      } else if (kept) await this.apply(kept, changes);
    }
    if (isRowStale) await this.parts.refresh();
  }

  async beginAgain(epoch: string): Promise<void> {
    this.noticed.clear();
    await this.parts.kept.startOver(epoch, () => this.quietly(this.parts.refresh));
  }

  /** Work that nobody waits for: what fails for want of a line is made good at the next hello. */
  async quietly(work: () => Promise<void>): Promise<void> {
    try {
      await work();
    } catch (error) {
      if (!mayRetry(error) && !(error instanceof Refusal)) throw error;
    }
  }

  private async apply(kept: KeptRoom, changes: Changes): Promise<void> {
    let room = kept.room;
    // An event that came while we asked is in both: what the device has had already changes nothing.
    for (const message of changes.messages) room = withMessage(room, message, message.rev, this.parts.me);
    // A catch-up names all pins of the room: none named, none there.
    room = { ...room, head: Math.max(room.head, changes.head), pins: changes.pins ?? [] };
    if ((this.noticed.get(kept.id) ?? 0) <= changes.head) this.noticed.delete(kept.id);
    if (kept.rev < 0) return this.parts.kept.put({ ...kept, room }, []);
    const own = ownOf(kept.id, changes.messages, changes.mine);
    await this.parts.kept.put({ ...kept, room, rev: Math.max(kept.rev, changes.head) }, changes.messages, own);
    const newest = changes.messages.reduce((highest, one) => Math.max(highest, one.seq), 0);
    if (newest > kept.room.have_seq) this.parts.have(kept.id, newest);
  }

  private resumeSoon(): void {
    this.cancelResume ??= this.parts.clock.after(CROSSING, () => {
      this.cancelResume = null;
      void this.quietly(() => this.resume());
    });
  }

  private async resume(): Promise<void> {
    if (this.isResuming || this.isStopped) return;
    this.isResuming = true;
    try {
      if (this.hasUnknown()) await this.parts.refresh();
      // The answer that was shared may have been under way before the room was there.
      if (this.hasUnknown()) await this.parts.refresh();
      // A room that is noticed and not listed is none of ours (any more).
      for (const room of this.noticed.keys()) if (!this.parts.kept.get(room)) this.noticed.delete(room);
      const behind = this.behind();
      if (behind.length === 0) return;
      const rooms = Object.fromEntries(behind.slice(0, AT_ONCE).map((one) => [one.id, standing(one)]));
      await this.take(await this.parts.ask({ epoch: this.parts.kept.epoch, rooms }));
    } finally {
      this.isResuming = false;
    }
    // What came while we asked may have opened a new gap.
    if (this.behind().length > 0) this.resumeSoon();
  }

  private hasUnknown(): boolean {
    return [...this.noticed.keys()].some((room) => !this.parts.kept.get(room));
  }

  private behind(): KeptRoom[] {
    const { kept } = this.parts;
    return kept.all().filter((one) => standing(one) < Math.max(one.room.head, this.noticed.get(one.id) ?? 0));
  }
}

/** How far this device has a room: its messages, or where none are kept, its row. */
export function standing(kept: KeptRoom): number {
  return kept.rev >= 0 ? kept.rev : kept.room.head;
}
