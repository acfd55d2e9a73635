/** Requests that are no JSON: pieces of files on their way, and files read by the cookieless path. */

import { Unreachable } from "../protocol/refusal";
import type { Carry } from "./tus";

/** The last piece is answered when the file has been examined, and a slow line takes half a minute for one. */
const PATIENCE = 120_000;

/** Sends with what makes it this person's: `headers` says it anew each time, since a token may have changed. */
export function carrier(headers: (method: string) => Record<string, string>): Carry {
  return ({ method, path, headers: own, body }) => {
    const init: RequestInit = {
      method,
      headers: { ...headers(method), ...own },
      credentials: "same-origin",
      signal: AbortSignal.timeout(PATIENCE),
    };
    if (body) init.body = body;
    return reach(path, init);
  };
}

/** A file's bytes, by its pass alone: no cookie goes along. */
export function fetchFile(path: string, pass: string): Promise<Response> {
  return reach(path, {
    headers: { Authorization: `Bearer ${pass}` },
    credentials: "omit",
    signal: AbortSignal.timeout(PATIENCE),
  });
}

async function reach(path: string, init: RequestInit): Promise<Response> {
  try {
    return await fetch(path, init);
  } catch (error) {
    throw new Unreachable(String(error));
  }
}
