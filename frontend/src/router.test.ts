import { expect, it } from "vitest";
import type { Me } from "./protocol/types";
import { match, routes } from "./router";
import { tabsFor } from "./ui/shell/tabs";

const school = { id: 1, name: "Trường Tiểu học Đồng Sen", type: "school", level: "primary" };
const child = { id: 5, name: "Trần Minh An", given_name: "An", class: null, school, tint: 1 };

function me(roles: string[], fields: Partial<Me> = {}): Me {
  return {
    person: { id: 1, name: "", given_name: "", position: "", gender: "" },
    language: "vi",
    epoch: "e",
    roles: roles.map((role) => ({ role, org: school, position: "" })),
    homerooms: [],
    children: [],
    may: { compose: false, registry: false },
    registry_waiting: 0,
    registry_stale_since: null,
    approvals_waiting: 0,
    second_factor: { wanted: false, enrolled: false, fresh_until: null },
    push_key: "",
    unread: { notices: 0, messages: 0 },
    ...fields,
  };
}
const paths = (who: Me): string[] => tabsFor(who, () => true).map((tab) => tab.path);

it("finds a screen and what its address says", () => {
  expect(match("/tin-nhan/42")).toMatchObject({ route: { path: "/tin-nhan/:room" }, parameters: { room: "42" } });
  expect(match("/tin-nhan/moi/1/104/0")?.parameters).toEqual({ student: "1", teacher: "104", guardian: "0" });
  expect(match("/tin-nhan/")?.route.path).toBe("/tin-nhan");
});

it("prefers a fixed address to one with a parameter", () => {
  expect(match("/tin-nhan/hoi")?.route.path).toBe("/tin-nhan/hoi");
});

it("knows none for an address that is not ours, and takes broken escapes as they are", () => {
  expect(match("/khong-co")).toBeNull();
  expect(match("/tin-nhan/%E0%A4%A")?.parameters).toEqual({ room: "%E0%A4%A" });
});

it("shows nothing but the two doors to those who are not signed in", () => {
  expect(routes.filter((route) => route.isOpen).map((route) => route.path)).toEqual(["/k", "/dang-nhap"]);
});

it("gives each role its own pages, home first, five at most", () => {
  expect(paths(me(["guardian"], { children: [child] }))).toEqual(["/thong-bao", "/tin-nhan", "/con-toi", "/them"]);
  expect(paths(me(["teacher"], { may: { compose: true, registry: false } }))).toEqual([
    "/tin-nhan",
    "/thong-bao",
    "/lop",
    "/soan",
    "/them",
  ]);
  expect(
    paths(me(["teacher", "guardian"], { children: [child], may: { compose: true, registry: false } })),
  ).toHaveLength(5);
  expect(paths(me(["principal"]))[0]).toBe("/bang-dieu-hanh");
  expect(paths(me(["student"]))).toEqual(["/thong-bao", "/tin-nhan", "/them"]);
});

it("leaves out a page that the app does not have", () => {
  expect(tabsFor(me(["guardian"]), (path) => path === "/tin-nhan").map((tab) => tab.path)).toEqual(["/tin-nhan"]);
});
