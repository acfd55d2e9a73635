import type { Item } from "../../model/timeline";
import type { Message } from "../../protocol/types";

/** Written here and not confirmed. */
export type Unsent = (Item & { kind: "pending" })["written"];

/** What a message on screen leads to. */
export type MessageActs = {
  /** Its menu. */
  choose: (message: Message) => void;
  /** The message that it answers. */
  jump: (seq: number) => void;
  /** Who reacted. */
  who: (message: Message) => void;
  vote: (message: Message, option: number) => void;
  votes: (message: Message) => void;
  seen: (message: Message) => void;
  /** Its pictures, at this one. */
  look: (message: Message, picture: number) => void;
};

/** What stands over the conversation. */
export type Sheet =
  | { kind: "menu" | "who" | "votes" | "seen" | "forward" | "pin"; message: Message }
  | { kind: "viewer"; message: Message; start: number }
  | { kind: "poll" };
