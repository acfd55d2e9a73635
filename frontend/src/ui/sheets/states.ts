import type { SheetState } from "../../protocol/sheets";
import { m } from "../../text";
import type { IconName } from "../parts/icons";

type Look = { icon: IconName; tone: "green" | "gold" | "grey" | "red" | "blue"; word: () => string };

export const LOOKS: Record<SheetState, Look> = {
  not_me: { icon: "alert", tone: "red", word: () => m.sheets_state_not_me() },
  no_letter: { icon: "slip", tone: "grey", word: () => m.sheets_state_no_letter() },
  expired: { icon: "clock", tone: "gold", word: () => m.sheets_state_expired() },
  printed: { icon: "print", tone: "blue", word: () => m.sheets_state_printed() },
  activated: { icon: "ok", tone: "green", word: () => m.sheets_state_activated() },
};
