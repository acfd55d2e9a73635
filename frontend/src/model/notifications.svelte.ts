/** Push on this device: whether it can, whether it may, switching on and off; and the number on the app's icon. */

import type { Api } from "../net/api";

export type PushState = "unsupported" | "off" | "on" | "blocked";

export class Notifications {
  state = $state<PushState>("off");
  private readonly api: Api;
  private readonly key: () => string;
  private readonly language: () => string;

  constructor(api: Api, key: () => string, language: () => string) {
    this.api = api;
    this.key = key;
    this.language = language;
  }

  async look(): Promise<void> {
    if (!("serviceWorker" in navigator) || !("PushManager" in globalThis) || !("Notification" in globalThis)) {
      this.state = "unsupported";
      return;
    }
    if (Notification.permission === "denied") {
      this.state = "blocked";
      return;
    }
    const subscription = await (await this.worker())?.pushManager.getSubscription();
    this.state = subscription && Notification.permission === "granted" ? "on" : "off";
  }

  /** Asks the person (must follow a tap) and gives the server this device's address. Throws what the browser or the server says. */
  async switchOn(): Promise<void> {
    const answer = await Notification.requestPermission();
    if (answer !== "granted") {
      this.state = answer === "denied" ? "blocked" : "off";
      return;
    }
    const worker = await this.worker();
    if (!worker) {
      this.state = "unsupported";
      return;
    }
    const subscription = await worker.pushManager.subscribe({
      userVisibleOnly: true,
      applicationServerKey: bytesOf(this.key()),
    });
    const told = subscription.toJSON();
    await this.api.post("/api/push/subscriptions", {
      endpoint: told.endpoint,
      keys: told.keys,
      language: this.language(),
    });
    this.state = "on";
  }

  async switchOff(): Promise<void> {
    const subscription = await (await this.worker())?.pushManager.getSubscription();
    if (subscription) {
      await this.api.del("/api/push/subscriptions", { endpoint: subscription.endpoint });
      await subscription.unsubscribe();
    }
    this.state = "off";
  }

  /** The browser's own half of signing out: the server has dropped the address with the session. */
  async forget(): Promise<void> {
    const worker = await this.worker();
    const subscription = await worker?.pushManager.getSubscription();
    await subscription?.unsubscribe();
    // What still stands on the lock screen names a child: it goes with the person.
    for (const shown of (await worker?.getNotifications?.()) ?? []) shown.close();
    await this.badge(0);
  }

  async badge(count: number): Promise<void> {
    if (!("setAppBadge" in navigator)) return;
    await (count > 0 ? navigator.setAppBadge(count) : navigator.clearAppBadge());
  }

  private async worker(): Promise<ServiceWorkerRegistration | undefined> {
    if (!("serviceWorker" in navigator)) return undefined;
    return navigator.serviceWorker.getRegistration();
  }
}

/** The server's public key from its base64url text. */
export function bytesOf(key: string): Uint8Array<ArrayBuffer> {
  const text = atob(key.replace(/-/g, "+").replace(/_/g, "/"));
  return Uint8Array.from(text, (letter) => letter.charCodeAt(0));
}
