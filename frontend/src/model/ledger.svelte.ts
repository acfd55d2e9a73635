/**
 * Contacts by hand, from the device to the server: kept before they are shown, sent when there is a line, under a name that
 * never changes, so that a retry never counts twice. Also the boards that this device keeps for where there is no network.
 */

import type { Clock } from "../clock";
import type { Api } from "../net/api";
import { backoff } from "../net/backoff";
import type { Contact, HandChannel, Reached, Subject } from "../protocol/reach";
import { mayRetry, Refusal } from "../protocol/refusal";
import type { ServerEvent } from "../protocol/types";
import {
  forgetBoards,
  forgetEveryBoard,
  forgetLogged,
  keepBoard,
  keepLogged,
  readBoard,
  readLogged,
} from "../store/contacts";
import type { Database, KeptBoard, Logged } from "../store/schema";
import { requestOf } from "./ledger-requests";
import { newName } from "./names";

export type LedgerParts = {
  database: Database;
  api: Api;
  clock: Clock;
  /** The server's time: what is logged must not lie in its future. */
  now: () => number;
  /** Asks to be woken when the line is back, also without a page. */
  later: () => void;
};
/** Whom a contact is about. */
export type Whom = { broadcast: number; student: number | null; person: number | null };
export type Heard = (broadcast: number, subject: Subject) => void;

export class Ledger {
  /** What the server does not know yet, oldest first. */
  list = $state.raw<readonly Logged[]>([]);
  private readonly parts: LedgerParts;
  private readonly listeners = new Set<Heard>();
  /** The server's numbers of what was confirmed while this page is open: an undo comes a moment later. */
  private readonly confirmed = new Map<string, { logged: Logged; contact: number }>();
  private attempt = 0;
  private isBusy = false;
  private isStopped = false;
  private cancelTimer: (() => void) | null = null;
  private saving: Promise<void> = Promise.resolve();

  constructor(parts: LedgerParts) {
    this.parts = parts;
  }

  async load(): Promise<void> {
    this.list = await readLogged(this.parts.database);
    this.wake();
  }

  hear(event: ServerEvent): void {
    if (event.type === "hello") this.wake();
    // A class may be somebody else's now: its board is fetched again by whoever may still open it.
    else if (event.type === "access.changed" && !this.isStopped) void forgetEveryBoard(this.parts.database);
  }

  stop(): void {
    this.isStopped = true;
    this.cancelTimer?.();
  }

  /** Tells a board what the server says of a subject; the answer ends it. */
  listen(listener: Heard): () => void {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }

  /** Somebody was told by hand, now. Resolves with its name when it is safe on this device. */
  async log(whom: Whom, channel: HandChannel, notBefore: string): Promise<string> {
    const now = Math.max(this.parts.now(), Date.parse(notBefore));
    const logged: Logged = {
      ...whom,
      name: newName(),
      channel,
      at: new Date(now).toISOString(),
      isWithdrawn: false,
      tried: false,
      contact: null,
      failed: null,
    };
    await this.change(logged.name, () => logged);
    void this.run();
    return logged.name;
  }

  /** That was a slip of the thumb: what has not left stays here for good, what has is withdrawn. */
  async undo(name: string): Promise<void> {
    const told = this.confirmed.get(name);
    await this.change(name, (waiting) => {
      if (waiting) return { ...waiting, isWithdrawn: true };
      return told ? { ...told.logged, isWithdrawn: true, contact: told.contact } : null;
    });
    void this.run();
  }

  /** Takes back a contact that the server has; it stays in the ledger as withdrawn. */
  async withdraw(whom: Whom, contact: Contact): Promise<void> {
    const { channel, at, id } = contact;
    const told = { ...whom, name: newName(), channel, at, isWithdrawn: true, tried: true, contact: id, failed: null };
    await this.change(told.name, () => told);
    void this.run();
  }

  /** What the server refused, once somebody has read why. */
  async dismiss(name: string): Promise<void> {
    await this.change(name, () => null);
  }

  /** The line is back: try at once. */
  wake(): void {
    this.cancelTimer?.();
    this.cancelTimer = null;
    void this.run();
  }

  /** The board of a class of this notice as it was last seen; no class: of whichever is kept. */
  keptBoard(broadcast: number, schoolClass: number | null): Promise<KeptBoard | null> {
    return readBoard(this.parts.database, broadcast, schoolClass);
  }

