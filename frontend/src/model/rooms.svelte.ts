/** Every room this person may see: the list, live changes to it, and catching up after a gap. */

import type { Clock } from "../clock";
import type { Api } from "../net/api";
import { roomOfTopic } from "../protocol/codec";
import { mayRetry, Refusal } from "../protocol/refusal";
import type { CatchUp, Contact, Message, OrderName, Orders, Page, Room, ServerEvent } from "../protocol/types";
import {
  forgetMessages,
  forgetRoom,
  freshRoom,
  keepMessages,
  keepRooms,
  keptRooms,
  readMessages,
  startOver,
} from "../store/messages";
import { type Database, type KeptRoom, NONE_KEPT } from "../store/schema";
import { Pointers } from "./pointers";
import { place } from "./timeline";

export type Line = {
  isOpen: boolean;
  order<Name extends OrderName>(name: Name, fields: Orders[Name]["ask"]): Promise<Orders[Name]["ok"]>;
};
type RoomListener = (change: { messages: Message[] } | { startAgain: true } | { gone: true }) => void;

/** Events of two processes may arrive crossed; this long the earlier one is waited for. */
const CROSSING = 300;
const PAGE = 50;

export class Rooms {
  private kept = $state.raw<ReadonlyMap<number, KeptRoom>>(new Map());
  /** The first answer of the server has come, or the device had a list. */
  isLoaded = $state(false);
  readonly list = $derived([...this.kept.values()].map((one) => one.room).sort(newestFirst));
  readonly unread = $derived(this.list.reduce((sum, room) => sum + room.unread, 0));

  epoch = "";
  readonly pointers: Pointers;
  private readonly listeners = new Map<number, Set<RoomListener>>();
  private readonly noticed = new Map<number, number>();
  private isResuming = false;
  private cancelResume: (() => void) | null = null;
  private isStopped = false;
  private refreshing: Promise<void> | null = null;

  private readonly database: Database;
  private readonly api: Api;
  private readonly line: Line;
  private readonly clock: Clock;
  private readonly me: number;
  private readonly onGone: (room: number) => void;

  constructor(database: Database, api: Api, line: Line, clock: Clock, me: number, onGone: (room: number) => void) {
    this.database = database;
    this.api = api;
    this.line = line;
    this.clock = clock;
    this.me = me;
    this.onGone = onGone;
    this.pointers = new Pointers(
      (room, wanted) =>
        line.isOpen ? line.order("message.read", { room, ...wanted }) : api.post(`/api/rooms/${room}/read`, wanted),
      (room, moved) => this.change(room, (known) => ({ ...known, ...moved })),
      clock,
    );
  }

  get(room: number): Room | null {
    return this.kept.get(room)?.room ?? null;
  }

  async load(): Promise<void> {
    const rooms = await keptRooms(this.database);
    this.epoch = ((await this.database.get("meta", "epoch")) as string | undefined) ?? "";
    this.kept = new Map(rooms.map((one) => [one.id, one]));
    if (rooms.length > 0) this.isLoaded = true;
  }

  stop(): void {
    this.isStopped = true;
    this.cancelResume?.();
    this.pointers.stop();
  }

  /** The list anew. Callers that come while it is under way share it. */
  refresh(): Promise<void> {
    this.refreshing ??= this.fetchList().finally(() => {
      this.refreshing = null;
    });
    return this.refreshing;
  }

  /** With whom a thread may be started. The school's office has too many guardians for one list and finds them by `search`. */
  contacts(search = ""): Promise<{ contacts: Contact[] }> {
    return this.api.get(search ? `/api/rooms/contacts?search=${encodeURIComponent(search)}` : "/api/rooms/contacts");
  }

  listen(room: number, listener: RoomListener): () => void {
    const listeners = this.listeners.get(room) ?? new Set();
    this.listeners.set(room, listeners.add(listener));
    return () => listeners.delete(listener);
  }

