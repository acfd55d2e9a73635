/** What this person has written here and the server has not confirmed: kept, sent, told about. */

import type { Clock } from "../clock";
import type { Api } from "../net/api";
import type { Carry } from "../net/tus";
import type { UploadId } from "../protocol/files";
import { Refusal, Unreachable } from "../protocol/refusal";
import type { Message, Room } from "../protocol/types";
import { forgetAttached, forgetUploads, keepAttached, moveAttached, readChosen } from "../store/attached";
import { forgetWritten, keepDraft, keepWritten, readDraft, readOutbox, takeBackWritten } from "../store/outbox";
import type { Accompanying, Attached, Database, Destination, Written } from "../store/schema";
import { keepSent } from "../store/seen";
import { newName } from "./names";
import { enclosedIn, requestOf } from "./outbox-requests";
import type { Line } from "./rooms.svelte";
import { type Door, laneOf, Sender, type Sent } from "./sender";
import { uploadAll } from "./uploading";

export type OutboxParts = {
  api: Api;
  carry: Carry;
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
  /** How much of each file the server has, by its key. */
  progress = $state.raw<ReadonlyMap<string, number>>(new Map());
  /** What the server says of those that it does not take now and may take later, by their names. */
  waitsFor = $state.raw<ReadonlyMap<string, string>>(new Map());
  private made = $state.raw<{ lane: string; room: number } | null>(null);
  private waitedOffline = false;
  private sentOffline = 0;
  private sender: Sender | null = null;
  private database: Database | null = null;
  /** Written, and their files sent a second time because the server had let go of them: there is no third. */
  private readonly renewed = new Set<string>();
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
    this.progress = new Map();
    this.waitsFor = new Map();
  }

  wake(): void {
    this.sender?.wake();
  }

  /** Resolves once it is safe on this device. */
  async write(to: Destination, body: string, accompanying?: Accompanying): Promise<void> {
    await this.sender?.write(to, body, accompanying);
    const keys = accompanying?.files?.map((file) => file.key) ?? [];
    if (this.database && keys.length > 0) await moveAttached(this.database, keys, null);
  }

  async again(name: string): Promise<void> {
    this.renewed.delete(name);
    await this.sender?.again(name);
  }

  async drop(name: string): Promise<void> {
    await this.sender?.drop(name);
  }

  /** Back to where it was written, with its files but the one that was refused. */
  async takeBack(written: Written): Promise<void> {
    if (this.database) await takeBackWritten(this.database, written);
    await this.drop(written.client_message_id);
  }

  draft(to: Destination): Promise<string> {
    return this.database ? readDraft(this.database, laneOf(to)) : Promise.resolve("");
  }

  async keepDraft(to: Destination, text: string): Promise<void> {
    if (this.database) await keepDraft(this.database, laneOf(to), text);
  }

  /** Files that were chosen there and are not sent yet: they survive a reload, like the text. */
  chosen(to: Destination): Promise<Attached[]> {
    return this.database ? readChosen(this.database, laneOf(to)) : Promise.resolve([]);
  }

  async keepChosen(to: Destination, attached: Omit<Attached, "lane">, bytes: ArrayBuffer): Promise<void> {
    if (this.database) await keepAttached(this.database, { ...attached, lane: laneOf(to) }, bytes);
  }

  async dropChosen(keys: readonly string[]): Promise<void> {
    if (this.database) await forgetAttached(this.database, keys);
  }

  /** The room that a thread's first message has made, once the server has answered. */
  roomMadeFor(to: Destination): number | null {
    return this.made?.lane === laneOf(to) ? this.made.room : null;
  }

  private async send(written: Written): Promise<Sent> {
    const files = await this.upload(written);
    try {
      return await this.post(written, files);
    } catch (error) {
      if (error instanceof Refusal && error.code === "file_not_ready") await this.renew(written);
      throw error;
    }
  }

  private hearWhy(name: string, why: string): void {
    if ((this.waitsFor.get(name) ?? "") !== why) this.waitsFor = new Map(this.waitsFor).set(name, why);
  }

  private async upload(written: Written): Promise<UploadId[]> {
    const database = this.database;
    if (!database || !written.with?.files?.length) return [];
    const name = written.client_message_id;
    try {
      const ids = await uploadAll(written, database, {
        carry: this.parts.carry,
        now: () => this.parts.clock.now(),
        sent: (key, bytes) => {
          this.hearWhy(name, "");
          this.progress = new Map(this.progress).set(key, bytes);
        },
      });
      this.hearWhy(name, "");
      // Whoever signed out while a file was on its way sends nothing after it.
      if (this.database !== database) throw new Unreachable("left meanwhile");
      return ids;
    } catch (error) {
      // A full disk or the day's measure: not for a moment, so the person is told.
      if (error instanceof Refusal && error.retry) this.hearWhy(name, error.detail);
      throw error;
    }
  }

  /** What was uploaded long ago the server has let go of: once more from the start, as after a cut. */
  private async renew(written: Written): Promise<void> {
    const name = written.client_message_id;
    if (!this.database || this.renewed.has(name)) return;
    this.renewed.add(name);
    await forgetUploads(this.database, written.with?.files?.map((file) => file.key) ?? []);
    throw new Unreachable("its files are sent anew");
  }

  private async post(written: Written, files: readonly UploadId[]): Promise<Sent> {
    const { client_message_id, to } = written;
    const { path, body } = requestOf(written, files);
    if (to.kind !== "room") return this.parts.api.post<{ room: Room; message: Message }>(path, body);
    if (this.parts.line.isOpen) {
      const answer = await this.parts.line.order("message.post", {
        room: to.room,
        client_message_id,
        body: written.body,
        ...enclosedIn(written, files),
      });
      return { message: answer.message, room: null };
    }
    const message = await this.parts.api.post<Message>(path, body);
    return { message, room: null };
  }

  private async sent(written: Written, answer: Sent): Promise<void> {
    await this.parts.arrived(answer);
    // Sent is sent: on a full disk it is fetched again to be seen.
    if (this.database) await keepSent(this.database, written, answer.message).catch(() => {});
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
