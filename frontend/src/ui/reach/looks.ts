import type { PartState } from "../../model/reach";
import type { HandChannel, ReachReason, ReachState, Subject } from "../../protocol/reach";
import { m } from "../../text";
import { momentOf } from "../../text/format";
import type { IconName } from "../parts/icons";

type Look = { icon: IconName; tone: "green" | "gold" | "grey" | "red" | "blue"; text: string };

const CHANNELS: Record<HandChannel, { icon: IconName; short: () => string; done: () => string }> = {
  call: { icon: "phone", short: m.reach_channel_call, done: m.reach_done_call },
  visit: { icon: "house", short: m.reach_channel_visit, done: m.reach_done_visit },
  slip: { icon: "slip", short: m.reach_channel_slip, done: m.reach_done_slip },
  village: { icon: "users", short: m.reach_channel_village, done: m.reach_done_village },
  loudspeaker: { icon: "loud", short: m.reach_channel_loudspeaker, done: m.reach_done_loudspeaker },
};
const REASONS: Record<ReachReason, { icon: IconName; word: () => string }> = {
  no_account: { icon: "slip", word: m.reach_reason_no_account },
  signed_out: { icon: "lock", word: m.reach_reason_signed_out },
  no_push: { icon: "hold", word: m.reach_reason_no_push },
  not_opened: { icon: "device", word: m.reach_reason_not_opened },
};
const STATES: Record<ReachState, () => string> = {
  acknowledged: m.reach_state_acknowledged,
  seen: m.reach_state_seen,
  contacted: m.reach_state_contacted,
  delivered: m.reach_state_delivered,
  waiting: m.reach_state_waiting,
};

export function channelIcon(channel: HandChannel): IconName {
  return CHANNELS[channel].icon;
}

/** On a button: "Đã gọi". */
export function channelShort(channel: HandChannel): string {
  return CHANNELS[channel].short();
}

/** In a sentence or a tag: "Đã nhắn qua trưởng thôn". */
export function channelDone(channel: HandChannel): string {
  return CHANNELS[channel].done();
}

/** "Đã báo bản cũ: Phiếu giấy 19:05": what the paper at home, or the ear, still says. */
export function toldBefore(subject: Subject): string {
  const told = (subject.told_before ?? []).map((one) => `${channelDone(one.channel)} ${momentOf(one.at)}`);
  return m.reach_told_before({ channels: told.join("; ") });
}

export function reasonWord(reason: ReachReason): string {
  return REASONS[reason].word();
}

export function reasonIcon(reason: ReachReason): IconName {
  return REASONS[reason].icon;
}

export function stateWord(state: ReachState): string {
  return STATES[state]();
}

/** Colour, symbol and word for how far somebody is; who is not reached, with the reason. */
export function lookOf(subject: Pick<Subject, "state" | "reason" | "contacts">, wantsAnswers: boolean): Look {
  const { state, reason } = subject;
  if (state === "acknowledged") return { icon: "ok", tone: "green", text: m.reach_state_acknowledged() };
  if (state === "seen")
    return wantsAnswers
      ? { icon: "eye", tone: "gold", text: m.reach_state_seen_open() }
      : { icon: "eye", tone: "green", text: m.reach_state_seen() };
  if (state === "contacted") {
    const channel = subject.contacts.find((contact) => !contact.is_withdrawn)?.channel;
    return {
      icon: channel ? channelIcon(channel) : "phone",
      tone: "green",
      text: channel ? channelDone(channel) : stateWord("contacted"),
    };
  }
  if (state === "delivered") return { icon: "device", tone: "grey", text: m.reach_state_delivered() };
  return { icon: "no", tone: "grey", text: reason ? reasonWord(reason) : m.reach_state_waiting() };
}

const MARKS: Record<PartState, () => string> = {
  done: m.reach_mark_done,
  part: m.reach_mark_part,
  had: m.reach_mark_had,
  none: m.reach_mark_none,
};

export function markWord(state: PartState): string {
  return MARKS[state]();
}
