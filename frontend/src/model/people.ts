/** People and their rights: asked of the server each time, kept nowhere. What may be done is decided there. */

import type { Clock } from "../clock";
import type { Api } from "../net/api";
import type { Audiences } from "../protocol/broadcasts";
import type { Deny, FoundPeople, NewDeny, PersonPage, PersonRooms, SignOutCause } from "../protocol/people";
import type { Me } from "../protocol/types";
import { PeopleSearch, type Question, query } from "./people-search.svelte";

const SPEAKING = ["principal", "siteAdministrator", "districtAdministrator"];
const HEADING = ["principal", "districtAdministrator"];

/** Whether to show the way to people at all. */
export function mayLookUp(me: Me | null): boolean {
  return (me?.roles ?? []).some((held) => SPEAKING.includes(held.role));
}

/** Heads deny somebody a school or everything; an office only a guardian. */
export function headsSomething(me: Me | null): boolean {
  return (me?.roles ?? []).some((held) => HEADING.includes(held.role));
}

/** Rooms of units that have ended pass to those above, never to a school. */
export function mayReadArchives(me: Me | null): boolean {
  return (me?.roles ?? []).some((held) => SPEAKING.includes(held.role) && held.org.type !== "school");
}

export class PeopleOffice {
  /** What is looked for, and who was found: there while somebody is signed in. */
  search: PeopleSearch;
  private readonly api: Api;
  private readonly clock: Clock;

  constructor(api: Api, clock: Clock) {
    this.api = api;
    this.clock = clock;
    this.search = this.begun();
  }

  forget(): void {
    this.search = this.begun();
  }

  private begun(): PeopleSearch {
    return new PeopleSearch((question, after) => this.find(question, after), this.clock);
  }

  find(question: Question, after: number | null): Promise<FoundPeople> {
    return this.api.get(`/api/people?${query(question, after)}`);
  }

  /** The units and classes to choose from. */
  places(): Promise<Audiences> {
    return this.api.get("/api/broadcasts/audiences");
  }

  person(id: number): Promise<PersonPage> {
    return this.api.get(`/api/people/${id}`);
  }

  rooms(id: number): Promise<PersonRooms> {
    return this.api.get(`/api/people/${id}/rooms`);
  }

  signOut(id: number, because: SignOutCause): Promise<{ devices: number }> {
    return this.api.post(`/api/people/${id}/sign-out`, { because });
  }

  /** Somebody has lost every second factor: the code is for them, beside their password. */
  letIn(id: number): Promise<{ code: string; expires_at: string }> {
    return this.api.post(`/api/people/${id}/lost-factors`);
  }

  denies(before: number | null): Promise<{ denies: Deny[]; complete: boolean }> {
    return this.api.get(before === null ? "/api/denies" : `/api/denies?before=${before}`);
  }

  deny(wanted: NewDeny): Promise<Deny> {
    return this.api.post("/api/denies", wanted);
  }

  endDeny(id: number, reason: string): Promise<Deny> {
    return this.api.post(`/api/denies/${id}/end`, { reason });
  }
}
