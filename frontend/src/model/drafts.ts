/** Notices on their way: what the server is asked, the order in which they are shown, and how long an undo lasts. */

import type { Api } from "../net/api";
import type { Content } from "../protocol/broadcasts";
import type { Draft, DraftPage } from "../protocol/drafts";

export type SubmitWish = { version: number; people: number; isDuplicateMeant?: boolean };

export class DraftOffice {
  private readonly api: Api;

  constructor(api: Api) {
    this.api = api;
  }

  page(before?: number): Promise<DraftPage> {
    return this.api.get(`/api/broadcasts/drafts?limit=50${before ? `&before=${before}` : ""}`);
  }

  find(id: number): Promise<Draft> {
    return this.api.get(`/api/broadcasts/drafts/${id}`);
  }

  /** The same name again is answered with the first draft of that name. */
  create(name: string, content: Content): Promise<Draft> {
    return this.api.post("/api/broadcasts/drafts", { client_broadcast_id: name, content });
  }

  revise(id: number, version: number, content: Content): Promise<Draft> {
    return this.api.put(`/api/broadcasts/drafts/${id}`, { version, content });
  }

  async discard(id: number): Promise<void> {
    await this.api.del(`/api/broadcasts/drafts/${id}`);
  }

  submit(id: number, wish: SubmitWish): Promise<Draft> {
    return this.api.post(`/api/broadcasts/drafts/${id}/submit`, bodyOf(wish));
  }

  undo(id: number): Promise<Draft> {
    return this.api.post(`/api/broadcasts/drafts/${id}/undo`);
  }

  /** The author alone, with a reason; told at once to everybody who could have approved. */
  breakGlass(id: number, wish: SubmitWish, reason: string): Promise<Draft> {
    return this.api.post(`/api/broadcasts/drafts/${id}/break-glass`, { ...bodyOf(wish), reason });
  }
}

function bodyOf({ version, people, isDuplicateMeant }: SubmitWish): object {
  return { version, people, ...(isDuplicateMeant ? { duplicate_is_meant: true } : {}) };
}

export const REASON_LEAST = 20;
/** Leaves later than the seconds of undo: the author chose the moment. */
const SOON = 60_000;

export type Group = "returned" | "submitted" | "leaving" | "writing" | "left";
const ORDER: readonly Group[] = ["returned", "submitted", "leaving", "writing", "left"];

/** What wants the author first, each newest first; what was thrown away is not shown. */
export function grouped(drafts: readonly Draft[]): { group: Group; drafts: Draft[] }[] {
  return ORDER.map((group) => ({ group, drafts: drafts.filter((draft) => draft.state === group) })).filter(
    (each) => each.drafts.length > 0,
  );
}

export function isEditable(draft: Pick<Draft, "state">): boolean {
  return draft.state === "writing" || draft.state === "returned";
}

/** Waits for the moment that its author chose, not only for the seconds of undo. */
export function isScheduled(draft: Draft, now: number): boolean {
  return draft.state === "leaving" && draft.leaves_at !== null && Date.parse(draft.leaves_at) - now > SOON;
}

/** Whole seconds until it leaves, never less than none. */
export function secondsLeft(leavesAt: string | null, now: number): number {
  return leavesAt ? Math.max(0, Math.ceil((Date.parse(leavesAt) - now) / 1000)) : 0;
}

/** Long enough to say why: letters count, blanks do not. */
export function isReason(text: string): boolean {
  return [...text.trim().replace(/\s+/g, " ")].length >= REASON_LEAST;
}
