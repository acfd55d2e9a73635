import { isPasskeyTrouble } from "../../model/second-factor.svelte";
import { m } from "../../text";
import { sentenceOf } from "../parts/refused";

/** What to say when a code or a passkey did not do. */
export function confirmTrouble(error: unknown): string {
  return isPasskeyTrouble(error) ? m.factor_passkey_failed() : sentenceOf(error);
}
