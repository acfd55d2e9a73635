/** A file on its way to a source. It goes on while other screens are looked at; once it is there, the server goes on. */

import { Refusal, Unreachable } from "../protocol/refusal";
import type { Run, Source } from "../protocol/registry";
import type { RegistryOffice } from "./registry";

export type UploadState =
  | { name: "none" }
  | { name: "sending"; source: number; file: string; sent: number; size: number }
  | { name: "failed"; source: number; file: string; error: Refusal | Unreachable };

export class Upload {
  state = $state.raw<UploadState>({ name: "none" });
  private readonly office: RegistryOffice;
  private stopper: AbortController | null = null;

  constructor(office: RegistryOffice) {
    this.office = office;
  }

  /** The run that reads the file; null when it did not get there, and `state` says why. */
  async send(source: Source, file: File, rollover: boolean): Promise<Run | null> {
    this.stop();
    const stopper = new AbortController();
    this.stopper = stopper;
    const about = { source: source.id, file: file.name };
    this.state = { name: "sending", ...about, sent: 0, size: file.size };
    try {
      const told = (sent: number): void => {
        // A form is a little more than its file.
        this.state = { name: "sending", ...about, sent: Math.min(sent, file.size), size: file.size };
      };
      const run = await this.office.send(source, file, rollover, told, stopper.signal);
      this.state = { name: "none" };
      return run;
    } catch (error) {
      if (!(error instanceof Refusal || error instanceof Unreachable)) throw error;
      this.state = stopper.signal.aborted ? { name: "none" } : { name: "failed", ...about, error };
      return null;
    } finally {
      if (this.stopper === stopper) this.stopper = null;
    }
  }

  stop(): void {
    this.stopper?.abort();
  }
}
