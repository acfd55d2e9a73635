import type { ServerEvent } from "../protocol/types";

/** A part of the app that lives as long as somebody is signed in: notices, and what comes later. */
export interface Companion {
  hear(event: ServerEvent): void;
  load(): Promise<void>;
  stop(): void;
}
