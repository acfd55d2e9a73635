/** A notice while it is written: what is kept on the device, what is still missing, which field a refusal is about. */

import type { Content, Relayed, Selection } from "../protocol/broadcasts";
import type { NoticeFile } from "../protocol/drafts";
import type { Refusal } from "../protocol/refusal";
import { numberAndSymbol, referenceOf } from "./compose-reference";

export const TITLE_LIMIT = 500;
export const BODY_LIMIT = 10_000;
const SYMBOL_LIMIT = 60;
const YEAR = 366 * 86_400_000;

type Corrects = NonNullable<Content["corrects"]>;
/** Where the server keeps it, and what it had there last: what differs has not been saved there yet. */
export type Saved = { id: number; version: number; content: string };
/**
 * `name` is the notice's name for ever, given before the first try. `tried`: a try went out and no answer came back, so
 * nobody here can know whether it was sent; the same name again finds out without sending twice.
 */
export type KeptDraft = Omit<Content, "audience" | "number" | "symbol" | "attachments"> & {
  wants_carrying_out: boolean;
  carry_out_by: string | null;
  quotes: boolean | null;
  /** The notice that it takes the place of, and how; null: it is a new one. */
  corrects: Corrects | null;
  /** When reminders end; null: a day after it left. Only of what cannot wait. */
  ends_at: string | null;
  /** The notice from above that it passes down. */
  relays: Relayed | null;
  audience: Selection | null;
  /** Null: at once; empty: at an hour that is still to be chosen. */
  leaves_at: string | null;
  /** Số/ký hiệu as it is being written, "1204/SGDĐT-VP". */
  reference: string;
  files: NoticeFile[];
  name: string;
  tried: boolean;
  savedAt: string | null;
  server: Saved | null;
};

export type Field =
  | "audience"
  | "roles"
  | "kind"
  | "urgency"
  | "title"
  | "body"
  | "reference"
  | "issued_on"
  | "signer"
  | "acknowledge_by"
  | "carry_out_by"
  | "ends_at"
  | "leaves_at"
  | "attachments";
const FIELD_OF_SERVER: Record<string, Field> = {
  audience: "audience",
  roles: "roles",
  kind: "kind",
  urgency: "urgency",
  title: "title",
  body: "body",
  number: "reference",
  symbol: "reference",
  issued_on: "issued_on",
  signer_name: "signer",
  signer_position: "signer",
  acknowledge_by: "acknowledge_by",
  carry_out_by: "carry_out_by",
  ends_at: "ends_at",
  leaves_at: "leaves_at",
  attachments: "attachments",
};
const FIELD_OF_CODE: Record<string, Field> = {
  not_your_audience: "audience",
  empty_audience: "roles",
  not_your_urgency: "urgency",
  not_to_be_carried_out: "carry_out_by",
  no_units: "carry_out_by",
  relay_elsewhere: "audience",
  correction_too_weak: "urgency",
};

export function emptyDraft(name: string): KeptDraft {
  return {
    name,
    audience: null,
    roles: ["guardians"],
    kind: "dieu_hanh",
    urgency: "thuong",
    title: "",
    body: "",
    wants_acknowledgement: true,
    acknowledge_by: null,
    reference: "",
    issued_on: null,
    signer_name: "",
    signer_position: "",
    files: [],
    leaves_at: null,
    is_exercise: false,
    wants_carrying_out: false,
    carry_out_by: null,
    ends_at: null,
    quotes: null,
    corrects: null,
    relays: null,
    tried: false,
    savedAt: null,
    server: null,
  };
}

/** Counted as the server counts: characters, not the halves of which a browser makes some. */
export function lengthOf(text: string): number {
  return [...text.normalize("NFC")].length;
}

/** What keeps it from being sent, in the order of the page. */
export function missing(draft: KeptDraft, now: number): Field[] {
  const found: Field[] = [];
  if (!draft.audience) found.push("audience");
  if (draft.roles.length === 0) found.push("roles");
  if (lengthOf(numberAndSymbol(draft.reference).symbol) > SYMBOL_LIMIT) found.push("reference");
  if (!draft.title.trim() || lengthOf(draft.title) > TITLE_LIMIT) found.push("title");
  if (!draft.body.trim() || lengthOf(draft.body) > BODY_LIMIT) found.push("body");
  const leaves = timeOf(draft.leaves_at);
  if (draft.leaves_at === "" || (leaves !== null && (leaves <= now || leaves > now + YEAR))) found.push("leaves_at");
  const answered = timeOf(draft.acknowledge_by);
  if (draft.wants_acknowledgement && answered !== null && answered <= (leaves ?? now)) found.push("acknowledge_by");
  const carried = timeOf(draft.carry_out_by);
  if (isToBeCarriedOut(draft) && carried !== null && carried < (answered ?? leaves ?? now)) found.push("carry_out_by");
  const ends = timeOf(draft.ends_at);
  if (cannotWait(draft) && ends !== null && ends <= (leaves ?? now)) found.push("ends_at");
  return found;
}

