/** The notices that this person sent, newest first. */

import type { Api } from "../net/api";
import type { Sent, SentPage } from "../protocol/broadcasts";
import { mayRetry } from "../protocol/refusal";

export class SentList {
  list = $state.raw<readonly Sent[]>([]);
  state = $state<"loading" | "ready" | "unreachable">("loading");
  isComplete = $state(false);
  private paging: Promise<void> | null = null;
  private readonly api: Api;

  constructor(api: Api) {
    this.api = api;
  }

  load(): Promise<void> {
    return this.page("", []);
  }

  /** The next older page, while there is one. */
  older(): Promise<void> {
    const last = this.list.at(-1);
    if (!last || this.isComplete) return Promise.resolve();
    this.paging ??= this.page(`?before=${last.id}`, this.list).finally(() => {
      this.paging = null;
    });
    return this.paging;
  }

  private async page(query: string, before: readonly Sent[]): Promise<void> {
    try {
      const page = await this.api.get<SentPage>(`/api/broadcasts/sent${query}`);
      this.list = [...before, ...page.broadcasts];
      this.isComplete = page.complete;
      this.state = "ready";
    } catch (error) {
      if (!mayRetry(error)) throw error;
      if (this.state === "loading") this.state = "unreachable";
    }
  }
}
