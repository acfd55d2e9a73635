/** The service worker, seen from the page: registering it, asking it to send later, and following where a tap on a notification leads. */

type Registration = ServiceWorkerRegistration & { sync?: { register(tag: string): Promise<void> } };

type Wishes = {
  /** A tap on a notification leads here. */
  follow: (path: string) => void;
  /** The worker has put something into the account's database. */
  kept: () => void;
  /** A newer version has taken over; this page still runs the one before. */
  renewed: () => void;
};

export function registerWorker({ follow, kept, renewed }: Wishes): void {
  if (!("serviceWorker" in navigator)) return;
  navigator.serviceWorker.addEventListener("message", (event: MessageEvent<{ type?: string; path?: string }>) => {
    if (event.data?.type === "open" && event.data.path) follow(event.data.path);
    else if (event.data?.type === "kept") kept();
  });
  // The very first worker takes over a page that it fits; every later one is newer than the page.
  if (navigator.serviceWorker.controller)
    navigator.serviceWorker.addEventListener("controllerchange", renewed, { once: true });
  void navigator.serviceWorker.register("/sw.js");
}

/** Lets the browser send the outbox when the line returns, even if this page is closed by then. Where it cannot, the next visit does. */
export async function sendLater(): Promise<void> {
  if (!("serviceWorker" in navigator)) return;
  const registration = (await navigator.serviceWorker.getRegistration()) as Registration | undefined;
  await registration?.sync?.register("outbox").catch(() => {}); // Switched off by the person: the next visit sends.
}
