/** The notices that this person received: kept on the device, live from the socket, older ones by pages, answered also without a line. */

import type { Clock } from "../clock";
import type { Api } from "../net/api";
import type { Surroundings } from "../net/online";
import type { Around, Inbox, InboxPage, Sent } from "../protocol/broadcasts";
import { mayRetry, Refusal } from "../protocol/refusal";
import type { BroadcastHint, ServerEvent, Superseded } from "../protocol/types";
import { forgetAnswers, keepAnswers, keepNotices, keptNotices, readAnswers } from "../store/notices";
import { keepDraft, readDraft } from "../store/outbox";
import type { Answer, Database } from "../store/schema";
import { Answers } from "./broadcasts-answers";
import { type Errand, requestFor, timesOf } from "./broadcasts-errands";
import { isUnanswered, type Notice, withAnswers, withoutForce } from "./broadcasts-order";
import type { Line } from "./rooms.svelte";

const PAGE = 20;
const COMPOSING = "compose";
/** A hint may be lost, and nothing else tells of a notice: this often somebody who looks asks for the newest. */
const ASK_EVERY = 5 * 60_000;

export type BroadcastsParts = {
  database: Database;
  api: Api;
  line: Line;
  clock: Clock;
  surroundings: Pick<Surroundings, "visible">;
  /** Asks to be woken when the line is back, also without a page. */
  later: () => void;
  /** How many are unopened, told at each change. */
  unseen: (count: number) => void;
};

/** What is written on this device, kept under a lane; none named: what a new notice begins with. */
export interface LocalDrafts {
  read(lane?: string): Promise<string>;
  keep(text: string, lane?: string): Promise<void>;
}

export class Broadcasts {
  private kept = $state.raw<ReadonlyMap<number, Inbox>>(new Map());
  private answers = $state.raw<readonly Answer[]>([]);
  /** The device has a list, or the server has given one. */
  isLoaded = $state(false);
  /** Nothing older exists. */
  isComplete = $state(false);
  readonly list: Notice[] = $derived([...this.kept.values()].map((notice) => withAnswers(notice, this.answers)));

  /** Where a notice that is being written is kept. */
  readonly drafts: LocalDrafts;
  private readonly listeners = new Set<(event: ServerEvent) => void>();
  private readonly parts: BroadcastsParts;
  private readonly queue: Answers;
  private epoch = "";
  private askedAt = 0;
  private isStopped = false;
  private refreshing: Promise<void> | null = null;
  private paging: Promise<void> | null = null;

  constructor(parts: BroadcastsParts) {
    this.parts = parts;
    const { database } = parts;
    this.drafts = {
      read: (lane = COMPOSING) => readDraft(database, lane),
      keep: (text, lane = COMPOSING) => keepDraft(database, lane, text),
    };
    this.queue = new Answers(
      {
        send: (errand) => this.send(errand),
        later: () => parts.later(),
        refused: (errand, refusal) => this.refused(errand, refusal),
      },
      {
        read: () => readAnswers(database),
        put: (answers) => keepAnswers(database, answers),
        forget: (keys) => forgetAnswers(database, keys),
      },
      parts.clock,
      (answers) => {
        this.answers = answers;
        this.tell();
      },
    );
  }

  get(id: number): Notice | null {
    const found = this.kept.get(id);
    return found ? withAnswers(found, this.answers) : null;
  }

  /** At once what is kept here, then the server's word. */
  async load(): Promise<void> {
    const { notices, complete } = await keptNotices(this.parts.database);
    this.epoch = ((await this.parts.database.get("meta", "epoch")) as string | undefined) ?? "";
    this.show(notices, [], complete);
    if (notices.length > 0) this.isLoaded = true;
    await this.queue.takeUp();
    await this.refresh();
  }

  /** The worker has kept something: a notice that came by push, an answer given on its notification. */
  async takeUp(): Promise<void> {
    const { notices } = await keptNotices(this.parts.database);
    const news = notices.filter((notice) => {
      const known = this.kept.get(notice.id);
      return !known || (notice.superseded?.by ?? 0) > (known.superseded?.by ?? 0);
    });
    if (news.length > 0) this.show(news, [], this.isComplete);
    await this.queue.takeUp();
  }

