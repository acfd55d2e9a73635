/** REST: get, post, put, patch, del, file, send. A no is a Refusal (the same class as on the socket), silence is Unreachable. */

import { shapeOf } from "../protocol/codec";
import { Refusal, Unreachable } from "../protocol/refusal";
import { carrier } from "./carrying";
import { sendForm } from "./sending";
import type { Carry } from "./tus";

const PATIENCE = 20_000; // A 2G line needs up to 10 s for a first answer; after twice that the line is gone.
const PATIENCE_FOR_A_FILE = 120_000;

export interface Api {
  get<Answer>(path: string): Promise<Answer>;
  /** `stop` replaces the usual patience: for a request that waits on purpose. */
  post<Answer>(path: string, body?: object, stop?: AbortSignal): Promise<Answer>;
  put<Answer>(path: string, body: object): Promise<Answer>;
  patch<Answer>(path: string, body: object): Promise<Answer>;
  del<Answer>(path: string, body?: object): Promise<Answer>;
  /** What the server makes to be saved, a PDF say. It may take a minute. */
  file(path: string, body: object): Promise<Blob>;
  /** A form with a file, however large and however slow the line; `told` hears how many bytes have left. */
  send<Answer>(path: string, form: FormData, told: (sent: number) => void, stop: AbortSignal): Promise<Answer>;
}

export class HttpApi implements Api {
  /** Called when the server no longer knows who we are, whatever was asked. */
  onSignedOut: () => void = () => {};
  /** Pieces of files, in this person's name. */
  readonly carry: Carry = async (asked) => {
    const answer = await carrier((method) => this.headers(method))(asked);
    if (answer.status === 401) this.onSignedOut();
    return answer;
  };
  private readonly language: () => string;
  private readonly fetch: typeof fetch;

  constructor(language: () => string, fetcher: typeof fetch = (input, init) => fetch(input, init)) {
    this.language = language;
    this.fetch = fetcher;
  }

  get<Answer>(path: string): Promise<Answer> {
    return this.ask<Answer>("GET", path);
  }

  post<Answer>(path: string, body: object = {}, stop?: AbortSignal): Promise<Answer> {
    return this.ask<Answer>("POST", path, body, stop);
  }

  put<Answer>(path: string, body: object): Promise<Answer> {
    return this.ask<Answer>("PUT", path, body);
  }

  patch<Answer>(path: string, body: object): Promise<Answer> {
    return this.ask<Answer>("PATCH", path, body);
  }

  del<Answer>(path: string, body?: object): Promise<Answer> {
    return this.ask<Answer>("DELETE", path, body);
  }

  async file(path: string, body: object): Promise<Blob> {
    const response = await this.reach("POST", path, body, AbortSignal.timeout(PATIENCE_FOR_A_FILE));
    if (response.ok) return response.blob();
    throw this.refusal(path, response, await response.json().catch(() => null));
  }

  async send<Answer>(path: string, form: FormData, told: (sent: number) => void, stop: AbortSignal): Promise<Answer> {
    const { status, answer } = await sendForm(path, form, this.headers("POST"), told, stop);
    if (status >= 200 && status < 300) return answer as Answer;
    throw this.refusal(path, { status }, answer);
  }

  private async ask<Answer>(method: string, path: string, body?: object, stop?: AbortSignal): Promise<Answer> {
    const response = await this.reach(method, path, body, stop);
    const answer: unknown = await response.json().catch(() => null); // A proxy's error page is no JSON; the status speaks.
    if (response.ok) return answer as Answer;
    throw this.refusal(path, response, answer);
  }

  private refusal(path: string, response: { status: number }, answer: unknown): Refusal {
    const refusal = new Refusal(shapeOf(response.status, answer), response.status);
    if (refusal.code === "not_signed_in" && path !== "/api/me") this.onSignedOut();
    return refusal;
  }

  private headers(method: string): Record<string, string> {
    const headers: Record<string, string> = { Accept: "application/json", "Accept-Language": this.language() };
    if (method !== "GET") headers["X-CSRFToken"] = csrfToken(document.cookie);
    return headers;
  }

  private async reach(method: string, path: string, body?: object, stop?: AbortSignal): Promise<Response> {
    const headers = this.headers(method);
    const init: RequestInit = {
      method,
      headers,
      credentials: "same-origin",
      signal: stop ?? AbortSignal.timeout(PATIENCE),
    };
    if (body !== undefined) {
      headers["Content-Type"] = "application/json";
      init.body = JSON.stringify(body);
    }
    try {
      return await this.fetch(path, init);
    } catch (error) {
      throw new Unreachable(String(error));
    }
  }
}

/** The token of the cookie `csrf` (`__Host-csrf` over TLS), or nothing when the server has not set it yet. */
export function csrfToken(cookies: string): string {
  return /(?:^|;\s*)(?:__Host-)?csrf=([^;]*)/.exec(cookies)?.[1] ?? "";
}
