import { untrack } from "svelte";
import type { Destination } from "../../model/sender";
import type { Session } from "../../model/session.svelte";

const PAUSE = 400;

/** What stands in a field survives a reload: found there again, kept as it is written. */
export function keepsDraft(
  { outbox, clock }: Pick<Session, "outbox" | "clock">,
  to: () => Destination,
  field: { text: string },
): void {
  $effect(() => {
    void outbox.draft(to()).then((kept) => {
      if (!field.text) field.text = kept;
    });
  });
  $effect(() => {
    const now = field.text;
    return clock.after(PAUSE, () => void outbox.keepDraft(to(), now));
  });
  // What was typed in the last moment too: a conversation may close under one's hands.
  $effect(() => {
    const place = to();
    return () => {
      const last = untrack(() => field.text);
      if (last) void outbox.keepDraft(place, last);
    };
  });
}
