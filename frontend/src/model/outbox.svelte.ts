/** What this person has written here and the server has not confirmed: kept, sent, told about. */

import type { Clock } from "../clock";
import type { Api } from "../net/api";
import type { Message, Room } from "../protocol/types";
import { forgetWritten, keepDraft, keepWritten, readDraft, readOutbox } from "../store/outbox";
import type { Accompanying, Database, Destination, Written } from "../store/schema";
import { newName } from "./names";
import { enclosedIn, requestOf } from "./outbox-requests";
import type { Line } from "./rooms.svelte";
import { type Door, laneOf, Sender, type Sent } from "./sender";

export type OutboxParts = {
  api: Api;
  clock: Clock;
  line: Line;
  isOnline: () => boolean;
  /** Asks the browser to send the outbox when the line returns, also without a page. */
  sendLater: () => Promise<void>;
  arrived: (answer: Sent) => Promise<void>;
};

export class Outbox {
  written = $state.raw<readonly Written[]>([]);
  /** What just went out after a time without a line; told once. */
  caughtUp = $state(0);
  private made = $state.raw<{ lane: string; room: number } | null>(null);
  private waitedOffline = false;
  private sentOffline = 0;
  private sender: Sender | null = null;
  private database: Database | null = null;
  private readonly parts: OutboxParts;

  constructor(parts: OutboxParts) {
    this.parts = parts;
  }

  async start(database: Database): Promise<void> {
    this.database = database;
    const door: Door = { send: (written) => this.send(written) };
    this.sender = new Sender(
      door,
      {
        read: () => readOutbox(database),
        put: (written) => keepWritten(database, written),
        forget: (name) => forgetWritten(database, name),
      },
      this.parts.clock,
      { changed: (written) => this.changed(written), sent: (written, answer) => this.sent(written, answer) },
      newName,
    );
    await this.sender.start();
  }

  stop(): void {
    this.sender?.stop();
    this.sender = null;
    this.database = null;
    this.written = [];
  }

  wake(): void {
    this.sender?.wake();
  }

  /** Resolves once it is safe on this device. */
  async write(to: Destination, body: string, accompanying?: Accompanying): Promise<void> {
    await this.sender?.write(to, body, accompanying);
  }

  async again(name: string): Promise<void> {
    await this.sender?.again(name);
  }

  async drop(name: string): Promise<void> {
    await this.sender?.drop(name);
  }

  draft(to: Destination): Promise<string> {
    return this.database ? readDraft(this.database, laneOf(to)) : Promise.resolve("");
  }

  async keepDraft(to: Destination, text: string): Promise<void> {
    if (this.database) await keepDraft(this.database, laneOf(to), text);
  }

  /** The room that a thread's first message has made, once the server has answered. */
  roomMadeFor(to: Destination): number | null {
    return this.made?.lane === laneOf(to) ? this.made.room : null;
  }

  private async send(written: Written): Promise<Sent> {
    const { client_message_id, to } = written;
    const { path, body } = requestOf(written);
    if (to.kind !== "room") return this.parts.api.post<{ room: Room; message: Message }>(path, body);
    if (this.parts.line.isOpen) {
      const answer = await this.parts.line.order("message.post", {
        room: to.room,
        client_message_id,
        body: written.body,
        ...enclosedIn(written),
      });
      return { message: answer.message, room: null };
    }
    const message = await this.parts.api.post<Message>(path, body);
    return { message, room: null };
  }

  private async sent(written: Written, answer: Sent): Promise<void> {
    await this.parts.arrived(answer);
    if (answer.room) this.made = { lane: written.lane, room: answer.room.id };
    if (this.waitedOffline) this.sentOffline += 1;
  }

  private changed(written: readonly Written[]): void {
    this.written = written;
    const isWaiting = written.some((one) => !one.failed);
    if (isWaiting && !this.parts.isOnline()) {
      this.waitedOffline = true;
      void this.parts.sendLater();
    }
    if (!isWaiting && this.waitedOffline) {
      this.caughtUp = this.sentOffline;
      this.waitedOffline = false;
      this.sentOffline = 0;
    }
  }
}
