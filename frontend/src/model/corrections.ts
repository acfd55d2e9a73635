/** Correcting what has left: whether one may, and the draft with which it begins. */

import type { Api } from "../net/api";
import type { Around, Sent } from "../protocol/broadcasts";
import type { Draft } from "../protocol/drafts";
import type { How } from "../protocol/types";
import { newName } from "./names";

export class Corrections {
  private readonly api: Api;
  /** Made once for each: a second tap, or a try whose answer was lost, begins no second draft. */
  private readonly names = new Map<string, string>();

  constructor(api: Api) {
    this.api = api;
  }

  /** The notice as who sees its progress has it. */
  look(id: number): Promise<Sent & Partial<Around>> {
    return this.api.get(`/api/broadcasts/${id}`);
  }

  /** The words of the notice as a draft, or the one that was begun before. */
  begin(id: number, how: How): Promise<Draft> {
    const key = `${id} ${how}`;
    const name = this.names.get(key) ?? newName();
    this.names.set(key, name);
    return this.api.post(`/api/broadcasts/${id}/correct`, { client_broadcast_id: name, how });
  }
}