  hear(event: ServerEvent): void {
    if (event.type === "hello") void this.compare(event.epoch, event.heads, true);
    else if (event.type === "heartbeat") void this.compare(this.epoch, event.heads, false);
    else if (event.type === "message.posted" || event.type === "message.edited" || event.type === "message.removed")
      void this.take(event.message, event.rev);
    else if (event.type === "room.opened") void this.fetchRoom(event.room);
    else if (event.type === "access.changed") void this.narrow(event.rooms);
    else if (event.type === "room.changed") void this.talkChanged(event.topic);
    else if (event.type === "receipt.moved") this.receipt(event);
  }

  /** What an order answered with: a message of mine that has arrived, an edit, a removal. */
  async take(message: Message, rev = message.rev): Promise<void> {
    const kept = this.kept.get(message.room);
    if (!kept) {
      await this.fetchRoom(message.room);
      return;
    }
    const room = withMessage(kept.room, message, rev, this.me);
    if (kept.rev < 0) return this.takeUnopened(kept, room, message, rev);
    const where = place(kept.rev, rev);
    if (where === "gap") {
      this.noticed.set(message.room, Math.max(rev, this.noticed.get(message.room) ?? 0));
      this.resumeSoon();
    }
    // A message from beyond a gap is shown, but `rev` stays: only the catch-up may say that nothing is missing.
    await this.put({ ...kept, room, rev: where === "next" ? rev : kept.rev }, [message]);
    if (message.author.id !== this.me) this.pointers.have(message.room, message.seq);
  }

  /** Of a room whose messages are not kept only the row in the list changes; over a gap its head stays, so that the list is asked for. */
  private async takeUnopened(kept: KeptRoom, room: Room, message: Message, rev: number): Promise<void> {
    const isGap = place(kept.room.head, rev) === "gap";
    await this.put({ ...kept, room: isGap ? { ...room, head: kept.room.head } : room }, []);
    if (!isGap) return;
    this.noticed.set(message.room, Math.max(rev, this.noticed.get(message.room) ?? 0));
    this.resumeSoon();
  }

  /** A room this person has just opened by writing: the first message of a thread. */
  async add(room: Room): Promise<void> {
    if (!this.kept.has(room.id)) await this.put(freshRoom(room), []);
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
    await this.put({ ...now, rev: page.head, complete: page.complete }, page.messages);
    if ((this.noticed.get(room) ?? 0) > page.head || now.room.head > page.head) this.resumeSoon();
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
    if (now) await this.put({ ...now, complete: page.complete }, page.messages);
    return page;
  }

