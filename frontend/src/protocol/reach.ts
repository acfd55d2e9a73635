/** The reach ledger (sổ phủ tin) as server and app exchange it; described for people in docs/protocol.md 4. */

import type { AudienceRole, Level, Selection } from "./broadcasts";
import type { BroadcastHint, Child, ClassRef, OrgRef } from "./types";

/** By hand: a named person told them. The order of the screen. */
export const HAND_CHANNELS = ["call", "visit", "slip", "village", "loudspeaker"] as const;
export type HandChannel = (typeof HAND_CHANNELS)[number];
/** How far a pupil or a grown-up is, the strongest first. */
export const REACH_STATES = ["acknowledged", "seen", "contacted", "delivered", "waiting"] as const;
export type ReachState = (typeof REACH_STATES)[number];
/** Why not reached. The order of the screen: what needs a person to go there stands first. */
export const REACH_REASONS = ["no_account", "signed_out", "no_push", "not_opened"] as const;
export type ReachReason = (typeof REACH_REASONS)[number];

export type ReachTotals = {
  subjects: number;
  reached: number;
  acknowledged: number;
  seen: number;
  contacted: number;
  delivered: number;
  waiting: number;
  reasons: Record<ReachReason, number>;
  by_hand: Record<HandChannel, number>;
};
/** "classes": all of one's own, of who teaches several. */
export type PlaceKind = "org" | "school" | "class" | "classes";
export type Place = { kind: PlaceKind; org: OrgRef | null; class: ClassRef | null };
/** "staff": the grown-ups right there; "unplaced": pupils in no class. */
export type PartKind = "org" | "school" | "class" | "staff" | "unplaced";
/** What lies right below a place, or the people who stand right in it. `may_open`: it has a board of its own. */
export type Part = { kind: PartKind; org: OrgRef; class: ClassRef | null; may_open: boolean; totals: ReachTotals };
export type Reached = {
  broadcast: BroadcastHint;
  place: Place;
  /** The places above that one may open, the topmost first. */
  path: Place[];
  totals: ReachTotals;
  parts: Part[];
  is_named: boolean;
  /** Of whom lists here give names. */
  names: SubjectRole[];
  at: string;
};
/** A notice of which one may see a board, and the topmost place of it. */
export type WithBoard = BroadcastHint & { place: Place };
export type BoardPage = { broadcasts: WithBoard[]; complete: boolean };

export type Named = { id: number; name: string };
export type Contact = {
  id: number;
  channel: HandChannel;
  at: string;
  by: Named;
  note: string;
  is_withdrawn: boolean;
  is_own: boolean;
  may_withdraw: boolean;
};
/** Somebody through whom a subject has it: a guardian, the pupil, or the grown-up (relation "self"). */
export type Through = Named & {
  relation: string;
  position: string;
  phone: string | null;
  has_account: boolean;
  seen_at: string | null;
  acknowledged_at: string | null;
  /** After the time until when an answer was wanted. */
  is_late?: boolean;
};
/** Who has to be reached: a pupil, or a grown-up for themselves. */
export type Subject = {
  student: Child | null;
  person: Named | null;
  unit: OrgRef;
  class: ClassRef | null;
  state: ReachState;
  is_reached: boolean;
  reason: ReachReason | null;
  at: string | null;
  people: Through[];
  contacts: Contact[];
  /** By which channel they were told by hand what this notice took the place of. */
  told_before?: { channel: HandChannel; at: string }[];
};
/**
 * `count`: all that match; `named`: those of them that the list names. `after`: where the next page begins. `audience` with
 * `roles`: the selection that means them today, if there is one.
 */
export type SubjectPage = {
  subjects: Subject[];
  count: number;
  named: number;
  complete: boolean;
  after: string | null;
  audience: Selection | null;
  roles: AudienceRole[];
  at: string;
};

export type SubjectRole = "pupil" | "adult";
export type SubjectFilter = {
  state: ReachState | "reached" | "unreached" | null;
  reason: ReachReason | null;
  level: Level | null;
  grade: string | null;
  role: SubjectRole | null;
  contact: HandChannel | "any" | "none" | null;
  q: string;
};
