/** The board of one class: every pupil with how they were reached, who is missing first; goes on without a network. */

import type { Reached, ReachTotals, Subject } from "../protocol/reach";
import type { Ledger } from "./ledger.svelte";
import { afterMove, keyOf, type ShownSubject, totalsWith, withLogged } from "./ledger-counting";
import type { ReachBoard } from "./reach-board.svelte";
import { SubjectList } from "./reach-list.svelte";

export type ClassParts = ConstructorParameters<typeof SubjectList>[1] & {
  ledger: Ledger;
  me: { id: number; name: string };
};

export class ClassBoard {
  readonly board: ReachBoard;
  readonly list: SubjectList;
  /** What this device kept from an earlier look, until the server answers. */
  private kept = $state.raw<{ reached: Reached; subjects: readonly Subject[] } | null>(null);
  private readonly parts: ClassParts;
  private readonly deafen: () => void;

  readonly reached: Reached | null = $derived.by(() => this.board.reached ?? this.kept?.reached ?? null);
  readonly subjects: readonly Subject[] = $derived.by(() =>
    this.list.state === "ready" ? this.list.subjects : (this.kept?.subjects ?? []),
  );
  /** The server has not answered yet, or there is no line: it may have moved since. */
  readonly isOld: boolean = $derived.by(() => this.kept !== null && this.board.reached === null);
  readonly hasList: boolean = $derived.by(() => this.list.state === "ready" || this.kept !== null);
  readonly shown: ShownSubject[] = $derived.by(() =>
    this.subjects.map((one) => withLogged(one, this.parts.ledger.list, this.board.where.broadcast, this.parts.me)),
  );
  readonly totals: ReachTotals | null = $derived(
    this.reached ? totalsWith(this.reached.totals, this.subjects, this.shown) : null,
  );
  readonly missing: ShownSubject[] = $derived(this.shown.filter((one) => !one.is_reached));
  readonly reachedOnes: ShownSubject[] = $derived(this.shown.filter((one) => one.is_reached));

  constructor(board: ReachBoard, parts: ClassParts) {
    this.board = board;
    this.parts = parts;
    this.list = new SubjectList(board.where, parts);
    this.deafen = parts.ledger.listen((broadcast, subject) => this.heard(broadcast, subject));
  }

  /** At once what is kept here, until the server's word is there. */
  async start(): Promise<void> {
    const { broadcast, schoolClass } = this.board.where;
    this.kept = await this.parts.ledger.keptBoard(broadcast, schoolClass);
  }

  stop(): void {
    this.deafen();
  }

  /** Everybody anew; what the device keeps follows. */
  async renew(): Promise<void> {
    await this.list.loadAll();
    const { reached, state, where } = this.board;
    if (state === "gone" || this.list.state === "gone") {
      this.kept = null;
      await this.parts.ledger.forgetBoards(where.broadcast);
    } else if (reached && this.list.state === "ready") await this.parts.ledger.keepBoard(reached, this.list.subjects);
  }

  private heard(broadcast: number, subject: Subject): void {
    if (broadcast !== this.board.where.broadcast) return;
    const key = keyOf(subject);
    const before = this.list.subjects.find((one) => keyOf(one) === key);
    if (!before) return;
    this.list.take(subject);
    const { reached } = this.board;
    if (reached) this.board.reached = { ...reached, totals: afterMove(reached.totals, before, subject) };
    this.board.soon();
  }
}
