import type { AudienceRole, Kind } from "../../protocol/broadcasts";
import type { Urgency } from "../../protocol/types";
import { m } from "../../text";
import { clockTime, momentOf, shortDate } from "../../text/format";

const words = {
  thuong: m.urgency_thuong,
  khan: m.urgency_khan,
  thuong_khan: m.urgency_thuong_khan,
  hoa_toc: m.urgency_hoa_toc,
};
const names = {
  thuong: m.urgency_name_thuong,
  khan: m.urgency_name_khan,
  thuong_khan: m.urgency_name_thuong_khan,
  hoa_toc: m.urgency_name_hoa_toc,
};
const kinds = { dieu_hanh: m.kind_dieu_hanh, day_hoc: m.kind_day_hoc, thong_tin: m.kind_thong_tin };
const roles = {
  guardians: m.role_guardians,
  students: m.role_students,
  teachers: m.role_teachers,
  staff: m.role_staff,
};

/** KHẨN: the only words that are ever in capitals, on the red bar alone. */
export function urgencyWord(urgency: Urgency): string {
  return words[urgency]();
}

/** Khẩn: in a sentence or a choice. */
export function urgencyName(urgency: Urgency): string {
  return names[urgency]();
}

export function kindName(kind: Kind): string {
  return kinds[kind]();
}

export function roleName(role: AudienceRole): string {
  return roles[role]();
}

export function rolesNames(list: readonly AudienceRole[]): string {
  return list.map(roleName).join(", ");
}

/** On a card: the hour today and yesterday, then the date alone; the sheet itself has both. */
export function dayOrMoment(at: string, now = new Date()): string {
  const isRecent = new Date(at).getTime() > new Date(now.getFullYear(), now.getMonth(), now.getDate() - 1).getTime();
  return isRecent ? momentOf(at, now) : shortDate(at);
}

/** "Đã rõ 19:07" today, with the date on any other day. */
export function acknowledgedText(at: string, now = new Date()): string {
  const time = clockTime(at);
  const date = shortDate(at);
  return date === shortDate(now) ? m.notice_acknowledged({ time }) : m.notice_acknowledged_day({ time, date });
}
