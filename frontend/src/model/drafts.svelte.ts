/** What this person has on the way: the list, one notice with its countdown, and what is told of both while the app runs. */

import type { Clock } from "../clock";
import type { Draft } from "../protocol/drafts";
import { mayRetry, Refusal } from "../protocol/refusal";
import type { ServerEvent } from "../protocol/types";
import { type DraftOffice, isReason, type SubmitWish, secondsLeft } from "./drafts";
import type { ServerClock } from "./drafts-clock";

export type Looking = "loading" | "ready" | "unreachable";
export type Listen = (listener: (event: ServerEvent) => void) => () => void;
type Confirmed = <T>(act: () => Promise<T>) => Promise<T>;

export class DraftList {
  state = $state<Looking>("loading");
  list = $state.raw<readonly Draft[]>([]);
  isComplete = $state(false);
  trouble = $state("");
  private readonly office: DraftOffice;

  constructor(office: DraftOffice) {
    this.office = office;
  }

  async load(): Promise<void> {
    try {
      const page = await this.office.page();
      this.list = page.drafts;
      this.isComplete = page.complete;
      this.state = "ready";
    } catch (error) {
      if (!mayRetry(error)) throw error;
      if (this.state === "loading") this.state = "unreachable";
    }
  }

  async older(): Promise<void> {
    const last = this.list.at(-1);
    if (!last || this.isComplete) return;
    const page = await this.office.page(last.id);
    this.list = [...this.list, ...page.drafts];
    this.isComplete = page.complete;
  }

  hear(event: ServerEvent): void {
    if (event.type === "draft.changed" || event.type === "hello") void this.load();
  }

  async undo(draft: Draft): Promise<void> {
    await this.changed(draft, () => this.office.undo(draft.id));
  }

  async discard(draft: Draft): Promise<void> {
    await this.changed(draft, async () => {
      await this.office.discard(draft.id);
      return null;
    });
  }

  private async changed(draft: Draft, act: () => Promise<Draft | null>): Promise<void> {
    this.trouble = "";
    try {
      const now = await act();
      this.list = this.list.flatMap((one) => (one.id === draft.id ? (now ? [now] : []) : [one]));
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      this.trouble = error.detail;
      await this.load();
    }
  }
}

const TICK = 250;
const ASK_AGAIN = 2000;
export type DraftWatchParts = { office: DraftOffice; clock: Clock; serverClock: ServerClock; confirmed: Confirmed };

export class DraftWatch {
  draft = $state.raw<Draft | null>(null);
  state = $state<Looking | "gone">("loading");
  seconds = $state(0);
  isBusy = $state(false);
  /** What the server, or nobody, said to the last thing that was tried. */
  trouble = $state.raw<unknown>(null);
  /** To how many: as submitted, or as the server counted it since. */
  readonly people: number | null = $derived(changedTo(this.trouble) ?? this.draft?.people ?? null);
  private readonly id: number;
  private readonly parts: DraftWatchParts;
  private cancelTick: (() => void) | null = null;
  private cancelAsk: (() => void) | null = null;
  private isStopped = false;

  constructor(id: number, parts: DraftWatchParts) {
    this.id = id;
    this.parts = parts;
  }

  async start(): Promise<void> {
    if (!this.draft) this.state = "loading";
    try {
      this.take(await this.parts.office.find(this.id));
    } catch (error) {
      if (this.isStopped) return;
      if (error instanceof Refusal && error.status === 404) this.state = "gone";
      else if (!mayRetry(error)) throw error;
      else if (!this.draft) this.state = "unreachable";
      else this.askAgain();
    }
  }

  stop(): void {
    this.isStopped = true;
    this.cancelTick?.();
    this.cancelAsk?.();
  }

  hear(event: ServerEvent): void {
    if ((event.type === "draft.changed" && event.draft === this.id) || event.type === "hello") void this.start();
  }

  /** Back to writing; the draft as it is then, or null: `trouble` says why not. */
  undo(): Promise<Draft | null> {
    return this.act(() => this.parts.office.undo(this.id));
  }

  /** Without the second person, with a reason. */
  async breakGlass(reason: string): Promise<Draft | null> {
    const { draft, people } = this;
    if (!draft || !isReason(reason) || people === null) return null;
    // What was refused a moment ago was read by whoever says it again.
    const isDuplicateMeant = this.trouble instanceof Refusal && this.trouble.code === "duplicate_document";
    const wish: SubmitWish = { version: draft.version, people, isDuplicateMeant };
    return this.act(() => this.parts.confirmed(() => this.parts.office.breakGlass(this.id, wish, reason.trim())));
  }

  take(draft: Draft): void {
    if (this.isStopped) return;
    this.draft = draft;
    this.state = "ready";
    this.tick();
  }

  private async act(what: () => Promise<Draft>): Promise<Draft | null> {
    this.isBusy = true;
    this.trouble = null;
    try {
      const draft = await what();
      this.take(draft);
      return draft;
    } catch (error) {
      if (!(error instanceof Refusal) && !mayRetry(error)) throw error;
      this.trouble = error;
      void this.start();
      return null;
    } finally {
      this.isBusy = false;
    }
  }

  private tick(): void {
    this.cancelTick?.();
    this.cancelTick = null;
    if (this.draft?.state !== "leaving" || this.isStopped) return;
    this.seconds = secondsLeft(this.draft.leaves_at, this.parts.serverClock.now());
    if (this.seconds > 0) this.cancelTick = this.parts.clock.after(TICK, () => this.tick());
    else this.askAgain();
  }

  /** It should have left: the event may be lost, so the page asks until it knows. */
  private askAgain(): void {
    this.cancelAsk?.();
    this.cancelAsk = this.parts.clock.after(ASK_AGAIN, () => void this.start());
  }
}

function changedTo(trouble: unknown): number | null {
  const isCounted = trouble instanceof Refusal && trouble.code === "audience_changed";
  return isCounted && typeof trouble.facts.people === "number" ? trouble.facts.people : null;
}
