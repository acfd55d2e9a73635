import { type Look, lookOf, type RowKey, type Step } from "../../model/registry";
import type { ListKind, RunShort, Severity, SourceKind, Valve } from "../../protocol/registry";
import { m } from "../../text";
import { count } from "../../text/format";
import type { IconName } from "../parts/icons";

export type Tone = "green" | "gold" | "grey" | "red" | "blue";

const RUN_LOOKS: Record<Look, { icon: IconName; tone: Tone; word: () => string }> = {
  received: { icon: "clock", tone: "blue", word: () => m.registry_state_received() },
  applying: { icon: "clock", tone: "blue", word: () => m.registry_state_applying() },
  dry_run: { icon: "eye", tone: "gold", word: () => m.registry_state_dry_run() },
  unkept: { icon: "eye", tone: "grey", word: () => m.registry_state_unkept() },
  refused: { icon: "alert", tone: "red", word: () => m.registry_state_refused() },
  declined: { icon: "no", tone: "grey", word: () => m.registry_state_declined() },
  held: { icon: "hold", tone: "red", word: () => m.registry_state_held() },
  applied: { icon: "ok", tone: "green", word: () => m.registry_state_applied() },
  rolled_back: { icon: "undo", tone: "grey", word: () => m.registry_state_rolled_back() },
  failed: { icon: "alert", tone: "red", word: () => m.registry_state_failed() },
};

export function runLook(run: RunShort): { icon: IconName; tone: Tone; text: string } {
  const { icon, tone, word } = RUN_LOOKS[lookOf(run)];
  return { icon, tone, text: word() };
}

export const KINDS: Record<SourceKind, { icon: IconName; word: () => string }> = {
  csv: { icon: "bag", word: () => m.registry_kind_csv() },
  rest: { icon: "sync", word: () => m.registry_kind_rest() },
  sheet: { icon: "table", word: () => m.registry_kind_sheet() },
};

export const STEP_WORDS: Record<Step, () => string> = {
  upload: () => m.registry_step_upload(),
  mapping: () => m.registry_step_mapping(),
  dry_run: () => m.registry_step_dry_run(),
  conflicts: () => m.registry_step_conflicts(),
  apply: () => m.registry_step_apply(),
};

export const ROW_WORDS: Record<RowKey, () => string> = {
  orgs: () => m.registry_row_orgs(),
  classes: () => m.registry_row_classes(),
  students: () => m.registry_row_students(),
  staff: () => m.registry_row_staff(),
  guardians: () => m.registry_row_guardians(),
  users: () => m.registry_row_users(),
  roles: () => m.registry_row_roles(),
  enrollments: () => m.registry_row_enrollments(),
  guardianLinks: () => m.registry_row_guardianLinks(),
  whole: () => m.registry_row_whole(),
};

const VALVE_WORDS: Record<string, (found: { found: string }) => string> = {
  removed: m.registry_valve_removed,
  removed_in_org: m.registry_valve_removed,
  changed: m.registry_valve_changed,
  orgs_gone: m.registry_valve_orgs_gone,
  parents_changed: m.registry_valve_parents_changed,
  ids_renewed: m.registry_valve_ids_renewed,
  heads_gained: m.registry_valve_heads_gained,
  seats_above_school: m.registry_valve_seats_above,
  pupils_promoted: m.registry_valve_pupils_promoted,
  guardians_of_one: m.registry_valve_guardians_of_one,
  children_of_one: m.registry_valve_children_of_one,
  links_created: m.registry_valve_links_created,
  rolled_back_before: () => m.registry_valve_rolled_back(),
};

/** "THCS Tân Sơn: 214 không có trong tệp". */
export function valveWords(valve: Valve): string {
  const words = VALVE_WORDS[valve.valve]?.({ found: count(valve.found) }) ?? valve.detail;
  const place = valve.org_name || valve.org;
  return place ? m.registry_valve_in({ place, found: words }) : words;
}

const TABLE_WORDS: Record<string, () => string> = {
  academicSessions: () => m.registry_row_academicSessions(),
  courses: () => m.registry_row_courses(),
  classes: ROW_WORDS.classes,
  users: ROW_WORDS.users,
  roles: ROW_WORDS.roles,
  enrollments: ROW_WORDS.enrollments,
  guardianLinks: ROW_WORDS.guardianLinks,
};

/** Of what so many would go or change: "Vai trò · ". Valves that say so themselves need no word. */
export function tableWord(valve: Valve): string {
  const isPlain = valve.valve === "changed" || valve.valve.startsWith("removed");
  const word = TABLE_WORDS[valve.table];
  return isPlain && word ? `${word()} · ` : "";
}

export const SEVERITIES: Record<Severity, { icon: IconName; tone: Tone; word: () => string; todo: () => string }> = {
  refused: {
    icon: "alert",
    tone: "red",
    word: () => m.registry_severity_refused(),
    todo: () => m.registry_todo_refused(),
  },
  quarantined: {
    icon: "hold",
    tone: "gold",
    word: () => m.registry_severity_quarantined(),
    todo: () => m.registry_todo_quarantined(),
  },
  warning: {
    icon: "info",
    tone: "grey",
    word: () => m.registry_severity_warning(),
    todo: () => m.registry_todo_warning(),
  },
};

export const LIST_KINDS: Record<ListKind, () => string> = {
  pupils: () => m.registry_map_kind_pupils(),
  staff: () => m.registry_map_kind_staff(),
};
