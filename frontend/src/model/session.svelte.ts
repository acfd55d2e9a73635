/** Who I am on this device and everything that hangs on it: the line, the rooms, the outbox. Owns the rest. */

import type { Clock } from "../clock";
import type { Api } from "../net/api";
import type { Surroundings } from "../net/online";
import type { Dial, SocketState } from "../net/socket";
import type { Carry } from "../net/tus";
import { readEvent } from "../protocol/codec";
import { Refusal, Unreachable } from "../protocol/refusal";
import type { Activation, Me, Polled, ServerEvent } from "../protocol/types";
import { askToKeep, openAccount } from "../store/db";
import { startOver } from "../store/messages";
import { keepWritten } from "../store/outbox";
import type { Shelf } from "../store/preferences";
import type { Database } from "../store/schema";
import { Account } from "./account";
import type { Companion } from "./companion";
import { Conversation } from "./conversation.svelte";
import { isOfTheEnd, Leaving, takeOff } from "./leaving";
import { type LineState, Live } from "./live.svelte";
import { mailboxOf } from "./mailbox";
import { Notifications } from "./notifications.svelte";
import { Outbox } from "./outbox.svelte";
import { PeopleOffice } from "./people";
import type { Preferences } from "./preferences.svelte";
import { Rooms } from "./rooms.svelte";
import { lacksFactor, SecondFactor } from "./second-factor.svelte";
import type { Sent } from "./sender";
import { SheetOffice } from "./sheets";

export type Phase = "starting" | "out" | "in";
export type Parts = {
  api: Api & { onSignedOut: () => void };
  carry: Carry;
  dial: Dial;
  clock: Clock;
  surroundings: Surroundings;
  shelf: Shelf;
  preferences: Preferences;
  dayOf: (time: string) => string;
  /** Asks the browser to send the outbox when the line returns, also without a page. */
  sendLater: () => Promise<void>;
};
export type CompanionMaker = (session: Session, database: Database) => Companion;

export class Session {
  phase = $state<Phase>("starting");
  me = $state.raw<Me | null>(null);
  /** Why somebody who was in is out now; shown once above the sign-in. */
  endedBy = $state<"nothing" | "ended" | "removed">("nothing");
  rooms = $state.raw<Rooms | null>(null);
  /** The steps after the code are not done yet: the app stays on the activation page although somebody is in. */
  isActivating = $state(false);
  /** Whoever has just signed in, may send beyond a class and has no second factor yet, sets it up first. */
  isSettingUp = $state(false);
  /** The notices' own count, once they have loaded; null: go by what the server said at sign-in. */
  unreadNotices = $state<number | null>(null);
  /** The server does not understand this version: a new one is there. */
  isOutdated = $state(false);
  readonly line: LineState = $derived.by(() => this.live.state);
  readonly isOnline: boolean = $derived(["good", "detour", "trying"].includes(this.line));
  readonly myId: number = $derived(this.me?.person.id ?? 0);

  readonly preferences: Preferences;
  readonly notifications: Notifications;
  readonly api: Parts["api"];
  readonly account: Account;
  readonly factors: SecondFactor;
  readonly sheets: SheetOffice;
  readonly people: PeopleOffice;
  readonly live: Live;
  readonly outbox: Outbox;
  readonly clock: Clock;
  private readonly parts: Parts;
  private readonly leaving: Leaving;
  private database: Database | null = null;
  private hasLost = false;
  private readonly makers: { name: string; make: CompanionMaker }[] = [];
  private readonly companions = new Map<string, Companion>();

  constructor(parts: Parts) {
    this.parts = parts;
    this.leaving = new Leaving(parts.api, parts.shelf);
    this.clock = parts.clock;
    this.api = parts.api;
    this.account = new Account(parts.api);
    this.factors = new SecondFactor({ api: parts.api, me: () => this.me, refreshMe: () => this.refreshMe() });
    this.sheets = new SheetOffice(parts.api);
    this.people = new PeopleOffice(parts.api, parts.clock);
    this.preferences = parts.preferences;
    parts.surroundings.watch(() => {
      if (parts.surroundings.online()) this.outbox.wake();
    });
    parts.api.onSignedOut = () => void this.ended("ended");
    this.live = new Live(parts, {
      event: (event) => this.hear(event),
      has: () => this.rooms?.has() ?? { epoch: "", rooms: {} },
      polled: (answer) => this.polled(answer),
      opened: () => this.outbox.wake(),
      stopped: (why) => this.lineStopped(why),
    });
    this.outbox = new Outbox({
      api: parts.api,
      carry: parts.carry,
      clock: parts.clock,
      line: this.live,
      isOnline: () => this.isOnline,
      sendLater: parts.sendLater,
      arrived: (answer) => this.arrived(answer),
    });
    this.notifications = new Notifications(
      parts.api,
      () => this.me?.push_key ?? "",
      () => parts.preferences.language,
    );
  }

