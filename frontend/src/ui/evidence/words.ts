import type { Act } from "../../protocol/evidence";
import { m } from "../../text";

const acts: Record<string, () => string> = {
  "broadcast.publish": m.act_publish,
  "broadcast.correct": m.act_correct,
  "broadcast.recall": m.act_recall,
  "broadcast.view": m.act_view,
  "draft.submit": m.act_submit,
  "draft.undo": m.act_undo,
  "draft.approve": m.act_approve,
  "draft.decline": m.act_decline,
  "draft.return": m.act_return,
  "draft.break_glass": m.act_break_glass,
  "contact.log": m.act_contact,
  "contact.withdraw": m.act_contact_withdraw,
  "reach.export": m.act_reach_export,
  "cascade.export": m.act_cascade_export,
  "evidence.export": m.act_evidence,
  "node.complete": m.act_complete,
  "node.reopen": m.act_reopen,
  "node.hand_over": m.act_hand_over,
};

export function actWord(act: string): string {
  return acts[act]?.() ?? m.act_other({ act });
}

export function actorWord(act: Act): string {
  if (act.by) return [act.by.name, act.by.position].filter(Boolean).join(", ");
  return act.by_id === null ? m.acts_server() : m.acts_unnamed({ id: String(act.by_id) });
}
