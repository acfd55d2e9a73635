/** Pure: merging changes, ordering by seq, finding gaps, and what stands on the screen of a conversation. */

import type { Own } from "../protocol/talk";
import type { Message } from "../protocol/types";
import { NO_OWN, type Written } from "../store/schema";

/** Messages by seq, each in its newest state; arrival order means nothing. */
export function merge(messages: readonly Message[], changes: readonly Message[]): Message[] {
  const bySeq = new Map(messages.map((message) => [message.seq, message]));
  for (const change of changes) {
    const before = bySeq.get(change.seq);
    if (!before || before.rev <= change.rev) bySeq.set(change.seq, change);
  }
  return [...bySeq.values()].sort((a, b) => a.seq - b.seq);
}

/** What a live event's `rev` means against the one kept for its room. */
export function place(kept: number, rev: number): "old" | "next" | "gap" {
  if (rev <= kept) return "old";
  return rev === kept + 1 ? "next" : "gap";
}

/** What was written and is not among the messages yet: a message that came back must not stand there twice. */
export function stillPending(written: readonly Written[], messages: readonly Message[]): Written[] {
  const known = new Set(messages.map((message) => message.client_message_id));
  return written.filter((one) => !known.has(one.client_message_id)).sort((a, b) => a.position - b.position);
}

/** How far a message of mine has come. "queued" waits for the line, "sending" is under way. */
export type Mark = "sending" | "queued" | "failed" | "sent" | "received" | "read";

export type Item =
  | { kind: "day"; key: string; day: string }
  | { kind: "unread"; key: string }
  | {
      kind: "message";
      key: string;
      message: Message;
      mine: boolean;
      first: boolean;
      last: boolean;
      mark: Mark | null;
      /** What this person did to it. */
      own: Own;
    }
  | { kind: "pending"; key: string; written: Written; mark: Mark; showMark: boolean };

export type View = {
  messages: readonly Message[];
  written: readonly Written[];
  me: number;
  /** seq after which the line "Tin chưa đọc" stands; null: none. */
  unreadAfter: number | null;
  othersHave: number;
  othersRead: number;
  online: boolean;
  own?: (seq: number) => Own;
  dayOf: (time: string) => string;
};

export function timeline(view: View): Item[] {
  const { messages, me } = view;
  const items: Item[] = [];
  const pending = stillPending(view.written, messages);
  const marks = lastOfEachMark(view);
  let day = "";
  let isUnreadShown = false;
  messages.forEach((message, index) => {
    const before = messages[index - 1];
    const after = messages[index + 1];
    const today = view.dayOf(message.created_at);
    if (today !== day) items.push({ kind: "day", key: `day-${today}`, day: today });
    const isMine = message.author.id === me;
    if (!isUnreadShown && view.unreadAfter !== null && message.seq > view.unreadAfter && !isMine) {
      items.push({ kind: "unread", key: "unread" });
      isUnreadShown = true;
    }
    items.push({
      kind: "message",
      key: `m-${message.client_message_id || message.seq}`,
      message,
      mine: isMine,
      first: before?.author.id !== message.author.id || today !== day,
      last: after?.author.id !== message.author.id || view.dayOf(after.created_at) !== today,
      mark: marks.get(message.seq) ?? null,
      own: view.own?.(message.seq) ?? NO_OWN,
    });
    day = today;
  });
  pending.forEach((written, index) => {
    const today = view.dayOf(written.written_at);
    if (today !== day) items.push({ kind: "day", key: `day-${today}-pending`, day: today });
    day = today;
    const mark = markOf(written, view.online);
    const next = pending[index + 1];
    items.push({
      kind: "pending",
      key: `m-${written.client_message_id}`,
      written,
      mark,
      // As under the messages: each state once, under the last one that has it. A failed one always speaks.
      showMark: mark === "failed" || !next || markOf(next, view.online) !== mark,
    });
  });
  return items;
}

/** What is as it was stays the very same, so that of ten thousand rows only those that changed are drawn anew. */
export function sharing(before: readonly Item[], now: readonly Item[]): Item[] {
  const known = new Map(before.map((item) => [item.key, item]));
  return now.map((item) => {
    const old = known.get(item.key);
    return old && isSame(old, item) ? old : item;
  });
}

function isSame(a: Item, b: Item): boolean {
  const [old, fresh] = [a as Record<string, unknown>, b as Record<string, unknown>];
  return Object.keys(fresh).every((name) => old[name] === fresh[name]) && a.kind === b.kind;
}

/** How what was written here stands, before the server has it. */
export function markOf(written: Written, online: boolean): Mark {
  if (written.failed) return "failed";
  return online ? "sending" : "queued";
}

/** Shown under the last of my messages in each state, and nowhere else. */
function lastOfEachMark(view: View): Map<number, Mark> {
  const marks = new Map<number, Mark>();
  const seen = new Set<Mark>();
  for (const message of [...view.messages].reverse()) {
    if (message.author.id !== view.me || message.removed_at) continue;
    const mark: Mark = message.seq <= view.othersRead ? "read" : message.seq <= view.othersHave ? "received" : "sent";
    if (seen.has(mark)) continue;
    seen.add(mark);
    marks.set(message.seq, mark);
    if (mark === "read") break;
  }
  return marks;
}
