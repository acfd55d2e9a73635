/** Notices as server and app exchange them; described for people in docs/protocol.md 4. The same over REST and socket. */

import type { BroadcastHint, Child, ClassRef, OrgRef, Totals, Urgency } from "./types";

export type Kind = "dieu_hanh" | "day_hoc" | "thong_tin";
export type AudienceRole = "guardians" | "students" | "teachers" | "staff";

/** Why one has a notice: for a child, or (no student) for oneself. */
export type Reason = { student: Child | null; acknowledged_at: string | null };
type Notice = BroadcastHint & { author_name: string; body: string };
/** A notice as its recipient has it. */
export type Inbox = Notice & { seen_at: string | null; for: Reason[] };
/** A notice as its sender sees it. */
export type Sent = Notice & { audience: { title: string; roles: AudienceRole[] }; totals: Totals };

export type InboxPage = { broadcasts: Inbox[]; complete: boolean };
export type SentPage = { broadcasts: Sent[]; complete: boolean };

export type UnitTotals = { unit: OrgRef; totals: Totals };
export type UnitProgress = UnitTotals & { commune: OrgRef | null };
export type Progress = { broadcast: Sent; units: UnitProgress[]; communes: OrgRef[]; at: string };

export type Audience = { org: number } | { class: number };
export type Draft = {
  audience: Audience;
  roles: AudienceRole[];
  kind: Kind;
  urgency: Urgency;
  title: string;
  body: string;
  wants_acknowledgement: boolean;
};
/** How many a draft would reach now. */
export type Reach = {
  schools: number;
  classes: number;
  households: number;
  people: number;
  by_role: Record<AudienceRole, number>;
  with_push: number;
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
export type Audiences = { orgs: OpenOrg[]; classes: OpenClass[] };
