/** Every room this person may see: the list, live changes to it, and what one does in a room. */

import type { Clock } from "../clock";
import type { Api } from "../net/api";
import { roomOfTopic } from "../protocol/codec";
import { mayRetry, Refusal } from "../protocol/refusal";
import type { Own, Pin, Pinned, PollMoved, Reacted } from "../protocol/talk";
import type { Contact, Message, OrderName, Orders, Page, Polled, Room, ServerEvent } from "../protocol/types";
import { freshRoom, readMessages, readOwn } from "../store/messages";
import type { Database, KeptOwn, KeptRoom } from "../store/schema";
import { CatchingUp, standing } from "./catching-up";
import { KeptRooms, type RoomListener } from "./kept-rooms.svelte";
import { Pointers } from "./pointers";
import { readTo, withMessage, withMoved, withReceipt } from "./room-row";
import { ownOf, withPart } from "./talk";
import { place } from "./timeline";

export type Line = {
  isOpen: boolean;
  order<Name extends OrderName>(name: Name, fields: Orders[Name]["ask"]): Promise<Orders[Name]["ok"]>;
};

const PAGE = 50;
/** Hints that nobody repeats (receipts, who may write) are made good by a new list, this often at a return, spread over a minute. */
const LIST_LASTS = 15 * 60_000;
const SPREAD = 60_000;

export class Rooms {
  /** The first answer of the server has come, or the device had a list. */
  isLoaded = $state(false);
  readonly list: Room[] = $derived.by(() => this.kept.list);
  readonly unread = $derived(this.list.reduce((sum, room) => sum + room.unread, 0));

  readonly pointers: Pointers;
  private readonly kept: KeptRooms;
  private readonly catchingUp: CatchingUp;
  /** The rooms that the server tells of, and where they stood when it last named them all. */
  private heads: Record<string, number> = {};
  private isStopped = false;
  private refreshing: Promise<void> | null = null;
  private refreshedAt: number;
  private cancelRefresh: (() => void) | null = null;

  private readonly database: Database;
  private readonly api: Api;
  private readonly line: Line;
  private readonly clock: Clock;
  private readonly me: number;
  /** Something was lost while this device was away: there may be more than rooms. */
  private readonly onLost: () => void;

  constructor(database: Database, api: Api, line: Line, clock: Clock, me: number, onLost: () => void) {
    this.database = database;
    this.api = api;
    this.line = line;
    this.clock = clock;
    this.me = me;
    this.onLost = onLost;
    this.refreshedAt = clock.now();
    this.kept = new KeptRooms(database);
    this.pointers = new Pointers(
      (room, wanted) =>
        line.isOpen ? line.order("message.read", { room, ...wanted }) : api.post(`/api/rooms/${room}/read`, wanted),
      (room, moved) => this.kept.change(room, (known) => ({ ...known, ...moved })),
      clock,
    );
    this.catchingUp = new CatchingUp({
      kept: this.kept,
      clock,
      me,
      ask: (asked) => (line.isOpen ? line.order("room.resume", asked) : api.post("/api/sync", asked)),
      refresh: () => this.refresh(),
      have: (room, seq) => this.pointers.have(room, seq),
    });
  }

  /** The life of the server's database from which everything kept here is. */
  get epoch(): string {
    return this.kept.epoch;
  }

  get(room: number): Room | null {
    return this.kept.get(room)?.room ?? null;
  }

  async load(): Promise<void> {
    await this.kept.load();
    if (this.kept.all().length > 0) this.isLoaded = true;
  }

  stop(): void {
    this.isStopped = true;
    this.kept.stop();
    this.catchingUp.stop();
    this.cancelRefresh?.();
    this.pointers.stop();
  }

  /** The list anew. Callers that come while it is under way share it. */
  refresh(): Promise<void> {
    this.refreshing ??= this.fetchList().finally(() => {
      this.refreshing = null;
    });
    return this.refreshing;
  }

  /** Rooms of units that have ended, for those who answer for them now. */
  archives(before: number | null): Promise<{ rooms: Room[]; complete: boolean }> {
    return this.api.get(before === null ? "/api/rooms/archived" : `/api/rooms/archived?before=${before}`);
  }

  /** With whom a thread may be started. The school's office has too many guardians for one list and finds them by `search`. */
  contacts(search = ""): Promise<{ contacts: Contact[] }> {
    return this.api.get(search ? `/api/rooms/contacts?search=${encodeURIComponent(search)}` : "/api/rooms/contacts");
  }

  listen(room: number, listener: RoomListener): () => void {
    return this.kept.listen(room, listener);
  }

