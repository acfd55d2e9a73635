/**
 * A file to the server in pieces that survive a cut: tus 1.0 (https://tus.io/protocols/resumable-upload), core and creation.
 * By fetch and our own: the libraries that speak tus go by XMLHttpRequest, which a service worker does not have, and the worker has to
 * go on with what a closed page began.
 */

import { shapeOf } from "../protocol/codec";
import type { UploadId } from "../protocol/files";
import { FILE_LIMITS } from "../protocol/limits";
import { Refusal, Unreachable } from "../protocol/refusal";

export type Outgoing = { bytes: ArrayBuffer; name: string; type: string; isVoice: boolean };
export type Asked = { method: string; path: string; headers: Record<string, string>; body?: ArrayBuffer };
/** Any answer of the server, also a no; throws Unreachable where there is none. */
export type Carry = (asked: Asked) => Promise<Response>;
export type Hooks = {
  /** Where the server takes it: to be kept, so that the next page goes on there. */
  begun: (address: string) => Promise<void>;
  /** How much of it the server has. */
  sent: (bytes: number) => void;
  now: () => number;
};

/** A bad line loses at most one small piece of what has left already; a good line, which answers sooner than this, takes twice as much next. */
const QUICK = 400;
const VERSION = { "Tus-Resumable": "1.0.0" };
const GONE = [404, 410];

/** What the server calls the whole file. Throws its Refusal, after which the upload is gone, or Unreachable: then go on at `begun` later. */
export async function send(file: Outgoing, address: string | null, carry: Carry, hooks: Hooks): Promise<UploadId> {
  let at = address;
  let offset = at ? await offsetOf(at, carry) : null;
  if (at === null || offset === null) {
    at = await begin(file, carry);
    await hooks.begun(at);
    offset = 0;
  }
  hooks.sent(offset);
  let length: number = FILE_LIMITS.piece;
  let hasMoved = false;
  for (;;) {
    const began = hooks.now();
    const answer: Response | null = await piece(at, offset, file.bytes.slice(offset, offset + length), carry).catch(
      (error: unknown) => {
        // Once more at once where the line has carried something: it may have been a change of towers.
        if (!(error instanceof Unreachable) || !hasMoved) throw error;
        return null;
      },
    );
    if (answer?.status === 200) {
      hooks.sent(file.bytes.byteLength);
      return idOf(await answer.json());
    }
    if (answer === null || answer.status === 409) {
      hasMoved = false;
      length = FILE_LIMITS.piece;
      const now = await offsetOf(at, carry);
      if (now === null || (answer !== null && now === offset)) throw new Unreachable("the server takes it nowhere");
      offset = now;
    } else {
      offset = Number(answer.headers.get("Upload-Offset"));
      hasMoved = true;
      length = hooks.now() - began < QUICK ? Math.min(length * 2, FILE_LIMITS.largestPiece) : FILE_LIMITS.piece;
    }
    hooks.sent(offset);
  }
}

async function begin(file: Outgoing, carry: Carry): Promise<string> {
  const { name, type, isVoice } = file;
  const about = [
    `filename ${encoded(name)}`,
    `filetype ${encoded(type)}`,
    ...(isVoice ? [`voice ${encoded("1")}`] : []),
  ];
  const headers = { ...VERSION, "Upload-Length": String(file.bytes.byteLength), "Upload-Metadata": about.join(",") };
  const answer = await carry({ method: "POST", path: "/api/uploads", headers });
  if (answer.status !== 201) throw await refusalOf(answer);
  // As a path: behind a proxy the server may not know its own name.
  return new URL(answer.headers.get("Location") ?? "", "https://server.invalid").pathname;
}

/** How much the server has; null where it knows this upload no more. */
async function offsetOf(address: string, carry: Carry): Promise<number | null> {
  const answer = await carry({ method: "HEAD", path: address, headers: VERSION });
  if (GONE.includes(answer.status)) return null;
  if (!answer.ok) throw await refusalOf(answer);
  return Number(answer.headers.get("Upload-Offset"));
}

async function piece(address: string, offset: number, body: ArrayBuffer, carry: Carry): Promise<Response> {
  const headers = { ...VERSION, "Upload-Offset": String(offset), "Content-Type": "application/offset+octet-stream" };
  const answer = await carry({ method: "PATCH", path: address, headers, body });
  if (answer.ok || answer.status === 409) return answer;
  // Gone between two pieces: the next try begins anew.
  if (GONE.includes(answer.status)) throw new Unreachable("the upload is gone");
  throw await refusalOf(answer);
}

async function refusalOf(answer: Response): Promise<Refusal> {
  return new Refusal(shapeOf(answer.status, await answer.json().catch(() => null)), answer.status);
}

function idOf(answer: unknown): UploadId {
  const { id } = answer as { id?: unknown };
  if (typeof id === "string" || typeof id === "number") return id;
  throw new Unreachable("an answer that says nothing");
}

/** Base64 of UTF-8: headers take nothing else. */
function encoded(text: string): string {
  return btoa(String.fromCharCode(...new TextEncoder().encode(text)));
}
