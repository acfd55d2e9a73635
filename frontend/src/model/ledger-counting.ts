/** What was logged on this device, added to what the server knows. Pure: the board and the tests use the same rules. */

import { type Contact, HAND_CHANNELS, type HandChannel, type ReachTotals, type Subject } from "../protocol/reach";
import type { Logged } from "../store/schema";

/** A contact as the board shows it; `logged`: it is on this device alone, or is being taken back. */
export type ShownContact = Contact & { logged: Logged | null };
export type ShownSubject = Subject & { shown: ShownContact[]; isWaiting: boolean };

/** The same for the same pupil or grown-up. */
export function keyOf(subject: { student: { id: number } | null; person: { id: number } | null }): string {
  return subject.student ? `s${subject.student.id}` : `p${subject.person?.id ?? 0}`;
}

/** A subject with what this device has logged for it and not told yet. */
export function withLogged(
  subject: Subject,
  logged: readonly Logged[],
  broadcast: number,
  me: { id: number; name: string },
): ShownSubject {
  const own = logged.filter((one) => one.broadcast === broadcast && isFor(one, subject) && !one.failed);
  const told: ShownContact[] = subject.contacts.map((contact) => ({
    ...contact,
    logged: own.find((one) => one.contact === contact.id) ?? null,
  }));
  const untold = own.filter((one) => one.contact === null && !one.isWithdrawn).map((one) => contactOf(one, me));
  const isNew = untold.length > 0 && !subject.is_reached;
  return {
    ...subject,
    ...(isNew ? { state: "contacted" as const, is_reached: true, reason: null, at: untold[0]?.at ?? null } : {}),
    shown: [...told, ...untold].sort((a, b) => b.at.localeCompare(a.at)),
    isWaiting: untold.length > 0,
  };
}

/** The totals after some of their subjects moved; who is not among them moved for nobody. */
export function afterMove(totals: ReachTotals, before: Subject, after: Subject): ReachTotals {
  const next: ReachTotals = { ...totals, reasons: { ...totals.reasons }, by_hand: { ...totals.by_hand } };
  next[before.state] -= 1;
  next[after.state] += 1;
  next.reached += Number(after.is_reached) - Number(before.is_reached);
  if (before.reason) next.reasons[before.reason] -= 1;
  if (after.reason) next.reasons[after.reason] += 1;
  const [had, has] = [channelsOf(before), channelsOf(after)];
  for (const channel of HAND_CHANNELS) next.by_hand[channel] += Number(has.has(channel)) - Number(had.has(channel));
  return next;
}

/** The totals with everything that waits on this device. */
export function totalsWith(
  totals: ReachTotals,
  before: readonly Subject[],
  shown: readonly ShownSubject[],
): ReachTotals {
  return shown.reduce((sum, subject, index) => {
    const was = before[index];
    if (!was || !subject.isWaiting) return sum;
    return afterMove(sum, was, { ...subject, contacts: subject.shown });
  }, totals);
}

function channelsOf(subject: Pick<Subject, "contacts">): Set<HandChannel> {
  return new Set(subject.contacts.filter((contact) => !contact.is_withdrawn).map((contact) => contact.channel));
}

function isFor(logged: Logged, subject: Subject): boolean {
  return subject.student ? logged.student === subject.student.id : logged.person === subject.person?.id;
}

function contactOf(logged: Logged, me: { id: number; name: string }): ShownContact {
  const { channel, at } = logged;
  return { id: 0, channel, at, by: me, note: "", is_withdrawn: false, is_own: true, may_withdraw: true, logged };
}
