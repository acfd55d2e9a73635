/** What was done in the units that somebody heads, page by page: asked of the server each time, kept nowhere. */

import type { Api } from "../net/api";
import type { JournalGroup, JournalLine, JournalPage } from "../protocol/journal";
import { mayRetry, Refusal } from "../protocol/refusal";

/** Days as people name them (2026-10-06), both within; empty: open. */
export type JournalFilter = { group: JournalGroup | null; since: string; until: string };
export const WHOLE_JOURNAL: JournalFilter = { group: null, since: "", until: "" };

export function journalQuery(filter: JournalFilter, before: number | null): string {
  const asked: [string, string | null][] = [
    ["group", filter.group],
    ["since", filter.since || null],
    ["until", filter.until || null],
    ["before", before === null ? null : String(before)],
  ];
  const given = asked.filter((one): one is [string, string] => one[1] !== null);
  return new URLSearchParams(given).toString();
}

/** Lines of one day stand together, in the order in which they came. */
export function byDay(lines: readonly JournalLine[], dayOf: (at: string) => string): [string, JournalLine[]][] {
  const days = new Map<string, JournalLine[]>();
  for (const line of lines) {
    const day = dayOf(line.at);
    const found = days.get(day);
    if (found) found.push(line);
    else days.set(day, [line]);
  }
  return [...days];
}

export class Journal {
  static readonly ROOTS = "/api/journal/roots";
  filter = $state.raw<JournalFilter>(WHOLE_JOURNAL);
  lines = $state.raw<readonly JournalLine[]>([]);
  isComplete = $state(true);
  isAsking = $state(false);
  state = $state<"loading" | "ready" | "unreachable" | "gone">("loading");
  private asked = 0;
  private readonly api: Api;

  constructor(api: Api) {
    this.api = api;
  }

  load(): Promise<void> {
    return this.fetch(null);
  }

  narrow(fields: Partial<JournalFilter>): Promise<void> {
    this.filter = { ...this.filter, ...fields };
    return this.fetch(null);
  }

  async more(): Promise<void> {
    const last = this.lines.at(-1);
    if (last && !this.isComplete && !this.isAsking) await this.fetch(last.id);
  }

  private async fetch(before: number | null): Promise<void> {
    this.asked += 1;
    const mine = this.asked;
    this.isAsking = true;
    try {
      const query = journalQuery(this.filter, before);
      const page = await this.api.get<JournalPage>(query ? `/api/journal?${query}` : "/api/journal");
      if (mine !== this.asked) return; // Another question was asked meanwhile: its answer counts.
      this.lines = before === null ? page.lines : [...this.lines, ...page.lines];
      this.isComplete = page.complete;
      this.state = "ready";
    } catch (error) {
      if (mine !== this.asked) return;
      if (mayRetry(error)) this.state = "unreachable";
      else if (error instanceof Refusal) this.state = "gone";
      else throw error;
    } finally {
      if (mine === this.asked) this.isAsking = false;
    }
  }
}
