import type { Cause, Deny, ExplainedRoom, FoundPerson, Part, PersonLink, SignOutCause } from "../../protocol/people";
import type { ClassRef } from "../../protocol/types";
import { m } from "../../text";
import { shortDate } from "../../text/format";
import type { IconName } from "../parts/icons";

type Tone = "green" | "gold" | "grey" | "red" | "blue";

export const PART_WORDS: Record<Part, () => string> = {
  student: () => m.people_part_student(),
  guardian: () => m.people_part_guardian(),
  teacher: () => m.people_part_teacher(),
  staff: () => m.people_part_staff(),
};

export const SIGN_OUT_WORDS: Record<SignOutCause, () => string> = {
  lost: () => m.people_sign_out_lost(),
  stranger: () => m.people_sign_out_stranger(),
  changed: () => m.people_sign_out_changed(),
  left: () => m.people_sign_out_left(),
  other: () => m.people_sign_out_other(),
};

const ROLES: Record<string, () => string> = {
  principal: () => m.people_role_principal(),
  siteAdministrator: () => m.people_role_office(),
  districtAdministrator: () => m.people_role_officer(),
  systemAdministrator: () => m.people_role_system(),
  teacher: () => m.people_role_teacher(),
  aide: () => m.people_role_aide(),
  counselor: () => m.people_role_counselor(),
  proctor: () => m.people_role_proctor(),
  student: () => m.people_role_student(),
  guardian: () => m.people_role_guardian(),
  parent: () => m.people_role_guardian(),
  relative: () => m.people_role_relative(),
};

/** A role that the registry names in a way we have no word for is shown as it came. */
export function roleWord(role: string): string {
  return ROLES[role]?.() ?? role;
}

const RELATIONS: Record<string, () => string> = {
  mother: () => m.people_relation_mother(),
  father: () => m.people_relation_father(),
  grandmother: () => m.people_relation_grandmother(),
  grandfather: () => m.people_relation_grandfather(),
  aunt: () => m.people_relation_aunt(),
  uncle: () => m.people_relation_uncle(),
  sibling: () => m.people_relation_sibling(),
  guardian: () => m.people_relation_guardian(),
};

export function relationWord(relation: string): string {
  return RELATIONS[relation]?.() ?? "";
}

/** A day of the registry's, which has no hour and no time zone. */
export function day(date: string): string {
  return shortDate(`${date}T12:00:00`);
}

/** The last day on which something holds that ends on `until`, exclusive as the registry says it. */
export function lastDay(until: string): string {
  const date = new Date(`${until}T12:00:00`);
  date.setDate(date.getDate() - 1);
  return shortDate(date);
}

/** "từ 05/09/2026", "đến hết 31/05/2027", both or nothing. */
export function span(since: string | null, until: string | null): string {
  const parts = [
    since ? m.people_since({ day: day(since) }) : "",
    until ? m.people_until({ day: lastDay(until) }) : "",
  ];
  return parts.filter(Boolean).join(" ");
}

/** Why somebody sits in a room, as one says it. */
export function causeText(cause: Cause): string {
  return [what(cause), span(cause.since, cause.until)].filter(Boolean).join(" ");
}

function what(cause: Cause): string {
  if (cause.kind === "guardian_link") return guardianText(cause);
  const role = String(cause.facts.role ?? "");
  if (cause.kind === "role") return m.people_cause_role({ role: roleWord(role), org: cause.org?.name ?? "" });
  const title = cause.school_class?.title ?? "";
  if (cause.is_homeroom_teacher) return m.people_cause_homeroom({ title });
  if (role === "teacher") return m.people_cause_teacher({ title });
  return role === "student" ? m.people_cause_student({ title }) : m.people_cause_observer({ title });
}

function guardianText(cause: Cause): string {
  const child = [
    cause.student?.name ?? "",
    cause.school_class ? m.class_named({ title: cause.school_class.title }) : "",
  ];
  const said = saidBy({
    said_by_student: cause.facts.said_by_student === true,
    said_by_guardian: cause.facts.said_by_guardian === true,
  });
  return `${m.people_cause_guardian({ child: child.filter(Boolean).join(", ") })}: ${said}`;
}

