import type { Clock } from "../clock";

const steps = [0.5, 1, 2, 4, 8, 16, 30];

/** Milliseconds before the next try: 0.5 s to 30 s, ± 50 %, so that a town whose line returns does not come back in one instant. */
export function backoff(attempt: number, clock: Clock): number {
  const step = steps[Math.min(attempt, steps.length - 1)] ?? 30;
  return step * 1000 * (0.5 + clock.random());
}
