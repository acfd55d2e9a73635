import type { Me } from "../../protocol/types";
import { m } from "../../text";
import type { IconName } from "../parts/icons";

export type Tab = { path: string; icon: IconName; label: () => string; unread: "notices" | "messages" | null };

const notices: Tab = { path: "/thong-bao", icon: "drum", label: () => m.tab_notices(), unread: "notices" };
const messages: Tab = { path: "/tin-nhan", icon: "chat", label: () => m.tab_messages(), unread: "messages" };
const children: Tab = { path: "/con-toi", icon: "child", label: () => m.tab_children(), unread: null };
const board: Tab = { path: "/bang-dieu-hanh", icon: "tree", label: () => m.tab_board(), unread: null };
const classes: Tab = { path: "/lop", icon: "users", label: () => m.reach_tab_class(), unread: null };
const compose: Tab = { path: "/soan", icon: "edit", label: () => m.tab_compose(), unread: null };
const more: Tab = { path: "/them", icon: "more", label: () => m.tab_more(), unread: null };

/** Roles that lead an organisation: their day starts with what comes from above and goes down. */
const LEADING = ["principal", "siteAdministrator", "districtAdministrator"];

export function leads(me: Me | null): boolean {
  return me?.roles.some((held) => LEADING.includes(held.role)) ?? false;
}

/** The pages of this person, the first one home. Five at most; a page that the app does not have is left out. */
export function tabsFor(me: Me, hasPage: (path: string) => boolean): Tab[] {
  const family = me.children.length > 0 ? [children] : [];
  return arranged(me, family)
    .filter((tab) => hasPage(tab.path))
    .slice(0, 5);
}

function arranged(me: Me, family: Tab[]): Tab[] {
  const roles = me.roles.map((held) => held.role);
  if (leads(me)) {
    return family.length > 0 ? [notices, compose, messages, children, more] : [board, notices, compose, messages, more];
  }
  if (roles.includes("teacher")) {
    const writing = me.may.compose ? [compose] : [];
    // A teacher who is a parent as well finds the class below "Thêm": five are what a hand can tell apart.
    return family.length > 0
      ? [messages, notices, ...writing, ...family, more]
      : [messages, notices, classes, ...writing, more];
  }
  return [notices, messages, ...family, more];
}
