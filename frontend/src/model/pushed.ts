/** A push as it arrives, and what this device makes of it without a line: a notice to keep, answers to give. */

import type { Inbox } from "../protocol/broadcasts";
import type { Child, How, Issuer, Language, Urgency } from "../protocol/types";
import type { Answer } from "../store/schema";
import { keyOf } from "./broadcasts-errands";

/** The payload (docs/protocol.md 5). What a notice carries besides is there from `person` on. */
export type Pushed = {
  type: string;
  id: number;
  room?: number;
  tag: string;
  title: string;
  body: string;
  urgency: string;
  url: string;
  at: string;
  /** The text goes on in the app. */
  is_cut?: boolean;
  /** Whose account it is meant for, in which language, and for which of their children (null: themselves). */
  person?: number;
  language?: Language;
  for?: (number | null)[];
  issuer?: Issuer;
  author_name?: string;
  kind?: string;
  wants_acknowledgement?: boolean;
  acknowledge_by?: string;
  is_exercise?: boolean;
  corrects?: { id: number; how: How };
};

/** May be answered from the lock screen: the whole text stands there. */
export function mayAnswer(pushed: Pushed): boolean {
  return pushed.wants_acknowledgement === true && !pushed.is_cut && (pushed.for?.length ?? 0) > 0;
}

/** The notice as its push tells of it, until the whole of it is fetched; null where the push says only that there is one. */
export function noticeOf(pushed: Pushed, children: readonly Child[]): Inbox | null {
  if (pushed.type !== "broadcast" || !pushed.body || !pushed.issuer || !pushed.for) return null;
  const known = new Map(children.map((child) => [child.id, child]));
  const reasons = pushed.for.flatMap((id) => {
    const student = id === null ? null : known.get(id);
    return student === undefined ? [] : [{ student, acknowledged_at: null }];
  });
  return {
    id: pushed.id,
    issuer: pushed.issuer,
    author_name: pushed.author_name ?? "",
    kind: pushed.kind ?? "thong_tin",
    urgency: pushed.urgency as Urgency,
    title: pushed.title,
    body: pushed.body,
    published_at: pushed.at,
    wants_acknowledgement: pushed.wants_acknowledgement ?? false,
    acknowledge_by: pushed.acknowledge_by ?? null,
    is_exercise: pushed.is_exercise ?? false,
    corrects: pushed.corrects ?? null,
    seen_at: null,
    for: reasons,
    known_by_push: pushed.is_cut ? "in part" : "whole",
  };
}

/** "Đã rõ" for everyone whom it concerns, said at this moment. */
export function answersTo(pushed: Pick<Pushed, "id" | "for">, at: string): Answer[] {
  return (pushed.for ?? []).map((student) => ({
    key: keyOf(pushed.id, "acknowledge", student),
    broadcast: pushed.id,
    deed: "acknowledge",
    student,
    at,
  }));
}
