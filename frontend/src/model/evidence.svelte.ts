/** The acts on one notice, for whoever may see them. */

import type { Api } from "../net/api";
import type { Acts } from "../protocol/evidence";
import { mayRetry, Refusal } from "../protocol/refusal";

export class Evidence {
  found = $state.raw<Acts | null>(null);
  state = $state<"loading" | "ready" | "unreachable" | "gone">("loading");
  readonly broadcast: number;
  private readonly api: Api;

  constructor(api: Api, broadcast: number) {
    this.api = api;
    this.broadcast = broadcast;
  }

  get packageAddress(): string {
    return `/api/broadcasts/${this.broadcast}/evidence/package`;
  }

  async load(): Promise<void> {
    try {
      this.found = await this.api.get<Acts>(`/api/broadcasts/${this.broadcast}/evidence`);
      this.state = "ready";
    } catch (error) {
      if (mayRetry(error)) this.state = this.found ? "ready" : "unreachable";
      else if (error instanceof Refusal) this.state = "gone";
      else throw error;
    }
  }
}
