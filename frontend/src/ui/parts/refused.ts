import { Refusal } from "../../protocol/refusal";
import { m } from "../../text";

/** One sentence for a person, from whatever an action threw: the server's own words, or that nobody answered. */
export function sentenceOf(error: unknown): string {
  return error instanceof Refusal && error.detail ? error.detail : m.unreachable();
}