  /** Registers a companion under a name; made at every sign-in. */
  accompany(name: string, make: CompanionMaker): void {
    this.makers.push({ name, make });
  }

  companion<Kind extends Companion>(name: string): Kind | null {
    // `rooms` changes whenever the companions do, so that screens look again.
    return this.rooms ? ((this.companions.get(name) as Kind | undefined) ?? null) : null;
  }

  /** Takes up where this device was: at once from what is kept here, then with the server's word. */
  async start(): Promise<void> {
    const account = Number(this.parts.shelf.get("account"));
    // A reload in the middle of signing out: what is left of the account goes before anything is shown of it.
    if (account > 0) await (this.leaving.isUnderWay ? this.wipe() : this.resumeKept(account));
    if (!(await this.leaving.tell())) {
      this.phase = "out";
      return;
    }
    try {
      await this.welcome(await this.api.get<Me>("/api/me"));
    } catch (error) {
      if (error instanceof Refusal && error.status === 401) {
        if (this.phase === "in") await this.ended("ended");
        else this.phase = "out";
        return;
      }
      if (!(error instanceof Unreachable || (error instanceof Refusal && error.retry))) throw error;
      if (this.phase === "in") this.live.start();
      else this.phase = "out";
    }
  }

  look(code: string): Promise<Activation> {
    return this.api.post("/api/activation/look", { code });
  }

  async activate(code: string): Promise<void> {
    await this.leaving.tell();
    await this.welcome(await this.api.post<Me>("/api/activation/use", { code, language: this.preferences.language }));
  }

  async refuseCode(code: string): Promise<void> {
    await this.api.post("/api/activation/refuse", { code });
  }

  async signIn(username: string, password: string): Promise<void> {
    await this.leaving.tell();
    await this.welcome(await this.api.post<Me>("/api/session", { username, password }), "signed in");
  }

  /** The second step: six digits, a recovery code, or the code with which somebody was let in again. */
  async signInByCode(totp: string): Promise<void> {
    await this.welcome(await this.api.post<Me>("/api/session/code", { totp }), "signed in");
  }

  /** The second step by passkey. */
  async signInByPasskey(): Promise<void> {
    await this.factors.signInByPasskey();
    await this.welcome(await this.api.get<Me>("/api/me"), "signed in");
  }

  /** Ends the session and takes everything of this account off the device; a code that never reached the server still wipes. */
  async signOut(): Promise<void> {
    this.leaving.begin();
    await this.wipe();
    if (await this.leaving.tell()) this.preferences.keepAnew();
  }

  /** The app's words at once; the server's own, in refusals and pushes, when it hears of it. */
  async setLanguage(language: "vi" | "en"): Promise<void> {
    this.preferences.setLanguage(language);
    await this.tellLanguage();
  }

  private async tellLanguage(): Promise<void> {
    if (!this.me || this.me.language === this.preferences.language) return;
    try {
      this.me = await this.api.patch<Me>("/api/me", { language: this.preferences.language });
    } catch (error) {
      this.unlessLine(error); // Told again at the next start.
    }
  }

  conversation(room: number): Conversation | null {
    return this.rooms ? new Conversation(room, this.rooms, mailboxOf(this, this.parts.dayOf)) : null;
  }

  private async open(account: number): Promise<Database> {
    const database: Database = await openAccount(account, () => void this.startAnew(database));
    return database;
  }

  /** The browser took the database away: a new one, filled by what the server has and by what is still to be sent. */
  private async startAnew(lost: Database): Promise<void> {
    this.hasLost = true;
    const me = this.me;
    if (this.phase !== "in" || me === null || this.database !== lost) return;
    const written = this.outbox.written;
    this.leave();
    this.phase = "starting";
    const database = await this.open(me.person.id);
    for (const one of written) await keepWritten(database, one);
    database.close();
    await this.welcome(me);
  }

  private async resumeKept(account: number): Promise<void> {
    const database = await this.open(account);
    const me = (await database.get("meta", "me")) as Me | undefined;
    database.close();
    if (me) await this.enter(me);
  }

  private async welcome(me: Me, how: "signed in" | "otherwise" = "otherwise"): Promise<void> {
    this.endedBy = "nothing";
    this.isSettingUp = how === "signed in" && lacksFactor(me);
    this.leaving.forget();
    const before = Number(this.parts.shelf.get("account"));
    if (before > 0 && before !== me.person.id) await this.wipe(); // Another person on this phone: nothing of the first stays.
    if (this.phase === "in" && this.me?.person.id === me.person.id) this.me = me;
    else await this.enter(me);
    this.parts.shelf.set("account", String(me.person.id));
    await this.database?.put("meta", me, "me");
    this.live.start();
    void this.notifications.look();
    void this.tellLanguage();
    void this.rooms?.refresh().catch((error: unknown) => this.unlessLine(error));
  }