  hear(event: ServerEvent): void {
    if (event.type === "hello") void this.greeted(event.epoch, event.heads);
    else if (event.type === "heartbeat") void this.catchingUp.compare(event.heads);
    else if (event.type === "message.posted" || event.type === "message.edited" || event.type === "message.removed")
      void this.take(event.message, event.rev);
    else if (event.type === "message.reacted" || event.type === "poll.moved" || event.type === "room.pinned")
      void this.part(event, "person" in event && event.person === this.me ? { reaction: event.kind } : {});
    else if (event.type === "room.opened") void this.fetchRoom(event.room);
    else if (event.type === "access.changed") void this.narrow(event.rooms);
    else if (event.type === "room.changed") void this.talkChanged(event.topic);
    else if (event.type === "receipt.moved") this.receipt(event);
  }

  /** How far this device has every room: what a poll asks with. */
  has(): { epoch: string; rooms: Record<string, number> } {
    const named = Object.entries(this.heads).map(([id, head]): [string, number] => {
      const kept = this.kept.get(Number(id));
      return [id, kept ? standing(kept) : head];
    });
    // An archive never changes, and the server tells nothing of it here.
    const opened = this.kept.all().filter((one) => one.rev >= 0 && one.room.state === "open");
    const rooms = Object.fromEntries([...opened.map((one): [string, number] => [String(one.id), one.rev]), ...named]);
    return { epoch: this.kept.epoch, rooms };
  }

  /** What a poll was answered. */
  async polled(answer: Polled): Promise<void> {
    await this.catchingUp.quietly(async () => {
      if (this.kept.epoch) await this.catchingUp.take(answer);
      await this.greeted(answer.epoch, answer.heads);
    });
  }

  /** What an order answered with: a message of mine that has arrived, an edit, a removal. */
  async take(message: Message, rev = message.rev): Promise<void> {
    const kept = this.kept.get(message.room);
    if (!kept) {
      await this.fetchRoom(message.room);
      return;
    }
    const where = place(standing(kept), rev);
    if (where === "gap") this.catchingUp.notice(message.room, rev);
    // Over a gap the row waits for the catch-up: only that brings what has to be counted before this message.
    const room = where === "gap" ? kept.room : withMessage(kept.room, message, rev, this.me);
    if (kept.rev < 0) return this.kept.put({ ...kept, room }, []);
    // A message from beyond a gap is shown, but `rev` stays: only the catch-up may say that nothing is missing.
    await this.kept.put({ ...kept, room, rev: where === "next" ? rev : kept.rev }, [message]);
    if (message.author.id !== this.me) this.pointers.have(message.room, message.seq);
  }

  /** A room this person has just opened by writing: the first message of a thread. */
  async add(room: Room): Promise<void> {
    if (!this.kept.get(room.id)) await this.kept.put(freshRoom(room), []);
  }

  /** The newest messages, from this device if it has them, else from the server. */
  async newest(room: number): Promise<{ messages: Message[]; complete: boolean }> {
    const kept = this.kept.get(room) ?? (await this.fetchRoom(room));
    if (kept && kept.rev >= 0) {
      const messages = await readMessages(this.database, room, PAGE);
      return { messages, complete: kept.complete && messages.length < PAGE };
    }
    const page = await this.api.get<Page>(`/api/rooms/${room}/messages?limit=${PAGE}`);
    const now = this.kept.get(room);
    if (!now) return { messages: [], complete: true };
    await this.kept.put(
      { ...now, rev: page.head, complete: page.complete },
      page.messages,
      ownOf(room, page.messages, page.mine),
    );
    if (now.room.head > page.head) this.catchingUp.notice(room, now.room.head);
    return page;
  }

  async older(room: number, before: number): Promise<{ messages: Message[]; complete: boolean }> {
    const here = await readMessages(this.database, room, PAGE, before);
    const kept = this.kept.get(room);
    if (here.length > 0) {
      const isFirst = kept?.complete === true && here.length < PAGE;
      return { messages: here, complete: isFirst };
    }
    if (!kept || kept.complete) return { messages: [], complete: true };
    const page = await this.api.get<Page>(`/api/rooms/${room}/messages?before=${before}&limit=${PAGE}`);
    const now = this.kept.get(room);
    if (now)
      await this.kept.put({ ...now, complete: page.complete }, page.messages, ownOf(room, page.messages, page.mine));
    return page;
  }

  read(room: number, seq: number): void {
    const known = this.get(room);
    if (!known || seq <= known.read_seq) return;
    // Shown as read at once; the number comes back from the server with the answer.
    this.kept.change(room, (one) => readTo(one, seq));
    this.pointers.read(room, seq);
  }

  async edit(room: number, seq: number, body: string): Promise<void> {
    const message = this.line.isOpen
      ? (await this.line.order("message.edit", { room, seq, body })).message
      : await this.api.patch<Message>(`/api/rooms/${room}/messages/${seq}`, { body });
    await this.take(message);
  }

  async remove(room: number, seq: number): Promise<void> {
    const message = this.line.isOpen
      ? (await this.line.order("message.remove", { room, seq })).message
      : await this.api.del<Message>(`/api/rooms/${room}/messages/${seq}`);
    await this.take(message);
  }

  /** What the answer to a reaction or a vote says. False where something before it is missing still: it is being asked for. */
  async done(answer: (Reacted | PollMoved) & { mine: Own }): Promise<boolean> {
    return (await this.part(answer, answer.mine)) !== "gap";
  }

