/** Pure: what hangs on a message, as it looks with what was done on this device and the server has not confirmed. */

import {
  KINDS,
  type Mine,
  type Own,
  type Pinned,
  type Poll,
  type PollMoved,
  type Reacted,
  type Reaction,
  type ReactionKind,
} from "../protocol/talk";
import type { Message } from "../protocol/types";
import { type Deed, type KeptOwn, NO_OWN } from "../store/schema";

export type Owned = ReadonlyMap<number, Own>;

/** What an answer of the server tells of me about its messages: where it says nothing, there is nothing. */
export function ownOf(room: number, messages: readonly Message[], mine: Mine = {}): KeptOwn[] {
  const touched = messages.filter((message) => message.reactions || message.poll);
  return touched.map(({ seq }) => ({ room, seq, ...(mine[String(seq)] ?? NO_OWN) }));
}

/** A message with what an event tells of it alone. A later state of the whole stays as it is. */
export function withPart(message: Message, part: Reacted | PollMoved | Pinned): Message {
  if (message.rev > part.rev) return message;
  if ("reactions" in part) return { ...message, rev: part.rev, reactions: part.reactions };
  return "poll" in part ? { ...message, rev: part.rev, poll: part.poll } : { ...message, rev: part.rev };
}

/** With my reaction moved; one a person. In the order in which the five are offered. */
export function withReaction(
  reactions: readonly Reaction[],
  me: number,
  before: ReactionKind | null,
  after: ReactionKind | null,
): Reaction[] {
  return KINDS.flatMap((kind) => {
    const told = reactions.find((reaction) => reaction.kind === kind);
    const count = (told?.count ?? 0) - Number(kind === before) + Number(kind === after);
    const others = (told?.people ?? []).filter((person) => person !== me);
    return count > 0 ? [{ kind, count, people: kind === after ? [me, ...others] : others }] : [];
  });
}

/** With my choice moved. */
export function withVote(poll: Poll, before: readonly number[], after: readonly number[]): Poll {
  const moved = (id: number): number => Number(after.includes(id)) - Number(before.includes(id));
  return {
    ...poll,
    options: poll.options.map((option) => ({ ...option, votes: Math.max(0, option.votes + moved(option.id)) })),
    voters: Math.max(0, poll.voters + Number(after.length > 0) - Number(before.length > 0)),
  };
}

/** What a tap on an option makes of a choice: one of many, or one more, or one fewer. */
export function chosen(before: readonly number[], option: number, several: boolean): number[] {
  if (before.includes(option)) return before.filter((one) => one !== option);
  return several ? [...before, option].sort((a, b) => a - b) : [option];
}

/** What was done to a message here, over what the server has told. */
export function ownWith(told: Own, deeds: readonly Deed[]): Own {
  let { reaction, vote } = told;
  for (const deed of deeds) {
    if (deed.what === "react") reaction = deed.kind;
    else vote = deed.options;
  }
  return { reaction, vote };
}

/** Messages of a room with what was done to them here. The same list where nothing was. */
export function withDeeds(
  messages: readonly Message[],
  deeds: readonly Deed[],
  owned: Owned,
  me: number,
): readonly Message[] {
  if (deeds.length === 0) return messages;
  const bySeq = grouped(deeds);
  return messages.map((message) => {
    const done = bySeq.get(message.seq);
    if (!done || message.removed_at) return message;
    const told = owned.get(message.seq) ?? NO_OWN;
    const own = ownWith(told, done);
    const reactions = withReaction(message.reactions ?? [], me, told.reaction, own.reaction);
    return message.poll
      ? { ...message, reactions, poll: withVote(message.poll, told.vote, own.vote) }
      : { ...message, reactions };
  });
}

/** Whether one may choose no more, by this device's own clock. */
export function isOver(poll: Poll, now: number): boolean {
  return poll.closed_at !== null || (poll.closes_at !== null && Date.parse(poll.closes_at) <= now);
}

function grouped(deeds: readonly Deed[]): Map<number, Deed[]> {
  const bySeq = new Map<number, Deed[]>();
  for (const deed of deeds) bySeq.set(deed.seq, [...(bySeq.get(deed.seq) ?? []), deed]);
  return bySeq;
}
