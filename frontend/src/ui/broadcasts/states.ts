import type { UnitState } from "../../model/progress-units";
import { m } from "../../text";
import type { IconName } from "../parts/icons";

type Look = { icon: IconName; tone: "green" | "gold" | "grey" };

/** Colour, shape and word for how far a unit is; never the colour alone. */
export const LOOKS: Record<UnitState, Look> = {
  done: { icon: "ok", tone: "green" },
  part: { icon: "half", tone: "green" },
  seen: { icon: "eye", tone: "gold" },
  had: { icon: "device", tone: "grey" },
  none: { icon: "no", tone: "grey" },
};

export function stateWord(state: UnitState, wantsAnswers: boolean): string {
  if (state === "done") return m.board_state_done();
  if (state === "part") return wantsAnswers ? m.board_state_part() : m.board_state_part_seen();
  if (state === "seen") return m.board_state_seen();
  return state === "had" ? m.board_state_had() : m.board_state_none();
}
