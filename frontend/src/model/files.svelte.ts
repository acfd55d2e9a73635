/** Files on their way to a notice that is being written, one after the other: two at once are no faster on a slow line. */

import type { Api } from "../net/api";
import type { NoticeFile } from "../protocol/drafts";
import { Refusal, Unreachable } from "../protocol/refusal";
import { LARGEST_FILE, LARGEST_TOGETHER, togetherOf } from "./files";

/** Why a file did not get there: the server's words, nobody's, or what is known here. */
export type Why = Refusal | Unreachable | "too_large" | "together";
export type Pending = {
  key: number;
  file: File;
  state: "waiting" | "preparing" | "sending" | "checking" | "failed";
  sent: number;
  why: Why | null;
};

interface Parts {
  api: Api;
  /** A picture as small as it will be kept. */
  smaller: (file: File) => Promise<File>;
  /** What the notice has already. */
  attached: () => readonly NoticeFile[];
  add: (file: NoticeFile) => void;
}

export class Uploads {
  pending = $state.raw<Pending[]>([]);
  private readonly parts: Parts;
  private keys = 0;
  private stopper: AbortController | null = null;

  constructor(parts: Parts) {
    this.parts = parts;
  }

  get isBusy(): boolean {
    return this.pending.some(({ state }) => state !== "failed");
  }

  take(files: Iterable<File>): void {
    const taken = [...files].map((file): Pending => ({ key: ++this.keys, file, state: "waiting", sent: 0, why: null }));
    this.pending = [...this.pending, ...taken];
    void this.next();
  }

  again(key: number): void {
    this.change(key, { state: "waiting", sent: 0, why: null });
    void this.next();
  }

  /** "Bỏ": also what is on its way just now. */
  drop(key: number): void {
    const isMoving = this.moving()?.key === key;
    this.pending = this.pending.filter((one) => one.key !== key);
    if (isMoving) this.stopper?.abort();
  }

  /** The page is left. */
  stop(): void {
    this.pending = [];
    this.stopper?.abort();
  }

  private async next(): Promise<void> {
    if (this.moving()) return;
    const one = this.pending.find(({ state }) => state === "waiting");
    if (!one) return;
    const stopper = new AbortController();
    this.stopper = stopper;
    try {
      const kept = await this.send(one, stopper.signal);
      // Dropped meanwhile: what got there after all is forgotten there by itself.
      if (kept && this.has(one.key)) {
        this.pending = this.pending.filter(({ key }) => key !== one.key);
        this.parts.add(kept);
      }
    } catch (error) {
      if (!(error instanceof Refusal || error instanceof Unreachable)) throw error;
      this.change(one.key, { state: "failed", why: error });
    }
    await this.next();
  }

  private async send(one: Pending, stop: AbortSignal): Promise<NoticeFile | null> {
    this.change(one.key, { state: "preparing" });
    const file = await this.parts.smaller(one.file);
    if (!this.has(one.key)) return null;
    if (file.size > LARGEST_FILE) return this.fail(one, "too_large");
    if (togetherOf([...this.parts.attached(), file]) > LARGEST_TOGETHER) return this.fail(one, "together");
    this.change(one.key, { file, state: "sending" });
    const form = new FormData();
    form.append("file", file);
    // A form is a little more than its file; once all of it is there, the server looks into it.
    const told = (sent: number): void =>
      this.change(one.key, sent < file.size ? { sent } : { sent: file.size, state: "checking" });
    return this.parts.api.send<NoticeFile>("/api/broadcasts/files", form, told, stop);
  }

  private fail(one: Pending, why: Why): null {
    this.change(one.key, { state: "failed", why });
    return null;
  }

  private change(key: number, fields: Partial<Pending>): void {
    this.pending = this.pending.map((one) => (one.key === key ? { ...one, ...fields } : one));
  }

  private moving(): Pending | undefined {
    return this.pending.find(({ state }) => state !== "waiting" && state !== "failed");
  }

  private has(key: number): boolean {
    return this.pending.some((one) => one.key === key);
  }
}
