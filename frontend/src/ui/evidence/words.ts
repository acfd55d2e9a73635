import type { Act } from "../../protocol/evidence";
import type { JournalGroup, JournalLine } from "../../protocol/journal";
import { m } from "../../text";

const acts: Record<string, () => string> = {
  "broadcast.publish": m.act_publish,
  "broadcast.correct": m.act_correct,
  "broadcast.recall": m.act_recall,
  "broadcast.view": m.act_view,
  "broadcast.code": m.act_code,
  "question.view": m.act_questions_view,
  "answer.publish": m.act_answer,
  "answer.withdraw": m.act_answer_withdraw,
  "ladder.change": m.act_ladder,
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
  "person.looked_at": m.act_person,
  "rights.looked_at": m.act_rights,
  "rights.why": m.act_why,
  "devices.ended": m.act_devices,
  "second_factor.let_in": m.act_let_in,
  "override.made": m.act_deny,
  "override.ended": m.act_deny_end,
  "activation.issued": m.act_letter,
  "activation.printed": m.act_letters,
  "activation.used": m.act_letter_used,
  "activation.not_me": m.act_letter_not_me,
  "activation.taken_back": m.act_letter_back,
  "message.removed": m.act_message_removed,
  "message.pinned": m.act_pin,
  "message.unpinned": m.act_unpin,
  "room.talk_opened": m.act_talk_open,
  "room.talk_closed": m.act_talk_closed,
  "poll.closed": m.act_poll_closed,
  "registry.synced": m.act_synced,
  "registry.held": m.act_sync_held,
  "registry.apply_asked": m.act_sync_decided,
  "registry.confirmed": m.act_sync_decided,
  "registry.declined": m.act_sync_refused,
  "registry.pull_refused": m.act_sync_refused,
  "registry.rolled_back": m.act_sync_back,
  "registry.pull_asked": m.act_synced,
  "registry.list_explained": m.act_sync_decided,
  "registry.source_made": m.act_source,
  "registry.source_renamed": m.act_source,
  "registry.source_set_up": m.act_source,
  "journal.roots": m.act_roots,
};

export function actWord(act: string): string {
  return acts[act]?.() ?? m.act_other({ act });
}

const groups: Record<JournalGroup, () => string> = {
  notices: m.journal_group_notices,
  viewed: m.journal_group_viewed,
  taken: m.journal_group_taken,
  people: m.journal_group_people,
  rooms: m.journal_group_rooms,
  registry: m.journal_group_registry,
};

export function groupWord(group: JournalGroup): string {
  return groups[group]();
}

/** Where what a line is about can be looked at; null: nowhere. */
export function aboutPath({ about }: Pick<JournalLine, "about">): string | null {
  if (about.title === null) return null;
  return about.kind === "broadcast" ? `/them/nhat-ky/${about.id}` : `/them/tai-khoan/${about.id}`;
}

export function actorWord(act: Pick<Act, "by" | "by_id">): string {
  if (act.by) return [act.by.name, act.by.position].filter(Boolean).join(", ");
  return act.by_id === null ? m.acts_server() : m.acts_unnamed({ id: String(act.by_id) });
}
