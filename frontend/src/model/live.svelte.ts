/** The line to the server: the socket, polling where no socket gets through, and a word for how it is. */

import type { Clock } from "../clock";
import type { Api } from "../net/api";
import { backoff } from "../net/backoff";
import type { Surroundings } from "../net/online";
import { Poll } from "../net/poll";
import { type Dial, Socket, type SocketState } from "../net/socket";
import type { OrderName, Orders, Polled, ServerEvent } from "../protocol/types";

/** How the line is, as the banner tells it. "trying" is too short to be worth a word. */
export type LineState = "good" | "detour" | "trying" | "offline" | "unreachable";
export type LiveParts = { api: Api; dial: Dial; clock: Clock; surroundings: Surroundings };
export type LiveEvents = {
  event: (event: ServerEvent) => void;
  has: () => { epoch: string; rooms: Record<string, number> };
  polled: (answer: Polled) => Promise<void>;
  opened: () => void;
  stopped: (why: (SocketState & { name: "stopped" })["why"]) => void;
};

/** So many tries without a hello: it may be that only the socket is blocked. */
const TRIES = 3;
const DEGRADED = 4503;

export class Live {
  private socketState = $state.raw<SocketState>({ name: "stopped", why: "not_started" });
  private isBrowserOnline = $state(true);
  private isPolling = $state(false);
  readonly state: LineState = $derived.by(() => this.lineState());

  private readonly socket: Socket;
  private readonly poll: Poll;
  private readonly clock: Clock;
  private readonly events: LiveEvents;

  constructor(parts: LiveParts, events: LiveEvents) {
    this.clock = parts.clock;
    this.events = events;
    this.isBrowserOnline = parts.surroundings.online();
    parts.surroundings.watch(() => {
      this.isBrowserOnline = parts.surroundings.online();
    });
    this.socket = new Socket(parts.dial, parts.clock, parts.surroundings, {
      state: (state) => this.socketBecame(state),
      event: events.event,
    });
    this.poll = new Poll({
      api: parts.api,
      clock: parts.clock,
      has: events.has,
      take: events.polled,
      works: (does) => this.pollBecame(does),
    });
  }

  get isOpen(): boolean {
    return this.socket.isOpen;
  }

  order<Name extends OrderName>(name: Name, fields: Orders[Name]["ask"]): Promise<Orders[Name]["ok"]> {
    return this.socket.order(name, fields);
  }

  start(): void {
    this.socket.start();
  }

  stop(): void {
    this.socket.stop();
  }

  private socketBecame(state: SocketState): void {
    this.socketState = state;
    if (state.name === "waiting") this.consider(state);
    else if (state.name !== "connecting") this.endPoll();
    if (state.name === "open") this.events.opened();
    else if (state.name === "stopped") this.events.stopped(state.why);
  }

  /** A degraded server is asked a little later, and not by everybody in one instant. */
  private consider(state: SocketState & { name: "waiting" }): void {
    if (state.code === DEGRADED) this.poll.start(backoff(2, this.clock));
    else if (state.attempt >= TRIES) this.poll.start();
  }

  private pollBecame(does: boolean): void {
    const isNews = does && !this.isPolling;
    this.isPolling = does;
    this.socket.hasDetour = does;
    if (isNews) this.events.opened();
  }

  private endPoll(): void {
    this.poll.stop();
    this.isPolling = false;
    this.socket.hasDetour = false;
  }

  private lineState(): LineState {
    if (!this.isBrowserOnline) return "offline";
    const state = this.socketState;
    if (state.name === "open" || state.name === "stopped") return "good";
    if (this.isPolling) return "detour";
    return state.attempt >= 2 ? "unreachable" : "trying";
  }
}
