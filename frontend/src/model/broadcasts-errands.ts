import type { Answer } from "../store/schema";

/** Answers that go out together: one deed on one notice; children in one request, oneself in another. */
export type Errand = { broadcast: number; deed: Answer["deed"]; students: number[]; answers: Answer[] };

/** What was said first goes first; with it goes all that fits into the same request. */
export function nextErrand(answers: readonly Answer[]): Errand | null {
  const first = answers[0];
  if (!first) return null;
  const isForChild = first.student !== null;
  const together = answers.filter(
    (one) => one.broadcast === first.broadcast && one.deed === first.deed && (one.student !== null) === isForChild,
  );
  const students = together.flatMap((one) => (one.student === null ? [] : [one.student]));
  return { broadcast: first.broadcast, deed: first.deed, students, answers: together };
}

/** The same errand over HTTP. */
export function requestFor(errand: Errand): { path: string; body: object } {
  const path = `/api/broadcasts/${errand.broadcast}/${errand.deed === "read" ? "read" : "acknowledge"}`;
  return { path, body: errand.deed === "read" ? {} : { students: errand.students } };
}
