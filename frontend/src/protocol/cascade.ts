/** The chain of responsibility (dây chuyền trách nhiệm) as server and app exchange it; docs/protocol.md 4.0b. */

import type { AudienceRole, Selection } from "./broadcasts";
import type { Contact } from "./reach";
import type { BroadcastHint, OrgRef } from "./types";

/** How far a unit has got, the strongest first. */
export const NODE_STATES = ["completed", "relayed", "confirmed", "seen", "waiting"] as const;
export type NodeState = (typeof NODE_STATES)[number];

export type Colleague = { id: number; name: string; position: string };
/** The unit's own notice, and how far that has got. */
export type Down = { id: number; of: "units" | "classes" | "people"; done: number; total: number };
export type Carried = {
  unit: OrgRef;
  state: NodeState;
  is_overdue: boolean;
  confirm_by: string | null;
  carry_out_by: string | null;
  confirmed_at: string | null;
  confirmed_by: Colleague | null;
  relayed_at: string | null;
  completed_at: string | null;
  completed_by: Colleague | null;
  note: string;
};
/** What the reader of a notice has to carry out. `draft`: their own, of the notice that passes it down. */
export type OwnNode = Carried & {
  owner: Colleague | null;
  deputy: Colleague | null;
  relay: Down | null;
  draft: number | null;
};
export type Answering = Colleague & {
  as: "owner" | "deputy" | "office";
  phone: string | null;
  seen_at: string | null;
};
/** A unit as whoever looks at the chain sees it. */
export type ChainNode = Carried & {
  commune: OrgRef | null;
  people: Answering[];
  contacts: Contact[];
  relay: Down | null;
};
/** In whose hands a unit's part is. */
export const CHARGES = ["leader", "handed", "nobody"] as const;
export type Charge = (typeof CHARGES)[number];
/** Unit, state, overdue, commune (0: none), level, in whose hands. */
export type Tile = [unit: number, state: NodeState, overdue: 0 | 1, commune: number, level: string, charge: Charge];
export type Cascade = {
  broadcast: BroadcastHint;
  confirm_by: string | null;
  carry_out_by: string | null;
  calls_from: string | null;
  counts: Record<NodeState, number> & { units: number; overdue: number; silent: number };
  tiles: Tile[];
  communes: OrgRef[];
  /** Those who have not confirmed, where one may write to them. */
  audience: Selection | null;
  roles: AudienceRole[];
  at: string;
};
export type NodePage = { nodes: ChainNode[]; count: number; complete: boolean; after: number | null; at: string };
export type CallPage = NodePage & { calls_from: string | null };
