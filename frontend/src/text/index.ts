/** Every word for people: messages/vi.json first, messages/en.json complete. A key that is missing in either is a type error. */
import type en from "../../messages/en.json";
import type vi from "../../messages/vi.json";

export { m } from "./paraglide/messages";
export { overwriteGetLocale } from "./paraglide/runtime";

type Same<A, B> = [Exclude<keyof A, keyof B>, Exclude<keyof B, keyof A>] extends [never, never] ? true : never;
/** If this does not compile, a key is in one language only. */
export const isComplete: Same<typeof vi, typeof en> = true;
