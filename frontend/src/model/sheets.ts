/** Activation sheets of a school: asked of the server each time, kept nowhere. Codes never pass through here but inside the file. */

import type { Api } from "../net/api";
import type { Audiences } from "../protocol/broadcasts";
import type { SheetCounts, Sheets } from "../protocol/sheets";
import type { Me, OrgRef } from "../protocol/types";

const OFFICE = ["principal", "siteAdministrator"];
const ABOVE = [...OFFICE, "districtAdministrator"];

/** Whether to show the way to the sheets; what is printed is decided by the server. */
export function mayPrint(me: Me | null): boolean {
  return (me?.roles ?? []).some((held) => ABOVE.includes(held.role));
}

/** How many have neither an account nor a sheet that still works. */
export function missing(counts: SheetCounts): number {
  return counts.not_me + counts.no_letter + counts.expired;
}

export class SheetOffice {
  private readonly api: Api;

  constructor(api: Api) {
    this.api = api;
  }

  /** The schools whose office this is, or that stand below it. */
  async schools(me: Me): Promise<OrgRef[]> {
    const own = me.roles
      .filter((held) => OFFICE.includes(held.role) && held.org.type === "school")
      .map((held) => held.org);
    const isAbove = me.roles.some((held) => ABOVE.includes(held.role) && held.org.type !== "school");
    if (!isAbove) return own;
    const open = await this.api.get<Audiences>("/api/broadcasts/audiences");
    return open.orgs.map((each) => each.org).filter((org) => org.type === "school");
  }

  school(id: number): Promise<Sheets> {
    return this.api.get(`/api/letters/schools/${id}`);
  }

  schoolClass(id: number): Promise<Sheets> {
    return this.api.get(`/api/letters/classes/${id}`);
  }

  /** A PDF for everybody who lacks a sheet, or for these people whatever they have. */
  print(place: "schools" | "classes", id: number, people?: number[]): Promise<Blob> {
    return this.api.file(`/api/letters/${place}/${id}`, people ? { people } : {});
  }

  async takeBack(schoolClass: number, person: number): Promise<void> {
    await this.api.post(`/api/letters/classes/${schoolClass}/take-back`, { person });
  }
}
