/** What hangs on a message beside its text: quote, mentions, reactions, a poll, where it was forwarded from; and a room's pins. */

import type { FileKind, UploadId } from "./files";
import type { PersonRef } from "./types";

/** The closed set of five, in the order in which they are offered. */
export const KINDS = ["tim", "like", "cam_on", "vui", "buon"] as const;
export type ReactionKind = (typeof KINDS)[number];
/** `people`: the newest hundred, newest first (in community rooms nobody is named); `count` is of all. */
export type Reaction = { kind: ReactionKind; count: number; people: number[] };

/** What a message answers. `removed`: it was taken back, and nothing of it is left to read. `file`: it has no text, but this. */
export type Quote = {
  seq: number;
  author: PersonRef;
  excerpt: string;
  removed: boolean;
  file?: FileKind;
  /** Of a document. */
  name?: string;
};
export type Forwarded = { author: PersonRef; room_title: string };

export type Poll = {
  options: { id: number; text: string; votes: number }[];
  /** People who have chosen. */
  voters: number;
  closes_at: string | null;
  closed_at: string | null;
  several: boolean;
  shows_names: boolean;
};
export type Ballot = { options: string[]; several: boolean; shows_names: boolean; closes_at?: string };
export type Votes = { options: { id: number; people: PersonRef[] }[]; truncated: boolean };

/** `until` may have come since this was told. */
export type Pin = {
  seq: number;
  author: PersonRef;
  excerpt: string;
  file?: FileKind;
  name?: string;
  until: string;
  by: { id: number; name: string; address: string };
};

/** What this person did to a message: in no event, since an event is the same for everybody. */
export type Own = { reaction: ReactionKind | null; vote: number[] };
/** By seq, those messages of an answer to which this person did something. */
export type Mine = Record<string, Own>;

/** A change of one part of a message: `rev` is the room's, as after any other. */
export type Reacted = { room: number; seq: number; rev: number; reactions: Reaction[] };
export type PollMoved = { room: number; seq: number; rev: number; poll: Poll };
export type Pinned = { room: number; seq: number; rev: number; pins: Pin[] };

/** What a message carries when it is written, beside its text. */
export type Enclosed = {
  reply_to?: number;
  mentions?: number[];
  mentions_all?: true;
  poll?: Ballot;
  files?: readonly UploadId[];
};
