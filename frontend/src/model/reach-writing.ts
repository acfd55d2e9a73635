import type { Api } from "../net/api";
import type { AudienceRole, Kind, Selection } from "../protocol/broadcasts";
import type { Draft } from "../protocol/drafts";
import { contentOf, emptyDraft } from "./compose-draft";
import { DraftOffice } from "./drafts";
import { newName } from "./names";

/** Begins a notice to exactly those whom a list shows: a draft, to be gone on with where notices are written. */
export function beginNotice(api: Api, selection: Selection, roles: readonly AudienceRole[]): Promise<Draft> {
  const name = newName();
  const kind: Kind = selection.class !== undefined ? "thong_tin" : "dieu_hanh";
  const draft = { ...emptyDraft(name), audience: selection, kind, roles: [...roles] };
  return new DraftOffice(api).create(name, contentOf(draft));
}
