import type { How, Superseded } from "../../protocol/types";
import { m } from "../../text";
import { momentOf } from "../../text/format";

const names: Record<How, () => string> = {
  dinh_chinh: m.how_dinh_chinh,
  thay_the: m.how_thay_the,
  thu_hoi: m.how_thu_hoi,
};
const titles: Record<How, () => string> = {
  dinh_chinh: m.correct_title_dinh_chinh,
  thay_the: m.correct_title_thay_the,
  thu_hoi: m.correct_title_thu_hoi,
};
const verbs: Record<How, () => string> = {
  dinh_chinh: m.correct_verb,
  thay_the: m.correct_replace_verb,
  thu_hoi: m.correct_recall_verb,
};
const said = {
  dinh_chinh: m.superseded_dinh_chinh,
  thay_the: m.superseded_thay_the,
  thu_hoi: m.superseded_thu_hoi,
};

/** Đính chính: what a notice is. */
export function howName(how: How): string {
  return names[how]();
}

/** Đính chính thông báo: what is being written. */
export function correctTitle(how: How): string {
  return titles[how]();
}

/** Đính chính: what is done. */
export function correctVerb(how: How): string {
  return verbs[how]();
}

/** Why a notice no longer holds, and what to look at instead; by its title where that is known here. */
export function supersededText(superseded: Superseded, newer: { title: string; version?: number } | null): string {
  if (newer && superseded.how !== "thu_hoi")
    return m.superseded_by_title({ version: String(newer.version ?? 2), title: newer.title });
  return said[superseded.how]({ time: momentOf(superseded.at) });
}
