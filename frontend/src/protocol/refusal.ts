import type { RefusalShape } from "./types";

/** A clear no, the same from REST and socket. `retry` says whether the same request may succeed later. */
export class Refusal extends Error {
  readonly code: string;
  readonly detail: string;
  readonly retry: boolean;
  readonly retryAfter: number | null;
  readonly facts: Record<string, unknown>;
  readonly status: number;

  constructor(shape: RefusalShape, status = 0) {
    super(shape.code);
    this.code = shape.code;
    this.detail = shape.detail;
    this.retry = shape.retry;
    this.retryAfter = shape.retry_after ?? null;
    this.facts = shape.facts ?? {};
    this.status = status;
  }
}

/** Nobody answered: no line, a cut, a time-out. What was asked may or may not have been done; ask again with the same name. */
export class Unreachable extends Error {
  constructor(why: string) {
    super(why);
    this.name = "Unreachable";
  }
}

/** True where trying the very same thing later makes sense. */
export function mayRetry(error: unknown): boolean {
  return error instanceof Unreachable || (error instanceof Refusal && error.retry);
}
