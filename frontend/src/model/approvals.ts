/** The second person's part: what waits, and the word that is said to it. */

import type { Api } from "../net/api";
import type { Approval, Approvals, Draft } from "../protocol/drafts";
import type { Me } from "../protocol/types";

/** Roles that speak for their org and everything below it; who decides in each case, the server says. */
const SENDING = ["principal", "siteAdministrator", "districtAdministrator"];

export function mayApprove(me: Me | null): boolean {
  return (me?.roles ?? []).some((held) => SENDING.includes(held.role));
}

export class ApprovalDesk {
  private readonly api: Api;

  constructor(api: Api) {
    this.api = api;
  }

  list(): Promise<Approvals> {
    return this.api.get("/api/broadcasts/approvals");
  }

  find(id: number): Promise<Approval> {
    return this.api.get(`/api/broadcasts/approvals/${id}`);
  }

  /** Exactly this version, to so many: what was on the screen. */
  approve(id: number, version: number, people: number): Promise<Draft> {
    return this.api.post(`/api/broadcasts/approvals/${id}/approve`, { version, people });
  }

  decline(id: number, reason: string): Promise<Draft> {
    return this.api.post(`/api/broadcasts/approvals/${id}/decline`, { reason });
  }
}
