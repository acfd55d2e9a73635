import type { LadderAction, Side, Step } from "../../protocol/ladder";
import { m } from "../../text";
import { count } from "../../text/format";
import type { IconName } from "../parts/icons";

const icons: Record<LadderAction, IconName> = {
  push: "device",
  sms: "chat",
  email: "send",
  deputy: "users",
  call_list: "phone",
};

export function actionIcon(action: LadderAction): IconName {
  return icons[action];
}

export function sideName(side: Side): string {
  return side === "staff" ? m.ladder_side_staff() : m.ladder_side_households();
}

/** What a rung does, and to whom: "Nhắc lại những ai chưa xác nhận". */
export function stepWords(step: Step, side: Side): string {
  const isAll = step.to === "all";
  if (step.action === "push") return isAll ? m.ladder_push_all() : m.ladder_push_silent();
  if (step.action === "sms") return isAll ? m.ladder_sms_all() : m.ladder_sms_silent();
  if (step.action === "email") return isAll ? m.ladder_email_all() : m.ladder_email_silent();
  if (step.action === "deputy") return m.ladder_deputy();
  return side === "staff" ? m.ladder_call_staff() : m.ladder_call_households();
}

/** "sau 30 phút", "sau 2 giờ". */
export function afterWords(minutes: number): string {
  if (minutes === 0) return m.ladder_at_once();
  return minutes % 60 === 0
    ? m.ladder_after_hours({ count: count(minutes / 60) })
    : m.ladder_after_minutes({ count: count(minutes) });
}
