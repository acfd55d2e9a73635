/** Files that were chosen for a message and are not sent yet. Kept on this device as soon as they are ready. */

import type { Clock } from "../clock";
import { claimOf, type FileKind } from "../protocol/files";
import { FILE_LIMITS } from "../protocol/limits";
import type { Attached, Destination, Enclosure } from "../store/schema";
import { newName } from "./names";
import type { Outbox } from "./outbox.svelte";
import { type Drawn, shrink } from "./shrinking";

/** Why a file was not taken. */
export type NotTaken = { name: string; why: "kind" | "unreadable" | "empty" | "too_large" | "too_many" };
export type ChosenParts = {
  read: () => Promise<Attached[]>;
  keep: (attached: Omit<Attached, "lane">, bytes: ArrayBuffer) => Promise<void>;
  forget: (keys: readonly string[]) => Promise<void>;
  shrink: (file: Blob) => Promise<Drawn | null>;
  newKey: () => string;
  now: () => number;
};
export type Spoken = { bytes: ArrayBuffer; type: string; seconds: number; peaks: string };

export class Chosen {
  files = $state.raw<readonly Enclosure[]>([]);
  notTaken = $state.raw<readonly NotTaken[]>([]);
  /** Of those that were picked, how many are being made ready. */
  preparing = $state(0);
  private last = 0;
  private readonly parts: ChosenParts;

  constructor(parts: ChosenParts) {
    this.parts = parts;
  }

  get hasVoice(): boolean {
    return this.files.some((file) => file.kind === "voice");
  }

  /** What an earlier page had chosen here, or what came back from the outbox. */
  async load(): Promise<void> {
    const kept = (await this.parts.read()).map((one) => one.about);
    const known = new Set(kept.map((file) => file.key));
    this.files = [...kept, ...this.files.filter((file) => !known.has(file.key))];
  }

  /** One after the other: two photographs at once are more than a small phone can hold. */
  async take(picked: readonly File[]): Promise<void> {
    this.notTaken = [];
    this.preparing += picked.length;
    for (const file of picked) {
      try {
        await this.takeOne(file);
      } finally {
        this.preparing -= 1;
      }
    }
  }

  /** A voice goes alone. */
  async takeVoice({ bytes, type, seconds, peaks }: Spoken): Promise<void> {
    const end = type.includes("mp4") ? "m4a" : type.includes("ogg") ? "ogg" : "webm";
    const name = `tin-nhan-thoai.${end}`;
    await this.put({ kind: "voice", name, type, size: bytes.byteLength, seconds, peaks }, bytes);
  }

  async remove(key: string): Promise<void> {
    this.files = this.files.filter((file) => file.key !== key);
    await this.parts.forget([key]);
  }

  /** They are being written with: nobody else is given them, until `load` finds them here still. */
  handOver(): Enclosure[] {
    const files = [...this.files];
    this.files = [];
    this.notTaken = [];
    return files;
  }

  private async takeOne(file: File): Promise<void> {
    const kind = claimOf(file);
    if (!kind) return this.refuse(file, "kind");
    if (this.files.length >= FILE_LIMITS.mostFiles) return this.refuse(file, "too_many");
    if (file.size === 0) return this.refuse(file, "empty");
    if (kind === "image") return this.takePicture(file);
    if (file.size > FILE_LIMITS.largestFile) return this.refuse(file, "too_large");
    const type = file.type || "application/octet-stream";
    await this.put({ kind, name: file.name.normalize("NFC"), type, size: file.size }, await file.arrayBuffer());
  }

  private async takePicture(file: File): Promise<void> {
    const drawn = await this.parts.shrink(file);
    if (!drawn) return this.refuse(file, "unreadable");
    const { blob, width, height } = drawn;
    const name = `${file.name.normalize("NFC").replace(/\.[^.]*$/, "")}.jpg`;
    const about = { kind: "image" as FileKind, name, type: "image/jpeg", size: blob.size, width, height };
    await this.put(about, await blob.arrayBuffer());
  }

  private async put(about: Omit<Enclosure, "key">, bytes: ArrayBuffer): Promise<void> {
    const file = { key: this.parts.newKey(), ...about };
    this.last = Math.max(this.parts.now(), this.last + 1);
    await this.parts.keep({ key: file.key, about: file, at: this.last }, bytes);
    this.files = [...this.files, file];
  }

  private refuse({ name }: File, why: NotTaken["why"]): void {
    this.notTaken = [...this.notTaken, { name, why }];
  }
}

/** Those of a place, kept beside what is written for it. */
export function chosenFor(to: Destination, outbox: Outbox, clock: Clock): Chosen {
  return new Chosen({
    read: () => outbox.chosen(to),
    keep: (attached, bytes) => outbox.keepChosen(to, attached, bytes),
    forget: (keys) => outbox.dropChosen(keys),
    shrink,
    newKey: newName,
    now: () => clock.now(),
  });
}
