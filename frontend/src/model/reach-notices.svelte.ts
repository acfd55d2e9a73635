/** The notices of which this person may see a board, newest first. */

import type { Api } from "../net/api";
import type { BoardPage, WithBoard } from "../protocol/reach";
import { mayRetry } from "../protocol/refusal";

/** Whether this person may see a board of this notice; not known without a line. */
export async function isOnBoard(api: Api, broadcast: number): Promise<boolean> {
  try {
    const page = await api.get<BoardPage>(`/api/broadcasts/boards?before=${broadcast + 1}&limit=1`);
    return page.broadcasts[0]?.id === broadcast;
  } catch (error) {
    if (!mayRetry(error)) throw error;
    return false;
  }
}

export class BoardList {
  list = $state.raw<readonly WithBoard[]>([]);
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

  private async page(query: string, before: readonly WithBoard[]): Promise<void> {
    try {
      const page = await this.api.get<BoardPage>(`/api/broadcasts/boards${query}`);
      this.list = [...before, ...page.broadcasts];
      this.isComplete = page.complete;
      this.state = "ready";
    } catch (error) {
      if (!mayRetry(error)) throw error;
      if (this.state === "loading") this.state = "unreachable";
    }
  }
}
