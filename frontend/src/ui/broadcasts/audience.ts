import type { Choice } from "../../model/compose-audience";
import type { Reach } from "../../protocol/broadcasts";
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
export function reachText(reach: Reach): string {
  const schools = reach.schools > 1 ? [m.compose_reach_schools({ count: count(reach.schools) })] : [];
  const whom =
    reach.households > 0
      ? m.compose_reach_households({ count: count(reach.households) })
      : m.compose_reach_people({ count: count(reach.people) });
  return [...schools, whom].join(", ");
}
