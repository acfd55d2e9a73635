/// <reference lib="webworker" />
/** Works while no page is open: the shell from the cache, pushes, and what was written and could not be sent. */

import { type IDBPDatabase, openDB } from "idb";
import { cleanupOutdatedCaches, createHandlerBoundToURL, precacheAndRoute } from "workbox-precaching";
import { nextErrand, requestFor } from "./model/broadcasts-errands";
import { requestOf } from "./model/ledger-requests";
import type { Answer, Logged, Written } from "./store/schema";

declare const self: ServiceWorkerGlobalScope & { __WB_MANIFEST: { url: string; revision: string | null }[] };
type SyncEvent = ExtendableEvent & { tag: string };
type Payload = {
  type: string;
  id: number;
  room?: number;
  tag: string;
  title: string;
  body: string;
  urgency: string;
  url: string;
  at: string;
};

precacheAndRoute(self.__WB_MANIFEST);
cleanupOutdatedCaches();

// Every page of the app is the same shell; the server's own addresses are not ours to answer.
const shell = createHandlerBoundToURL("/index.html");
self.addEventListener("fetch", (event) => {
  const url = new URL(event.request.url);
  const isPage =
    event.request.mode === "navigate" &&
    url.origin === self.location.origin &&
    !/^\/(api|ws|livez|readyz|registryz|_allauth)\b|\./.test(url.pathname);
  if (isPage) event.respondWith(shell({ request: event.request, url, event, params: [] } as never));
});

self.addEventListener("install", () => void self.skipWaiting());
self.addEventListener("activate", (event) => event.waitUntil(self.clients.claim()));

self.addEventListener("push", (event) => event.waitUntil(show(read(event.data))));

self.addEventListener("notificationclick", (event) => {
  event.notification.close();
  event.waitUntil(open((event.notification.data as { url?: string } | null)?.url ?? "/"));
});

self.addEventListener("sync", (event) => {
  const sync = event as SyncEvent;
  if (sync.tag === "outbox") sync.waitUntil(sendOutbox());
});

/** A push without a text we understand still says that something is there: browsers punish silence. */
function read(data: PushMessageData | null): Payload {
  const bare: Payload = {
    type: "",
    id: 0,
    tag: "trong-truong",
    title: "Trống Trường",
    body: "Có tin mới",
    urgency: "thuong",
    url: "/",
    at: "",
  };
  try {
    return { ...bare, ...(data?.json() as Partial<Payload> | undefined) };
  } catch {
    return bare;
  }
}

async function show(payload: Payload): Promise<void> {
  const isUrgent = payload.urgency !== "thuong";
  const options: NotificationOptions & { timestamp?: number; renotify?: boolean } = {
    body: payload.body,
    tag: payload.tag,
    icon: "/icons/icon-192.png",
    badge: "/icons/badge-96.png",
    lang: "vi",
    requireInteraction: isUrgent,
    // The same matter again replaces quietly, unless it is urgent.
    renotify: isUrgent,
    data: { url: payload.url },
  };
  const at = Date.parse(payload.at);
  if (!Number.isNaN(at)) options.timestamp = at;
  await self.registration.showNotification(payload.title, options);
  const shown = await self.registration.getNotifications();
  const badge = self.navigator as WorkerNavigator & { setAppBadge?: (count: number) => Promise<void> };
  await badge.setAppBadge?.(shown.length);
}

async function open(address: string): Promise<void> {
  const url = new URL(address, self.location.origin);
  // A push may only lead into this app.
  const target = url.origin === self.location.origin ? url.href : self.location.origin;
  const windows = await self.clients.matchAll({ type: "window", includeUncontrolled: true });
  const window = windows[0];
  if (!window) {
    await self.clients.openWindow(target);
    return;
  }
  await window.focus();
  window.postMessage({ type: "open", path: url.origin === self.location.origin ? url.pathname + url.hash : "/" });
}

