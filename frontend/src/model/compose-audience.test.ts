import { describe, expect, it } from "vitest";
import type { Audiences, OpenOrg } from "../protocol/broadcasts";
import { AudienceTree, rolesFor } from "./compose-audience";

const ALL = ["thuong", "khan", "thuong_khan", "hoa_toc"] as const;
const so = { id: 1, name: "Sở GD&ĐT Sông Thương", type: "state", level: "" };

function open(id: number, name: string, type: string, parent: number | null, depth: number): OpenOrg {
  return { org: { id, name, type, level: "" }, as: so, parent, depth, official: true, urgencies: [...ALL] };
}
const province: Audiences = {
  orgs: [
    open(1, so.name, "state", null, 0),
    open(2, "Xã Đồng Sen", "local", 1, 1),
    open(3, "Xã Tân Sơn", "local", 1, 1),
    open(4, "Trường Tiểu học Đồng Sen", "school", 2, 2),
    open(5, "Trường THCS Tân Sơn", "school", 3, 2),
  ],
  classes: [],
};
const school = province.orgs[3]?.org ?? so;
const one = (id: number, title: string, official = false) => ({
  id,
  title,
  school,
  official,
  urgencies: official ? [...ALL] : ["thuong" as const],
});
const titles = (list: { title: string }[]): string[] => list.map((choice) => choice.title);

describe("the tree", () => {
  const tree = new AudienceTree(province);

  it("opens level by level", () => {
    const shown = (...keys: string[]) => tree.rows(new Set(keys)).map((row) => [row.choice.title, row.depth]);
    expect(shown()).toEqual([[so.name, 0]]);
    expect(shown("org-1", "org-2")).toEqual([
      [so.name, 0],
      ["Xã Đồng Sen", 1],
      ["Trường Tiểu học Đồng Sen", 2],
      ["Xã Tân Sơn", 1],
    ]);
  });

  it("is searched without tones, by name and by where it is", () => {
    expect(titles(tree.search("truong tan son"))).toEqual(["Trường THCS Tân Sơn"]);
    expect(titles(tree.search("ĐỒNG SEN"))).toEqual(["Xã Đồng Sen", "Trường Tiểu học Đồng Sen"]);
    expect(tree.search("khong co")).toEqual([]);
  });

  it("chooses no province for anybody", () => {
    expect(tree.likely({ homerooms: [] })).toBeNull();
  });

  it("starts at the first level of what one may send to, whatever lies above", () => {
    const commune = new AudienceTree({
      orgs: province.orgs.slice(1).filter((each) => each.org.id !== 3 && each.org.id !== 5),
      classes: [],
    });
    expect(commune.rows(new Set()).map((row) => row.choice.title)).toEqual(["Xã Đồng Sen"]);
  });
});

describe("what a person most likely means", () => {
  it("is the head's own school, with its classes below", () => {
    const tree = new AudienceTree({
      orgs: [open(4, school.name, "school", null, 0)],
      classes: [one(31, "3A", true), one(32, "3B", true)],
    });
    expect(tree.likely({ homerooms: [] })?.title).toBe(school.name);
    expect(titles(tree.rows(new Set(["org-4"])).map((row) => row.choice))).toEqual([school.name, "3A", "3B"]);
  });

  it("is the homeroom of a teacher of several classes", () => {
    const tree = new AudienceTree({ orgs: [], classes: [one(31, "3A"), one(32, "3B")] });
    expect(tree.likely({ homerooms: [] })).toBeNull();
    expect(tree.likely({ homerooms: [{ id: 32, title: "3B", school, is_homeroom_teacher: true }] })?.title).toBe("3B");
  });
});

it("offers no staff in a class", () => {
  expect(rolesFor({ class: 31 })).toEqual(["guardians", "students", "teachers"]);
  expect(rolesFor({ org: 4 })).toContain("staff");
});
