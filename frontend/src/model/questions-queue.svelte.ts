/** Câu hỏi chờ: what waits at one's desk, over all notices and about one of them. */

import type { Api } from "../net/api";
import type {
  PublicAnswer,
  QuestionCount,
  QuestionGroup,
  QuestionQueue,
  QuestionsWaiting,
} from "../protocol/questions";
import { mayRetry, Refusal } from "../protocol/refusal";
import type { ServerEvent } from "../protocol/types";
import { newName } from "./names";

type State = "loading" | "ready" | "unreachable" | "gone";

export class QuestionList {
  notices = $state.raw<readonly QuestionCount[]>([]);
  state = $state<State>("loading");
  private readonly api: Api;

  constructor(api: Api) {
    this.api = api;
  }

  async load(): Promise<void> {
    try {
      this.notices = (await this.api.get<QuestionsWaiting>("/api/broadcasts/questions")).notices;
      this.state = "ready";
    } catch (error) {
      if (!mayRetry(error)) throw error;
      if (this.state === "loading") this.state = "unreachable";
    }
  }

  hear(event: ServerEvent): void {
    if (event.type === "hello" || event.type === "questions.changed") void this.load();
  }
}

export class Queue {
  found = $state.raw<QuestionQueue | null>(null);
  state = $state<State>("loading");
  isBusy = $state(false);
  trouble = $state.raw<unknown>(null);
  readonly broadcast: number;
  private readonly api: Api;
  /** The same text again is the same answer: a lost reply does not publish it twice. */
  private named: { name: string; text: string } | null = null;

  constructor(api: Api, broadcast: number) {
    this.api = api;
    this.broadcast = broadcast;
  }

  async load(): Promise<void> {
    try {
      this.found = await this.api.get<QuestionQueue>(this.path("questions"));
      this.state = "ready";
    } catch (error) {
      if (error instanceof Refusal && error.status === 404) this.state = "gone";
      else if (!mayRetry(error)) throw error;
      else if (this.state === "loading") this.state = "unreachable";
    }
  }

  hear(event: ServerEvent): void {
    const isOurs = event.type === "questions.changed" && event.broadcast === this.broadcast;
    // Whoever answers in the conversation has answered: the room tells of it.
    const isReply = event.type === "message.posted" && this.rooms.has(event.message.room);
    if (event.type === "hello" || isOurs || isReply) void this.load();
  }

  /** Trả lời chung. Whether it was published; otherwise `trouble` says why not. */
  publish(group: QuestionGroup | null, question: string, answer: string): Promise<boolean> {
    const questions = group?.questions.map((one) => one.id) ?? [];
    const text = JSON.stringify([questions, question, answer]);
    if (this.named?.text !== text) this.named = { name: newName(), text };
    const body = { client_answer_id: this.named.name, questions, question, answer };
    return this.act(() => this.api.post<PublicAnswer>(this.path("answers"), body));
  }

  withdraw(answer: PublicAnswer): Promise<boolean> {
    return this.act(() => this.api.del<null>(this.path(`answers/${answer.id}`)));
  }

  /** With another group, or by itself. */
  place(question: number, group: QuestionGroup | null): Promise<boolean> {
    return this.act(() => this.api.post(this.path(`questions/${question}/place`), { with: group?.id ?? null }));
  }

  private get rooms(): Set<number> {
    const rooms = this.found?.groups.flatMap((group) => group.questions.map((one) => one.room)) ?? [];
    return new Set(rooms.filter((room) => room !== null));
  }

  private path(rest: string): string {
    return `/api/broadcasts/${this.broadcast}/${rest}`;
  }

  private async act(work: () => Promise<unknown>): Promise<boolean> {
    this.isBusy = true;
    this.trouble = null;
    try {
      await work();
      await this.load();
      return true;
    } catch (error) {
      if (!mayRetry(error) && !(error instanceof Refusal)) throw error;
      this.trouble = error;
      if (error instanceof Refusal && error.code === "already_answered") await this.load();
      return false;
    } finally {
      this.isBusy = false;
    }
  }
}
