/** What a unit can be narrowed by, the notices that somebody may not have answered, and selections kept under a name. */

import type { Api } from "../net/api";
import type { Audiences, Facets, SavedAudience, Selection, Sent, SentPage } from "../protocol/broadcasts";
import type { BoardPage } from "../protocol/reach";
import { mayRetry } from "../protocol/refusal";

const NOTHING: Facets = { levels: [], grades: [], classes: [], languages: [] };

export class Audience {
  facets = $state.raw<Facets | null>(null);
  state = $state<"loading" | "ready" | "unreachable">("ready");
  /** Sent notices that want an answer and lack some. */
  open = $state.raw<readonly Sent[]>([]);
  saved = $state.raw<readonly SavedAudience[]>([]);
  /** Classes by number, of every unit looked at so far. */
  titles = $state.raw<ReadonlyMap<number, string>>(new Map());
  private followed = $state.raw<readonly { id: number; title: string }[]>([]);
  private readonly api: Api;
  private org = 0;

  constructor(api: Api) {
    this.api = api;
  }

  /** Of the notice whose open or unreached people are meant; empty while it is not known. */
  noticeTitle(selection: Selection | null): string {
    const id = selection?.unacknowledged ?? selection?.unreached;
    return this.open.find((sent) => sent.id === id)?.title ?? this.followed.find((one) => one.id === id)?.title ?? "";
  }

  /** Looks the notice up that a selection follows; it may be somebody else's, of which one sees a board. */
  async follow(id: number): Promise<void> {
    if (this.followed.some((one) => one.id === id)) return;
    await this.tried(async () => {
      const { broadcasts } = await this.api.get<BoardPage>(`/api/broadcasts/boards?before=${id + 1}&limit=1`);
      this.followed = [...this.followed, ...broadcasts.filter((one) => one.id === id)];
    });
  }

  /** What is there in this unit; a class is narrowed by nothing but who has not answered. */
  async look(selection: Selection): Promise<void> {
    await this.tried(async () => {
      if (selection.org !== undefined && selection.org !== this.org) {
        this.facets = null;
        const { choices } = await this.api.get<Audiences>(`/api/broadcasts/audiences?org=${selection.org}`);
        const facets = choices ?? NOTHING;
        this.org = selection.org;
        this.facets = facets;
        this.titles = new Map([...this.titles, ...facets.classes.map((one) => [one.id, one.title] as const)]);
      }
      if (selection.org === undefined) {
        this.org = 0;
        this.facets = null;
      }
      const { broadcasts } = await this.api.get<SentPage>("/api/broadcasts/sent");
      this.open = broadcasts.filter(({ totals }) => totals.wanted > totals.acknowledged);
    });
  }

  async lookAtSaved(): Promise<void> {
    await this.tried(async () => {
      this.saved = (await this.api.get<{ audiences: SavedAudience[] }>("/api/broadcasts/saved-audiences")).audiences;
    });
  }

  /** Under this name, asked anew each time it is used. Throws what the server has against it. */
  async save(name: string, selection: Selection): Promise<void> {
    const kept = await this.api.post<SavedAudience>("/api/broadcasts/saved-audiences", {
      name: name.trim(),
      audience: selection,
    });
    this.saved = [...this.saved.filter((one) => one.id !== kept.id), kept];
  }

  async remove(saved: SavedAudience): Promise<void> {
    await this.api.del(`/api/broadcasts/saved-audiences/${saved.id}`);
    this.saved = this.saved.filter((one) => one.id !== saved.id);
  }

  private async tried(what: () => Promise<void>): Promise<void> {
    this.state = "loading";
    try {
      await what();
      this.state = "ready";
    } catch (error) {
      if (!mayRetry(error)) throw error;
      this.state = "unreachable";
    }
  }
}

/** Whether there is anything in this unit to narrow by. */
export function hasFacets(facets: Facets | null): boolean {
  if (!facets) return false;
  return [facets.levels, facets.grades, facets.classes, facets.languages].some((list) => list.length > 1);
}
