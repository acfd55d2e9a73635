import { type Mark, markOf } from "../../model/cascade";
import type { Answering, Carried, ChainNode, Down } from "../../protocol/cascade";
import { m } from "../../text";
import { clockTime, count } from "../../text/format";
import type { IconName } from "../parts/icons";

type Look = { icon: IconName; tone: "green" | "gold" | "grey" | "red"; text: string };

const WORDS: Record<Mark, () => string> = {
  completed: m.chain_state_completed,
  relayed: m.chain_state_relayed,
  confirmed: m.chain_state_confirmed,
  seen: m.chain_state_seen,
  waiting: m.chain_state_waiting,
  overdue: m.chain_state_overdue,
};
const LOOKS: Record<Mark, Pick<Look, "icon" | "tone">> = {
  completed: { icon: "ok", tone: "green" },
  relayed: { icon: "relay", tone: "green" },
  confirmed: { icon: "check", tone: "green" },
  seen: { icon: "eye", tone: "gold" },
  waiting: { icon: "no", tone: "grey" },
  overdue: { icon: "alert", tone: "red" },
};

export function markWord(mark: Mark): string {
  return WORDS[mark]();
}

/** Colour, symbol and word for how far a unit has got: "Đã triển khai 20/22 lớp". */
export function lookOf(node: Pick<Carried, "state" | "is_overdue"> & { relay: Down | null }): Look {
  const mark = markOf(node.state, node.is_overdue);
  const text = mark === "relayed" && node.relay ? downText(node.relay) : markWord(mark);
  return { ...LOOKS[mark], text };
}

export function downText(down: Down): string {
  const counted = { done: count(down.done), total: count(down.total) };
  if (down.of === "classes") return m.chain_down_classes(counted);
  return down.of === "units" ? m.chain_down_units(counted) : m.chain_down_people(counted);
}

export function confirmedText(node: Pick<Carried, "confirmed_at">): string {
  return node.confirmed_at ? clockTime(node.confirmed_at) : "–";
}

/** Who answers for it, first of all. */
export function ownerOf(node: ChainNode): Answering | null {
  return node.people[0] ?? null;
}

export function roleWord(one: Answering): string {
  if (one.position) return one.position;
  if (one.as === "owner") return m.chain_as_owner();
  return one.as === "deputy" ? m.chain_as_deputy() : m.chain_as_office();
}