/**
 * The page is gone and the line is back. Sends over HTTP under the kept names, in order; what succeeds or is refused is left to the
 * next page to settle, since the same name again gets the same answer. Throws when the line fails, so that the browser asks again.
 */
async function sendOutbox(): Promise<void> {
  const open = await self.clients.matchAll({ type: "window" });
  if (open.length > 0) return; // A page is there: its own sender has the order in hand.
  const answer = await fetch("/api/me", { credentials: "same-origin" });
  if (!answer.ok) return;
  const { person } = (await answer.json()) as { person: { id: number } };
  const database = await openKept(person.id);
  if (!database) return;
  try {
    const token = await csrf();
    await sendMessages(database, token);
    await sendAnswers(database, token);
    await sendContacts(database, token);
  } finally {
    database.close();
  }
}

/** The account's database as the page has made it, or nothing: made here, it would lack everything, for good. */
async function openKept(person: number): Promise<IDBPDatabase | null> {
  try {
    return await openDB(`trong-truong-${person}`, undefined, {
      upgrade: (_made, _from, _to, making) => making.abort(),
    });
  } catch {
    return null; // There was none: this device has been signed out or cleared since.
  }
}

async function sendMessages(database: IDBPDatabase, token: string): Promise<void> {
  const stuck = new Set<string>();
  for (const written of (await database.getAllFromIndex("outbox", "position")) as Written[]) {
    if (written.failed || stuck.has(written.lane)) continue;
    // Confirmed or not, the entry stays: the next page settles it and shows the answer.
    if (!(await post(addressOf(written), bodyOf(written), token))) stuck.add(written.lane);
  }
}

/** "Đã rõ" and "opened"; saying them again, as the next page does, changes nothing. */
async function sendAnswers(database: IDBPDatabase, token: string): Promise<void> {
  if (!database.objectStoreNames.contains("answers")) return;
  let answers = ((await database.getAll("answers")) as Answer[]).sort((a, b) => a.at.localeCompare(b.at));
  for (let errand = nextErrand(answers); errand; errand = nextErrand(answers)) {
    const done = errand.answers;
    const { path, body } = requestFor(errand);
    await post(path, body, token);
    answers = answers.filter((answer) => !done.includes(answer));
  }
}

/** Contacts by hand; the same name again gets the same answer, and the next page settles them. */
async function sendContacts(database: IDBPDatabase, token: string): Promise<void> {
  if (!database.objectStoreNames.contains("contacts")) return;
  for (const logged of (await database.getAll("contacts")) as Logged[]) {
    // Taken back before the server's number for it is known: the page asks for that first.
    const request = logged.isWithdrawn && logged.contact === null ? null : requestOf(logged);
    if (request && !logged.failed) await post(request.path, request.body, token);
  }
}

/** Whether the server took it. Throws where trying later may help. */
async function post(path: string, body: object, token: string): Promise<boolean> {
  const response = await fetch(path, {
    method: "POST",
    credentials: "same-origin",
    headers: { "Content-Type": "application/json", "X-CSRFToken": token },
    body: JSON.stringify(body),
  });
  if (response.status >= 500 || response.status === 429) throw new Error("later");
  return response.ok;
}

function addressOf(written: Written): string {
  return written.to.kind === "room" ? `/api/rooms/${written.to.room}/messages` : "/api/threads/messages";
}

function bodyOf(written: Written): object {
  const { client_message_id, body, to } = written;
  if (to.kind === "room") return { client_message_id, body };
  return {
    student: to.student,
    teacher: to.teacher,
    ...(to.guardian === null ? {} : { guardian: to.guardian }),
    client_message_id,
    body,
  };
}

async function csrf(): Promise<string> {
  const store = (self as unknown as { cookieStore?: { get(name: string): Promise<{ value: string } | null> } })
    .cookieStore;
  return (await store?.get("__Host-csrf"))?.value ?? (await store?.get("csrf"))?.value ?? "";
}
