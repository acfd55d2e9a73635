/// <reference lib="webworker" />
/** A push becomes a notification, and is kept; a tap on it opens the app or answers, with a line and without. */

import { withoutForce } from "../model/broadcasts-order";
import { answersTo, mayAnswer, noticeOf, type Pushed } from "../model/pushed";
import type { Me } from "../protocol/types";
import { m } from "../text";
import { withKept } from "./kept";
import { sendAnswersOf } from "./sending";

declare const self: ServiceWorkerGlobalScope;

type Shown = NotificationOptions & {
  timestamp?: number;
  renotify?: boolean;
  actions?: { action: string; title: string }[];
};
const ICONS = { icon: "/icons/icon-192.png", badge: "/icons/badge-96.png" };

/** A push without a text we understand still says that something is there: browsers punish silence. */
export function read(data: PushMessageData | null): Pushed {
  const bare: Pushed = {
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
    return { ...bare, ...(data?.json() as Partial<Pushed> | undefined) };
  } catch {
    return bare;
  }
}

export async function show(pushed: Pushed): Promise<void> {
  const isUrgent = pushed.urgency !== "thuong";
  const locale = pushed.language ?? "vi";
  const isAnswered = await keep(pushed).catch(() => false); // A full disk must not keep it off the screen.
  const options: Shown = {
    ...ICONS,
    body: pushed.body,
    tag: pushed.tag,
    lang: locale,
    requireInteraction: isUrgent,
    // The same matter again replaces quietly, unless it is urgent.
    renotify: isUrgent,
    data: pushed,
  };
  if (mayAnswer(pushed) && !isAnswered)
    options.actions = [
      { action: "acknowledge", title: m.notice_acknowledge({}, { locale }) },
      { action: "read", title: m.notification_read({}, { locale }) },
    ];
  const at = Date.parse(pushed.at);
  if (!Number.isNaN(at)) options.timestamp = at;
  await self.registration.showNotification(pushed.title, options);
  await count();
  // Told again of what was answered here: the server has not heard it yet, and now there is a line.
  if (isAnswered && pushed.person) await sendAnswersOf(pushed.person).catch(() => later());
}

/** The text stays on the device, so that it can be opened without a line; whether it was answered here before. */
async function keep(pushed: Pushed): Promise<boolean> {
  if (!pushed.person) return false;
  const isAnswered = await withKept(pushed.person, async (database) => {
    const me = (await database.get("meta", "me")) as Me | undefined;
    const notice = noticeOf(pushed, me?.children ?? []);
    const transaction = database.transaction(["notices", "answers"], "readwrite");
    const notices = transaction.objectStore("notices");
    // What was fetched says more.
    if (notice && !(await notices.get(notice.id))) void notices.put(notice);
    const old = pushed.corrects ? await notices.get(pushed.corrects.id) : undefined;
    if (old && pushed.corrects && !old.superseded)
      void notices.put(withoutForce(old, { by: pushed.id, how: pushed.corrects.how, at: pushed.at }));
    const said = await transaction.objectStore("answers").getAll();
    await transaction.done;
    return said.some((answer) => answer.broadcast === pushed.id && answer.deed === "acknowledge");
  });
  await tellPages();
  return isAnswered ?? false;
}

export async function tapped(notification: Notification, action: string): Promise<void> {
  const pushed = (notification.data ?? {}) as Partial<Pushed>;
  notification.close();
  if (action === "acknowledge" && pushed.person && pushed.id) await answer(pushed as Pushed, pushed.person);
  else await open(pushed.url ?? "/");
  await count();
}

/** Kept with the time of the tap before anything is tried: what happens to the line then is all the same. */
async function answer(pushed: Pushed, person: number): Promise<void> {
  const answers = answersTo(pushed, new Date().toISOString());
  const isKept = await withKept(person, async (database) => {
    const transaction = database.transaction("answers", "readwrite");
    for (const one of answers) if (!(await transaction.store.get(one.key))) void transaction.store.put(one);
    await transaction.done;
    return true;
  });
  if (!isKept) return open(pushed.url); // Nobody is signed in here any more: the app says so.
  await tellPages();
  const isTaken = await sendAnswersOf(person).catch(() => false);
  if (isTaken) return;
  await later();
  const locale = pushed.language ?? "vi";
  const note: Shown = { ...ICONS, tag: pushed.tag, lang: locale, silent: true, data: pushed };
  await self.registration.showNotification(pushed.title, { ...note, body: m.notice_kept({}, { locale }) });
}

/** The browser wakes the worker when there is a line. Where it cannot, the next page sends. */
async function later(): Promise<void> {
  const { sync } = self.registration as ServiceWorkerRegistration & {
    sync?: { register(tag: string): Promise<void> };
  };
  await sync?.register("outbox").catch(() => {}); // Switched off by the person.
}

/** What the worker has kept, open pages take up. */
async function tellPages(): Promise<void> {
  for (const page of await self.clients.matchAll({ type: "window" })) page.postMessage({ type: "kept" });
}

async function count(): Promise<void> {
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
