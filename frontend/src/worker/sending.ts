/// <reference lib="webworker" />
/**
 * The page is gone, or asleep, and there is a line: what was said and written goes over HTTP under the kept names. What succeeds or is
 * refused is left to the next page to settle, since the same name again gets the same answer. Throws when the line fails, so that the
 * browser asks again.
 */

import { nextErrand, requestFor } from "../model/broadcasts-errands";
import { requestOf as deedOf, isOf } from "../model/deeds-requests";
import { requestOf } from "../model/ledger-requests";
import { requestOf as messageOf } from "../model/outbox-requests";
import { wayOf } from "../model/sender";
import { uploadAll } from "../model/uploading";
import { carrier } from "../net/carrying";
import type { UploadId } from "../protocol/files";
import { Refusal } from "../protocol/refusal";
import type { Me } from "../protocol/types";
import { readDeeds } from "../store/deeds";
import type { Answer, Database, Logged, Written } from "../store/schema";
import { withKept } from "./kept";

declare const self: ServiceWorkerGlobalScope;

/** All that waits, of whoever is signed in. */
export async function sendAll(): Promise<void> {
  const me = await signedIn();
  if (me === null) return;
  const token = await csrf();
  const open = await self.clients.matchAll({ type: "window" });
  await withKept(me.person.id, async (database) => {
    // Answers and contacts may go twice, and an open page may be asleep.
    await sendAnswers(database, token);
    await sendContacts(database, token);
    if (open.length > 0) return;
    // Of these the latest counts, or the order: an open page has both in hand.
    await sendDeeds(database, token, me.epoch);
    await sendMessages(database, token);
  });
}

/** The answers of this person alone, where it is they who are signed in; whether the server has them. */
export async function sendAnswersOf(person: number): Promise<boolean> {
  if ((await signedIn())?.person.id !== person) return false;
  const token = await csrf();
  return (await withKept(person, (database) => sendAnswers(database, token))) ?? false;
}

async function signedIn(): Promise<Pick<Me, "person" | "epoch"> | null> {
  const answer = await fetch("/api/me", { credentials: "same-origin" });
  if (answer.status >= 500 || answer.status === 429) throw new Error("later");
  if (!answer.ok) return null; // The session has ended: it waits for the same person's next sign-in.
  return (await answer.json()) as Me;
}

async function sendMessages(database: Database, token: string): Promise<void> {
  const stuck = new Set<string>();
  const kept = await database.getAllFromIndex("outbox", "position");
  const isBesides = (one: Written): boolean => wayOf(one) !== one.lane;
  // Words first: a file may take the minute that the browser gives.
  for (const written of [...kept.filter((one) => !isBesides(one)), ...kept.filter(isBesides)]) {
    if (written.failed || stuck.has(wayOf(written))) continue;
    // Confirmed or not, the entry stays: the next page settles it and shows the answer.
    const files = await filesOf(written, database, token);
    const { path, body } = messageOf(written, files ?? []);
    if (!files || !(await post(path, body, token))) stuck.add(wayOf(written));
  }
}

/** What the server calls the files of it; null where it refuses one, which the next page says. */
async function filesOf(written: Written, database: Database, token: string): Promise<UploadId[] | null> {
  if (!written.with?.files?.length) return [];
  try {
    const carry = carrier(() => ({ "X-CSRFToken": token }));
    return await uploadAll(written, database, { carry, now: Date.now, sent: () => {} });
  } catch (error) {
    if (error instanceof Refusal && !error.retry) return null;
    throw error;
  }
}

/** "Đã rõ" and "opened", each with its time; saying them again, as the next page does, changes nothing. */
async function sendAnswers(database: Database, token: string): Promise<boolean> {
  if (!database.objectStoreNames.contains("answers")) return false;
  let answers: Answer[] = (await database.getAll("answers")).sort((a, b) => a.at.localeCompare(b.at));
  let areTaken = true;
  for (let errand = nextErrand(answers); errand; errand = nextErrand(answers)) {
    const done = errand.answers;
    const { path, body } = requestFor(errand, Date.now());
    areTaken = (await post(path, body, token)) && areTaken;
    answers = answers.filter((answer) => !done.includes(answer));
  }
  return areTaken;
}

/** Contacts by hand; the same name again gets the same answer, and the next page settles them. */
async function sendContacts(database: Database, token: string): Promise<void> {
  if (!database.objectStoreNames.contains("contacts")) return;
  for (const logged of (await database.getAll("contacts")) as Logged[]) {
    // Taken back before the server's number for it is known: the page asks for that first.
    const request = logged.isWithdrawn && logged.contact === null ? null : requestOf(logged);
    if (request && !logged.failed) await post(request.path, request.body, token);
  }
}

/** Reactions and choices in polls: each says how it is to be, so that twice is as good as once. */
async function sendDeeds(database: Database, token: string, epoch: string): Promise<void> {
  if (!database.objectStoreNames.contains("deeds")) return;
  for (const deed of await readDeeds(database)) {
    if (!isOf(deed, epoch)) continue;
    const { path, body } = deedOf(deed);
    await post(path, body, token, "PUT");
  }
}

/** Whether the server took it. Throws where trying later may help. */
async function post(path: string, body: object, token: string, method: "POST" | "PUT" = "POST"): Promise<boolean> {
  const response = await fetch(path, {
    method,
    credentials: "same-origin",
    headers: { "Content-Type": "application/json", "X-CSRFToken": token },
    body: JSON.stringify(body),
  });
  if (response.status >= 500 || response.status === 429) throw new Error("later");
  return response.ok;
}

async function csrf(): Promise<string> {
  const store = (self as unknown as { cookieStore?: { get(name: string): Promise<{ value: string } | null> } })
    .cookieStore;
  return (await store?.get("__Host-csrf"))?.value ?? (await store?.get("csrf"))?.value ?? "";
}
