/** The registry's sources and imports as the server tells of them (docs/protocol.md 4.2). */

import type { OrgRef } from "./types";

export type SourceKind = "csv" | "rest" | "sheet";
export type RunState = "received" | "dry_run" | "refused" | "held" | "applied" | "rolled_back" | "failed";
export type RunOrder = "apply" | "confirm" | "decline" | "roll_back" | "explain";
export type Somebody = { id: number; name: string };
export type Figures = {
  read: number;
  added: number;
  changed: number;
  restored: number;
  removed: number;
  unchanged: number;
  quarantined: number;
};
export type PeopleFigures = { stored: number; added: number; changed: number; removed: number };
export type PeopleKind = "students" | "staff" | "guardians";
export type Valve = {
  valve: string;
  detail: string;
  table: string;
  org: string;
  org_name: string;
  found: number;
  limit: number;
  is_open: boolean;
  ids: string[];
};
export type ListQuestion = "columns" | "kind" | "extent";

export type RunShort = {
  id: number;
  state: RunState;
  trigger: "command" | "upload" | "schedule";
  mode: string;
  code: string | null;
  detail: string | null;
  changes: number;
  is_rollover: boolean;
  started_at: string;
  finished_at: string | null;
  started_by: Somebody | null;
};
export type Run = RunShort & {
  source: number;
  tables: Record<string, Figures>;
  stored: Record<string, number> | null;
  people: Record<PeopleKind, PeopleFigures> | null;
  members: { org: number; name: string; granted: number; revoked: number }[] | null;
  valves: Valve[];
  list: { name: string; asks: ListQuestion[] } | null;
  progress: { stage: string; done: number } | null;
  confirmed_by: Somebody | null;
  seconded_by: Somebody | null;
  confirmation: string;
  rolled_back_by: Somebody | null;
  rolled_back_at: string | null;
  rollback_reason: string;
  may: RunOrder[];
};

export type Access = {
  endpoint: string;
  token_endpoint: string;
  client_id: string;
  has_secret: boolean;
  version: string;
};
export type Source = {
  id: number;
  name: string;
  kind: SourceKind;
  scope: OrgRef | null;
  needs_two: boolean;
  heard_at: string | null;
  runs_at: string | null;
  next_run_at: string | null;
  late_since: string | null;
  access: Access | null;
  may: ("send" | "pull" | "set_up")[];
  runs: RunShort[];
};
export type Sources = { sources: Source[]; largest_package: number; largest_list: number; may_add: boolean };
export type Scopes = { scopes: OrgRef[]; truncated: boolean };
export type SourceFields = {
  name: string;
  endpoint: string;
  token_endpoint: string;
  client_id: string;
  secret: string;
  runs_at: string | null;
};
export type NewSource = Partial<SourceFields> & { name: string; kind: SourceKind; scope: number };

export type Severity = "refused" | "quarantined" | "warning";
export type Cause = {
  severity: Severity;
  code: string;
  detail: string;
  file: string;
  column: string;
  sourced_id: string;
  rows: number;
  dependants: number;
  first: { line: number | null; cell: string; sourced_id: string }[];
};
export type Conflicts = { causes: Cause[]; total: number; rows: Partial<Record<Severity, number>> };

export type ListKind = "pupils" | "staff";
export type Extent = "ask" | "whole_school" | "listed_classes";
export type Column = { cell: string; header: string; meaning: string | null; confidence: number };
export type SheetMapping = { sheet: string; kind: ListKind | null; row: number; missing: string[]; columns: Column[] };
export type Mapping = {
  name: string;
  kind: ListKind | null;
  extent: Extent;
  school_year: number | null;
  asks: ListQuestion[];
  sheets: SheetMapping[];
  meanings: { meaning: string; label: string }[];
};
export type Said = { columns: Record<string, string>; kind?: ListKind; extent?: Extent };