  stop(): void {
    this.isStopped = true;
    this.queue.stop();
  }

  /** Tells a board of every event; the answer ends it. */
  listen(listener: (event: ServerEvent) => void): () => void {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }

  hear(event: ServerEvent): void {
    for (const listener of this.listeners) listener(event);
    if (event.type === "hello") void this.quietly(() => this.greeted(event.epoch));
    else if (event.type === "broadcast.published") void this.quietly(() => this.published(event.broadcast));
    else if (event.type === "broadcast.corrected")
      void this.quietly(() => this.corrected(event.broadcast, event.superseded));
    // Which child's guardian one is may be another matter now: what the server no longer lists goes.
    else if (event.type === "access.changed") void this.quietly(() => this.beginAgain());
    else if (event.type === "heartbeat") void this.quietly(() => this.askNow());
  }

  /** The newest page. Callers that come while it is under way share it. */
  refresh(): Promise<void> {
    this.refreshing ??= this.fetchNewest().finally(() => {
      this.refreshing = null;
    });
    return this.refreshing;
  }

  /** The next older page, while there is one. */
  older(): Promise<void> {
    if (this.isComplete || !this.isLoaded) return Promise.resolve();
    this.paging ??= this.fetchOlder().finally(() => {
      this.paging = null;
    });
    return this.paging;
  }

  /** One notice, from the server. `sent`: it is not addressed to this person, who may see how far it got. */
  async fetch(id: number): Promise<"received" | "sent" | "gone"> {
    try {
      const found = await this.parts.api.get<Inbox | Sent>(`/api/broadcasts/${id}`);
      if (!("for" in found)) return "sent";
      await this.put([bare(found)], [], this.isComplete);
      return "received";
    } catch (error) {
      if (!(error instanceof Refusal) || (error.status !== 404 && error.status !== 403)) throw error;
      await this.put([], [id], this.isComplete);
      return "gone";
    }
  }

  /** The person opened it. */
  async read(id: number): Promise<void> {
    if (this.get(id)?.seen_at === null) await this.queue.say(id, "read", [null]);
  }

  /** "Đã rõ" for these, or for everyone it concerns. Resolves when it is safe on this device. */
  async acknowledge(id: number, students?: (number | null)[]): Promise<void> {
    const notice = this.get(id);
    if (!notice || !isUnanswered(notice)) return;
    const open = notice.for
      .filter((reason) => reason.acknowledged_at === null)
      .map((reason) => reason.student?.id ?? null);
    await this.queue.say(id, "acknowledge", students ? open.filter((one) => students.includes(one)) : open);
  }

  /** Of which the server's word is here, and not only what a push told. */
  private get fetched(): Set<number> {
    return new Set([...this.kept.values()].filter((notice) => !notice.known_by_push).map((notice) => notice.id));
  }

  private async greeted(epoch: string): Promise<void> {
    const isAnother = this.epoch !== "" && this.epoch !== epoch;
    this.epoch = epoch;
    this.queue.wake();
    await (isAnother ? this.beginAgain() : this.refresh());
  }

  private async published(hint: BroadcastHint): Promise<void> {
    const { id, corrects, published_at } = hint;
    if (corrects) await this.corrected(corrects.id, { by: id, how: corrects.how, at: published_at });
    await this.fetch(id);
  }

  /** Struck through at once, with those before it in the row; whether it is still there to be read the server says. */
  private async corrected(id: number, superseded: Superseded): Promise<void> {
    const stale = [...this.kept.values()].filter(
      (one) => (one.id === id || one.superseded?.by === id) && (one.superseded?.by ?? 0) < superseded.by,
    );
    if (stale.length === 0) return;
    await this.put(
      stale.map((one) => withoutForce(one, superseded)),
      [],
      this.isComplete,
    );
    if (stale.some((one) => one.id === id)) await this.fetch(id);
  }

