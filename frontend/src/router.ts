/** Path to screen. A screen is one line here; `load` brings its code when it is first opened. */

import type { Component } from "svelte";

export type ScreenProps = { parameters: Record<string, string> };
export type Screen = Component<ScreenProps>;
type Load = () => Promise<{ default: Screen }>;

export type Route = {
  /** `:name` stands for one part of the address. */
  path: string;
  /** Seen by those who are not signed in; the others need a session. */
  isOpen?: boolean;
  load: Load;
  /** The list that stands beside this screen where there is room for two columns. */
  beside?: Load;
  /** `beside` is the screen itself where there is one column. */
  isList?: boolean;
  /** On a phone the tab bar gives way: a conversation needs the space. */
  isDeep?: boolean;
};

const rooms: Load = () => import("./ui/rooms/RoomsScreen.svelte");
const notices: Load = () => import("./ui/broadcasts/NoticesScreen.svelte");
const people: Load = () => import("./ui/people/PeopleScreen.svelte");
const board: Load = () => import("./ui/reach/ReachScreen.svelte");
const boards: Load = () => import("./ui/reach/BoardsScreen.svelte");
const sent: Load = () => import("./ui/broadcasts/SentScreen.svelte");

export const routes: Route[] = [
  { path: "/k", isOpen: true, load: () => import("./ui/signin/ActivateScreen.svelte") },
  { path: "/dang-nhap", isOpen: true, load: () => import("./ui/signin/SignInScreen.svelte") },
  { path: "/thong-bao", load: () => import("./ui/broadcasts/PickNotice.svelte"), beside: notices },
  {
    path: "/thong-bao/:broadcast",
    load: () => import("./ui/broadcasts/NoticeScreen.svelte"),
    beside: notices,
    isDeep: true,
  },
  {
    path: "/thong-bao/:broadcast/hoi",
    load: () => import("./ui/questions/AskNoticeScreen.svelte"),
    beside: notices,
    isDeep: true,
  },
  { path: "/soan", load: () => import("./ui/broadcasts/ComposeScreen.svelte"), isDeep: true },
  { path: "/soan/nhap", load: () => import("./ui/broadcasts/DraftsScreen.svelte"), isDeep: true },
  { path: "/soan/nhap/:draft", load: () => import("./ui/broadcasts/DraftScreen.svelte"), isDeep: true },
  { path: "/soan/da-gui", load: sent },
  { path: "/bang-dieu-hanh", load: board },
  { path: "/bang-dieu-hanh/thong-bao", load: boards },
  { path: "/bang-dieu-hanh/:broadcast", load: board },
  { path: "/bang-dieu-hanh/:broadcast/don-vi/:org", load: board },
  { path: "/bang-dieu-hanh/:broadcast/lop/:class", load: board },
  { path: "/lop", load: board },
  { path: "/lop/thong-bao", load: boards },
  { path: "/lop/:broadcast", load: board },
  { path: "/lop/:broadcast/don-vi/:org", load: board },
  { path: "/lop/:broadcast/lop/:class", load: board },
  { path: "/tin-nhan", load: () => import("./ui/rooms/PickScreen.svelte"), beside: rooms },
  { path: "/tin-nhan/luu-tru", load: () => import("./ui/rooms/ArchivesScreen.svelte"), beside: rooms, isDeep: true },
  { path: "/tin-nhan/hoi", load: () => import("./ui/rooms/AskScreen.svelte"), beside: rooms, isDeep: true },
  {
    path: "/tin-nhan/moi/:student/:teacher/:guardian",
    load: () => import("./ui/room/NewThreadScreen.svelte"),
    beside: rooms,
    isDeep: true,
  },
  { path: "/tin-nhan/:room", load: () => import("./ui/room/RoomScreen.svelte"), beside: rooms, isDeep: true },
  { path: "/con-toi", load: () => import("./ui/children/ChildrenScreen.svelte") },
  { path: "/them", load: () => import("./ui/settings/SettingsScreen.svelte") },
  { path: "/them/nhat-ky", load: () => import("./ui/evidence/JournalScreen.svelte"), isDeep: true },
  { path: "/them/nhat-ky/:broadcast", load: () => import("./ui/evidence/ActsScreen.svelte"), isDeep: true },
  { path: "/them/cau-hoi", load: () => import("./ui/questions/QuestionsScreen.svelte"), isDeep: true },
  { path: "/them/cau-hoi/:broadcast", load: () => import("./ui/questions/QueueScreen.svelte"), isDeep: true },
  { path: "/them/duyet", load: () => import("./ui/broadcasts/ApprovalsScreen.svelte"), isDeep: true },
  { path: "/them/duyet/:draft", load: () => import("./ui/broadcasts/ApprovalScreen.svelte"), isDeep: true },
  { path: "/them/nhac-lai", load: () => import("./ui/ladder/LadderScreen.svelte"), isDeep: true },
  { path: "/them/phieu-kich-hoat", load: () => import("./ui/sheets/SchoolsScreen.svelte"), isDeep: true },
  { path: "/them/phieu-kich-hoat/:school", load: () => import("./ui/sheets/SchoolScreen.svelte"), isDeep: true },
  { path: "/them/phieu-kich-hoat/:school/:class", load: () => import("./ui/sheets/ClassScreen.svelte"), isDeep: true },
  { path: "/them/cap-nhat", load: () => import("./ui/registry/SourcesScreen.svelte"), isDeep: true },
  { path: "/them/cap-nhat/nguon-moi", load: () => import("./ui/registry/NewSourceScreen.svelte"), isDeep: true },
  { path: "/them/cap-nhat/:source", load: () => import("./ui/registry/SourceScreen.svelte"), isDeep: true },
  { path: "/them/cap-nhat/:source/cai-dat", load: () => import("./ui/registry/SettingUpScreen.svelte"), isDeep: true },
  { path: "/them/cap-nhat/:source/:run", load: () => import("./ui/registry/RunScreen.svelte"), isDeep: true },
  { path: "/them/cap-nhat/:source/:run/cot", load: () => import("./ui/registry/MappingScreen.svelte"), isDeep: true },
  {
    path: "/them/tai-khoan",
    load: () => import("./ui/people/PickPerson.svelte"),
    beside: people,
    isList: true,
    isDeep: true,
  },
  {
    path: "/them/tai-khoan/ngan-quyen",
    load: () => import("./ui/people/DeniesScreen.svelte"),
    beside: people,
    isDeep: true,
  },
  {
    path: "/them/tai-khoan/:person",
    load: () => import("./ui/people/PersonScreen.svelte"),
    beside: people,
    isDeep: true,
  },
  {
    path: "/them/tai-khoan/:person/ngan",
    load: () => import("./ui/people/DenyScreen.svelte"),
    beside: people,
    isDeep: true,
  },
  { path: "/them/hai-lop", load: () => import("./ui/settings/FactorsScreen.svelte"), isDeep: true },
  { path: "/them/hai-lop/thiet-lap", load: () => import("./ui/signin/SetUpScreen.svelte"), isDeep: true },
  { path: "/them/thiet-bi", load: () => import("./ui/settings/DevicesScreen.svelte"), isDeep: true },
  { path: "/them/mat-khau", load: () => import("./ui/settings/PasswordScreen.svelte"), isDeep: true },
  { path: "/them/them-thiet-bi", load: () => import("./ui/settings/AddDeviceScreen.svelte"), isDeep: true },
];

export type Match = { route: Route; parameters: Record<string, string> };

/** The first route that fits; null for an address that is none of ours. */
export function match(path: string, table: readonly Route[] = routes): Match | null {
  const parts = path.replace(/\/+$/, "").split("/");
  for (const route of table) {
    const parameters = fitting(route.path.split("/"), parts);
    if (parameters) return { route, parameters };
  }
  return null;
}

function fitting(wanted: string[], parts: string[]): Record<string, string> | null {
  if (wanted.length !== parts.length) return null;
  const parameters: Record<string, string> = {};
  for (const [index, part] of wanted.entries()) {
    const given = parts[index] ?? "";
    if (part.startsWith(":") && given) parameters[part.slice(1)] = given;
    else if (part !== given) return null;
  }
  return parameters;
}
