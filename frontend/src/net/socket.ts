/** The one WebSocket of this device: opens, says what it is doing, asks and answers, comes back by itself. */

import type { Clock } from "../clock";
import { readFrame, writeOrder } from "../protocol/codec";
import { Refusal, Unreachable } from "../protocol/refusal";
import type { OrderName, Orders, ServerEvent } from "../protocol/types";
import { backoff } from "./backoff";
import type { Surroundings } from "./online";

export type SocketState =
  | { name: "stopped"; why: "not_started" | "signed_out" | "access_removed" | "account_closed" | "update_wanted" }
  | { name: "connecting"; attempt: number }
  | { name: "open" }
  | { name: "waiting"; attempt: number; until: number; code: number };

export type Events = {
  state: (state: SocketState) => void;
  event: (event: ServerEvent) => void;
};

type Wire = Pick<WebSocket, "send" | "close"> & {
  onopen: ((event: Event) => void) | null;
  onmessage: ((event: MessageEvent) => void) | null;
  onclose: ((event: CloseEvent) => void) | null;
};
export type Dial = () => Wire;

type Waiting = { resolve: (fields: never) => void; reject: (error: Error) => void; cancel: () => void };

const ANSWER_WITHIN = 15_000;
const HELLO_WITHIN = 20_000;
const DEFAULT_HEARTBEAT = 25;
/** How often a socket is tried while polling works, ± 50 %. */
const PROBE = 60_000;

/** Closes after which coming back by itself would be wrong; the person, or an update, has to do something first. */
const STAY_AWAY: Record<number, (SocketState & { name: "stopped" })["why"]> = {
  4401: "signed_out",
  4403: "access_removed",
  4410: "account_closed",
  4400: "update_wanted",
};

export class Socket {
  private state: SocketState = { name: "stopped", why: "not_started" };
  private wire: Wire | null = null;
  private attempt = 0;
  private ref = 0;
  private mayHurry = true;
  /** Milliseconds that the server has asked this device to stay away; it has spread them over all devices. */
  private askedToWait: number | null = null;
  /** Something else carries meanwhile: there is no hurry to come back. */
  hasDetour = false;
  private heartbeat = DEFAULT_HEARTBEAT;
  private readonly waiting = new Map<number, Waiting>();
  private cancelTimer: () => void = () => {};
  private cancelPing: () => void = () => {};
  private cancelSilence: () => void = () => {};
  private stopWatching: () => void = () => {};
  private readonly dial: Dial;
  private readonly clock: Clock;
  private readonly surroundings: Surroundings;
  private readonly events: Events;

  constructor(dial: Dial, clock: Clock, surroundings: Surroundings, events: Events) {
    this.dial = dial;
    this.clock = clock;
    this.surroundings = surroundings;
    this.events = events;
  }

  get isOpen(): boolean {
    return this.state.name === "open";
  }

  start(): void {
    if (this.state.name !== "stopped") return;
    this.attempt = 0;
    this.stopWatching = this.surroundings.watch(() => this.lookAround());
    this.connect();
  }

  stop(why: (SocketState & { name: "stopped" })["why"] = "not_started"): void {
    this.stopWatching();
    this.letGo();
    this.become({ name: "stopped", why });
  }

  /** Asks; resolves with what `ok` carries. Rejects with a Refusal, or Unreachable when no answer came. */
  order<Name extends OrderName>(name: Name, fields: Orders[Name]["ask"]): Promise<Orders[Name]["ok"]> {
    const wire = this.wire;
    if (!wire || !this.isOpen) return Promise.reject(new Unreachable("socket not open"));
    const ref = ++this.ref;
    return new Promise((resolve, reject) => {
      const cancel = this.clock.after(ANSWER_WITHIN, () => {
        this.waiting.delete(ref);
        reject(new Unreachable("no answer"));
        this.lost(4408); // A socket that swallows orders is no socket.
      });
      this.waiting.set(ref, { resolve: resolve as Waiting["resolve"], reject, cancel });
      wire.send(writeOrder(name, ref, fields));
    });
  }

