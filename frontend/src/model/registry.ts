/** The registry's sources and imports: asked of the server each time, kept nowhere. What is decided is decided there. */

import type { Api } from "../net/api";
import type {
  Conflicts,
  Mapping,
  NewSource,
  PeopleKind,
  Run,
  RunShort,
  Said,
  Scopes,
  Severity,
  Source,
  SourceFields,
  Sources,
  Valve,
} from "../protocol/registry";

export type Step = "upload" | "mapping" | "dry_run" | "conflicts" | "apply";
export type StepState = "done" | "now" | "next" | "failed";
/** What a valve of no row of its own is about. */
export type RowKey = "orgs" | "classes" | PeopleKind | "users" | "roles" | "enrollments" | "guardianLinks" | "whole";
export type Row = {
  key: RowKey;
  stored: number | null;
  added: number;
  changed: number;
  removed: number;
  valves: Valve[];
};
/** A state as people see it: declined and applying are told apart from what they are stored as. */
export type Look = RunShort["state"] | "declined" | "applying" | "unkept";

export class RegistryOffice {
  private readonly api: Api;

  constructor(api: Api) {
    this.api = api;
  }

  sources(): Promise<Sources> {
    return this.api.get("/api/registry/sources");
  }

  source(id: number): Promise<Source> {
    return this.api.get(`/api/registry/sources/${id}`);
  }

  scopes(search: string): Promise<Scopes> {
    return this.api.get(`/api/registry/scopes?search=${encodeURIComponent(search)}`);
  }

  make(source: NewSource): Promise<Source> {
    return this.api.post("/api/registry/sources", source);
  }

  change(id: number, fields: Partial<SourceFields>): Promise<Source> {
    return this.api.patch(`/api/registry/sources/${id}`, fields);
  }

  pull(id: number): Promise<Run> {
    return this.api.post(`/api/registry/sources/${id}/pull`);
  }

  /** The file through its source's own door; the run that reads it. */
  send(source: Source, file: File, rollover: boolean, told: (sent: number) => void, stop: AbortSignal): Promise<Run> {
    const isList = source.kind === "sheet";
    const form = new FormData();
    form.append(isList ? "list" : "package", file);
    if (rollover) form.append("rollover", "true");
    return this.api.send(
      `/api/registry/sources/${source.id}/${isList ? "lists" : "packages"}?members=1`,
      form,
      told,
      stop,
    );
  }

  run(id: number): Promise<Run> {
    return this.api.get(`/api/registry/runs/${id}`);
  }

  conflicts(run: number, offset: number, severity: Severity | ""): Promise<Conflicts> {
    const only = severity ? `&severity=${severity}` : "";
    return this.api.get(`/api/registry/runs/${run}/conflicts?offset=${offset}${only}`);
  }

  mapping(run: number): Promise<Mapping> {
    return this.api.get(`/api/registry/runs/${run}/mapping`);
  }

  explain(run: number, said: Said): Promise<Run> {
    return this.api.post(`/api/registry/runs/${run}/mapping?members=1`, said);
  }

  apply(run: number): Promise<Run> {
    return this.api.post(`/api/registry/runs/${run}/apply`);
  }

  confirm(run: number, reason: string): Promise<Run> {
    return this.api.post(`/api/registry/runs/${run}/confirm`, { reason });
  }

  decline(run: number, reason: string): Promise<Run> {
    return this.api.post(`/api/registry/runs/${run}/decline`, { reason });
  }

  rollBack(run: number, reason: string): Promise<Run> {
    return this.api.post(`/api/registry/runs/${run}/rollback`, { reason });
  }

  /** A link that the browser opens by itself, and so with the language in it. */
  reportAddress(run: number, as: "csv" | "page", language: string): string {
    return `/api/registry/runs/${run}/report?as=${as}&language=${language}`;
  }
}

export function openValves(run: Run): Valve[] {
  return run.valves.filter((valve) => valve.is_open);
}

/** Somebody decided, and the server carries it out: what was measured stands while it does. */
export function isApplying(run: Run): boolean {
  return run.state === "received" && run.valves.length > 0;
}

export function lookOf(run: RunShort): Look {
  if (run.state === "refused" && run.code === "declined") return "declined";
  if (!isFull(run)) return run.state;
  if (isApplying(run)) return "applying";
  return run.state === "dry_run" && !mayDecide(run) ? "unkept" : run.state;
}

export function mayDecide(run: Run): boolean {
  return run.may.includes("apply") || run.may.includes("confirm");
}

