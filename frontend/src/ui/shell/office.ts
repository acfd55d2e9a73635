import { mayApprove } from "../../model/approvals";
import { headsSomething, mayLookUp } from "../../model/people";
import { mayPrint } from "../../model/sheets";
import type { Me } from "../../protocol/types";
import { m } from "../../text";
import { works } from "../broadcasts/notices";
import type { IconName } from "../parts/icons";
import { leads } from "./tabs";

/** What offices do beside writing: under "Thêm" on a phone, in the side navigation on a desktop. */
export type Errand = {
  path: string;
  icon: IconName;
  label: () => string;
  note: () => string;
  isFor: (me: Me) => boolean;
  waiting?: (me: Me) => number;
  waitingWords?: (values: { count: string }) => string;
};

const ERRANDS: readonly Errand[] = [
  {
    path: "/lop",
    icon: "users",
    label: () => m.reach_boards_title(),
    note: () => m.reach_boards_note(),
    isFor: (me) => hasBoardsBeside(me, false),
  },
  {
    path: "/bang-dieu-hanh",
    icon: "tree",
    label: () => m.board_home(),
    note: () => m.reach_boards_note(),
    isFor: (me) => hasBoardsBeside(me, true),
  },
  {
    path: "/them/cau-hoi",
    icon: "ask",
    label: () => m.questions_title(),
    note: () => m.questions_settings(),
    isFor: works,
    waiting: (me) => me.questions_waiting ?? 0,
    waitingWords: m.questions_waiting_count,
  },
  {
    path: "/them/duyet",
    icon: "ok",
    label: () => m.approvals_title(),
    note: () => m.approvals_settings(),
    isFor: mayApprove,
    waiting: (me) => me.approvals_waiting ?? 0,
    waitingWords: m.approvals_waiting_short,
  },
  {
    path: "/them/cap-nhat",
    icon: "sync",
    label: () => m.registry_title(),
    note: () => m.registry_settings(),
    isFor: (me) => me.may.registry,
    waiting: (me) => me.registry_waiting,
    waitingWords: m.registry_waiting_short,
  },
  {
    path: "/them/tai-khoan",
    icon: "users",
    label: () => m.people_title(),
    note: () => m.people_settings(),
    isFor: mayLookUp,
  },
  {
    path: "/them/nhac-lai",
    icon: "clock",
    label: () => m.ladder_title(),
    note: () => m.ladder_settings(),
    // Who speaks for a unit decides how its notices are followed up.
    isFor: mayApprove,
  },
  {
    path: "/them/nhat-ky",
    icon: "log",
    label: () => m.journal_title(),
    note: () => m.journal_settings(),
    isFor: headsSomething,
  },
  {
    path: "/them/phieu-kich-hoat",
    icon: "slip",
    label: () => m.sheets_title(),
    note: () => m.sheets_settings(),
    isFor: mayPrint,
  },
];

/** Boards that found no place among the tabs, because the person is a parent as well. */
function hasBoardsBeside(me: Me, isLeading: boolean): boolean {
  if (me.children.length === 0) return false;
  return leads(me) ? isLeading : !isLeading && me.roles.some((held) => held.role === "teacher");
}

export function errandsFor(me: Me): Errand[] {
  return ERRANDS.filter((each) => each.isFor(me));
}

export function isAt(errand: Errand, path: string): boolean {
  return path === errand.path || path.startsWith(`${errand.path}/`);
}
