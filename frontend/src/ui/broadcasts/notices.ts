import type { Broadcasts } from "../../model/broadcasts.svelte";
import type { Session } from "../../model/session.svelte";
import type { Me } from "../../protocol/types";
import { leads } from "../shell/tabs";

/** The notices of who is signed in. */
export function noticesOf(session: Session): Broadcasts | null {
  return session.companion<Broadcasts>("notices");
}

/** Where the boards stand for this person: what an office leads, or what a teacher's classes have. */
export function boardsOf(me: Me | null): string {
  return leads(me) ? "/bang-dieu-hanh" : "/lop";
}

/** Somebody to whom a notice may have been sent down: their classes or units may have a board of it. */
export function works(me: Me): boolean {
  return leads(me) || me.roles.some((held) => held.role === "teacher");
}