  async keepBoard(reached: Reached, subjects: readonly Subject[]): Promise<void> {
    if (!this.isStopped && reached.place.class)
      await keepBoard(this.parts.database, reached, reached.place.class.id, subjects);
  }

  /** The right to see it ended: nothing of it stays here. */
  async forgetBoards(broadcast: number): Promise<void> {
    if (!this.isStopped) await forgetBoards(this.parts.database, broadcast);
  }

  private async run(): Promise<void> {
    if (this.isBusy || this.cancelTimer || this.isStopped) return;
    this.isBusy = true;
    try {
      for (let next = this.next(); next && !this.isStopped; next = this.next()) {
        if (!(await this.tried(next))) break;
      }
    } finally {
      this.isBusy = false;
    }
  }

  private next(): Logged | undefined {
    return this.list.find((one) => one.failed === null);
  }

  private async tried(logged: Logged): Promise<boolean> {
    const request = requestOf(logged);
    if (!request) {
      await this.change(logged.name, () => null);
      return true;
    }
    if (!logged.tried) await this.change(logged.name, (now) => now && { ...now, tried: true });
    try {
      await this.answered(logged, await this.parts.api.post<Subject>(request.path, request.body));
      this.attempt = 0;
      return true;
    } catch (error) {
      return this.failed(logged, error);
    }
  }

  private async answered(logged: Logged, subject: Subject): Promise<void> {
    const contact = logged.contact ?? contactIn(subject, logged);
    await this.change(
      logged.name,
      (now) => {
        // Taken back while the request was out: that is told next.
        if (now?.isWithdrawn && logged.contact === null && contact !== null) return { ...now, contact };
        if (now && !now.isWithdrawn && contact !== null) this.confirmed.set(logged.name, { logged: now, contact });
        return null;
      },
      () => this.tell(logged.broadcast, subject),
    );
  }

  private async failed(logged: Logged, error: unknown): Promise<boolean> {
    if (mayRetry(error)) {
      this.sleep(error);
      this.parts.later();
      return false;
    }
    if (!(error instanceof Refusal)) throw error;
    if (error.status === 401 || error.code === "not_signed_in") return false; // Waits for the next sign-in, unharmed.
    const { code, detail } = error;
    await this.change(logged.name, (now) => {
      if (!now || now.isWithdrawn) return null;
      if (code === "time_not_possible" && !now.hasNoTime) return { ...now, hasNoTime: true };
      return { ...now, failed: { code, detail } };
    });
    return true;
  }

  private sleep(error: unknown): void {
    const asked = error instanceof Refusal && error.retryAfter !== null ? error.retryAfter * 1000 : 0;
    this.cancelTimer = this.parts.clock.after(Math.max(asked, backoff(this.attempt, this.parts.clock)), () => {
      this.cancelTimer = null;
      void this.run();
    });
    this.attempt += 1;
  }

  /**
   * Persists, then shows. One change after the other, each of what the one before left: an undo may come while a try is
   * being noted. `made` runs in one breath with the showing, so that no board misses it for a blink.
   */
  private change(name: string, make: (now: Logged | null) => Logged | null, made = (): void => {}): Promise<void> {
    const mine = this.saving.then(async () => {
      if (this.isStopped) return;
      const next = make(this.list.find((one) => one.name === name) ?? null);
      await (next ? keepLogged(this.parts.database, next) : forgetLogged(this.parts.database, name));
      made();
      const others = this.list.filter((one) => one.name !== name);
      this.list = next ? [...others, next].sort((a, b) => a.at.localeCompare(b.at)) : others;
    });
    this.saving = mine.catch(() => {}); // Whoever asked for the change hears of it.
    return mine;
  }

  private tell(broadcast: number, subject: Subject): void {
    for (const listener of this.listeners) listener(broadcast, subject);
  }
}

/** The server's number of what was logged here. */
function contactIn(subject: Subject, logged: Logged): number | null {
  const at = Date.parse(logged.at);
  const alike = subject.contacts.filter((one) => one.is_own && one.channel === logged.channel && !one.is_withdrawn);
  const newest = Math.max(...alike.map((one) => one.id));
  const found = alike.find((one) => Date.parse(one.at) === at) ?? alike.find((one) => one.id === newest);
  return found?.id ?? null;
}
