/** What is looked for and who was found. It outlives the screen: back from a person, the list is as it was. */

import type { Clock } from "../clock";
import type { FoundPeople, FoundPerson, Part } from "../protocol/people";

export type Question = { words: string; part: Part | null; org: number | null; schoolClass: number | null };
export type Finder = (question: Question, after: number | null) => Promise<FoundPeople>;

/** A name is typed letter by letter, and every look costs the server one. */
const PAUSE = 350;

export class PeopleSearch {
  question = $state.raw<Question>({ words: "", part: null, org: null, schoolClass: null });
  people = $state.raw<readonly FoundPerson[]>([]);
  isComplete = $state(true);
  wantsName = $state(false);
  /** Nothing has been answered yet, or the answer to what stands there now is under way. */
  isAsking = $state(true);
  /** Why nothing came; the question stays and can be asked again. */
  failure = $state.raw<unknown>(null);

  private asked = 0;
  private hasBegun = false;
  private cancel: (() => void) | null = null;
  private readonly find: Finder;
  private readonly clock: Clock;

  constructor(find: Finder, clock: Clock) {
    this.find = find;
    this.clock = clock;
  }

  /** The first page, unless it is there already. */
  begin(): void {
    if (this.hasBegun && this.failure === null) return;
    this.hasBegun = true;
    void this.ask();
  }

  change(part: Partial<Question>): void {
    this.question = { ...this.question, ...part };
    this.isAsking = true;
    this.cancel?.();
    this.cancel = this.clock.after("words" in part ? PAUSE : 0, () => void this.ask());
  }

  /** The question as it stands, from the first page. */
  async ask(): Promise<void> {
    await this.fetch(null);
  }

  async more(): Promise<void> {
    const last = this.people.at(-1);
    if (last && !this.isComplete && !this.isAsking) await this.fetch(last.id);
  }

  private async fetch(after: number | null): Promise<void> {
    this.asked += 1;
    const mine = this.asked;
    this.isAsking = true;
    try {
      const answer = await this.find(this.question, after);
      if (mine !== this.asked) return; // Another question was asked meanwhile: its answer counts.
      this.people = after === null ? answer.people : [...this.people, ...answer.people];
      this.isComplete = answer.complete;
      this.wantsName = answer.wants_name;
      this.failure = null;
    } catch (error) {
      if (mine === this.asked) this.failure = error;
    } finally {
      if (mine === this.asked) this.isAsking = false;
    }
  }
}

/** The question as the address says it; what was not asked for is not in it. */
export function query(question: Question, after: number | null): string {
  const asked: [string, string | number | null][] = [
    ["q", question.words.trim() || null],
    ["role", question.part],
    ["org", question.org],
    ["class", question.schoolClass],
    ["after", after],
  ];
  const given = asked.filter((one): one is [string, string | number] => one[1] !== null);
  return new URLSearchParams(given.map(([name, value]) => [name, String(value)])).toString();
}
