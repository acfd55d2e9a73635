/** What can be denied somebody, and what they lose by it at once: said before it is done. */

import type { ExplainedRoom, PersonPage } from "../protocol/people";
import type { OrgRef } from "../protocol/types";

/** No longer this child's guardian; nothing in this unit and below; nothing anywhere. */
export type DenyChoice = { student: number | null; org: number | null };

export type Choices = { children: { id: number; name: string }[]; orgs: OrgRef[]; everywhere: boolean };

/** Those that can be chosen for this person. The server decides; this leaves out what it would never allow. */
export function choicesFor(person: PersonPage, isHead: boolean): Choices {
  // A pupil's page names what was denied their guardians too.
  const standing = new Set(person.denies.filter((deny) => deny.person.id === person.id).map(keyOf));
  const children = person.children.filter((link) => link.state !== "unverified" && !standing.has(`s${link.id}`));
  const orgs = new Map(person.roles.filter((role) => !isOver(role.until)).map((role) => [role.org.id, role.org]));
  return {
    children: children.map(({ id, name }) => ({ id, name })),
    orgs: isHead ? [...orgs.values()].filter((org) => !standing.has(`o${org.id}`)) : [],
    everywhere: isHead && !standing.has("all"),
  };
}

export function isEmpty(choices: Choices): boolean {
  return choices.children.length === 0 && choices.orgs.length === 0 && !choices.everywhere;
}

/** The rooms that close at once, as far as they are known here: a room stays while another cause gives it. */
export function lostBy(rooms: readonly ExplainedRoom[], choice: DenyChoice): ExplainedRoom[] {
  return rooms.filter((room) => room.seat !== null && room.causes.length > 0 && isTaken(room, choice));
}

function isTaken(room: ExplainedRoom, { student, org }: DenyChoice): boolean {
  if (student !== null) return room.causes.every((cause) => cause.student?.id === student);
  // A guardian's cause names the child and not the school: in the school's own rooms it is that school's.
  return org === null || room.causes.every((cause) => (cause.org ?? room.org).id === org);
}

function keyOf(deny: { student: { id: number } | null; org: { id: number } | null }): string {
  if (deny.student) return `s${deny.student.id}`;
  return deny.org ? `o${deny.org.id}` : "all";
}

/** Ends are exclusive: on that day it is over. Days are compared as they are written. */
function isOver(until: string | null, now = new Date()): boolean {
  return until !== null && until <= written(now);
}

/** The first day that a deny can end or be looked at again, as a date field writes it. */
export function tomorrow(now = new Date()): string {
  return written(new Date(now.getFullYear(), now.getMonth(), now.getDate() + 1));
}

export function dayAfter(day: string): string {
  const [year, month, date] = day.split("-").map(Number) as [number, number, number];
  return written(new Date(year, month - 1, date + 1));
}

function written(date: Date): string {
  const pad = (part: number): string => String(part).padStart(2, "0");
  return `${date.getFullYear()}-${pad(date.getMonth() + 1)}-${pad(date.getDate())}`;
}