  /** Where the browser is still clearing what the last one left, by a sign-out that a reload cut short, the first try may meet it. */
  private async enter(me: Me): Promise<void> {
    try {
      await this.enterBy(me, await this.open(me.person.id));
    } catch (error) {
      if (!isOfTheEnd(error)) throw error;
      this.leave();
      await this.enterBy(me, await this.open(me.person.id));
    }
  }

  private async enterBy(me: Me, database: Database): Promise<void> {
    const rooms = new Rooms(database, this.api, this.live, this.clock, me.person.id, () => this.accessMoved());
    await rooms.load();
    this.database = database;
    for (const { name, make } of this.makers) this.companions.set(name, make(this, database));
    this.me = me;
    this.rooms = rooms;
    this.phase = "in";
    await this.outbox.start(database);
    for (const companion of this.companions.values())
      void companion.load().catch((error: unknown) => this.unlessLine(error));
    void askToKeep();
  }

  private async arrived(answer: Sent): Promise<void> {
    if (answer.room) await this.rooms?.add(answer.room);
    await this.rooms?.take(answer.message);
  }

  private lineStopped(why: (SocketState & { name: "stopped" })["why"]): void {
    if (why === "signed_out") void this.ended("ended");
    else if (why === "access_removed" || why === "account_closed") void this.ended("removed");
    else if (why === "update_wanted") this.isOutdated = true;
  }

  /** What came without a socket goes the ways of what comes with one. */
  private async polled(answer: Polled): Promise<void> {
    const { epoch, heads } = answer;
    if (answer.anew)
      for (const companion of this.companions.values())
        companion.hear({ type: "hello", epoch, person: this.myId, heartbeat: 0, heads });
    for (const event of answer.events.map(readEvent)) if (event) this.hear(event);
    await this.rooms?.polled(answer);
  }

  private hear(event: ServerEvent): void {
    this.rooms?.hear(event);
    for (const companion of this.companions.values()) companion.hear(event);
    // Roles, children and rights of this person may be others now.
    if (event.type === "access.changed") void this.refreshMe();
  }

  /** A right ended while nobody could tell: the others do what they do when they are told. */
  private accessMoved(): void {
    const rooms = this.rooms?.list.map((room) => room.id) ?? [];
    for (const companion of this.companions.values()) companion.hear({ type: "access.changed", rooms });
    void this.refreshMe();
  }

  /** Roles, rights and what waits, anew: for screens on which something of it was just changed. */
  async refreshMe(): Promise<void> {
    try {
      const me = await this.api.get<Me>("/api/me");
      this.me = me;
      await this.database?.put("meta", me, "me");
    } catch (error) {
      this.unlessLine(error);
    }
  }

  /**
   * The session is over, by somebody's hand or by time. What was fetched goes. What the person wrote and could not send
   * waits here for the same person's next sign-in; when the right itself ended, that goes too.
   */
  private async ended(how: "ended" | "removed"): Promise<void> {
    if (this.phase !== "in") return;
    this.endedBy = how;
    if (how === "removed") return this.wipe();
    const database = this.database;
    this.leave();
    if (database) {
      await startOver(database);
      await database.delete("meta", "me");
      database.close();
    }
  }

  private async wipe(): Promise<void> {
    const account = this.me?.person.id ?? Number(this.parts.shelf.get("account"));
    const database = this.database;
    this.leave();
    await this.notifications.forget();
    database?.close();
    if (account > 0) await takeOff(account);
    this.parts.shelf.set("account", null);
  }

  private leave(): void {
    this.phase = "out";
    this.live.stop();
    this.outbox.stop();
    this.rooms?.stop();
    for (const companion of this.companions.values()) companion.stop();
    this.companions.clear();
    this.database = null;
    this.rooms = null;
    this.me = null;
    this.unreadNotices = null;
    this.people.forget();
    this.factors.forget();
  }

  /** True of what a session that has ended, or a database that the browser took away, left under way. */
  isLeftBehind(error: unknown): boolean {
    return (this.phase !== "in" || this.hasLost) && isOfTheEnd(error);
  }

  /** A fault of ours on one screen: the others go on, and the browser's own reporting hears of it. */
  report(error: unknown): void {
    globalThis.reportError?.(error);
  }

  private unlessLine(error: unknown): void {
    if (!(error instanceof Unreachable || error instanceof Refusal)) throw error;
  }
}
