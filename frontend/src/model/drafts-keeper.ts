/** Keeps a draft on the server while it is written: one request at a time, the newest words win, nothing is overwritten unseen. */

import type { Clock } from "../clock";
import type { Content } from "../protocol/broadcasts";
import type { Draft } from "../protocol/drafts";
import { mayRetry, Refusal } from "../protocol/refusal";
import { fingerprint, type Saved } from "./compose-draft";
import type { DraftOffice } from "./drafts";

/** Longer than the pause for the device's own copy: a word is not worth a request on a slow line. */
const SAVE_AFTER = 2000;
const TRY_AGAIN = 15_000;

/** What the composer has, and what it does with what it is told. */
export interface Desk {
  written(): { name: string; content: Content; server: Saved | null };
  /** The server has this; `draft` is its answer. */
  keep(saved: Saved, draft: Draft): void;
  /** The draft is another one there: somebody, or another device, changed it or sent it. */
  differs(draft: Draft): void;
  /** It is gone there: what stands here becomes a draft of its own. */
  lost(): void;
  refused(refusal: Refusal): void;
}
export type KeeperState = "idle" | "waiting" | "saving" | "kept" | "unreachable";

export class DraftKeeper {
  state: KeeperState = "idle";
  private readonly office: DraftOffice;
  private readonly clock: Clock;
  private readonly desk: Desk;
  private readonly moved: (state: KeeperState) => void;
  private running: Promise<void> = Promise.resolve();
  private cancel: (() => void) | null = null;
  private isStopped = false;

  constructor(office: DraftOffice, clock: Clock, desk: Desk, moved: (state: KeeperState) => void) {
    this.office = office;
    this.clock = clock;
    this.desk = desk;
    this.moved = moved;
  }

  /** After a pause; without a line later by itself. */
  soon(): void {
    this.wait(SAVE_AFTER);
  }

  /** Nothing is worth keeping any more. */
  rest(): void {
    this.cancel?.();
    this.cancel = null;
  }

  stop(): void {
    this.isStopped = true;
    this.rest();
  }

  /** Whether the server has every word that stands here. */
  isCurrent(): boolean {
    const { server, content } = this.desk.written();
    return server !== null && server.content === fingerprint(content);
  }

  /** Everything now. Throws what kept it: a refusal, or that nobody answered. */
  async flush(): Promise<Saved> {
    this.cancel?.();
    this.cancel = null;
    // One after the other; who asked before is told of its own failure, here only what stands now counts.
    this.running = this.running.catch(() => {}).then(() => this.save());
    await this.running;
    const saved = this.desk.written().server;
    if (!saved) throw new Error("a draft that was saved has no number");
    return saved;
  }

  private wait(milliseconds: number): void {
    if (this.isStopped) return;
    this.cancel?.();
    this.become("waiting");
    this.cancel = this.clock.after(milliseconds, () => void this.quietly());
  }

  private async quietly(): Promise<void> {
    this.cancel = null;
    try {
      await this.flush();
    } catch (error) {
      if (mayRetry(error)) {
        this.wait(TRY_AGAIN);
        this.become("unreachable");
      } else if (error instanceof Refusal) {
        this.become("idle");
        if (error.code !== "changed_elsewhere") this.desk.refused(error);
      } else throw error;
    }
  }

  private async save(): Promise<void> {
    if (this.isCurrent()) return this.become("kept");
    this.become("saving");
    for (let again = true; again && !this.isCurrent(); ) again = await this.put();
    this.become("kept");
  }

  /** One try; true where another one has to follow. */
  private async put(): Promise<boolean> {
    const { name, content, server } = this.desk.written();
    try {
      const draft = server
        ? await this.office.revise(server.id, server.version, content)
        : await this.office.create(name, content);
      // A second try with the same name is answered with what the first one left there.
      const saved = { id: draft.id, version: draft.version, content: fingerprint(draft.content) };
      if (draft.state !== "writing" && draft.state !== "returned") return this.answerOther(draft);
      // A revision is kept as it was sent, whatever the server makes of its blanks: otherwise it would be sent for ever.
      this.desk.keep(server ? { ...saved, content: fingerprint(content) } : saved, draft);
      return true;
    } catch (error) {
      if (!(error instanceof Refusal) || !server) throw error;
      if (error.status === 404) {
        this.desk.lost();
        return true;
      }
      if (error.status !== 409) throw error;
      return this.answerOther(await this.office.find(server.id), error);
    }
  }

  private answerOther(theirs: Draft, refusal?: Refusal): boolean {
    const { content } = this.desk.written();
    const isOpen = theirs.state === "writing" || theirs.state === "returned";
    if (isOpen && fingerprint(theirs.content) === fingerprint(content)) {
      this.desk.keep({ id: theirs.id, version: theirs.version, content: fingerprint(content) }, theirs);
      return true;
    }
    this.desk.differs(theirs);
    throw refusal ?? new Refusal({ code: "changed_elsewhere", detail: "", retry: false }, 409);
  }

  private become(state: KeeperState): void {
    this.state = state;
    this.moved(state);
  }
}
