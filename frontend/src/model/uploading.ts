/** The files of what was written, to the server, by whoever is awake: the page or the worker. What another has begun goes on. */

import { type Carry, send } from "../net/tus";
import type { UploadId } from "../protocol/files";
import { Refusal } from "../protocol/refusal";
import { forgetUploads, keepUpload, readBytes, readUpload } from "../store/attached";
import type { Database, Enclosure, Written } from "../store/schema";

export type Uploading = { carry: Carry; now: () => number; sent: (key: string, bytes: number) => void };

/** What the server calls each, in their order. A Refusal names in `facts.key` the one that it is about. */
export async function uploadAll(written: Written, database: Database, parts: Uploading): Promise<UploadId[]> {
  const ids: UploadId[] = [];
  for (const file of written.with?.files ?? []) ids.push(await upload(file, database, parts));
  return ids;
}

async function upload(file: Enclosure, database: Database, parts: Uploading): Promise<UploadId> {
  const { key, name, type, kind } = file;
  const known = await readUpload(database, key);
  if (known && known.id !== null) return known.id;
  const bytes = await readBytes(database, key);
  if (!bytes) throw about(key, new Refusal({ code: "file_lost", detail: "", retry: false }));
  let address = known?.address ?? "";
  const begun = async (where: string): Promise<void> => {
    address = where;
    await keepUpload(database, { key, address, id: null });
  };
  const sent = (bytes: number): void => parts.sent(key, bytes);
  try {
    const outgoing = { bytes, name, type, isVoice: kind === "voice" };
    const id = await send(outgoing, known?.address ?? null, parts.carry, { begun, sent, now: parts.now });
    await keepUpload(database, { key, address, id });
    return id;
  } catch (error) {
    if (!(error instanceof Refusal) || error.retry || error.status === 401) throw error;
    await forgetUploads(database, [key]);
    throw about(key, error);
  }
}

function about(key: string, { code, detail, retry, facts, status }: Refusal): Refusal {
  return new Refusal({ code, detail, retry, facts: { ...facts, key } }, status);
}
