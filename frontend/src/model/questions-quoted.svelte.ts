/** Which messages of a conversation ask about which notice. */

import type { Api } from "../net/api";
import type { Quoted } from "../protocol/questions";
import { mayRetry, Refusal } from "../protocol/refusal";

export class Quotes {
  bySeq = $state.raw<ReadonlyMap<number, Quoted>>(new Map());
  private readonly api: Api;
  private readonly room: number;

  constructor(api: Api, room: number) {
    this.api = api;
    this.room = room;
  }

  /** Without a line the messages stand without their notices; the next message asks again. */
  async load(): Promise<void> {
    try {
      const found = await this.api.get<{ questions: Quoted[] }>(`/api/broadcasts/questions/quoted?room=${this.room}`);
      this.bySeq = new Map(found.questions.map((one) => [one.seq, one]));
    } catch (error) {
      if (!mayRetry(error) && !(error instanceof Refusal)) throw error;
    }
  }
}
