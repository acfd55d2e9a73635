/** A notice as it leaves the app by hand: text, code and the address where anybody can check it. In Vietnamese, as documents
 * are; the page compares what is pasted with exactly this (broadcasts/verifying/sharing.py). */

import type { Inbox } from "../protocol/broadcasts";
import { referenceOf } from "./compose-reference";

type Shared = Pick<Inbox, "issuer" | "title" | "body" | "number" | "symbol">;

/** K7M4Q XP29D: read aloud and typed in two pieces. */
export function groupedCode(code: string): string {
  return `${code.slice(0, 5)} ${code.slice(5)}`;
}

/** Where this notice is checked, without the app. */
export function addressOf(code: string, origin: string): string {
  return `${origin}/kt/${code}`;
}

export function sharedText(notice: Shared, code: string, origin: string): string {
  const reference = referenceOf(notice);
  return [
    notice.issuer.name,
    ...(reference ? [`Số ${reference}`] : []),
    notice.title,
    "",
    notice.body,
    "",
    `Mã kiểm tra: ${groupedCode(code)}`,
    addressOf(code, origin),
  ].join("\n");
}
