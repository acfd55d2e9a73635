/** What stands under a notice: what was answered to all, and what one asked oneself. */

import type { Api } from "../net/api";
import type { OwnQuestion, PublicAnswer, UnderNotice } from "../protocol/questions";
import { mayRetry, Refusal } from "../protocol/refusal";
import type { ServerEvent } from "../protocol/types";

export class Under {
  answers = $state.raw<readonly PublicAnswer[]>([]);
  mine = $state.raw<readonly OwnQuestion[]>([]);
  private readonly api: Api;
  readonly broadcast: number;

  constructor(api: Api, broadcast: number) {
    this.api = api;
    this.broadcast = broadcast;
  }

  /** Without a line what is here stays; the next look asks again. */
  async load(): Promise<void> {
    try {
      const found = await this.api.get<UnderNotice>(`/api/broadcasts/${this.broadcast}/answers`);
      this.answers = found.answers;
      this.mine = found.mine;
    } catch (error) {
      if (!mayRetry(error) && !(error instanceof Refusal)) throw error;
    }
  }

  hear(event: ServerEvent): void {
    // A hello: what was told while there was no line is not told again.
    if (event.type === "hello" || (event.type === "questions.changed" && event.broadcast === this.broadcast))
      void this.load();
  }
}
