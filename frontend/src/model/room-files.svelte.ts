/** Files of messages, to be shown: from this device where they are kept, else by the cookieless path, and kept then. */

import type { Clock } from "../clock";
import type { Api } from "../net/api";
import { shapeOf } from "../protocol/codec";
import { Refusal, Unreachable } from "../protocol/refusal";
import { readBytes } from "../store/attached";
import type { Database, Variant } from "../store/schema";
import { keepSeen, readSeen } from "../store/seen";

type Pass = { pass: string };
export type RoomFilesParts = {
  database: Database;
  api: Api;
  clock: Clock;
  fetchFile: (path: string, pass: string) => Promise<Response>;
  /** Where pictures stand in this page's memory, so that an <img> may show them. */
  addresses?: { make: (blob: Blob) => string; drop: (address: string) => void };
};

/** By this device's own clock, which may be hours wrong: so not by the time that the pass names. It is good for an hour. */
const PASS_LASTS = 50 * 60_000;
/** Pictures on screen and a few screens back. */
const MOST_SHOWN = 120;
const IN_THE_PAGE = {
  make: (blob: Blob) => URL.createObjectURL(blob),
  drop: (address: string) => URL.revokeObjectURL(address),
};

export class RoomFiles {
  private pass: Promise<Pass> | null = null;
  private askedAt = 0;
  private readonly shown = new Map<string, Promise<string>>();
  private isStopped = false;
  private readonly parts: RoomFilesParts;
  private readonly addresses: NonNullable<RoomFilesParts["addresses"]>;

  constructor(parts: RoomFilesParts) {
    this.parts = parts;
    this.addresses = parts.addresses ?? IN_THE_PAGE;
  }

  async load(): Promise<void> {}

  hear(): void {}

  stop(): void {
    this.isStopped = true;
    for (const one of this.shown.values()) this.drop(one);
    this.shown.clear();
  }

  /** An address for an <img> or an <audio> of this page. Throws a Refusal (404: no longer to be read) or Unreachable. */
  address(room: number, file: number, variant: Variant): Promise<string> {
    return this.shownAs(`${file}-${variant}`, () => this.blob(room, file, variant));
  }

  /** One that is chosen, or on its way: its bytes are here. Throws Unreachable where it has arrived. */
  ownAddress(key: string, type: string): Promise<string> {
    return this.shownAs(key, async () => {
      const bytes = await readBytes(this.parts.database, key);
      if (!bytes) throw new Unreachable("it has arrived");
      return new Blob([bytes], { type });
    });
  }

  private shownAs(name: string, blob: () => Promise<Blob>): Promise<string> {
    const known = this.shown.get(name);
    const address = known ?? blob().then((found) => this.addresses.make(found));
    this.shown.delete(name);
    this.shown.set(name, address);
    if (!known) {
      // Asked for again, it is tried again.
      address.catch(() => this.shown.delete(name));
      this.makeRoom();
    }
    return address;
  }

  private async blob(room: number, file: number, variant: Variant): Promise<Blob> {
    const { database, clock } = this.parts;
    const kept = await readSeen(database, file, variant);
    if (kept) return kept;
    const answer = await this.fetch(variant === "small" ? `/f/${file}?v=small` : `/f/${file}`);
    const type = answer.headers.get("Content-Type") ?? "";
    const bytes = await answer.arrayBuffer().catch((error: unknown) => {
      throw new Unreachable(String(error)); // Cut in the middle.
    });
    const about = { id: file, variant, room, size: bytes.byteLength, at: clock.now(), type };
    // A full disk is no reason not to show it.
    if (!this.isStopped) await keepSeen(database, about, bytes).catch(() => {});
    return new Blob([bytes], { type });
  }

  private async fetch(path: string): Promise<Response> {
    const asked = this.pass;
    const answer = await this.parts.fetchFile(path, await this.passed());
    if (answer.ok) return answer;
    // An outsider and an old pass are answered alike: once more with a new one.
    if (answer.status === 404 && asked !== null && this.pass === asked) {
      this.pass = null;
      return this.fetch(path);
    }
    throw new Refusal(shapeOf(answer.status, await answer.json().catch(() => null)), answer.status);
  }

  private async passed(): Promise<string> {
    const now = this.parts.clock.now();
    if (!this.pass || now - this.askedAt > PASS_LASTS) {
      this.askedAt = now;
      this.pass = this.parts.api.post<Pass>("/api/files/pass");
    }
    const asked = this.pass;
    try {
      return (await asked).pass;
    } catch (error) {
      if (this.pass === asked) this.pass = null;
      throw error;
    }
  }

  private makeRoom(): void {
    for (const [name, address] of this.shown) {
      if (this.shown.size <= MOST_SHOWN) return;
      this.shown.delete(name);
      this.drop(address);
    }
  }

  private drop(address: Promise<string>): void {
    address.then(this.addresses.drop, () => {});
  }
}
