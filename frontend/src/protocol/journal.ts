/** Nhật ký of the units that somebody heads, as the server tells it; described for people in docs/protocol.md 4.0f. */

import type { Colleague } from "./cascade";
import type { OrgRef } from "./types";

export const JOURNAL_GROUPS = ["notices", "viewed", "taken", "people", "rooms", "registry"] as const;
export type JournalGroup = (typeof JOURNAL_GROUPS)[number];

/** `by` null: the server itself (`by_id` null too), or somebody who is not named to the one who asks. `about.title`: of a
 * notice its title, of a person the name. */
export type JournalLine = {
  id: number;
  at: string;
  act: string;
  org: OrgRef | null;
  by: Colleague | null;
  by_id: number | null;
  about: { kind: string; id: number; title: string | null };
  facts: { people: number | null };
  digest: string;
};
export type JournalPage = { lines: JournalLine[]; complete: boolean };
