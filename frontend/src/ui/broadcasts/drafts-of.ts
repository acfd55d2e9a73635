import type { Waiting } from "../../model/approvals-waiting";
import { ServerClock } from "../../model/drafts-clock";
import type { Session } from "../../model/session.svelte";

/** The server's clock as this session knows it. */
export function serverClockOf(session: Session): ServerClock {
  return session.companion<Waiting>("waiting")?.serverClock ?? new ServerClock(session.clock);
}