/** Reminders of these end by themselves. */
export function cannotWait({ urgency }: Pick<KeptDraft, "urgency">): boolean {
  return urgency === "thuong_khan" || urgency === "hoa_toc";
}

/** Asked for, and possible: of a direction to heads and offices alone. */
export function isToBeCarriedOut(draft: KeptDraft): boolean {
  return draft.wants_carrying_out && mayBeCarriedOut(draft);
}

export function mayBeCarriedOut(draft: Pick<KeptDraft, "kind" | "roles">): boolean {
  return draft.kind === "dieu_hanh" && draft.roles.includes("staff");
}

/** Whether its readers are shown the whole of what it passes down; not said: staff alone are. */
export function isQuoted(draft: Pick<KeptDraft, "quotes" | "roles">): boolean {
  return draft.quotes ?? draft.roles.every((role) => role === "teachers" || role === "staff");
}

/** Nobody has written or chosen anything worth keeping. */
export function isBlank(draft: KeptDraft): boolean {
  const words = [draft.title, draft.body, draft.reference, draft.signer_name];
  return words.every((text) => !text.trim()) && draft.files.length === 0 && !draft.tried && !draft.server;
}

/** As the server keeps it: every word as it stands. */
export function contentOf(draft: KeptDraft): Content {
  const { audience, roles, kind, urgency, title, body, wants_acknowledgement, is_exercise } = draft;
  const {
    issued_on,
    signer_name,
    signer_position,
    acknowledge_by,
    leaves_at,
    carry_out_by,
    quotes,
    ends_at,
    corrects,
  } = draft;
  return {
    audience: audience ?? {},
    roles,
    kind,
    urgency,
    title,
    body,
    // To confirm is to take note.
    wants_acknowledgement: wants_acknowledgement || isToBeCarriedOut(draft),
    acknowledge_by: wants_acknowledgement || isToBeCarriedOut(draft) ? acknowledge_by : null,
    ...numberAndSymbol(draft.reference),
    issued_on,
    signer_name,
    signer_position,
    attachments: draft.files.map((file) => file.id),
    leaves_at: leaves_at || null,
    is_exercise,
    ...(isToBeCarriedOut(draft) ? { wants_carrying_out: true, carry_out_by } : {}),
    ...(quotes !== null ? { quotes } : {}),
    ...(corrects ? { corrects } : {}),
    ...(cannotWait(draft) && ends_at ? { ends_at } : {}),
  };
}

/** For comparing: the same for the same content, however the server orders it or leaves out what is empty. */
export function fingerprint(content: Content): string {
  const again = { ...contentOf(fieldsOf(content, [])), attachments: content.attachments ?? [] };
  const audience = Object.entries(again.audience).filter(([, value]) => !Array.isArray(value) || value.length > 0);
  audience.sort(([a], [b]) => a.localeCompare(b));
  const times = {
    acknowledge_by: timeOf(again.acknowledge_by),
    leaves_at: timeOf(again.leaves_at),
    carry_out_by: timeOf(again.carry_out_by ?? null),
    ends_at: timeOf(again.ends_at ?? null),
  };
  return JSON.stringify({ ...again, ...times, audience });
}

/** What the server keeps, back in the form. */
export function fieldsOf(content: Content, files: NoticeFile[]): KeptDraft {
  const blank = emptyDraft("");
  const { number, symbol, audience, attachments: _ids, ...rest } = content;
  const isChosen = audience.org !== undefined || audience.class !== undefined;
  return {
    ...blank,
    ...rest,
    audience: isChosen ? audience : null,
    reference: referenceOf({ number: number ?? null, symbol: symbol ?? "" }),
    files,
  };
}

/** The field that a refusal is about; null: the whole. */
export function fieldOf(refusal: Refusal): Field | null {
  const named = refusal.facts.field;
  const found = typeof named === "string" ? FIELD_OF_SERVER[named] : undefined;
  return found ?? FIELD_OF_CODE[refusal.code] ?? null;
}

/** A draft as another version of the app may have kept it; what does not read is no draft. */
export function readKept(text: string): KeptDraft | null {
  if (!text) return null;
  try {
    const value = JSON.parse(text) as Partial<KeptDraft> | null;
    if (!value || typeof value.name !== "string" || !Array.isArray(value.roles)) return null;
    return { ...emptyDraft(value.name), ...value };
  } catch {
    return null; // Half a write of a page that was killed: the words in it cannot be had.
  }
}

function timeOf(text: string | null): number | null {
  return text ? Date.parse(text) : null;
}
