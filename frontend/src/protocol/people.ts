/** People, their rooms and what was denied them, as the server tells those who speak for their org (docs/protocol.md 4.1). */

import type { Can, ClassRef, OrgRef, RoomKind } from "./types";

export type Named = { id: number; name: string };
export const PARTS = ["student", "guardian", "teacher", "staff"] as const;
export type Part = (typeof PARTS)[number];

export type FoundClass = ClassRef & { role: string; is_primary: boolean };
export type FoundPerson = Named & {
  position: string;
  roles: { role: string; org: OrgRef }[];
  classes: FoundClass[];
  children: { id: number; given_name: string; classes: FoundClass[] }[];
  is_activated: boolean;
};
/** `wants_name`: above a school nobody is listed before a name is given. */
export type FoundPeople = { people: FoundPerson[]; complete: boolean; wants_name: boolean };

type Dated = { since: string | null; until: string | null; is_live: boolean };
export type PersonRole = Dated & { role: string; org: OrgRef; source: string };
export type PersonClass = Dated & FoundClass & { school: OrgRef; class_type: string };
export type PersonLink = Dated &
  Named & {
    relation: string;
    state: "active" | "unverified" | "blocked";
    said_by_student: boolean;
    said_by_guardian: boolean;
  };
export type Deny = {
  id: number;
  person: Named;
  student: Named | null;
  org: OrgRef | null;
  reason: string;
  made_by: Named | null;
  made_at: string;
  until: string | null;
  review_on: string | null;
  ended_by: Named | null;
  ended_at: string | null;
  end_reason: string;
  is_standing: boolean;
};
export type PersonPage = Named & {
  position: string;
  is_enabled: boolean;
  roles: PersonRole[];
  classes: PersonClass[];
  children: PersonLink[];
  guardians: PersonLink[];
  account: {
    is_activated: boolean;
    devices: number;
    last_seen_on: string | null;
    has_second_factor: boolean;
    /** The last time that their second factors were taken from them, because they had lost them. */
    let_in: { at: string; by: Named | null } | null;
  };
  denies: Deny[];
  same_human: (Named & { how: string })[];
  source: Named & { heard_at: string | null; said_at: string | null; is_stale: boolean };
};

export type Cause = {
  seat: string;
  kind: "enrolment" | "role" | "guardian_link";
  facts: Record<string, unknown>;
  is_homeroom_teacher: boolean;
  org: OrgRef | null;
  school_class: ClassRef | null;
  student: Named | null;
  since: string | null;
  until: string | null;
};
export type ExplainedRoom = {
  id: number;
  kind: RoomKind;
  title: string;
  org: OrgRef;
  school_class: ClassRef | null;
  student: Named | null;
  guardian: Named | null;
  teacher: Named | null;
  /** null: only a deny keeps this person out; then the causes are those that would give a seat. */
  seat: string | null;
  can: Can[];
  causes: Cause[];
  denies: number[];
};
export type PersonRooms = { person: number; rooms: ExplainedRoom[]; denies: Deny[] };

export type NewDeny = {
  person: number;
  student: number | null;
  org: number | null;
  reason: string;
  until: string | null;
  review_on: string | null;
};
export const SIGN_OUT_CAUSES = ["lost", "stranger", "changed", "left", "other"] as const;
export type SignOutCause = (typeof SIGN_OUT_CAUSES)[number];
