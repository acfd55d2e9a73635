/** The names of whom a draft is for: the server keeps numbers, and who decides about it has to read words. */

import type { Api } from "../net/api";
import type { Audiences, Selection } from "../protocol/broadcasts";
import { mayRetry, Refusal } from "../protocol/refusal";
import { AudienceTree, type Choice } from "./compose-audience";

export class Whom {
  choice = $state.raw<Choice | null>(null);
  /** Classes by number. */
  classes = $state.raw<ReadonlyMap<number, string>>(new Map());
  /** The notice whose unanswered ones are meant. */
  notice = $state("");
  private readonly api: Api;

  constructor(api: Api) {
    this.api = api;
  }

  async look(selection: Selection): Promise<void> {
    const only = selection.org === undefined ? "" : `?org=${selection.org}`;
    await this.tried(async () => {
      const audiences = await this.api.get<Audiences>(`/api/broadcasts/audiences${only}`);
      this.choice = new AudienceTree(audiences).find(selection);
      this.classes = new Map((audiences.choices?.classes ?? []).map((one) => [one.id, one.title]));
    });
    if (selection.unacknowledged === undefined) return;
    await this.tried(async () => {
      this.notice = (await this.api.get<{ title: string }>(`/api/broadcasts/${selection.unacknowledged}`)).title;
    });
  }

  /** A name that cannot be had takes nothing from the numbers beside it. */
  private async tried(what: () => Promise<void>): Promise<void> {
    try {
      await what();
    } catch (error) {
      if (!mayRetry(error) && !(error instanceof Refusal)) throw error;
    }
  }
}
