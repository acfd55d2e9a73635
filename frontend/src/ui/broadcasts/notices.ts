import type { Broadcasts } from "../../model/broadcasts.svelte";
import type { Session } from "../../model/session.svelte";
import type { Me } from "../../protocol/types";

/** The notices of who is signed in. */
export function noticesOf(session: Session): Broadcasts | null {
  return session.companion<Broadcasts>("notices");
}

/** Roles whose home is the board; the tabs go by the same. */
const LEADING = ["principal", "siteAdministrator", "districtAdministrator"];

/** Where the boards stand for this person: below the board tab of those who have it, else below "Soạn". */
export function boardsOf(me: Me | null): string {
  const isLeading = me?.roles.some((held) => LEADING.includes(held.role)) ?? false;
  return isLeading && me?.children.length === 0 ? "/bang-dieu-hanh" : "/soan/da-gui";
}

export function sentListOf(me: Me | null): string {
  const boards = boardsOf(me);
  return boards === "/bang-dieu-hanh" ? "/bang-dieu-hanh/da-gui" : boards;
}
