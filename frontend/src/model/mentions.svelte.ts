/** "@" while writing: who may be meant, and who is still named in the text when it goes out. */

import type { Member, PersonRef } from "../protocol/types";
import { fold } from "../text/fold";

export type Choice = { kind: "all"; tag: string } | { kind: "person"; tag: string; person: PersonRef };
export type MentionsParts = {
  members: () => Promise<Member[]>;
  me: number;
  tagOf: (person: PersonRef) => string;
  /** How all of the room are named; null: this person may not. */
  tagOfAll: string | null;
};

const SHOWN = 20;
const MOST = 20;

export class Mentions {
  /** What the line at the caret asks for; empty: nobody is being named. */
  choices = $state.raw<readonly Choice[]>([]);
  active = $state(0);
  private members: PersonRef[] | null = null;
  private isAsking = false;
  private at = -1;
  private typedSince = "";
  private readonly picked = new Map<string, Choice>();
  private readonly parts: MentionsParts;

  constructor(parts: MentionsParts) {
    this.parts = parts;
  }

  /** The text has changed or the caret has moved. */
  typed(text: string, caret: number): void {
    const found = /(?:^|\s)@([^@\n]{0,30})$/.exec(text.slice(0, caret));
    if (!found) {
      this.close();
      return;
    }
    this.typedSince = found[1] ?? "";
    this.at = caret - this.typedSince.length - 1;
    if (this.members) this.look();
    else void this.ask();
  }

  close(): void {
    this.choices = [];
    this.at = -1;
  }

  move(by: number): void {
    const length = this.choices.length;
    if (length > 0) this.active = (this.active + by + length) % length;
  }

  /** The text with the chosen name in it, and where the caret stands then. */
  choose(text: string, choice: Choice): { text: string; caret: number } {
    const before = text.slice(0, this.at);
    const rest = text.slice(this.at + 1 + this.typedSince.length);
    this.picked.set(choice.tag, choice);
    this.close();
    const put = `${before}${choice.tag} `;
    return { text: put + rest.replace(/^ /, ""), caret: put.length };
  }

  /** Whoever was chosen and is named still. */
  in(text: string): { mentions: PersonRef[]; isForAll: boolean } {
    const named = [...this.picked.values()].filter((one) => text.includes(one.tag));
    const people = named.flatMap((one) => (one.kind === "person" ? [one.person] : []));
    return { mentions: people.slice(0, MOST), isForAll: named.some((one) => one.kind === "all") };
  }

  /** What was written has gone. */
  forget(): void {
    this.picked.clear();
    this.close();
  }

  private async ask(): Promise<void> {
    if (this.isAsking) return;
    this.isAsking = true;
    try {
      const members = await this.parts.members();
      this.members = members.map((one) => one.person).filter((person) => person.id !== this.parts.me);
      if (this.at >= 0) this.look();
    } catch {
      this.close(); // Without a line nobody is offered; the text goes as it is written.
    } finally {
      this.isAsking = false;
    }
  }

  private look(): void {
    const sought = fold(this.typedSince);
    const fits = (text: string): boolean => ` ${fold(text)}`.includes(` ${sought}`);
    const { tagOf, tagOfAll } = this.parts;
    const all: Choice[] = tagOfAll && fits(tagOfAll.slice(1)) ? [{ kind: "all", tag: tagOfAll }] : [];
    const people = (this.members ?? [])
      .filter((person) => fits(`${person.address} ${person.name}`) || fits(tagOf(person).slice(1)))
      .map((person): Choice => ({ kind: "person", tag: tagOf(person), person }));
    this.choices = [...all, ...people].slice(0, SHOWN);
    this.active = 0;
  }
}
