/** Notices as server and app exchange them; described for people in docs/protocol.md 4. The same over REST and socket. */

import type { OwnNode } from "./cascade";
import type { NoticeFile } from "./drafts";
import type {
  BroadcastHint,
  Child,
  ClassRef,
  How,
  Issuer,
  Language,
  OrgRef,
  Superseded,
  Totals,
  Urgency,
} from "./types";

export type Kind = "dieu_hanh" | "day_hoc" | "thong_tin";
export type AudienceRole = "guardians" | "students" | "teachers" | "staff";

/** Why one has a notice: for a child, or (no student) for oneself. */
export type Reason = { student: Child | null; acknowledged_at: string | null };
/** What stands on a document besides its text; a notice kept by an earlier version of the app has none of it. */
export type Document = {
  number?: number | null;
  symbol?: string;
  issued_on?: string | null;
  signer_name?: string;
  signer_position?: string;
  acknowledge_by?: string | null;
  carry_out_by?: string | null;
  relays?: Relayed | null;
  files?: NoticeFile[];
  /** By which it is checked outside of the app; only of what is official. */
  code?: string | null;
  asks_for_money?: boolean;
};
type Notice = BroadcastHint & Document & { author_name: string; body: string };
/** The notice from above that one carries out; `body` where its readers are shown the whole. */
export type Relayed = {
  id: number;
  issuer: Issuer;
  title: string;
  number: number | null;
  symbol: string;
  body: string | null;
  superseded?: Superseded | null;
};
/** Told with one notice alone: whether one may correct it, and what of one's unit now has to be. */
export type Around = {
  may_correct: boolean;
  may_prove: boolean;
  to_correct: { id: number; title: string; how: How }[];
};
/** A notice as its recipient has it. `known_by_push`: this device has it from its push alone, which may be shorter. */
export type Inbox = Notice & {
  nodes?: OwnNode[];
  seen_at: string | null;
  for: Reason[];
  known_by_push?: "whole" | "in part";
};
/** A notice as its sender sees it. */
export type Sent = Notice & {
  audience: { title: string; roles: AudienceRole[]; narrowed?: Narrowed | null };
  totals: Totals;
};
/** What the author chose of an org or a class. */
export type Narrowed = {
  levels: Level[];
  grades: number[];
  classes: ClassRef[];
  languages: Language[];
  unacknowledged: number | null;
  unreached?: number | null;
};

export type InboxPage = { broadcasts: Inbox[]; complete: boolean };
export type SentPage = { broadcasts: Sent[]; complete: boolean };

export type Level = "mam_non" | "tieu_hoc" | "thcs" | "thpt" | "gdtx";
/** One unit or one class, and what narrows it: an empty or absent list narrows nothing, within a list any will do. */
export type Selection = {
  org?: number;
  class?: number;
  levels?: Level[];
  grades?: number[];
  classes?: number[];
  languages?: Language[];
  /** Only those who have not acknowledged this notice. */
  unacknowledged?: number;
  /** Only those whom this notice has not reached. */
  unreached?: number;
};
/** What the author wrote, fit to be sent or not. */
export type Content = {
  audience: Selection;
  roles: AudienceRole[];
  kind: Kind;
  urgency: Urgency;
  title: string;
  body: string;
  wants_acknowledgement: boolean;
  acknowledge_by: string | null;
  number: number | null;
  symbol: string;
  issued_on: string | null;
  signer_name: string;
  signer_position: string;
  attachments: number[];
  leaves_at: string | null;
  is_exercise: boolean;
  /** No reminder after it; none: of what cannot wait, a day after it left. */
  ends_at?: string | null;
  wants_carrying_out?: boolean;
  carry_out_by?: string | null;
  /** Of what passes a notice down: its readers are shown the whole of that; null: only staff are. */
  quotes?: boolean | null;
  /** The notice that it takes the place of: it goes to those who have that, and to nobody else. */
  corrects?: { broadcast: number; how: How } | null;
};
/** Why a second person decides. */
export type Why = "schools" | "urgency" | "money" | "corrects";
/** How many a draft would reach now, how, and who may be missed. */
export type Reach = {
  schools: number;
  classes: number;
  units: number;
  households: number;
  people: number;
  by_role: Record<AudienceRole, number>;
  with_push: number;
  channels: { app: number; push: number; none: number };
  /** Of households, by what became of the last notices; null: nothing to go by. */
  forecast: { share_in_an_hour: number | null; based_on: number };
  easily_missed: { org: OrgRef; households: number; without_app: number }[];
  duplicate: { broadcast: number; issued_on: string } | null;
  needs_approval: boolean;
  why: Why[];
  /** How many units would have to carry it out; null: it does not ask for that. */
  carriers?: number | null;
  /** Of ordinary notices today: the most that one of these households has had, and how many have had all. */
  spent?: { most_a_day: number; most_had: number; full: number } | null;
};
/** What this person may send to. `parent` is the org right above, where it is on the list too. */
export type OpenOrg = {
  org: OrgRef;
  as: OrgRef;
  parent: number | null;
  depth: number;
  official: boolean;
  urgencies: Urgency[];
};
export type OpenClass = ClassRef & { school: OrgRef; official: boolean; urgencies: Urgency[] };
export type Audiences = { orgs: OpenOrg[]; classes: OpenClass[]; choices?: Facets | null };
/** What is there to narrow an org by; classes only of a school. */
export type Facets = {
  levels: { level: Level; schools: number; pupils: number }[];
  grades: { grade: number; pupils: number }[];
  classes: { id: number; title: string; grade: string; pupils: number }[];
  languages: { language: Language; people: number }[];
};
/** `title` of its org or class; null where one may not send there any more. */
export type SavedAudience = { id: number; name: string; audience: Selection; title: string | null };
export type Template = {
  /** Null: one that comes with the app. */
  id: number | null;
  name: string;
  kind: Kind;
  title: string;
  body: string;
  org: { id: number; name: string } | null;
  is_own: boolean;
};
