/** The ladder of channels as server and app exchange it; described for people in docs/protocol.md 4.0c. */

import type { OrgRef, Urgency } from "./types";

export type Side = "staff" | "households";
export type LadderAction = "push" | "sms" | "email" | "deputy" | "call_list";
export type Step = { after: number; action: LadderAction; to: "all" | "silent" };
/** When it would be done of a notice that left at the moment that was asked about. */
export type TimedStep = Step & { has_channel: boolean; due_at: string };
export type Standing = { set_by: OrgRef | null; locked_by: OrgRef | null; is_own: boolean; is_locked: boolean };
export type LadderRow = Standing & { urgency: Urgency; side: Side; steps: TimedStep[]; waits: boolean };
export type Quiet = { begins: string; ends: string };
export type Ladder = {
  org: OrgRef;
  /** 0: nothing was decided here yet. */
  version: number;
  /** The moment for which the times are. */
  at: string;
  may_change: boolean;
  channels: string[];
  rows: LadderRow[];
  quiet: Quiet & Standing;
  most_a_day: number;
  digest_at: string;
};
/** All that an org decides for itself and below, in place of what it had. */
export type LadderChange = { version: number; rows: Record<string, Step[]>; quiet: Quiet | null; locked: string[] };
export type RungState = "done" | "next" | "waiting" | "no_channel" | "ended";
export type Rung = Step & { side: Side; due_at: string; state: RungState };
export type Rungs = { rungs: Rung[]; ends_at: string | null; in_digest: number };