/** Whether this run is what to look at: it goes on by itself, or waits for somebody. */
export function isOpen(run: RunShort): boolean {
  return run.state === "received" || run.state === "dry_run" || run.state === "held";
}

/** How far a run is, step by step; a list has one more. Without a run: before the upload. */
export function stepsOf(run: Run | null, hasColumns: boolean): { step: Step; state: StepState }[] {
  const steps: Step[] = ["upload", ...(hasColumns ? (["mapping"] as const) : []), "dry_run", "conflicts", "apply"];
  const { at, isOver, hasFailed } = placeOf(run, hasColumns);
  const now = steps.indexOf(at);
  return steps.map((step, index) => {
    if (isOver || index < now) return { step, state: "done" };
    if (index > now) return { step, state: "next" };
    return { step, state: hasFailed ? "failed" : "now" };
  });
}

function placeOf(run: Run | null, hasColumns: boolean): { at: Step; isOver: boolean; hasFailed: boolean } {
  const at = (step: Step, hasFailed = false): ReturnType<typeof placeOf> => ({ at: step, isOver: false, hasFailed });
  if (!run) return at("upload");
  if (run.state === "applied" || run.state === "rolled_back") return { at: "apply", isOver: true, hasFailed: false };
  if (run.state === "received") return at(isApplying(run) ? "apply" : "dry_run");
  if (run.code === "declined") return at("apply", true);
  if (run.state === "failed") return at("dry_run", true);
  if (run.state === "refused") return hasColumns && run.list?.asks.length ? at("mapping", true) : at("dry_run", true);
  const isClean = openValves(run).length === 0 && Object.values(run.tables).every((table) => table.quarantined === 0);
  return at(isClean ? "apply" : "conflicts");
}

/** The table of a run: what there is, what would come, change and end, and which limits that passes. */
export function rowsOf(run: Run): Row[] {
  const people = run.people;
  const open = openValves(run);
  const rows: Row[] = [tableRow(run, "orgs"), tableRow(run, "classes")];
  if (people) {
    for (const key of ["students", "staff", "guardians"] as const) rows.push({ key, ...people[key], valves: [] });
  } else rows.push(tableRow(run, "users"));
  rows.push(tableRow(run, "enrollments"), tableRow(run, "guardianLinks"));
  for (const valve of open) {
    const key = rowOfValve(valve, people !== null);
    let row = rows.find((each) => each.key === key);
    if (!row) {
      row = key === "whole" ? { key, stored: null, added: 0, changed: 0, removed: 0, valves: [] } : tableRow(run, key);
      rows.push(row);
    }
    row.valves.push(valve);
  }
  return rows;
}

function tableRow(run: Run, key: RowKey): Row {
  const figures = run.tables[key];
  return {
    key,
    stored: run.stored?.[key] ?? null,
    added: (figures?.added ?? 0) + (figures?.restored ?? 0),
    changed: figures?.changed ?? 0,
    removed: figures?.removed ?? 0,
    valves: [],
  };
}

const ROW_OF_VALVE: Record<string, RowKey> = {
  heads_gained: "staff",
  seats_above_school: "staff",
  pupils_promoted: "staff",
  rolled_back_before: "whole",
};

function rowOfValve(valve: Valve, hasPeople: boolean): RowKey {
  const own = ROW_OF_VALVE[valve.valve];
  if (own) return own === "staff" && !hasPeople ? "roles" : own;
  const table = valve.table;
  if (table === "orgs" || table === "classes" || table === "users" || table === "roles") return table;
  return table === "enrollments" || table === "guardianLinks" ? table : "whole";
}

/** Seats in rooms over all units; null where they were not counted. */
export function seatsOf(run: Run): { granted: number; revoked: number } | null {
  if (!run.members) return null;
  return run.members.reduce(
    (sum, unit) => ({ granted: sum.granted + unit.granted, revoked: sum.revoked + unit.revoked }),
    { granted: 0, revoked: 0 },
  );
}

/** "27,4 MB", "640 KB": as files are talked of. */
export function inBytes(size: number, language: string): string {
  const [value, unit] = size >= 1 << 20 ? [size / (1 << 20), "MB"] : [size / 1024, "KB"];
  return `${value.toLocaleString(language, { maximumFractionDigits: value < 100 ? 1 : 0 })} ${unit}`;
}

function isFull(run: RunShort): run is Run {
  return "valves" in run;
}