  read(room: number, seq: number): void {
    const known = this.get(room);
    if (!known || seq <= known.read_seq) return;
    // Shown as read at once; the number comes back from the server with the answer.
    this.change(room, (one) => ({
      ...one,
      read_seq: seq,
      have_seq: Math.max(seq, one.have_seq),
      unread: seq >= one.last_seq ? 0 : one.unread,
    }));
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

  async openTalk(room: number, isOpen: boolean): Promise<void> {
    const changed = await this.api.patch<Room>(`/api/rooms/${room}`, { is_talk_open: isOpen });
    this.change(room, () => changed);
  }

  private async compare(epoch: string, heads: Record<string, number>, isHello: boolean): Promise<void> {
    if (isHello && this.epoch && epoch !== this.epoch) return this.beginAgain(epoch);
    if (isHello) await this.setEpoch(epoch);
    for (const [room, head] of Object.entries(heads)) this.noticed.set(Number(room), head);
    await this.quietly(async () => {
      if (this.isBehind(heads) || (isHello && !this.isLoaded)) await this.refresh();
      // The answer that was shared may have been under way before the last change.
      if (this.isBehind(heads)) await this.refresh();
      await this.resume();
    });
    if (isHello) this.pointers.flush();
  }

  private isBehind(heads: Record<string, number>): boolean {
    return Object.entries(heads).some(([room, head]) => (this.kept.get(Number(room))?.room.head ?? -1) < head);
  }

  private resumeSoon(): void {
    this.cancelResume ??= this.clock.after(CROSSING, () => {
      this.cancelResume = null;
      void this.quietly(async () => {
        if (this.isBehind(Object.fromEntries(this.noticed))) await this.refresh();
        await this.resume();
      });
    });
  }

  /** Asks for the changes of every room that is behind what was noticed of it. */
  private async resume(): Promise<void> {
    if (this.isResuming || this.isStopped) return;
    const behind = [...this.kept.values()].filter(
      (one) => one.rev >= 0 && one.rev < Math.max(one.room.head, this.noticed.get(one.id) ?? 0),
    );
    if (behind.length === 0) return;
    this.isResuming = true;
    try {
      const ask = { epoch: this.epoch, rooms: Object.fromEntries(behind.map((one) => [one.id, one.rev])) };
      const answer: CatchUp = this.line.isOpen
        ? await this.line.order("room.resume", ask)
        : await this.api.post("/api/sync", ask);
      await this.catchUp(answer);
    } finally {
      this.isResuming = false;
    }
    // What came while we asked may have opened a new gap.
    if ([...this.kept.values()].some((one) => one.rev >= 0 && one.rev < (this.noticed.get(one.id) ?? 0)))
      this.resumeSoon();
  }

  private async catchUp(answer: CatchUp): Promise<void> {
    if (answer.start_again) return this.beginAgain(answer.epoch);
    for (const gone of answer.gone) await this.forget(gone);
    for (const [id, changes] of Object.entries(answer.rooms)) {
      const kept = this.kept.get(Number(id));
      if (!kept) continue;
      if (changes.start_again) {
        await forgetMessages(this.database, kept.id);
        await this.put({ ...kept, rev: NONE_KEPT, complete: false }, []);
        this.tell(kept.id, { startAgain: true });
        continue;
      }
      let room = kept.room;
      for (const message of changes.messages) room = withMessage(room, message, message.rev, this.me);
      const head = Math.max(kept.rev, changes.head);
      if ((this.noticed.get(kept.id) ?? 0) <= head) this.noticed.delete(kept.id);
      await this.put(
        { ...kept, room: { ...room, head: Math.max(room.head, changes.head) }, rev: head },
        changes.messages,
      );
      const newest = changes.messages.reduce((highest, one) => Math.max(highest, one.seq), 0);
      if (newest > kept.room.have_seq) this.pointers.have(kept.id, newest);
    }
  }

  private async beginAgain(epoch: string): Promise<void> {
    const before = [...this.kept.keys()];
    await startOver(this.database);
    this.kept = new Map();
    this.noticed.clear();
    await this.setEpoch(epoch);
    await this.quietly(() => this.refresh());
    for (const room of before) this.tell(room, this.kept.has(room) ? { startAgain: true } : { gone: true });
  }

  private async fetchList(): Promise<void> {
    const answer = await this.api.get<{ epoch: string; rooms: Room[] }>("/api/rooms");
    if (this.isStopped) return;
    if (this.epoch && answer.epoch !== this.epoch) return this.beginAgain(answer.epoch);
    await this.setEpoch(answer.epoch);
    const now = new Set(answer.rooms.map((room) => room.id));
    for (const room of [...this.kept.keys()].filter((id) => !now.has(id))) await this.forget(room);
    const kept = answer.rooms.map((room) => this.joined(room));
    this.kept = new Map(kept.map((one) => [one.id, one]));
    this.isLoaded = true;
    await keepRooms(this.database, kept);
  }

  private async fetchRoom(id: number): Promise<KeptRoom | null> {
    try {
      const room = await this.api.get<Room>(`/api/rooms/${id}`);
      if (this.isStopped) return null;
      const kept = this.joined(room);
      await this.put(kept, []);
      return kept;
    } catch (error) {
      if (error instanceof Refusal && (error.status === 404 || error.status === 403)) {
        await this.forget(id);
        return null;
      }
      if (mayRetry(error)) return this.kept.get(id) ?? null;
      throw error;
    }
  }

  private async narrow(rooms: number[]): Promise<void> {
    const allowed = new Set(rooms);
    for (const room of [...this.kept.keys()].filter((id) => !allowed.has(id))) await this.forget(room);
    // Rights inside the remaining rooms may have changed as well.
    await this.quietly(() => this.refresh());
  }

  private async talkChanged(topic: string): Promise<void> {
    const room = roomOfTopic(topic);
    // What I may do there follows from it and is mine alone, so the event cannot carry it.
    if (room !== null) await this.fetchRoom(room);
  }

  private receipt(event: ServerEvent & { type: "receipt.moved" }): void {
    const id = event.room ?? roomOfTopic(event.topic);
    if (id === null) return;
    this.change(id, (room) => {
      if (event.person === this.me) {
        const read = Math.max(room.read_seq, event.read_seq);
        return {
          ...room,
          read_seq: read,
          have_seq: Math.max(room.have_seq, event.have_seq),
          unread: read >= room.last_seq ? 0 : room.unread,
        };
      }
      if (room.kind !== "thread") return room;
      return {
        ...room,
        others_read_seq: Math.max(room.others_read_seq ?? 0, event.read_seq),
        others_have_seq: Math.max(room.others_have_seq ?? 0, event.have_seq),
      };
    });
  }

  private async forget(room: number): Promise<void> {
    const kept = new Map(this.kept);
    kept.delete(room);
    this.kept = kept;
    this.noticed.delete(room);
    await forgetRoom(this.database, room);
    this.onGone(room);
    this.tell(room, { gone: true });
  }

  /** Persist, then show. */
  private async put(kept: KeptRoom, messages: Message[]): Promise<void> {
    if (this.isStopped) return;
    this.kept = new Map(this.kept).set(kept.id, kept);
    await keepMessages(this.database, kept, messages);
    if (messages.length > 0) this.tell(kept.id, { messages });
  }

  private change(id: number, how: (room: Room) => Room): void {
    const kept = this.kept.get(id);
    if (!kept) return;
    const changed = { ...kept, room: how(kept.room) };
    this.kept = new Map(this.kept).set(id, changed);
    void keepRooms(this.database, [changed]);
  }

  /** The server's word on a room, with what only this device knows: how far it has read while the line was down. */
  private joined(room: Room): KeptRoom {
    const before = this.kept.get(room.id);
    if (!before) return freshRoom(room);
    const known = before.room;
    const read = Math.max(room.read_seq, known.read_seq);
    if (read > room.read_seq) this.pointers.read(room.id, read);
    // An event may have overtaken the answer: what it told stays.
    const live =
      known.head > room.head
        ? { head: known.head, last_seq: known.last_seq, last: known.last, unread: known.unread }
        : {};
    const joined = { ...room, ...live, read_seq: read };
    return { ...before, room: { ...joined, unread: read >= joined.last_seq ? 0 : joined.unread } };
  }

  private async setEpoch(epoch: string): Promise<void> {
    if (epoch === this.epoch) return;
    this.epoch = epoch;
    await this.database.put("meta", epoch, "epoch");
  }

  private tell(room: number, change: Parameters<RoomListener>[0]): void {
    for (const listener of this.listeners.get(room) ?? []) listener(change);
  }

  /** Work that nobody waits for: what fails for want of a line is made good at the next hello. */
  private async quietly(work: () => Promise<void>): Promise<void> {
    try {
      await work();
    } catch (error) {
      if (!mayRetry(error) && !(error instanceof Refusal)) throw error;
    }
  }
}

/** Rooms in which nobody has written yet stand below, the nearest first: the class before the whole province. */
const NEARNESS: Record<Room["kind"], number> = { thread: 0, guardians: 1, class: 2, staff: 3, community: 4 };

function newestFirst(a: Room, b: Room): number {
  const byTime = (b.last?.created_at ?? "").localeCompare(a.last?.created_at ?? "");
  return byTime || NEARNESS[a.kind] - NEARNESS[b.kind] || a.title.localeCompare(b.title, "vi");
}

const EXCERPT = 120;

function withMessage(room: Room, message: Message, rev: number, me: number): Room {
  const isNew = message.seq > room.last_seq;
  const isLast = message.seq >= (room.last?.seq ?? 0);
  const isUnread = isNew && message.author.id !== me && message.seq > room.read_seq;
  return {
    ...room,
    head: Math.max(room.head, rev),
    last_seq: Math.max(room.last_seq, message.seq),
    unread: room.unread + (isUnread ? 1 : 0),
    last: isLast
      ? {
          seq: message.seq,
          author: message.author,
          excerpt: message.body.slice(0, EXCERPT),
          created_at: message.created_at,
          removed: message.removed_at !== null,
        }
      : room.last,
  };
}