/** Which records say the link. */
export function saidBy(link: { said_by_student: boolean; said_by_guardian: boolean }): string {
  if (link.said_by_student && link.said_by_guardian) return m.people_said_both();
  if (link.said_by_student) return m.people_said_student();
  return link.said_by_guardian ? m.people_said_guardian() : m.people_said_source();
}

/** Thread: who talks about whom. */
export function roomTitle(room: ExplainedRoom): string {
  if (room.kind !== "thread") return room.title;
  return m.people_room_thread({
    child: room.student?.name ?? "",
    guardian: room.guardian?.name ?? "",
    other: room.teacher?.name ?? m.office(),
  });
}

const SEATS: Record<string, () => string> = {
  teacher: () => m.people_seat_teacher(),
  guardian: () => m.people_seat_guardian(),
  pupil: () => m.people_seat_pupil(),
  office: () => m.people_seat_office(),
  head: () => m.people_seat_head(),
  sender: () => m.people_seat_head(),
  unit_head: () => m.people_seat_unit_head(),
  staff: () => m.people_seat_staff(),
};

/** In which place, and whether there is more than reading. */
export function seatText(room: ExplainedRoom): string {
  const seat = SEATS[room.seat ?? ""]?.() ?? m.people_seat_observer();
  return `${seat} · ${room.can.includes("post") ? m.people_can_post() : m.people_can_read()}`;
}

type Look = { icon: IconName; tone: Tone; text: string };

/** What a link gives today. */
export function linkLook(link: PersonLink, isDenied: boolean): Look {
  if (link.state === "blocked") return { icon: "lock", tone: "red", text: m.people_link_blocked() };
  if (isDenied) return { icon: "lock", tone: "red", text: m.people_link_denied() };
  if (link.state === "unverified") return { icon: "ask", tone: "gold", text: m.people_link_unverified() };
  if (link.is_live) return { icon: "ok", tone: "green", text: m.people_link_live() };
  return { icon: "no", tone: "grey", text: m.people_link_not_live() };
}

/** "Không là người giám hộ của An", "Không có quyền ở Trường …", "Không có quyền ở bất kỳ đâu". */
export function denyText(deny: Pick<Deny, "student" | "org">): string {
  if (deny.student) return m.people_deny_child({ name: deny.student.name });
  return deny.org ? m.people_deny_org({ org: deny.org.name }) : m.people_deny_all();
}

/** Until when a deny stands, or when somebody looks at it again. */
export function denyTerm(deny: Deny): string {
  const parts = [
    deny.until ? m.people_deny_until({ day: lastDay(deny.until) }) : "",
    deny.review_on ? m.people_deny_review({ day: day(deny.review_on) }) : "",
  ];
  return parts.filter(Boolean).join(" · ");
}

/** The line under a name in the list: what somebody is, where, and of whom. */
export function about(person: FoundPerson, withSchool: boolean): string {
  const isGuardianOnly = person.roles.every((held) => ["guardian", "parent", "relative"].includes(held.role));
  if (person.children.length > 0 && isGuardianOnly) return m.people_parent_of({ children: children(person) });
  const roles = [...new Set(person.roles.map((held) => person.position || roleWord(held.role)))].join(", ");
  const classes = titles(person.classes);
  const schools = withSchool ? [...new Set(person.roles.map((held) => held.org.name))].join(", ") : "";
  const family = person.children.length > 0 ? m.people_parent_of({ children: children(person) }) : "";
  return [roles, classes && m.class_named({ title: classes }), schools, family].filter(Boolean).join(" · ");
}

function children(person: FoundPerson): string {
  return person.children.map((child) => [child.given_name, titles(child.classes)].filter(Boolean).join(" ")).join(", ");
}

function titles(classes: ClassRef[]): string {
  return classes.map((one) => one.title).join(", ");
}
