import type { Part, Place, Subject, Through } from "../../protocol/reach";
import { m } from "../../text";
import { momentOf } from "../../text/format";
import type { IconName } from "../parts/icons";
import { relationWord } from "../people/words";

/** What a place is called. */
export function placeName(place: Place): string {
  if (place.class) return m.class_named({ title: place.class.title });
  if (place.kind === "classes") return m.reach_own_classes();
  return place.org?.name ?? m.reach_top();
}

export function partName(part: Part): string {
  if (part.class) return m.class_named({ title: part.class.title });
  if (part.kind === "staff") return m.reach_part_staff();
  return part.kind === "unplaced" ? m.reach_part_unplaced() : part.org.name;
}

/** The place that a part is: the grown-ups of a unit have no board apart from it. */
export function addressee(part: Part): Pick<Place, "org" | "class"> {
  return { org: part.org, class: part.class };
}

export function partIcon(part: Part): IconName {
  if (part.kind === "org") return "tree";
  return part.kind === "school" ? "school" : "users";
}

export function subjectName(subject: Subject): string {
  return subject.student?.name ?? subject.person?.name ?? "";
}

/** "Mẹ Phạm Thị Hoa"; of who has it for themselves nothing but the name. */
export function throughName(through: Through): string {
  const relation = relationWord(through.relation);
  return relation ? `${relation} ${through.name}` : through.name;
}

/** What this one of its people did. */
export function throughState(through: Through): string {
  if (through.acknowledged_at) {
    const time = momentOf(through.acknowledged_at);
    return through.is_late ? m.reach_person_acknowledged_late({ time }) : m.reach_person_acknowledged({ time });
  }
  if (through.seen_at) return m.reach_person_seen({ time: momentOf(through.seen_at) });
  return through.has_account ? m.reach_person_not_opened() : m.reach_person_no_account();
}

/** 0912 345 678, as people here say it. */
export function phoneText(phone: string): string {
  const digits = phone.replace(/^\+84/, "0").replace(/[^\d+]/g, "");
  return /^0\d{9}$/.test(digits) ? `${digits.slice(0, 4)} ${digits.slice(4, 7)} ${digits.slice(7)}` : phone;
}

export function phoneAddress(phone: string): string {
  return `tel:${phone.replace(/[^\d+]/g, "")}`;
}

/** The first of its people who can be called, else the first there is. */
export function firstThrough(subject: Subject): Through | null {
  return subject.people.find((one) => one.phone) ?? subject.people[0] ?? null;
}

export function positionText(subject: Subject): string {
  const position = subject.people[0]?.position ?? "";
  return position ? m.reach_position_at({ position, unit: subject.unit.name }) : subject.unit.name;
}
