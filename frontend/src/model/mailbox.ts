import type { Deed, Written } from "../store/schema";
import type { Mailbox } from "./conversation.svelte";
import type { Deeds } from "./deeds.svelte";
import type { Session } from "./session.svelte";

/** What an open conversation asks of its session: what waits here, how the line is, who reads. Read anew whenever something of it changes. */
export function mailboxOf(session: Session, dayOf: (time: string) => string): Mailbox {
  return {
    get written(): readonly Written[] {
      return session.outbox.written;
    },
    get deeds(): readonly Deed[] {
      return session.companion<Deeds>("deeds")?.list ?? [];
    },
    get isOnline(): boolean {
      return session.isOnline;
    },
    me: session.myId,
    dayOf,
  };
}
