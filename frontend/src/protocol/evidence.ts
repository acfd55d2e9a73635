/** What was done with a notice, as the server tells it; described for people in docs/protocol.md 4.0f. */

/** `by` null: the server itself (`by_id` null too), or somebody who is not named to the one who asks. */
export type Act = {
  id: number;
  at: string;
  act: string;
  by: { id: number; name: string; position: string } | null;
  by_id: number | null;
  facts: { people?: number };
  digest: string;
};
/** `may_take`: the sealed package. */
export type Acts = { title: string; code: string | null; may_take: boolean; acts: Act[] };
