/** One open room: its window of messages, what is on its way, reading on and back. */

import { mayRetry } from "../protocol/refusal";
import type { Own } from "../protocol/talk";
import type { Message, Room } from "../protocol/types";
import { type Deed, type KeptOwn, NO_OWN, type Written } from "../store/schema";
import type { Rooms } from "./rooms.svelte";
import { ownWith, withDeeds } from "./talk";
import { type Item, merge, sharing, timeline } from "./timeline";

export type Mailbox = {
  readonly written: readonly Written[];
  readonly deeds: readonly Deed[];
  readonly isOnline: boolean;
  readonly me: number;
  dayOf(time: string): string;
};

export class Conversation {
  readonly id: number;
  private messages = $state.raw<Message[]>([]);
  private owned = $state.raw<ReadonlyMap<number, Own>>(new Map());
  /** Nothing older exists. */
  isComplete = $state(false);
  state = $state<"loading" | "ready" | "waiting" | "gone">("loading");
  isFetching = $state(false);
  /** It was open here, and the right to it has ended. */
  isLost = $state(false);
  private unreadAfter = $state<number | null>(null);

  readonly room: Room | null = $derived.by(() => this.rooms.get(this.id));
  private readonly deeds: readonly Deed[] = $derived.by(() => this.mailbox.deeds.filter((one) => one.room === this.id));
  private shown: readonly Item[] = [];
  readonly items: readonly Item[] = $derived.by(() => {
    const now = timeline({
      messages: withDeeds(this.messages, this.deeds, this.owned, this.mailbox.me),
      written: this.mailbox.written.filter((one) => one.lane === `room-${this.id}`),
      me: this.mailbox.me,
      unreadAfter: this.unreadAfter,
      othersHave: this.room?.others_have_seq ?? 0,
      othersRead: this.room?.others_read_seq ?? 0,
      online: this.mailbox.isOnline,
      own: (seq) => this.own(seq),
      dayOf: (time) => this.mailbox.dayOf(time),
    });
    this.shown = sharing(this.shown, now);
    return this.shown;
  });
  readonly newest: number = $derived.by(() => this.messages.at(-1)?.seq ?? 0);

  private stopListening: () => void = () => {};
  private readonly rooms: Rooms;
  private readonly mailbox: Mailbox;

  constructor(id: number, rooms: Rooms, mailbox: Mailbox) {
    this.id = id;
    this.rooms = rooms;
    this.mailbox = mailbox;
  }

  async open(): Promise<void> {
    this.stopListening = this.rooms.listen(this.id, (change) => {
      if ("gone" in change) this.lose();
      else if ("startAgain" in change) void this.fill();
      else if ("messages" in change) this.take(change.messages, change.own);
    });
    this.take([], await this.rooms.own(this.id));
    await this.fill();
  }

  close(): void {
    this.stopListening();
  }

  /** The line is back and nothing could be shown so far. */
  async tryAgain(): Promise<void> {
    if (this.state === "waiting") await this.fill();
  }

  async older(): Promise<void> {
    const first = this.messages[0];
    if (!first || this.isComplete || this.isFetching) return;
    this.isFetching = true;
    try {
      const page = await this.rooms.older(this.id, first.seq);
      this.messages = merge(this.messages, page.messages);
      this.isComplete = page.complete;
    } catch (error) {
      if (!mayRetry(error)) throw error; // Without a line the next scroll asks again.
    } finally {
      this.isFetching = false;
    }
  }

  /** Reads back until a message is there. False where it is not: without a line, or before what there is. */
  async reach(seq: number): Promise<boolean> {
    for (let first = this.messages[0]?.seq; first !== undefined && first > seq; ) {
      await this.older();
      const now = this.messages[0]?.seq;
      if (now === first) break;
      first = now;
    }
    return this.messages.some((message) => message.seq === seq);
  }

  /** What this person did to a message: on this device just now, or as the server told. */
  own(seq: number): Own {
    const told = this.owned.get(seq) ?? NO_OWN;
    const done = this.deeds.filter((deed) => deed.seq === seq);
    return done.length > 0 ? ownWith(told, done) : told;
  }

  private take(messages: Message[], own: KeptOwn[]): void {
    const told = own.map(({ seq, reaction, vote }): [number, Own] => [seq, { reaction, vote }]);
    if (told.length > 0) this.owned = new Map([...this.owned, ...told]);
    this.messages = merge(this.messages, messages);
  }

  /** What others wrote leaves the screen with the right to read it. */
  private lose(): void {
    this.isLost = this.state === "ready";
    this.state = "gone";
    this.messages = [];
  }

  /** Everything shown has been in front of the person's eyes. */
  read(): void {
    if (this.newest > 0) this.rooms.read(this.id, this.newest);
  }

  edit(seq: number, body: string): Promise<void> {
    return this.rooms.edit(this.id, seq, body);
  }

  remove(seq: number): Promise<void> {
    return this.rooms.remove(this.id, seq);
  }

  openTalk(isOpen: boolean): Promise<void> {
    return this.rooms.openTalk(this.id, isOpen);
  }

  private async fill(): Promise<void> {
    try {
      const page = await this.rooms.newest(this.id);
      const room = this.rooms.get(this.id);
      if (!room) {
        this.state = "gone";
        return;
      }
      if (this.state === "loading" && room.unread > 0) this.unreadAfter = room.read_seq;
      this.messages = merge([], page.messages);
      this.isComplete = page.complete;
      this.state = "ready";
    } catch (error) {
      if (mayRetry(error)) this.state = "waiting";
      else this.state = "gone";
    }
  }
}