  private async askNow(): Promise<void> {
    if (this.parts.clock.now() - this.askedAt < ASK_EVERY || !this.parts.surroundings.visible()) return;
    this.askedAt = this.parts.clock.now();
    const { broadcasts } = await this.parts.api.get<InboxPage>("/api/broadcasts?limit=1");
    if (broadcasts.some((notice) => !this.kept.has(notice.id))) await this.refresh();
  }

  /** Everything anew; what was said here and is still on its way stays. */
  private async beginAgain(): Promise<void> {
    const page = await this.page("");
    const now = new Set(page.broadcasts.map((notice) => notice.id));
    await this.put(
      page.broadcasts,
      [...this.kept.keys()].filter((id) => !now.has(id)),
      page.complete,
    );
  }

  private async fetchNewest(): Promise<void> {
    const page = await this.page("");
    const ids = new Set(page.broadcasts.map((notice) => notice.id));
    const oldest = Math.min(...ids);
    // One that only its push told of says nothing about those before it.
    const isJoined = page.broadcasts.some((notice) => this.fetched.has(notice.id));
    // What this page should hold and does not is gone. Where it does not reach what is kept there is a gap: older ones are
    // fetched again when somebody scrolls there, rather than shown as if nothing lay between.
    const gone = [...this.kept.keys()].filter((id) => !ids.has(id) && (page.complete || id > oldest || !isJoined));
    await this.put(page.broadcasts, gone, page.complete || (isJoined && this.isComplete));
    this.isLoaded = true;
  }

  private async fetchOlder(): Promise<void> {
    const page = await this.page(this.fetched.size > 0 ? `&before=${Math.min(...this.fetched)}` : "");
    await this.put(page.broadcasts, [], page.complete);
  }

  private async page(from: string): Promise<InboxPage> {
    this.askedAt = this.parts.clock.now();
    return this.parts.api.get<InboxPage>(`/api/broadcasts?limit=${PAGE}${from}`);
  }

  private async send(errand: Errand): Promise<void> {
    const { broadcast, students } = errand;
    const { api, line } = this.parts;
    const now = this.parts.clock.now();
    const { path, body } = requestFor(errand, now);
    const times = timesOf(errand, now);
    if (errand.deed === "read") {
      const { seen_at } = line.isOpen
        ? await line.order("broadcast.read", { broadcast, ...times })
        : await api.post<{ seen_at: string }>(path, body);
      const known = this.kept.get(broadcast);
      if (known) await this.put([{ ...known, seen_at }], [], this.isComplete);
      return;
    }
    const answered = line.isOpen
      ? (await line.order("broadcast.acknowledge", { broadcast, students, ...times })).broadcast
      : await api.post<Inbox>(path, body);
    await this.put([answered], [], this.isComplete);
  }

  private async refused(errand: Errand, refusal: Refusal): Promise<void> {
    if (refusal.status === 404 || refusal.code === "not_found") await this.put([], [errand.broadcast], this.isComplete);
    else await this.quietly(() => this.fetch(errand.broadcast).then(() => {}));
  }

  /** Persist, then show. */
  private async put(notices: Inbox[], gone: number[], complete: boolean): Promise<void> {
    if (this.isStopped) return;
    await keepNotices(this.parts.database, notices, gone, complete);
    this.show(notices, gone, complete);
  }

  private show(notices: Inbox[], gone: number[], complete: boolean): void {
    const kept = new Map(this.kept);
    for (const id of gone) kept.delete(id);
    for (const notice of notices) kept.set(notice.id, notice);
    this.kept = kept;
    this.isComplete = complete;
    this.tell();
  }

  private tell(): void {
    if (!this.isStopped)
      this.parts.unseen(this.list.filter((notice) => notice.seen_at === null && !notice.superseded).length);
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

/** Only what a recipient has of it: its author gets the totals in the same answer, and those age. */
function bare(found: Inbox & Partial<Sent & Around>): Inbox {
  const { totals: _totals, audience: _audience, may_correct: _may, to_correct: _stale, ...received } = found;
  return received;
}
