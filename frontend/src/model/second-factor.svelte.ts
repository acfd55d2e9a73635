/** The second factor: set up, changed, and confirmed again just before something that reaches many. */

import type { Api } from "../net/api";
import {
  type CreationOptions,
  canUsePasskeys,
  givePasskey,
  makePasskey,
  NoPasskey,
  type RequestOptions,
} from "../net/passkeys";
import type { AppSecret, Factors, RecoveryCodes } from "../protocol/factors";
import { Refusal } from "../protocol/refusal";
import type { Me } from "../protocol/types";

const BASE = "/api/second-factor";
/** django-allauth's own address: a GET for the question, a POST for the browser's answer. */
const PASSKEY_AGAIN = "/_allauth/auth/webauthn/reauthenticate";
const PASSKEY_IN = "/_allauth/auth/webauthn/authenticate";

/** Who may send beyond a class and has no second factor yet. */
export function lacksFactor(me: Me | null): boolean {
  // What an older version of the app kept of me says nothing of it.
  return me?.second_factor?.wanted === true && !me.second_factor.enrolled;
}

/** The browser gave no passkey, or django-allauth took none, which says so without words. */
export function isPasskeyTrouble(error: unknown): boolean {
  return error instanceof NoPasskey || (error instanceof Refusal && !error.detail && error.status < 500);
}

type Parts = {
  api: Api;
  me: () => Me | null;
  /** Asks the server anew who I am: whether a factor is there, and until when it counts. */
  refreshMe: () => Promise<void>;
};

export class SecondFactor {
  /** Something waits until the person has confirmed: the sheet is up. */
  isAsked = $state(false);
  /** Something was refused because there is no second factor: the app leads to the set-up. */
  isMissing = $state(false);
  readonly canUsePasskeys = canUsePasskeys();
  private readonly parts: Parts;
  private answer: ((isConfirmed: boolean) => void) | null = null;

  constructor(parts: Parts) {
    this.parts = parts;
  }

  /**
   * Does it; where the server first wants the second factor, asks for that and does it again. Whoever turns away gets the
   * refusal, and nothing was done. Who has none is led to the set-up.
   */
  async confirmed<T>(act: () => Promise<T>): Promise<T> {
    for (;;) {
      try {
        return await act();
      } catch (error) {
        if (!(error instanceof Refusal && this.canRepair(error))) throw error;
        if (!(await this.ask())) throw error;
      }
    }
  }

  private canRepair(refusal: Refusal): boolean {
    if (refusal.code === "confirm_again") return true;
    if (refusal.code !== "second_factor_missing") return false;
    // There is one, only this session never gave it: confirming is all that is missing.
    if (this.parts.me()?.second_factor?.enrolled) return true;
    this.isMissing = true;
    return false;
  }

  private ask(): Promise<boolean> {
    this.settle(false); // Somebody asked before and was never answered: theirs is over.
    this.isAsked = true;
    return new Promise((resolve) => {
      this.answer = resolve;
    });
  }

  /** The sheet's word: confirmed, or turned away. */
  settle(isConfirmed: boolean): void {
    this.isAsked = false;
    this.answer?.(isConfirmed);
    this.answer = null;
  }

  async confirmByCode(code: string): Promise<void> {
    await this.parts.api.post(`${BASE}/confirm`, { code });
    this.settle(true);
    void this.parts.refreshMe();
  }

  async confirmByPasskey(): Promise<void> {
    await this.passkey(PASSKEY_AGAIN);
    this.settle(true);
    void this.parts.refreshMe();
  }

  /** The second step of signing in, by passkey. */
  signInByPasskey(): Promise<void> {
    return this.passkey(PASSKEY_IN);
  }

  private async passkey(address: string): Promise<void> {
    const { data } = await this.parts.api.get<{ data: { request_options: RequestOptions } }>(address);
    await this.parts.api.post(address, { credential: await givePasskey(data.request_options) });
  }

  factors(): Promise<Factors> {
    return this.parts.api.get(BASE);
  }

  /** `password` where the server wanted it (`password_wanted`). */
  beginApp(password: string): Promise<AppSecret> {
    return this.parts.api.post(`${BASE}/totp`, password ? { password } : {});
  }

  async addApp(code: string): Promise<string[]> {
    return this.added(await this.parts.api.put<RecoveryCodes>(`${BASE}/totp`, { code }));
  }

  async addPasskey(password: string, name: string): Promise<string[]> {
    const body = password ? { password } : {};
    const { options } = await this.parts.api.post<{ options: CreationOptions }>(`${BASE}/passkeys/options`, body);
    const credential = await makePasskey(options);
    return this.added(await this.parts.api.post<RecoveryCodes>(`${BASE}/passkeys`, { name, credential }));
  }

  private async added(made: RecoveryCodes): Promise<string[]> {
    this.isMissing = false;
    await this.parts.refreshMe();
    return made.recovery_codes;
  }

  async remove(id: number): Promise<void> {
    await this.parts.api.del(`${BASE}/${id}`);
    await this.parts.refreshMe();
  }

  async renewCodes(): Promise<string[]> {
    return (await this.parts.api.post<RecoveryCodes>(`${BASE}/recovery-codes`)).recovery_codes;
  }

  forget(): void {
    this.settle(false);
    this.isMissing = false;
  }
}
