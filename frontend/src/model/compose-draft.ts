/** A notice while it is written: what is kept on the device, what is still missing, which field a refusal is about. */

import type { Audience, Draft } from "../protocol/broadcasts";
import type { Refusal } from "../protocol/refusal";

export const TITLE_LIMIT = 500;
export const BODY_LIMIT = 10_000;

/**
 * `name` is the notice's name for ever, given before the first try. `tried`: a try went out and no answer came back, so
 * nobody here can know whether it was sent; the same name again finds out without sending twice.
 */
export type KeptDraft = Omit<Draft, "audience"> & {
  audience: Audience | null;
  name: string;
  tried: boolean;
  savedAt: string | null;
};

export type Field = "audience" | "roles" | "kind" | "urgency" | "title" | "body";
const FIELDS: readonly string[] = ["audience", "roles", "kind", "urgency", "title", "body"];
const FIELD_OF_CODE: Record<string, Field> = {
  not_your_audience: "audience",
  empty_audience: "roles",
  not_your_urgency: "urgency",
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
    tried: false,
    savedAt: null,
  };
}

/** Counted as the server counts: characters, not the halves of which a browser makes some. */
export function lengthOf(text: string): number {
  return [...text.normalize("NFC")].length;
}

/** What keeps it from being sent, in the order of the page. */
export function missing(draft: KeptDraft): Field[] {
  const found: Field[] = [];
  if (!draft.audience) found.push("audience");
  if (draft.roles.length === 0) found.push("roles");
  if (!draft.title.trim() || lengthOf(draft.title) > TITLE_LIMIT) found.push("title");
  if (!draft.body.trim() || lengthOf(draft.body) > BODY_LIMIT) found.push("body");
  return found;
}

/** Nobody has written or chosen anything worth keeping. */
export function isBlank(draft: KeptDraft): boolean {
  return !draft.title.trim() && !draft.body.trim() && !draft.tried;
}

export function wireOf(draft: KeptDraft): Draft | null {
  const { audience, roles, kind, urgency, title, body, wants_acknowledgement } = draft;
  return audience && { audience, roles, kind, urgency, title: title.trim(), body: body.trim(), wants_acknowledgement };
}

/** The field that a refusal is about; null: the whole. */
export function fieldOf(refusal: Refusal): Field | null {
  const named = refusal.facts.field;
  if (typeof named === "string" && FIELDS.includes(named)) return named as Field;
  return FIELD_OF_CODE[refusal.code] ?? null;
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
