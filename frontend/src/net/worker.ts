/** The service worker, seen from the page: registering it, asking it to send later, and following where a tap on a notification leads. */

type Registration = ServiceWorkerRegistration & { sync?: { register(tag: string): Promise<void> } };

export function registerWorker(follow: (path: string) => void): void {
  if (!("serviceWorker" in navigator)) return;
  navigator.serviceWorker.addEventListener("message", (event: MessageEvent<{ type?: string; path?: string }>) => {
    if (event.data?.type === "open" && event.data.path) follow(event.data.path);
  });
  void navigator.serviceWorker.register("/sw.js");
}

/** Lets the browser send the outbox when the line returns, even if this page is closed by then. Where it cannot, the next visit does. */
export async function sendLater(): Promise<void> {
  if (!("serviceWorker" in navigator)) return;
  const registration = (await navigator.serviceWorker.getRegistration()) as Registration | undefined;
  await registration?.sync?.register("outbox").catch(() => {}); // Switched off by the person: the next visit sends.
}
