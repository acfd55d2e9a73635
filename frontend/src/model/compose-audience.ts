/** To whom a notice may go: the orgs and classes that the server names, as a tree to open and a list to search. */

import type { AudienceRole, Audiences, OpenClass, OpenOrg, Selection } from "../protocol/broadcasts";
import type { Me, Urgency } from "../protocol/types";
import { fold } from "../text/fold";

export type Choice = {
  audience: Selection;
  /** The same for the same audience: what is compared and kept. */
  key: string;
  title: string;
  /** Where it is: the org above, or the class's school. */
  place: string;
  type: string;
  isOfficial: boolean;
  /** In whose name it would go out. */
  issuer: string;
  issuerOrg: { id: number; name: string };
  urgencies: Urgency[];
};
export type Row = { choice: Choice; depth: number; isParent: boolean; isOpen: boolean };

/** The order that the server keeps roles in. */
export const ROLES: readonly AudienceRole[] = ["guardians", "students", "teachers", "staff"];
export const URGENCIES: readonly Urgency[] = ["thuong", "khan", "thuong_khan", "hoa_toc"];

/** Of the unit or class itself, whatever narrows it. */
export function keyOf(audience: Selection): string {
  return audience.org !== undefined ? `org-${audience.org}` : `class-${audience.class}`;
}

/** A class has no staff besides its teachers. */
export function rolesFor(audience: Selection | null): readonly AudienceRole[] {
  return audience?.class !== undefined ? ROLES.filter((role) => role !== "staff") : ROLES;
}

export class AudienceTree {
  readonly choices: readonly Choice[];
  private readonly byKey: ReadonlyMap<string, Choice>;
  private readonly below = new Map<string | null, Choice[]>();
  private readonly folded: ReadonlyMap<string, string>;

  constructor(audiences: Audiences) {
    const orgs = new Map(audiences.orgs.map((open) => [open.org.id, open]));
    const ofOrgs = audiences.orgs.map((open) => this.place(orgChoice(open, orgs), parentKey(open, orgs)));
    const ofClasses = audiences.classes.map((open) =>
      this.place(classChoice(open), orgs.has(open.school.id) ? `org-${open.school.id}` : null),
    );
    this.choices = [...ofOrgs, ...ofClasses];
    this.byKey = new Map(this.choices.map((choice) => [choice.key, choice]));
    this.folded = new Map(this.choices.map((choice) => [choice.key, fold(`${choice.title} ${choice.place}`)]));
  }

  find(audience: Selection | null): Choice | null {
    return audience ? (this.byKey.get(keyOf(audience)) ?? null) : null;
  }

  /** The tree as far as it is opened; its first level is always there. */
  rows(opened: ReadonlySet<string>): Row[] {
    return this.rowsBelow(null, 0, opened);
  }

  /** All whose name or place holds every word, tones or not. */
  search(query: string, limit = 60): Choice[] {
    const words = fold(query).split(/\s+/).filter(Boolean);
    const found = this.choices.filter((choice) => words.every((word) => this.folded.get(choice.key)?.includes(word)));
    return found.slice(0, limit);
  }

  /** What a person most likely means: a teacher's own class, a head's own school. Never a whole province unasked. */
  likely(me: Pick<Me, "homerooms">): Choice | null {
    const seat = this.below.get(null)?.find((choice) => choice.type === "school");
    if (seat) return seat;
    const mine = me.homerooms.filter((one) => one.is_homeroom_teacher).map((one) => `class-${one.id}`);
    const classes = this.choices.filter((choice) => choice.type === "class");
    return classes.find((choice) => mine.includes(choice.key)) ?? (classes.length === 1 ? (classes[0] ?? null) : null);
  }

  private rowsBelow(key: string | null, depth: number, opened: ReadonlySet<string>): Row[] {
    return (this.below.get(key) ?? []).flatMap((choice) => {
      const isParent = this.below.has(choice.key);
      const isOpen = isParent && opened.has(choice.key);
      return [{ choice, depth, isParent, isOpen }, ...(isOpen ? this.rowsBelow(choice.key, depth + 1, opened) : [])];
    });
  }

  private place(choice: Choice, parent: string | null): Choice {
    const siblings = this.below.get(parent);
    if (siblings) siblings.push(choice);
    else this.below.set(parent, [choice]);
    return choice;
  }
}

function parentKey(open: OpenOrg, orgs: ReadonlyMap<number, OpenOrg>): string | null {
  return open.parent !== null && orgs.has(open.parent) ? `org-${open.parent}` : null;
}

function orgChoice(open: OpenOrg, orgs: ReadonlyMap<number, OpenOrg>): Choice {
  const above = open.parent === null ? undefined : orgs.get(open.parent);
  const audience = { org: open.org.id };
  return {
    audience,
    key: keyOf(audience),
    title: open.org.name,
    place: above?.org.name ?? "",
    type: open.org.type,
    isOfficial: open.official,
    issuer: open.as.name,
    issuerOrg: open.as,
    urgencies: open.urgencies,
  };
}

function classChoice(open: OpenClass): Choice {
  const audience = { class: open.id };
  return {
    audience,
    key: keyOf(audience),
    title: open.title,
    place: open.school.name,
    type: "class",
    isOfficial: open.official,
    issuer: open.school.name,
    issuerOrg: open.school,
    urgencies: open.urgencies,
  };
}
