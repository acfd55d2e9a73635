/** What became of the notices that this person sent: the list of them, and the live board of one. */

import type { Clock } from "../clock";
import type { Api } from "../net/api";
import type { Progress, Sent, SentPage, UnitProgress } from "../protocol/broadcasts";
import { mayRetry, Refusal } from "../protocol/refusal";
import type { OrgRef, ServerEvent } from "../protocol/types";
import { type Choice, chosen, EVERYTHING, type Group, grouped, isBehind, type Row, withMoved } from "./progress-units";
import type { Line } from "./rooms.svelte";

/** Without a socket the board asks by itself, so that it is never older than this. */
const ASK_EVERY = 15_000;
/** Events of one second may come in two pieces; only then is what is missing asked for. */
const SETTLE = 2_000;

export type Listen = (listener: (event: ServerEvent) => void) => () => void;
export type BoardParts = { api: Api; line: Line; clock: Clock; listen: Listen };
export type BoardState = "loading" | "ready" | "gone" | "unreachable";

export class SentList {
  list = $state.raw<readonly Sent[]>([]);
  state = $state<"loading" | "ready" | "unreachable">("loading");
  isComplete = $state(false);
  private paging: Promise<void> | null = null;
  private readonly api: Api;

  constructor(api: Api) {
    this.api = api;
  }

  load(): Promise<void> {
    return this.page("", []);
  }

  /** The next older page, while there is one. */
  older(): Promise<void> {
    const last = this.list.at(-1);
    if (!last || this.isComplete) return Promise.resolve();
    this.paging ??= this.page(`?before=${last.id}`, this.list).finally(() => {
      this.paging = null;
    });
    return this.paging;
  }

  /** What a board knows better by now. */
  renew(sent: Sent): void {
    this.list = this.list.map((one) => (one.id === sent.id ? sent : one));
  }

  private async page(query: string, before: readonly Sent[]): Promise<void> {
    try {
      const page = await this.api.get<SentPage>(`/api/broadcasts/sent${query}`);
      this.list = [...before, ...page.broadcasts];
      this.isComplete = page.complete;
      this.state = "ready";
    } catch (error) {
      if (!mayRetry(error)) throw error;
      if (this.state === "loading") this.state = "unreachable";
    }
  }
}

export class Board {
  state = $state<BoardState>("loading");
  broadcast = $state.raw<Sent | null>(null);
  units = $state.raw<readonly UnitProgress[]>([]);
  communes = $state.raw<readonly OrgRef[]>([]);
  /** When these numbers were true. */
  at = $state("");
  choice = $state.raw<Choice>(EVERYTHING);

  readonly rows: Row[] = $derived(chosen(this.units, EVERYTHING));
  readonly shown: Row[] = $derived(chosen(this.units, this.choice));
  readonly groups: Group[] = $derived(grouped(this.shown));
  readonly isFiltered: boolean = $derived(this.shown.length !== this.units.length);

  readonly id: number;
  private readonly parts: BoardParts;
  private isStopped = false;
  private stopListening: () => void = () => {};
  private cancelAsking: () => void = () => {};
  private cancelSettling: (() => void) | null = null;

  constructor(id: number, parts: BoardParts) {
    this.id = id;
    this.parts = parts;
  }

  /** Shows the numbers and follows them from then on. */
  async start(): Promise<void> {
    this.stopListening = this.parts.listen((event) => this.hear(event));
    this.askLater();
    await this.follow();
  }

  stop(): void {
    this.isStopped = true;
    this.stopListening();
    this.cancelAsking();
    this.cancelSettling?.();
  }

  choose(fields: Partial<Choice>): void {
    this.choice = { ...this.choice, ...fields };
  }

  private hear(event: ServerEvent): void {
    if (event.type === "hello") void this.follow();
    else if (event.type === "broadcast.progressed" && event.broadcast === this.id) this.take(event);
  }

  private take(event: ServerEvent & { type: "broadcast.progressed" }): void {
    if (!this.broadcast) return;
    this.broadcast = { ...this.broadcast, totals: event.totals };
    this.units = withMoved(this.units, event.units);
    this.at = new Date(this.parts.clock.now()).toISOString();
    if (!isBehind(this.units, event.totals)) return;
    this.cancelSettling ??= this.parts.clock.after(SETTLE, () => {
      this.cancelSettling = null;
      if (this.broadcast && isBehind(this.units, this.broadcast.totals)) void this.fetch();
    });
  }

  /** Watch first, then look: what moves in between comes as an event. */
  private async follow(): Promise<void> {
    if (this.parts.line.isOpen) {
      try {
        await this.parts.line.order("broadcast.watch", { broadcast: this.id });
      } catch (error) {
        // No right and no such notice come out of the fetch as well; no line heals at the next hello.
        if (!mayRetry(error) && !(error instanceof Refusal)) throw error;
      }
    }
    await this.fetch();
  }

  private async fetch(): Promise<void> {
    try {
      const progress = await this.parts.api.get<Progress>(`/api/broadcasts/${this.id}/progress`);
      if (this.isStopped) return;
      this.broadcast = progress.broadcast;
      this.units = progress.units;
      this.communes = progress.communes;
      this.at = progress.at;
      this.state = "ready";
    } catch (error) {
      if (mayRetry(error)) {
        if (this.state === "loading") this.state = "unreachable";
      } else if (error instanceof Refusal) this.state = "gone";
      else throw error;
    }
  }

  private askLater(): void {
    this.cancelAsking = this.parts.clock.after(ASK_EVERY, () => {
      if (!this.parts.line.isOpen) void this.fetch();
      this.askLater();
    });
  }
}
