type SyncManager = { register(tag: string): Promise<void> };

/** Asks the browser to wake the service worker once the line is back, also when no page is open by then. Not every browser can. */
export async function askForLater(): Promise<void> {
  const registration = await navigator.serviceWorker?.getRegistration();
  const sync = (registration as (ServiceWorkerRegistration & { sync?: SyncManager }) | undefined)?.sync;
  // Refused where a person has turned background work off: then it goes out with the next visit.
  await sync?.register("outbox").catch(() => {});
}
