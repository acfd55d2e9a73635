/**
 * From the outbox to the server. What a person wrote is kept before it is shown, goes out over the socket when it is open and
 * over HTTP otherwise, always under the same name, in its order within its way, and is given up only on a permanent refusal.
 */

import type { Clock } from "../clock";
import { backoff } from "../net/backoff";
import { mayRetry, Refusal } from "../protocol/refusal";
import type { Message, Room } from "../protocol/types";
import type { Accompanying, Destination, Written } from "../store/schema";

export type { Destination } from "../store/schema";

export type Sent = { message: Message; room: Room | null };

/** Where it goes out; throws Refusal or Unreachable. */
export interface Door {
  send(written: Written): Promise<Sent>;
}
/** Where it is kept; the device's database. */
export interface Keep {
  read(): Promise<Written[]>;
  put(written: Written): Promise<void>;
  forget(name: string): Promise<void>;
}
export type SenderEvents = {
  changed: (written: readonly Written[]) => void;
  /** Stored by the listener before the outbox forgets it, so that a reload between the two shows it once or twice, never not at all. */
  sent: (written: Written, answer: Sent) => Promise<void>;
};

type Lane = { isBusy: boolean; attempt: number; wakeAt: (() => void) | null };

export class Sender {
  private written: Written[] = [];
  private readonly lanes = new Map<string, Lane>();
  private isStopped = false;
  private readonly door: Door;
  private readonly keep: Keep;
  private readonly clock: Clock;
  private readonly events: SenderEvents;
  private readonly name: () => string;

  constructor(
    door: Door,
    keep: Keep,
    clock: Clock,
    events: SenderEvents,
    name: () => string = () => crypto.randomUUID(),
  ) {
    this.door = door;
    this.keep = keep;
    this.clock = clock;
    this.events = events;
    this.name = name;
  }

  /** Takes up what an earlier page left behind, and starts sending it. */
  async start(): Promise<void> {
    const kept = await this.keep.read();
    const known = new Set(this.written.map((one) => one.client_message_id));
    this.written = [...kept.filter((one) => !known.has(one.client_message_id)), ...this.written];
    this.tell();
    this.wake();
  }

  /** Resolves when it is safe on this device. Sending goes on by itself. */
  async write(to: Destination, body: string, accompanying?: Accompanying): Promise<Written> {
    const last = this.written.reduce((highest, one) => Math.max(highest, one.position), 0);
    const written: Written = {
      client_message_id: this.name(),
      // Later than everything here, and than what another tab wrote a moment ago.
      position: Math.max(this.clock.now(), last + 1),
      lane: laneOf(to),
      to,
      body,
      ...(accompanying ? { with: accompanying } : {}),
      written_at: new Date(this.clock.now()).toISOString(),
      failed: null,
    };
    await this.keep.put(written);
    this.written = [...this.written, written];
    this.tell();
    void this.run(wayOf(written));
    return written;
  }

  /** "Gửi lại": under the same name, so that a first try which did arrive is not doubled. */
  async again(name: string): Promise<void> {
    await this.change(name, (one) => ({ ...one, failed: null }));
    const found = this.written.find((one) => one.client_message_id === name);
    if (found) this.hurry(wayOf(found));
  }

  /** "Bỏ": only what was refused for good may be dropped, and only by the person. */
  async drop(name: string): Promise<void> {
    await this.keep.forget(name);
    this.remove(name);
  }

  /** The line is back: every lane tries at once. */
  wake(): void {
    for (const way of new Set(this.written.map(wayOf))) this.hurry(way);
  }

  stop(): void {
    this.isStopped = true;
    for (const lane of this.lanes.values()) lane.wakeAt?.();
  }

  private hurry(name: string): void {
    const lane = this.lane(name);
    lane.wakeAt?.();
    lane.wakeAt = null;
    void this.run(name);
  }

  private async run(name: string): Promise<void> {
    const lane = this.lane(name);
    if (lane.isBusy || lane.wakeAt) return;
    lane.isBusy = true;
    try {
      for (let next = this.next(name); next && !this.isStopped; next = this.next(name)) {
        if (!(await this.attempt(next, lane))) break;
      }
    } finally {
      lane.isBusy = false;
    }
  }

  /** True when the lane may go on with the next one. */
  private async attempt(written: Written, lane: Lane): Promise<boolean> {
    try {
      const answer = await this.door.send(written);
      lane.attempt = 0;
      if (this.isStopped) return false; // Signed out meanwhile: nothing of this account is written any more.
      await this.events.sent(written, answer);
      await this.keep.forget(written.client_message_id);
      this.remove(written.client_message_id);
      return true;
    } catch (error) {
      if (!mayRetry(error)) {
        if (!(error instanceof Refusal)) throw error;
        if (error.status === 401 || error.code === "not_signed_in") return false; // Waits for the next sign-in, unharmed.
        await this.change(written.client_message_id, (one) => ({
          ...one,
          failed: failureOf(error),
        }));
        return true;
      }
      this.sleep(wayOf(written), lane, error);
      return false;
    }
  }

  private sleep(name: string, lane: Lane, error: unknown): void {
    const asked = error instanceof Refusal && error.retryAfter !== null ? error.retryAfter * 1000 : 0;
    const delay = Math.max(asked, backoff(lane.attempt, this.clock));
    lane.attempt += 1;
    const cancel = this.clock.after(delay, () => {
      lane.wakeAt = null;
      void this.run(name);
    });
    lane.wakeAt = cancel;
  }

  private next(way: string): Written | undefined {
    return this.written.filter((one) => wayOf(one) === way && !one.failed).sort((a, b) => a.position - b.position)[0];
  }

  private lane(name: string): Lane {
    let lane = this.lanes.get(name);
    if (!lane) {
      lane = { isBusy: false, attempt: 0, wakeAt: null };
      this.lanes.set(name, lane);
    }
    return lane;
  }

  private async change(name: string, how: (one: Written) => Written): Promise<void> {
    const found = this.written.find((one) => one.client_message_id === name);
    if (!found) return;
    const changed = how(found);
    await this.keep.put(changed);
    this.written = this.written.map((one) => (one.client_message_id === name ? changed : one));
    this.tell();
  }

  private remove(name: string): void {
    this.written = this.written.filter((one) => one.client_message_id !== name);
    this.tell();
  }

  private tell(): void {
    this.events.changed(this.written);
  }
}

/**
 * What has to wait for each other. Files of a room have a way of their own beside its words: ten photographs on a bad line, or a full
 * day's measure, hold up no sentence. What makes a thread goes in its order whatever it is.
 */
export function wayOf({ lane, to, with: given }: Written): string {
  return to.kind === "room" && given?.files?.length ? `${lane}-files` : lane;
}

/** Why it did not go, and with which of its files that has to do. */
function failureOf({ code, detail, facts }: Refusal): NonNullable<Written["failed"]> {
  return { code, detail, ...(typeof facts.key === "string" ? { file: facts.key } : {}) };
}

export function laneOf(to: Destination): string {
  if (to.kind === "room") return `room-${to.room}`;
  if (to.kind === "question") return `question-${to.broadcast}-${to.student}`;
  return `thread-${to.student}-${to.teacher ?? "office"}-${to.guardian ?? "me"}`;
}
