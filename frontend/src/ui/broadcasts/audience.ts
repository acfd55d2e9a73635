import type { Choice } from "../../model/compose-audience";
import { type Chip, chipsOf } from "../../model/compose-selection";
import type { Level, Narrowed, Reach } from "../../protocol/broadcasts";
import type { Language } from "../../protocol/types";
import { m } from "../../text";
import { count } from "../../text/format";
import type { IconName } from "../parts/icons";

export function audienceName(choice: Choice): string {
  return choice.type === "class" ? m.audience_class({ title: choice.title }) : choice.title;
}

export function audienceIcon(choice: Choice): IconName {
  if (choice.type === "class") return "users";
  return choice.type === "school" ? "school" : "tree";
}

/** "12 trường, 1.834 hộ"; people where no household is addressed. */
export function reachText(reach: Pick<Reach, "schools" | "households" | "people">): string {
  const schools = reach.schools > 1 ? [m.compose_reach_schools({ count: count(reach.schools) })] : [];
  const whom =
    reach.households > 0
      ? m.compose_reach_households({ count: count(reach.households) })
      : m.compose_reach_people({ count: count(reach.people) });
  return [...schools, whom].join(", ");
}

/** "89 %". */
export function shareText(share: number): string {
  return m.compose_forecast_share({ share: count(Math.round(share * 100)) });
}

const levels: Record<Level, () => string> = {
  mam_non: m.level_mam_non,
  tieu_hoc: m.level_tieu_hoc,
  thcs: m.level_thcs,
  thpt: m.level_thpt,
  gdtx: m.level_gdtx,
};
export function levelName(level: Level): string {
  return levels[level]();
}

export function languageName(language: Language): string {
  return language === "en" ? m.narrow_en() : m.narrow_vi();
}

/** What narrows, in a few words. `named` knows titles that a number does not say. */
export function chipName(chip: Chip, named: { classes?: ReadonlyMap<number, string>; notice?: string } = {}): string {
  if (chip.by === "levels") return chip.values.map(levelName).join(", ");
  if (chip.by === "languages") return chip.values.map(languageName).join(", ");
  if (chip.by === "grades") return m.narrow_grade({ grade: chip.values.join(", ") });
  if (chip.by === "classes") {
    const titles = chip.values.map((id) => named.classes?.get(id));
    if (titles.some((title) => title === undefined) || titles.length > 4)
      return m.narrow_class_number({ count: count(chip.values.length) });
    return m.narrow_class({ title: titles.join(", ") });
  }
  if (chip.by === "unreached")
    return named.notice ? m.narrow_unreached_of({ title: named.notice }) : m.narrow_unreached();
  return named.notice ? m.narrow_open_of({ title: named.notice }) : m.narrow_open();
}

/** What a notice that was sent was narrowed to, for its sender; empty where it went to everybody there. */
export function narrowedNames(narrowed: Narrowed | null | undefined): string {
  if (!narrowed) return "";
  const { classes, unacknowledged, unreached, ...lists } = narrowed;
  const selection = {
    ...lists,
    classes: classes.map((one) => one.id),
    ...(unacknowledged === null ? {} : { unacknowledged }),
    ...(typeof unreached === "number" ? { unreached } : {}),
  };
  const titles = new Map(classes.map((one) => [one.id, one.title]));
  return chipsOf(selection)
    .map((chip) => chipName(chip, { classes: titles }))
    .join(" · ");
}