  private connect(): void {
    this.become({ name: "connecting", attempt: this.attempt });
    const wire = this.dial();
    this.wire = wire;
    // A wire that was let go may still speak; only the present one counts.
    wire.onmessage = (event) => this.wire === wire && this.hear(String(event.data));
    wire.onclose = (event) => this.wire === wire && this.lost(event.code);
    this.cancelTimer = this.clock.after(HELLO_WITHIN, () => this.lost(4408));
  }

  private hear(text: string): void {
    this.expectSign();
    const frame = readFrame(text);
    if (frame.type === "event" && frame.event.type === "closing") this.askedToWait = frame.event.retry_after * 1000;
    else if (frame.type === "event") this.happen(frame.event);
    else if (frame.type === "ok") this.settle(frame.ref, (waiting) => waiting.resolve(frame.fields as never));
    else if (frame.type === "refused" && frame.ref !== null)
      this.settle(frame.ref, (waiting) => waiting.reject(new Refusal(frame.refusal)));
  }

  private happen(event: ServerEvent): void {
    if (event.type === "hello") {
      this.cancelTimer();
      this.attempt = 0;
      this.heartbeat = event.heartbeat > 0 ? event.heartbeat : DEFAULT_HEARTBEAT;
      this.become({ name: "open" });
      this.expectSign();
      this.ping();
    }
    this.events.event(event);
  }

  private settle(ref: number, how: (waiting: Waiting) => void): void {
    const waiting = this.waiting.get(ref);
    if (!waiting) return;
    this.waiting.delete(ref);
    waiting.cancel();
    how(waiting);
  }

  private ping(): void {
    // Four fifths of the interval: the server wants a sign at least every `heartbeat` seconds and lines are slow.
    this.cancelPing = this.clock.after(this.heartbeat * 800, () => {
      this.order("ping", {}).catch(() => {}); // Its loss closes the socket through ANSWER_WITHIN; nothing else is to be done.
      this.ping();
    });
  }

  /** Two missed heartbeats mean a dead line, also when TCP has not noticed it. */
  private expectSign(): void {
    this.cancelSilence();
    this.cancelSilence = this.clock.after(this.heartbeat * 2000 + 5000, () => this.lost(4408));
  }

  private lost(code: number): void {
    const why = STAY_AWAY[code];
    if (why) {
      this.stop(why);
      return;
    }
    this.letGo();
    const delay = this.delayAfter(code);
    // The server asked for quiet: looking at the page again is no reason to break it.
    this.mayHurry = code !== 4029 && this.askedToWait === null;
    this.askedToWait = null;
    this.attempt += 1;
    this.become({ name: "waiting", attempt: this.attempt, until: this.clock.now() + delay, code });
    this.cancelTimer = this.clock.after(delay, () => this.connect());
  }

  private delayAfter(code: number): number {
    if (this.askedToWait !== null) return this.askedToWait;
    if (this.hasDetour) return PROBE * (0.5 + this.clock.random());
    if (code === 4012) return this.clock.random() * 10_000;
    if (code === 4029) return 30_000 + this.clock.random() * 5_000;
    return backoff(this.attempt, this.clock);
  }

  /** The line came back, or somebody looks again: do not sit out a long wait. */
  private lookAround(): void {
    if (this.state.name === "waiting" && this.mayHurry && this.surroundings.online() && this.surroundings.visible()) {
      this.cancelTimer();
      this.connect();
    } else if (this.state.name === "open" && !this.surroundings.online()) {
      this.lost(1006);
    }
  }

  private letGo(): void {
    this.cancelTimer();
    this.cancelPing();
    this.cancelSilence();
    const wire = this.wire;
    this.wire = null;
    if (wire) {
      wire.onmessage = null;
      wire.onclose = null;
      wire.close(1000);
    }
    const waiting = [...this.waiting.values()];
    this.waiting.clear();
    for (const one of waiting) {
      one.cancel();
      one.reject(new Unreachable("socket closed"));
    }
  }

  private become(state: SocketState): void {
    this.state = state;
    this.events.state(state);
  }
}

export function dialServer(): Wire {
  return new WebSocket(`${location.protocol === "https:" ? "wss" : "ws"}://${location.host}/ws`);
}
