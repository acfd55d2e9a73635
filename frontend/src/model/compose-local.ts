/** The device's own copies of what is being written. */

import type { Draft } from "../protocol/drafts";
import type { LocalDrafts } from "./broadcasts.svelte";
import { type KeptDraft, readKept } from "./compose-draft";

/**
 * The copy of the draft that is opened, or of the one begun here, and the lane in which it goes on. A draft of the list has
 * a lane of its own, unless it is the one begun here: two copies on one device would quarrel.
 */
export async function keptLocally(
  drafts: LocalDrafts,
  opened: Draft | undefined,
): Promise<{ kept: KeptDraft | null; lane?: string }> {
  const begun = readKept(await drafts.read());
  if (!opened || begun?.server?.id === opened.id || begun?.name === opened.client_broadcast_id) return { kept: begun };
  const lane = `compose-${opened.id}`;
  return { kept: readKept(await drafts.read(lane)), lane };
}
