import type { ReactionKind } from "../../protocol/talk";
import { m } from "../../text";

/** Signs that every phone draws itself; the word beside them is for those who do not see them. */
export const SIGNS: Record<ReactionKind, string> = { tim: "❤️", like: "👍", cam_on: "🙏", vui: "😊", buon: "😢" };

export function reactionName(kind: ReactionKind): string {
  const names = {
    tim: m.reaction_tim,
    like: m.reaction_like,
    cam_on: m.reaction_cam_on,
    vui: m.reaction_vui,
    buon: m.reaction_buon,
  };
  return names[kind]();
}
