/** What narrows an audience: toggled value by value, told as chips, and kept to what a unit really has. */

import type { Facets, Level, Selection } from "../protocol/broadcasts";
import type { Language } from "../protocol/types";

/** One kind of narrowing with all that is chosen in it. */
export type Chip =
  | { by: "levels"; values: Level[] }
  | { by: "grades"; values: number[] }
  | { by: "classes"; values: number[] }
  | { by: "languages"; values: Language[] }
  | { by: "unacknowledged"; values: [number] }
  | { by: "unreached"; values: [number] };
type Lists = { levels: Level; grades: number; classes: number; languages: Language };
export type ListName = keyof Lists;

/** The unit or class alone. */
export function baseOf(selection: Selection): Selection {
  return selection.org !== undefined
    ? { org: selection.org }
    : selection.class !== undefined
      ? { class: selection.class }
      : {};
}

export function chipsOf(selection: Selection | null): Chip[] {
  if (!selection) return [];
  const { levels = [], grades = [], classes = [], languages = [], unacknowledged, unreached } = selection;
  return [
    ...(levels.length > 0 ? [{ by: "levels" as const, values: levels }] : []),
    ...(grades.length > 0 ? [{ by: "grades" as const, values: grades }] : []),
    ...(classes.length > 0 ? [{ by: "classes" as const, values: classes }] : []),
    ...(languages.length > 0 ? [{ by: "languages" as const, values: languages }] : []),
    ...(unacknowledged !== undefined ? [{ by: "unacknowledged" as const, values: [unacknowledged] as [number] }] : []),
    ...(unreached !== undefined ? [{ by: "unreached" as const, values: [unreached] as [number] }] : []),
  ];
}

export function isNarrowed(selection: Selection | null): boolean {
  return chipsOf(selection).length > 0;
}

export function without(selection: Selection, by: Chip["by"]): Selection {
  const { [by]: _gone, ...rest } = selection;
  return rest;
}

/** The value in or out; a list that is empty is no narrowing and goes. */
export function toggled<Name extends ListName>(selection: Selection, name: Name, value: Lists[Name]): Selection {
  const before = (selection[name] ?? []) as Lists[Name][];
  const after = before.includes(value) ? before.filter((one) => one !== value) : [...before, value];
  if (after.length === 0) return without(selection, name);
  return { ...selection, [name]: after.sort((a, b) => (a < b ? -1 : 1)) };
}

/** Of which notice only those who have not answered; null: everybody. */
export function outstanding(selection: Selection, notice: number | null): Selection {
  return notice === null ? without(selection, "unacknowledged") : { ...selection, unacknowledged: notice };
}

/** Classes of the grades that are chosen, or all; with what is chosen already always among them. */
export function classesFor(facets: Facets, selection: Selection): Facets["classes"] {
  const { grades = [], classes = [] } = selection;
  const isOf = (grade: string): boolean => grades.length === 0 || grades.includes(Number(grade));
  return facets.classes.filter((one) => isOf(one.grade) || classes.includes(one.id));
}
