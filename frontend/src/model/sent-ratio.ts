import type { Totals } from "../protocol/types";

/** What a notice asks for: answers where it wants them, else that it is opened. */
export type Ratio = { done: number; of: number };

export function ratioOf(totals: Totals): Ratio {
  return totals.wanted > 0
    ? { done: totals.acknowledged, of: totals.wanted }
    : { done: totals.seen, of: totals.recipients };
}
