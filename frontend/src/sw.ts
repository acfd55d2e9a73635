/// <reference lib="webworker" />
/** Works while no page is open: the shell from the cache, pushes, and what was written and could not be sent. */

import { cleanupOutdatedCaches, createHandlerBoundToURL, precacheAndRoute } from "workbox-precaching";
import { read, show, tapped } from "./worker/pushes";
import { sendAll } from "./worker/sending";

declare const self: ServiceWorkerGlobalScope & { __WB_MANIFEST: { url: string; revision: string | null }[] };
type SyncEvent = ExtendableEvent & { tag: string };

precacheAndRoute(self.__WB_MANIFEST);
cleanupOutdatedCaches();

// Every page of the app is the same shell; the server's own addresses are not ours to answer.
const shell = createHandlerBoundToURL("/index.html");
self.addEventListener("fetch", (event) => {
  const url = new URL(event.request.url);
  const isPage =
    event.request.mode === "navigate" &&
    url.origin === self.location.origin &&
    !/^\/(api|ws|kt|f|livez|readyz|registryz|_allauth)\b|\./.test(url.pathname);
  if (isPage) event.respondWith(shell({ request: event.request, url, event, params: [] } as never));
});

self.addEventListener("install", () => void self.skipWaiting());
self.addEventListener("activate", (event) => event.waitUntil(self.clients.claim()));

self.addEventListener("push", (event) => event.waitUntil(show(read(event.data))));

self.addEventListener("notificationclick", (event) => event.waitUntil(tapped(event.notification, event.action)));

self.addEventListener("sync", (event) => {
  const sync = event as SyncEvent;
  if (sync.tag === "outbox") sync.waitUntil(sendAll());
});
