/** The ladder of an org: asked for, and changed as a whole. */

import type { Api } from "../net/api";
import type { AudienceRole } from "../protocol/broadcasts";
import type { Ladder, LadderAction, LadderChange, LadderRow, Quiet, Rungs, Side, Step } from "../protocol/ladder";
import type { Me, OrgRef } from "../protocol/types";

const SPEAKING = ["principal", "siteAdministrator", "districtAdministrator"];
const SIDES: Record<Side, readonly AudienceRole[]> = {
  staff: ["teachers", "staff"],
  households: ["guardians", "students"],
};
/** In the order of the page: who answers for others first. */
export const BOTH: readonly Side[] = ["staff", "households"];
export const MOST_STEPS = 8;

/** The orgs whose ladder this person may change, each once. */
export function orgsLed(me: Me | null): OrgRef[] {
  const held = (me?.roles ?? []).filter((role) => SPEAKING.includes(role.role));
  return [...new Map(held.map((role) => [role.org.id, role.org])).values()];
}

export function sidesOf(roles: readonly AudienceRole[]): Side[] {
  return BOTH.filter((side) => SIDES[side].some((role) => roles.includes(role)));
}

export function nameOf(row: { urgency: string; side: Side }): string {
  return `${row.urgency}.${row.side}`;
}

/** What a row may do besides the push with which it begins. */
export function actionsFor(row: LadderRow): LadderAction[] {
  const all: LadderAction[] = ["push", "sms", "email", "deputy", "call_list"];
  return all.filter(
    (action) => (row.side === "staff" || action !== "deputy") && (row.urgency !== "thuong" || action !== "push"),
  );
}

/** What an org has of its own, as it is being changed. */
export class LadderDesk {
  rows: Record<string, Step[]>;
  quiet: Quiet | null;
  locked: string[];

  constructor(ladder: Ladder) {
    const own = ladder.rows.filter((row) => row.is_own);
    this.rows = Object.fromEntries(own.map((row) => [nameOf(row), row.steps.map(plain)]));
    this.quiet = ladder.quiet.is_own ? { begins: ladder.quiet.begins, ends: ladder.quiet.ends } : null;
    this.locked = [
      ...ladder.rows.filter((row) => row.is_locked).map(nameOf),
      ...(ladder.quiet.is_locked ? ["quiet"] : []),
    ];
  }

  change(version: number): LadderChange {
    return { version, rows: this.rows, quiet: this.quiet, locked: this.locked };
  }
}

export function plain({ after, action, to }: Step): Step {
  return { after, action, to };
}

export class LadderOffice {
  private readonly api: Api;

  constructor(api: Api) {
    this.api = api;
  }

  /** With the times of a notice that leaves at `at`; now, without one. */
  of(org: number, at: string | null = null): Promise<Ladder> {
    return this.api.get(`/api/broadcasts/ladders/${org}${at ? `?at=${encodeURIComponent(at)}` : ""}`);
  }

  keep(org: number, change: LadderChange): Promise<Ladder> {
    return this.api.put(`/api/broadcasts/ladders/${org}`, change);
  }

  rungs(broadcast: number): Promise<Rungs> {
    return this.api.get(`/api/broadcasts/${broadcast}/rungs`);
  }
}
