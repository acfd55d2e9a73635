/** The people of a place, narrowed by filters that combine, page by page; their number is always known. */

import type { Clock } from "../clock";
import type { Api } from "../net/api";
import type { AudienceRole, Selection } from "../protocol/broadcasts";
import type { Subject, SubjectFilter, SubjectPage } from "../protocol/reach";
import { mayRetry, Refusal } from "../protocol/refusal";
import { keyOf } from "./ledger-counting";
import { askAddress, NO_FILTER, queryOf, type Where } from "./reach";

/** A name is typed letter by letter, and every look costs the server one. */
const PAUSE = 350;
const PAGE = 50;

export class SubjectList {
  filter = $state.raw<SubjectFilter>(NO_FILTER);
  subjects = $state.raw<readonly Subject[]>([]);
  /** Of all that match; null until it was counted. */
  count = $state<number | null>(null);
  /** The same people as an audience, where one can be said. */
  audience = $state.raw<{ selection: Selection; roles: AudienceRole[] } | null>(null);
  /** How many of them the list names: of pupils above a school there is a number and no names. */
  named = $state(0);
  isComplete = $state(false);
  isAsking = $state(true);
  state = $state<"loading" | "ready" | "gone" | "unreachable">("loading");
  readonly where: Where;

  private readonly api: Api;
  private readonly clock: Clock;
  private asked = 0;
  private cursor: string | null = null;
  private pages = 0;
  private cancel: (() => void) | null = null;

  constructor(where: Where, parts: { api: Api; clock: Clock }, filter: SubjectFilter = NO_FILTER) {
    this.where = where;
    this.api = parts.api;
    this.clock = parts.clock;
    this.filter = filter;
  }

  /** Where the same list is to be had as a file. */
  exportAddress(format: "csv" | "xlsx"): string {
    return askAddress(this.where, "export", { ...queryOf(this.filter), format });
  }

  choose(fields: Partial<SubjectFilter>): void {
    this.filter = { ...this.filter, ...fields };
    this.isAsking = true;
    this.count = null;
    this.cancel?.();
    this.cancel = this.clock.after("q" in fields ? PAUSE : 0, () => void this.load());
  }

  /** The first page. */
  async load(): Promise<void> {
    this.asked += 1;
    await this.fetch(null, this.asked);
  }

  /** The next page, while there is one. */
  async more(): Promise<void> {
    if (this.cursor && !this.isComplete && !this.isAsking) await this.fetch(this.cursor, this.asked);
  }

  /** Every page, shown at once: for a class, where everybody is on the board. */
  async loadAll(): Promise<void> {
    this.asked += 1;
    const mine = this.asked;
    await this.tried(mine, async () => {
      let page = await this.ask(null);
      let all = [...page.subjects];
      while (page.after && !page.complete) {
        page = await this.ask(page.after);
        all = joined(all, page.subjects);
      }
      if (mine === this.asked) this.show({ ...page, subjects: all });
    });
  }

  /** What moved while one looks: the first page anew, unless somebody has read on, and would lose the place. */
  async renew(): Promise<void> {
    if (this.pages <= 1 && !this.isAsking) await this.load();
  }

  /** What the server says of one of them now. */
  take(subject: Subject): void {
    const key = keyOf(subject);
    this.subjects = this.subjects.map((one) => (keyOf(one) === key ? subject : one));
  }

  private fetch(after: string | null, mine: number): Promise<void> {
    return this.tried(mine, async () => {
      const page = await this.ask(after);
      if (mine !== this.asked) return; // Another question was asked meanwhile: its answer counts.
      this.pages = after ? this.pages + 1 : 1;
      this.show(after ? { ...page, subjects: joined(this.subjects, page.subjects) } : page);
    });
  }

  private ask(after: string | null): Promise<SubjectPage> {
    const query = { ...queryOf(this.filter), limit: String(PAGE), ...(after ? { after } : {}) };
    return this.api.get<SubjectPage>(askAddress(this.where, "subjects", query));
  }

  private show(page: SubjectPage): void {
    this.subjects = page.subjects;
    this.count = page.count;
    this.named = page.named;
    this.audience = page.audience ? { selection: page.audience, roles: page.roles } : null;
    this.cursor = page.after;
    this.isComplete = page.complete;
    this.state = "ready";
  }

  private async tried(mine: number, what: () => Promise<void>): Promise<void> {
    this.isAsking = true;
    try {
      await what();
    } catch (error) {
      if (!mayRetry(error) && !(error instanceof Refusal)) throw error;
      if (mine !== this.asked) return;
      if (!mayRetry(error)) this.state = "gone";
      else if (this.state === "loading") this.state = "unreachable";
    } finally {
      if (mine === this.asked) this.isAsking = false;
    }
  }
}

/** Somebody who moved between two pages stands on both: once is enough. */
function joined(before: readonly Subject[], page: readonly Subject[]): Subject[] {
  const known = new Set(before.map(keyOf));
  return [...before, ...page.filter((one) => !known.has(keyOf(one)))];
}
