import type { Ledger } from "../../model/ledger.svelte";
import type { ShownContact } from "../../model/ledger-counting";
import type { HandChannel, Subject } from "../../protocol/reach";
import type { BroadcastHint } from "../../protocol/types";
import { m } from "../../text";
import { clockTime } from "../../text/format";
import { sentenceOf } from "../parts/refused";
import type { AppParts } from "../shell/app";
import { channelDone } from "./looks";
import { subjectName } from "./words";

export type Logging = {
  log: (subject: Subject, channel: HandChannel) => Promise<void>;
  withdraw: (subject: Subject, contact: ShownContact) => Promise<void>;
};

export function ledgerOf(session: AppParts["session"]): Ledger | null {
  return session.companion<Ledger>("ledger");
}

/** One tap notes it, and for some seconds one tap takes it back. */
export function loggingOf({ session, toasts }: AppParts, broadcast: () => BroadcastHint): Logging {
  const whomOf = (subject: Subject) => ({
    broadcast: broadcast().id,
    student: subject.student?.id ?? null,
    person: subject.student ? null : (subject.person?.id ?? null),
  });
  async function undo(name: string): Promise<void> {
    await ledgerOf(session)?.undo(name);
    toasts.show(m.reach_undone());
  }
  async function log(subject: Subject, channel: HandChannel): Promise<void> {
    const name = await ledgerOf(session)?.log(whomOf(subject), channel, broadcast().published_at);
    if (!name) return;
    const time = clockTime(new Date(session.clock.now()));
    toasts.show(m.reach_logged({ name: subjectName(subject), channel: channelDone(channel), time }), {
      label: m.reach_undo(),
      run: () => void undo(name),
    });
  }
  async function withdraw(subject: Subject, contact: ShownContact): Promise<void> {
    const ledger = ledgerOf(session);
    try {
      await (contact.logged ? ledger?.undo(contact.logged.name) : ledger?.withdraw(whomOf(subject), contact));
    } catch (error) {
      toasts.show(sentenceOf(error));
    }
  }
  return { log, withdraw };
}
