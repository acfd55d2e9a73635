/** A sign-out that the server has yet to hear of: until then this device must not walk back in with the old cookie. */

import type { Api } from "../net/api";
import { Refusal, Unreachable } from "../protocol/refusal";
import { forgetAccount } from "../store/db";
import type { Shelf } from "../store/preferences";

const OF_A_CLOSED_DATABASE = new Set(["AbortError", "InvalidStateError", "UnknownError"]);

export class Leaving {
  private readonly api: Api;
  private readonly shelf: Shelf;
  private telling: Promise<boolean> | null = null;

  constructor(api: Api, shelf: Shelf) {
    this.api = api;
    this.shelf = shelf;
  }

  get isUnderWay(): boolean {
    return this.shelf.get("leaving") !== null;
  }

  begin(): void {
    this.shelf.set("leaving", "1");
  }

  /** Somebody signed in: whatever was left before is over. */
  forget(): void {
    this.shelf.set("leaving", null);
  }

  /**
   * True when no sign-out is left to be told. Whoever signs in waits for it: the browser clears what is kept here when the server
   * answers, and would take it from the next one too.
   */
  tell(): Promise<boolean> {
    this.telling ??= this.told().finally(() => {
      this.telling = null;
    });
    return this.telling;
  }

  private async told(): Promise<boolean> {
    if (!this.isUnderWay) return true;
    try {
      await this.api.del("/api/session");
    } catch (error) {
      if (error instanceof Unreachable || (error instanceof Refusal && error.retry)) return false;
      if (!(error instanceof Refusal)) throw error; // Refused: that session is over already.
    }
    this.forget();
    return true;
  }
}

/** What goes wrong because a session ended: its database is closed or being deleted, and the server knows it no more. */
export function isOfTheEnd(error: unknown): boolean {
  if (error instanceof Refusal) return error.status === 401;
  return error instanceof DOMException && OF_A_CLOSED_DATABASE.has(error.name);
}

/** Takes everything of this account off this device. Where the browser is at it already, told by the server, that is as good. */
export async function takeOff(account: number): Promise<void> {
  try {
    await forgetAccount(account);
  } catch (error) {
    if (!isOfTheEnd(error)) throw error;
  }
}
