/** Questions about notices, as the server tells them (docs/protocol.md 4.0d). */

import type { BroadcastHint, Child, Message, OrgRef, Room } from "./types";

export type PublicAnswer = {
  id: number;
  question: string;
  answer: string;
  /** What they are at the school; nobody's name. */
  by: string;
  published_at: string;
  merged: number | null;
  may_withdraw: boolean;
};
export type OwnQuestion = {
  id: number;
  room: number;
  seq: number;
  student: number;
  body: string;
  asked_at: string;
  state: "waiting" | "answered";
  /** Answered to all by this one. */
  answer: number | null;
};
export type UnderNotice = { answers: PublicAnswer[]; mine: OwnQuestion[] };
export type AskedNow = { question: OwnQuestion; room: Room; message: Message };

export type WaitingQuestion = {
  id: number;
  body: string;
  asked_at: string;
  is_overdue: boolean;
  /** These four only for the other side of the conversation. */
  room: number | null;
  seq: number | null;
  student: Child | null;
  asker: { id: number; name: string } | null;
};
export type QuestionGroup = {
  id: number;
  may_publish: boolean;
  /** For whom one answer to all of them is; neither: for everybody who has the notice. */
  class: { id: number; title: string } | null;
  unit: OrgRef | null;
  questions: WaitingQuestion[];
};
export type QuestionQueue = {
  broadcast: BroadcastHint;
  body: string;
  waiting: number;
  overdue: number;
  may_answer_all: boolean;
  groups: QuestionGroup[];
  answers: PublicAnswer[];
};
export type QuestionCount = { broadcast: BroadcastHint; waiting: number; overdue: number };
export type QuestionsWaiting = { notices: QuestionCount[]; waiting: number; overdue: number };

/** A message of a conversation that asks about a notice. */
export type Quoted = {
  id: number;
  seq: number;
  broadcast: { id: number; title: string };
  state: "waiting" | "answered";
  answer: number | null;
};
