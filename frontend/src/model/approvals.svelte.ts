/** What waits for the second person, and one of it: the text and the numbers that are decided about are those on the screen. */

import type { Approval, Draft } from "../protocol/drafts";
import { mayRetry, Refusal } from "../protocol/refusal";
import type { ServerEvent } from "../protocol/types";
import type { ApprovalDesk } from "./approvals";
import type { Looking } from "./drafts.svelte";

type Confirmed = <T>(act: () => Promise<T>) => Promise<T>;

export class ApprovalList {
  state = $state<Looking>("loading");
  waiting = $state.raw<readonly Approval[]>([]);
  /** Sent without a second person in the last days. */
  brokeGlass = $state.raw<readonly Approval[]>([]);
  private readonly desk: ApprovalDesk;

  constructor(desk: ApprovalDesk) {
    this.desk = desk;
  }

  async load(): Promise<void> {
    try {
      const { approvals, broke_glass } = await this.desk.list();
      this.waiting = approvals;
      this.brokeGlass = broke_glass;
      this.state = "ready";
    } catch (error) {
      if (!mayRetry(error)) throw error;
      if (this.state === "loading") this.state = "unreachable";
    }
  }

  hear(event: ServerEvent): void {
    if (event.type === "draft.changed" || event.type === "hello") void this.load();
  }
}

/** Codes after which other numbers or another text are on the screen, to be looked at before deciding again. */
const LOOK_AGAIN = ["audience_changed", "changed_elsewhere"];

export class Decision {
  draft = $state.raw<Approval | null>(null);
  state = $state<Looking | "gone">("loading");
  isBusy = $state(false);
  trouble = $state.raw<unknown>(null);
  /** What is shown is not what was shown: say so, until it is decided about. */
  hasChanged = $state(false);
  /** What this person decided, once it is done. */
  done = $state.raw<{ word: "approved" | "declined"; draft: Draft } | null>(null);
  private readonly id: number;
  private readonly parts: { desk: ApprovalDesk; confirmed: Confirmed };

  constructor(id: number, parts: { desk: ApprovalDesk; confirmed: Confirmed }) {
    this.id = id;
    this.parts = parts;
  }

  async load(): Promise<void> {
    try {
      const before = this.draft;
      const found = await this.parts.desk.find(this.id);
      this.draft = found;
      this.state = "ready";
      if (before && !isSame(before, found)) this.hasChanged = true;
    } catch (error) {
      if (error instanceof Refusal && error.status === 404) this.state = "gone";
      else if (!mayRetry(error)) throw error;
      else if (!this.draft) this.state = "unreachable";
    }
  }

  hear(event: ServerEvent): void {
    const isOurs = event.type === "draft.changed" && event.draft === this.id;
    if ((isOurs || event.type === "hello") && !this.isBusy && !this.done) void this.load();
  }

  async approve(): Promise<boolean> {
    const seen = this.draft;
    if (!seen?.reach) return false;
    const { people } = seen.reach;
    const { confirmed, desk } = this.parts;
    return this.decide("approved", () => confirmed(() => desk.approve(this.id, seen.version, people)));
  }

  decline(reason: string): Promise<boolean> {
    return this.decide("declined", () => this.parts.desk.decline(this.id, reason.trim()));
  }

  private async decide(word: "approved" | "declined", act: () => Promise<Draft>): Promise<boolean> {
    if (this.isBusy) return false;
    this.isBusy = true;
    this.trouble = null;
    try {
      this.done = { word, draft: await act() };
      this.hasChanged = false;
      return true;
    } catch (error) {
      if (!(error instanceof Refusal) && !mayRetry(error)) throw error;
      this.trouble = error;
      if (error instanceof Refusal) await this.load();
      if (error instanceof Refusal && LOOK_AGAIN.includes(error.code)) this.hasChanged = true;
      return false;
    } finally {
      this.isBusy = false;
    }
  }
}

function isSame(a: Approval, b: Approval): boolean {
  return a.version === b.version && a.reach?.people === b.reach?.people && a.state === b.state;
}