  /** What this person did to messages of a room, as far as this device was told. */
  own(room: number): Promise<KeptOwn[]> {
    return readOwn(this.database, room);
  }

  takePins(room: number, pins: Pin[]): void {
    this.kept.change(room, (known) => ({ ...known, pins }));
  }

  async openTalk(room: number, isOpen: boolean): Promise<void> {
    const changed = await this.api.patch<Room>(`/api/rooms/${room}`, { is_talk_open: isOpen });
    this.kept.change(room, () => changed);
  }

  /** After every hello: nothing is fetched but what the heads show to be missing. */
  private async greeted(epoch: string, heads: Record<string, number>): Promise<void> {
    if (this.kept.epoch && epoch !== this.kept.epoch) return this.catchingUp.beginAgain(epoch);
    await this.kept.setEpoch(epoch);
    this.heads = heads;
    const hasLost = this.hasLostOne(heads);
    if (!this.isLoaded || hasLost) await this.catchingUp.quietly(() => this.refresh());
    if (hasLost) this.onLost();
    await this.catchingUp.compare(heads);
    this.pointers.flush();
    if (this.clock.now() - this.refreshedAt > LIST_LASTS) this.refreshLater();
  }

  /** A right ended while this device was away: a room is kept that the server would name, and does not. */
  private hasLostOne(heads: Record<string, number>): boolean {
    // Community rooms are followed, and named, from when they are first opened.
    const named = this.kept
      .all()
      .filter(({ room, rev }) => room.state === "open" && (room.kind !== "community" || rev >= 0));
    return named.some((one) => !(String(one.id) in heads));
  }

  private refreshLater(): void {
    this.cancelRefresh ??= this.clock.after(this.clock.random() * SPREAD, () => {
      this.cancelRefresh = null;
      void this.catchingUp.quietly(() => this.refresh());
    });
  }

  private async fetchList(): Promise<void> {
    const answer = await this.api.get<{ epoch: string; rooms: Room[] }>("/api/rooms");
    if (this.isStopped) return;
    if (this.kept.epoch && answer.epoch !== this.kept.epoch) return this.catchingUp.beginAgain(answer.epoch);
    await this.kept.setEpoch(answer.epoch);
    for (const room of answer.rooms) this.tellReading(room);
    await this.kept.takeAll(answer.rooms);
    this.refreshedAt = this.clock.now();
    this.isLoaded = true;
  }

  private async fetchRoom(id: number): Promise<KeptRoom | null> {
    try {
      const room = await this.api.get<Room>(`/api/rooms/${id}`);
      this.tellReading(room);
      return await this.kept.take(room);
    } catch (error) {
      if (error instanceof Refusal && (error.status === 404 || error.status === 403)) {
        await this.kept.forget(id);
        return null;
      }
      if (mayRetry(error)) return this.kept.get(id);
      throw error;
    }
  }

  /** A part of a message has moved, or a room's pins; `own`: what of it is this person's. */
  private async part(moved: Reacted | PollMoved | Pinned, own: Partial<Own>): Promise<ReturnType<typeof place>> {
    const kept = this.kept.get(moved.room);
    if (!kept) return "old";
    const where = place(standing(kept), moved.rev);
    if (where === "gap") this.catchingUp.notice(moved.room, moved.rev);
    else if (kept.rev < 0) await this.kept.put(where === "next" ? withMoved(kept, moved) : kept, []);
    else {
      const now = where === "next" ? { ...withMoved(kept, moved), rev: moved.rev } : kept;
      await this.kept.revise(now, moved.seq, (message) => withPart(message, moved), own);
    }
    return where;
  }

  /** This device has read further than the server knows: it was without a line. */
  private tellReading(room: Room): void {
    const read = this.get(room.id)?.read_seq ?? 0;
    if (read > room.read_seq) this.pointers.read(room.id, read);
  }

  private async narrow(rooms: number[]): Promise<void> {
    const allowed = new Set(rooms);
    const archives = this.kept.all().filter((one) => one.room.state === "archived");
    for (const one of this.kept.all())
      if (!allowed.has(one.id) && !archives.includes(one)) await this.kept.forget(one.id);
    // Rights inside the remaining rooms may have changed as well, and nobody names the archives that stay open.
    await this.catchingUp.quietly(async () => {
      for (const archive of archives) await this.fetchRoom(archive.id);
      await this.refresh();
    });
  }

  private async talkChanged(topic: string): Promise<void> {
    const room = roomOfTopic(topic);
    // What I may do there follows from it and is mine alone, so the event cannot carry it.
    if (room !== null) await this.fetchRoom(room);
  }

  private receipt(event: ServerEvent & { type: "receipt.moved" }): void {
    const id = event.room ?? roomOfTopic(event.topic);
    if (id === null) return;
    this.kept.receipt(id, event);
    this.kept.change(id, (room) => withReceipt(room, event, event.person === this.me));
  }
}
