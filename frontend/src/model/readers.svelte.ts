/** Who of a class's room has read how far, for those who teach it: from the two pointers of each member alone. */

import { mayRetry, Refusal } from "../protocol/refusal";
import type { Member } from "../protocol/types";
import type { Receipt } from "./kept-rooms.svelte";
import type { RoomActs } from "./room-acts";
import type { Rooms } from "./rooms.svelte";

export type Seen = { read: Member[]; had: Member[]; none: Member[] };

/** Those for whom the room is: teachers count among themselves, not among those who were to read. */
const READS = new Set(["guardian", "pupil"]);

export class Readers {
  private members = $state.raw<readonly Member[]>([]);
  /** There is nobody whose pointers this person may see, or the answer has not come. */
  readonly isKnown = $derived(this.members.length > 0);
  private stopListening: () => void = () => {};
  private readonly acts: Pick<RoomActs, "members">;

  constructor(acts: Pick<RoomActs, "members">) {
    this.acts = acts;
  }

  open(room: number, rooms: Pick<Rooms, "listen">): void {
    this.stopListening = rooms.listen(room, (change) => {
      if ("receipt" in change) this.moved(change.receipt);
    });
  }

  close(): void {
    this.stopListening();
  }

  /** At the opening and after every time without a line: receipts are told once, and what was missed nobody repeats. */
  async load(): Promise<void> {
    try {
      const { members } = await this.acts.members();
      // A receipt may have overtaken the answer: pointers only move forward.
      const known = new Map(this.members.map((one) => [one.person.id, one]));
      const reading = members.filter((one) => READS.has(one.seat) && one.read_seq !== undefined);
      this.members = reading.map((one) => further(one, known.get(one.person.id)));
    } catch (error) {
      if (!mayRetry(error) && !(error instanceof Refusal)) throw error; // Shown without it.
    }
  }

  /** Of one message: who has opened it, whose device has it, whom it has not reached. */
  of(seq: number): Seen {
    const seen: Seen = { read: [], had: [], none: [] };
    for (const member of this.members) {
      if ((member.read_seq ?? 0) >= seq) seen.read.push(member);
      else if ((member.have_seq ?? 0) >= seq) seen.had.push(member);
      else seen.none.push(member);
    }
    return seen;
  }

  private moved(receipt: Receipt): void {
    this.members = this.members.map((one) => (one.person.id === receipt.person ? further(one, receipt) : one));
  }
}

function further(member: Member, told: { read_seq?: number; have_seq?: number } = {}): Member {
  return {
    ...member,
    read_seq: Math.max(member.read_seq ?? 0, told.read_seq ?? 0),
    have_seq: Math.max(member.have_seq ?? 0, told.have_seq ?? 0),
  };
}
