/** Notices on their way, from the first word to the moment they leave; described for people in docs/protocol.md 4. */

import type { Content, Reach, Relayed, Why } from "./broadcasts";
import type { Issuer } from "./types";

export type NoticeFile = {
  id: number;
  name: string;
  media_type: string;
  size: number;
  width: number | null;
  height: number | null;
  pages: number | null;
};
export type DraftState = "writing" | "submitted" | "returned" | "leaving" | "left" | "discarded";

/** What an author writes, as the server keeps it. `version` rises with every change. */
export type Draft = {
  id: number;
  client_broadcast_id: string;
  version: number;
  state: DraftState;
  content: Content;
  author: { id: number; name: string };
  issuer: Issuer | null;
  /** By whose ladder it will go. */
  issuer_id: number | null;
  people: number | null;
  needs_approval: boolean;
  why: Why[];
  submitted_at: string | null;
  decide_by: string | null;
  decided_by: { name: string } | null;
  decision_reason: string;
  broke_glass_reason: string;
  /** The code of the refusal for which it came back by itself. */
  problem: string;
  leaves_at: string | null;
  broadcast: number | null;
  /** What it passes down. */
  relays?: Relayed | null;
  files: NoticeFile[];
  updated_at: string;
};
export type DraftPage = { drafts: Draft[]; complete: boolean };
/** A draft as the second person sees it; the reach only of one that waits, and not in the list. */
export type Approval = Draft & { reach: Reach | null };
export type Approvals = { approvals: Approval[]; broke_glass: Approval[] };
