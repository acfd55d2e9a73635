/** The rooms of this device: shown, kept in its database, and those who look at one told of its changes. */

import type { Own } from "../protocol/talk";
import type { Message, Room } from "../protocol/types";
import {
  forgetMessages,
  forgetRoom,
  freshRoom,
  keepMessages,
  keepRooms,
  keptRooms,
  reviseMessage,
  startOver,
} from "../store/messages";
import { type Database, type KeptOwn, type KeptRoom, NONE_KEPT } from "../store/schema";
import { joined, newestFirst } from "./room-row";

export type Receipt = { person: number; have_seq: number; read_seq: number };
export type RoomListener = (
  change: { messages: Message[]; own: KeptOwn[] } | { receipt: Receipt } | { startAgain: true } | { gone: true },
) => void;

export class KeptRooms {
  private kept = $state.raw<ReadonlyMap<number, KeptRoom>>(new Map());
  /** Archives are read where they are listed, and stand in nobody's list of rooms. */
  readonly list = $derived(
    [...this.kept.values()]
      .map((one) => one.room)
      .filter((room) => room.state === "open")
      .sort(newestFirst),
  );
  epoch = "";
  private isStopped = false;
  private readonly listeners = new Map<number, Set<RoomListener>>();
  private readonly database: Database;

  constructor(database: Database) {
    this.database = database;
  }

  get(room: number): KeptRoom | null {
    return this.kept.get(room) ?? null;
  }

  all(): KeptRoom[] {
    return [...this.kept.values()];
  }

  async load(): Promise<void> {
    const rooms = await keptRooms(this.database);
    this.epoch = ((await this.database.get("meta", "epoch")) as string | undefined) ?? "";
    this.kept = new Map(rooms.map((one) => [one.id, one]));
  }

  stop(): void {
    this.isStopped = true;
  }

  listen(room: number, listener: RoomListener): () => void {
    const listeners = this.listeners.get(room) ?? new Set();
    this.listeners.set(room, listeners.add(listener));
    return () => listeners.delete(listener);
  }

  /** Persist, then show. */
  async put(kept: KeptRoom, messages: Message[], own: KeptOwn[] = []): Promise<void> {
    if (this.isStopped) return;
    this.kept = new Map(this.kept).set(kept.id, kept);
    await keepMessages(this.database, kept, messages, own);
    if (messages.length > 0 || own.length > 0) this.tell(kept.id, { messages, own });
  }

  /** A message that may be kept here changes in part, and what this person has to do with it. */
  async revise(kept: KeptRoom, seq: number, how: (message: Message) => Message, own: Partial<Own>): Promise<void> {
    if (this.isStopped) return;
    this.kept = new Map(this.kept).set(kept.id, kept);
    this.tell(kept.id, await reviseMessage(this.database, kept, seq, how, own));
  }

  /** Kept nowhere but with whoever looks at the room. */
  receipt(room: number, receipt: Receipt): void {
    this.tell(room, { receipt });
  }

  change(id: number, how: (room: Room) => Room): void {
    const kept = this.kept.get(id);
    if (!kept) return;
    const changed = { ...kept, room: how(kept.room) };
    this.kept = new Map(this.kept).set(id, changed);
    void keepRooms(this.database, [changed]);
  }

  /** One room as the server has it now. */
  async take(room: Room): Promise<KeptRoom | null> {
    if (this.isStopped) return null;
    const kept = this.withKnown(room);
    await this.put(kept, []);
    return kept;
  }

  /** All open rooms as the server has them now; what it does not list goes. Archives are listed elsewhere. */
  async takeAll(rooms: Room[]): Promise<void> {
    if (this.isStopped) return;
    const now = new Set(rooms.map((room) => room.id));
    const archives = this.all().filter((one) => one.room.state === "archived" && !now.has(one.id));
    for (const archive of archives) now.add(archive.id);
    for (const room of [...this.kept.keys()].filter((id) => !now.has(id))) await this.forget(room);
    const kept = rooms.map((room) => this.withKnown(room));
    this.kept = new Map([...archives, ...kept].map((one) => [one.id, one]));
    await keepRooms(this.database, kept);
  }

  async forget(room: number): Promise<void> {
    const kept = new Map(this.kept);
    kept.delete(room);
    this.kept = kept;
    await forgetRoom(this.database, room);
    this.tell(room, { gone: true });
  }

  /** Its messages have to be fetched anew: too much happened. */
  async startAgain(room: number): Promise<void> {
    const kept = this.kept.get(room);
    if (!kept || kept.rev < 0) return;
    await forgetMessages(this.database, room);
    await this.put({ ...kept, rev: NONE_KEPT, complete: false }, []);
    this.tell(room, { startAgain: true });
  }

  /** Everything that was fetched goes; `refill` brings what there is now. */
  async startOver(epoch: string, refill: () => Promise<void>): Promise<void> {
    const before = [...this.kept.keys()];
    await startOver(this.database);
    this.kept = new Map();
    await this.setEpoch(epoch);
    await refill();
    for (const room of before) this.tell(room, this.kept.has(room) ? { startAgain: true } : { gone: true });
  }

  async setEpoch(epoch: string): Promise<void> {
    if (epoch === this.epoch) return;
    this.epoch = epoch;
    await this.database.put("meta", epoch, "epoch");
  }

  private withKnown(room: Room): KeptRoom {
    const before = this.kept.get(room.id);
    return before ? { ...before, room: joined(room, before.room) } : freshRoom(room);
  }

  private tell(room: number, change: Parameters<RoomListener>[0]): void {
    for (const listener of this.listeners.get(room) ?? []) listener(change);
  }
}
