/** What a head does about a notice: pass it down, report it done, take that back, hand it over. */

import type { Api } from "../net/api";
import type { Colleague, OwnNode } from "../protocol/cascade";
import type { Draft } from "../protocol/drafts";
import { newName } from "./names";

export class Carrying {
  private readonly base: string;
  private readonly api: Api;
  /** Made once: a second tap, or a try whose answer was lost, begins no second notice. */
  private readonly name = newName();

  constructor(broadcast: number, unit: number, api: Api) {
    this.base = `/api/broadcasts/${broadcast}/nodes/${unit}`;
    this.api = api;
  }

  begin(): Promise<Draft> {
    return this.api.post(`${this.base}/relay`, { client_broadcast_id: this.name });
  }

  complete(note: string): Promise<OwnNode> {
    return this.api.post(`${this.base}/complete`, { note });
  }

  reopen(): Promise<OwnNode> {
    return this.api.post(`${this.base}/reopen`, {});
  }

  async colleagues(): Promise<Colleague[]> {
    const told = await this.api.get<{ colleagues: Colleague[] }>(`${this.base}/hand-over`);
    return told.colleagues;
  }

  handOver(person: number): Promise<OwnNode> {
    return this.api.post(`${this.base}/hand-over`, { person });
  }
}
