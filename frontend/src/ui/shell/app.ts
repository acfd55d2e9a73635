import { getContext, setContext } from "svelte";
import type { Session } from "../../model/session.svelte";
import type { Toasts } from "../parts/toasts.svelte";
import type { Layout } from "./layout.svelte";
import type { Navigation } from "./navigation.svelte";

/** What every screen may use, without passing it through each component. */
export type AppParts = { session: Session; navigation: Navigation; layout: Layout; toasts: Toasts };

const KEY = Symbol("app");

export function provideApp(parts: AppParts): void {
  setContext(KEY, parts);
}

export function useApp(): AppParts {
  return getContext<AppParts>(KEY);
}
