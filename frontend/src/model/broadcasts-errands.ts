import type { Answer } from "../store/schema";

/** Answers that go out together: one deed on one notice; children in one request, oneself in another. */
export type Errand = { broadcast: number; deed: Answer["deed"]; students: number[]; answers: Answer[] };

export function keyOf(broadcast: number, deed: Answer["deed"], student: number | null): string {
  return `${deed}-${broadcast}-${student ?? "me"}`;
}

/** What was said first goes first; with it goes all that was said in the same breath and fits into the same request. */
export function nextErrand(answers: readonly Answer[]): Errand | null {
  const first = answers[0];
  if (!first) return null;
  const isForChild = first.student !== null;
  const together = answers.filter(
    (one) =>
      one.broadcast === first.broadcast &&
      one.deed === first.deed &&
      one.at === first.at &&
      (one.student !== null) === isForChild,
  );
  const students = together.flatMap((one) => (one.student === null ? [] : [one.student]));
  return { broadcast: first.broadcast, deed: first.deed, students, answers: together };
}

/** When it was said, and what this device's clock shows as it is sent: from both the server knows the true time. */
export function timesOf(errand: Errand, now: number): { at: string; sent_at: string } {
  return { at: errand.answers[0]?.at ?? new Date(now).toISOString(), sent_at: new Date(now).toISOString() };
}

/** The same errand over HTTP. */
export function requestFor(errand: Errand, now: number): { path: string; body: object } {
  const path = `/api/broadcasts/${errand.broadcast}/${errand.deed === "read" ? "read" : "acknowledge"}`;
  const times = timesOf(errand, now);
  return { path, body: errand.deed === "read" ? times : { students: errand.students, ...times } };
}
