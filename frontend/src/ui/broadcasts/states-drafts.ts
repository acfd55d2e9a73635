import type { Group } from "../../model/drafts";
import type { Why } from "../../protocol/broadcasts";
import type { Draft } from "../../protocol/drafts";
import { m } from "../../text";
import type { IconName } from "../parts/icons";

type Look = { icon: IconName; tone: "green" | "gold" | "grey" | "red" | "blue"; text: string };

/** How a notice on its way stands: symbol, word and colour. */
export function draftLook(state: Draft["state"]): Look {
  if (state === "returned") return { icon: "reply", tone: "red", text: m.drafts_returned() };
  if (state === "submitted") return { icon: "hold", tone: "gold", text: m.drafts_submitted() };
  if (state === "leaving") return { icon: "clock", tone: "blue", text: m.drafts_leaving() };
  if (state === "left") return { icon: "check", tone: "green", text: m.drafts_left() };
  return { icon: "edit", tone: "grey", text: m.drafts_writing() };
}

const groups: Record<Group, () => string> = {
  returned: m.drafts_returned,
  submitted: m.drafts_submitted,
  leaving: m.drafts_leaving,
  writing: m.drafts_writing,
  left: m.drafts_left,
};
export function groupName(group: Group): string {
  return groups[group]();
}

const reasons: Record<Why, () => string> = {
  schools: m.why_schools,
  urgency: m.why_urgency,
  money: m.why_money,
  corrects: m.why_corrects,
};
export function whyText(why: readonly Why[]): string {
  return why.map((one) => reasons[one]()).join("; ");
}

/** Why it came back by itself, and what to do. */
export function problemText(code: string): string {
  if (code === "too_late") return m.problem_too_late();
  if (code === "not_your_audience" || code === "not_your_urgency") return m.problem_right();
  if (code === "audience_changed" || code === "empty_audience" || code === "second_person_wanted")
    return m.problem_audience();
  if (code === "already_corrected") return m.problem_corrected();
  return m.problem_other();
}

/** What was wrong with a draft that came back: who declined it and why, or what happened. Empty: nothing. */
export function returnedText(draft: Draft): { title: string; text: string } {
  if (draft.decision_reason)
    return { title: m.draft_declined({ name: draft.decided_by?.name ?? "" }), text: draft.decision_reason };
  return { title: m.draft_came_back(), text: draft.problem ? problemText(draft.problem) : "" };
}
