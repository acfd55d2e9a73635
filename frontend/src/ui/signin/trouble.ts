import { NoPasskey } from "../../net/passkeys";
import { Refusal } from "../../protocol/refusal";
import { m } from "../../text";
import { sentenceOf } from "../parts/refused";

/** What to say when a code or a passkey did not do: allauth's own address refuses a passkey without words of ours. */
export function confirmTrouble(error: unknown): string {
  if (error instanceof NoPasskey) return m.factor_passkey_failed();
  if (error instanceof Refusal && !error.detail && error.status < 500) return m.factor_passkey_failed();
  return sentenceOf(error);
}
