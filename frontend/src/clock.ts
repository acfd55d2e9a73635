/** Time, passed in everywhere, so that tests own it. */
export interface Clock {
  now(): number;
  /** Runs `then` after so many milliseconds; the answer cancels it. */
  after(milliseconds: number, then: () => void): () => void;
  random(): number;
}

export const clock: Clock = {
  now: () => Date.now(),
  after(milliseconds, then) {
    const timer = setTimeout(then, milliseconds);
    return () => clearTimeout(timer);
  },
  random: () => Math.random(),
};
