/** One import on screen: followed while the server works on it, here or on another device, and decided about. */

import type { Clock } from "../clock";
import { mayRetry, Refusal } from "../protocol/refusal";
import type { Run, Source } from "../protocol/registry";
import type { RegistryOffice } from "./registry";

const SOON = 1_000;
const LATER = 3_000;
/** Asked every second at first; an import that takes longer is asked about less often. */
const SOON_FOR = 10;
/** A rollback that is asked for shows nothing until it is done; after so many questions it did not come about. */
const ROLLBACK_PATIENCE = 200;

export type RunParts = {
  office: RegistryOffice;
  clock: Clock;
  /** Something was decided, or a decision has come: what waits for this person may be less or more. */
  settled: () => void;
};

export class RunWatch {
  run = $state.raw<Run | null>(null);
  source = $state.raw<Source | null>(null);
  state = $state<"loading" | "ready" | "gone" | "unreachable">("loading");
  isBusy = $state(false);
  isRollingBack = $state(false);
  /** What was asked for and refused. */
  refusal = $state.raw<unknown>(null);

  private readonly id: number;
  private readonly parts: RunParts;
  private asked = 0;
  private isStopped = false;
  private cancel: () => void = () => {};

  constructor(id: number, parts: RunParts) {
    this.id = id;
    this.parts = parts;
  }

  async start(): Promise<void> {
    try {
      const run = await this.parts.office.run(this.id);
      const source = await this.parts.office.source(run.source);
      if (this.isStopped) return;
      this.source = source;
      this.take(run);
    } catch (error) {
      this.fail(error);
    }
  }

  stop(): void {
    this.isStopped = true;
    this.cancel();
  }

  apply(): Promise<void> {
    return this.order(() => this.parts.office.apply(this.id));
  }

  confirm(reason: string): Promise<void> {
    return this.order(() => this.parts.office.confirm(this.id, reason));
  }

  decline(reason: string): Promise<void> {
    return this.order(() => this.parts.office.decline(this.id, reason));
  }

  rollBack(reason: string): Promise<void> {
    return this.order(async () => {
      const run = await this.parts.office.rollBack(this.id, reason);
      this.isRollingBack = run.state === "applied";
      return run;
    });
  }

  private async order(ask: () => Promise<Run>): Promise<void> {
    this.isBusy = true;
    this.refusal = null;
    try {
      this.asked = 0;
      this.take(await ask());
      this.parts.settled();
    } catch (error) {
      if (!(error instanceof Refusal) && !mayRetry(error)) throw error;
      this.refusal = error;
      // Somebody else may have decided in the meantime: show what stands.
      await this.look();
    } finally {
      this.isBusy = false;
    }
  }

  private async look(): Promise<void> {
    try {
      this.take(await this.parts.office.run(this.id));
    } catch (error) {
      this.fail(error);
    }
  }

  private take(run: Run): void {
    if (this.isStopped) return;
    const wasWorking = this.run?.state === "received" || this.isRollingBack;
    this.run = run;
    this.state = "ready";
    if (run.state !== "applied" || this.asked > ROLLBACK_PATIENCE) this.isRollingBack = false;
    this.cancel();
    if (run.state === "received" || this.isRollingBack) this.askLater();
    else if (wasWorking) this.parts.settled();
  }

  private fail(error: unknown): void {
    if (this.isStopped) return;
    if (mayRetry(error)) {
      // What is on screen stays; it is asked again as if it were being worked on.
      if (this.state === "loading") this.state = "unreachable";
      else this.askLater();
    } else if (error instanceof Refusal) this.state = "gone";
    else throw error;
  }

  private askLater(): void {
    this.asked += 1;
    this.cancel();
    this.cancel = this.parts.clock.after(this.asked < SOON_FOR ? SOON : LATER, () => void this.look());
  }
}
