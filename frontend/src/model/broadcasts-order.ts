/** What stands where on the notices' page, and what a notice still wants of its reader. Nothing here knows a screen or a line. */

import type { Inbox, Reason } from "../protocol/broadcasts";
import type { Child, Superseded, Urgency } from "../protocol/types";
import type { Answer } from "../store/schema";

/** A notice as the page shows it: the server's word, and over it what was said on this device and is still on its way. */
export type Notice = Omit<Inbox, "for"> & { for: (Reason & { isWaiting: boolean })[] };
export type Filter = "all" | "urgent" | "open";

const RANK: Record<Urgency, number> = { thuong: 0, khan: 1, thuong_khan: 2, hoa_toc: 3 };
const NOTHING_HELD: ReadonlySet<number> = new Set();

export function isUrgent(notice: { urgency: Urgency }): boolean {
  return RANK[notice.urgency] > 0;
}

/** The reader has not said "Đã rõ" for everyone it concerns; what no longer holds asks for nothing. */
export function isUnanswered(notice: Pick<Notice, "wants_acknowledgement" | "for" | "superseded">): boolean {
  return (
    !notice.superseded && notice.wants_acknowledgement && notice.for.some((reason) => reason.acknowledged_at === null)
  );
}

/** An urgent notice that still waits for its reader; these stand above everything else. */
export function isPressing(notice: Notice): boolean {
  return (
    !notice.superseded &&
    isUrgent(notice) &&
    (notice.wants_acknowledgement ? isUnanswered(notice) : notice.seen_at === null)
  );
}

export function childrenOf(notice: Pick<Notice, "for">): Child[] {
  return notice.for.flatMap((reason) => (reason.student ? [reason.student] : []));
}

/** When the last "Đã rõ" was said, once there is none left to say. */
export function answeredAt(notice: Pick<Notice, "wants_acknowledgement" | "for" | "superseded">): string | null {
  if (!notice.wants_acknowledgement || isUnanswered(notice)) return null;
  return (
    notice.for.reduce(
      (last, reason) => ((reason.acknowledged_at ?? "") > last ? (reason.acknowledged_at ?? "") : last),
      "",
    ) || null
  );
}

export function isWaiting(notice: Pick<Notice, "for">): boolean {
  return notice.for.some((reason) => reason.isWaiting);
}

/** The notice after another one took its place. Of what was recalled the title alone stays. */
export function withoutForce(notice: Inbox, superseded: Superseded): Inbox {
  return { ...notice, superseded, ...(superseded.how === "thu_hoi" ? { body: "", files: [] } : {}) };
}

/** The server's word with this device's answers laid over it. */
export function withAnswers(notice: Inbox, answers: readonly Answer[]): Notice {
  const mine = answers.filter((answer) => answer.broadcast === notice.id);
  const said = new Map(mine.filter((one) => one.deed === "acknowledge").map((one) => [one.student, one.at]));
  return {
    ...notice,
    // Who says "Đã rõ" has seen it.
    seen_at: notice.seen_at ?? mine[0]?.at ?? null,
    for: notice.for.map((reason) => {
      const at = said.get(reason.student?.id ?? null);
      const isNew = at !== undefined && reason.acknowledged_at === null;
      return { ...reason, acknowledged_at: reason.acknowledged_at ?? at ?? null, isWaiting: isNew };
    }),
  };
}

/**
 * The page in order of weight: what presses first, gravest on top, then the newest. `held` keep the place that they had:
 * a card that is answered must not slip away from under the thumb.
 */
export function arranged(notices: readonly Notice[], held: ReadonlySet<number> = NOTHING_HELD): Notice[] {
  const weight = (notice: Notice): number =>
    isPressing(notice) || (held.has(notice.id) && isUrgent(notice)) ? RANK[notice.urgency] : 0;
  return [...notices].sort(
    (a, b) => weight(b) - weight(a) || b.published_at.localeCompare(a.published_at) || b.id - a.id,
  );
}

export function chosen(
  notices: readonly Notice[],
  filter: Filter,
  child: number | null,
  held: ReadonlySet<number> = NOTHING_HELD,
): Notice[] {
  return notices.filter(
    (notice) =>
      (child === null || childrenOf(notice).some((one) => one.id === child)) &&
      (filter === "all" || (filter === "urgent" ? isUrgent(notice) : isUnanswered(notice) || held.has(notice.id))),
  );
}
