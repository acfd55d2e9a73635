/** Writing a notice: kept on this device and then on the server, its reach counted live, submitted once under a name of its own. */

import type { Clock } from "../clock";
import type { Api } from "../net/api";
import type { Audiences, Reach } from "../protocol/broadcasts";
import type { Draft } from "../protocol/drafts";
import { mayRetry, Refusal } from "../protocol/refusal";
import type { Me } from "../protocol/types";
import type { LocalDrafts } from "./broadcasts.svelte";
import { AudienceTree, type Choice, rolesFor } from "./compose-audience";
import { Counter } from "./compose-counting.svelte";
import {
  contentOf,
  emptyDraft,
  type Field,
  fieldOf,
  fieldsOf,
  fingerprint,
  isBlank,
  type KeptDraft,
  missing,
} from "./compose-draft";
import { keptLocally } from "./compose-local";
import { DraftOffice, isEditable } from "./drafts";
import { DraftKeeper, type KeeperState } from "./drafts-keeper";
import { newName } from "./names";

const SAVE_AFTER = 300;
/** Words decide nothing about recipients, but about whether somebody else must look ("chuyển khoản"). */
const RECOUNT_WORDS = 2000;

export type ComposerParts = {
  api: Api;
  clock: Clock;
  drafts: LocalDrafts;
  me: Me;
  /** Asks who it is once more where the server wants to know, and then tries again. */
  confirmed: <T>(act: () => Promise<T>) => Promise<T>;
  /** A draft of the list to go on with; none: a new one, or the one begun on this device. */
  opened?: Draft;
};
export type Phase = "loading" | "writing" | "sending" | "unavailable";
/** What the last question has to say before it is asked again. */
export type Doubt = { about: "people"; before: number; now: number } | { about: "duplicate" } | null;

export class Composer {
  phase = $state<Phase>("loading");
  tree = $state.raw<AudienceTree | null>(null);
  draft = $state.raw<KeptDraft>(emptyDraft(newName()));
  /** What the server, or this page, says against a field. */
  problems = $state.raw<Partial<Record<Field, string>>>({});
  /** A refusal that is about no field. */
  trouble = $state.raw<Refusal | null>(null);
  /** The draft as another device left it: one of the two has to be chosen. */
  theirs = $state.raw<Draft | null>(null);
  /** It is on its way or has left already: nothing here is written any more. */
  gone = $state.raw<Draft | null>(null);
  /** Why the draft came back, while it is being mended. */
  returned = $state.raw<Draft | null>(null);
  doubt = $state.raw<Doubt>(null);
  /** Nobody answered before anything was sent: nothing has happened. */
  isCut = $state(false);
  keeping = $state<KeeperState>("idle");
  /** Words stand on the page that this device does not have yet: for the blink between two letters. */
  isUnsaved = $state(false);
  /** A file is still on its way here: without it, it would be another notice. */
  isUploading = $state(false);
  readonly counter: Counter;

  readonly choice: Choice | null = $derived(this.tree?.find(this.draft.audience) ?? null);
  readonly missing: Field[] = $derived.by(() => missing(this.draft, this.parts.clock.now()));
  readonly isBlank: boolean = $derived(isBlank(this.draft));
  readonly isUnanswered: boolean = $derived(this.draft.tried && this.phase === "writing" && !this.gone);
  get reach(): Reach | null {
    return this.counter.reach;
  }

  private readonly parts: ComposerParts;
  private readonly office: DraftOffice;
  private readonly keeper: DraftKeeper;
  private lane: string | undefined;
  private cancelSave: (() => void) | null = null;

  constructor(parts: ComposerParts) {
    this.parts = parts;
    this.office = new DraftOffice(parts.api);
    this.counter = new Counter(
      parts.api,
      parts.clock,
      () => contentOf(this.draft),
      (refusal) => this.told(refusal),
    );
    this.keeper = new DraftKeeper(this.office, parts.clock, this.desk(), (state) => {
      this.keeping = state;
    });
  }

  async start(): Promise<void> {
    const { opened } = this.parts;
    const { kept, lane } = await keptLocally(this.parts.drafts, opened);
    this.lane = lane;
    if (kept) this.draft = kept;
    else if (opened) this.adopt(opened);
    if (kept && opened) this.meet(opened);
    try {
      this.tree = new AudienceTree(await this.parts.api.get<Audiences>("/api/broadcasts/audiences"));
    } catch (error) {
      if (!mayRetry(error)) throw error;
      this.phase = kept || opened ? "writing" : "unavailable";
      return;
    }
    this.phase = "writing";
    const chosen = this.tree.find(this.draft.audience);
    // Whom a correction goes to nobody chooses, here or on the server.
    if (chosen || this.draft.corrects) this.counter.soon(0);
    else this.begin(this.tree);
    if (kept?.server && !opened) void this.lookAtServer(kept.server.id);
    else if (!this.isBlank && !this.theirs && !this.keeper.isCurrent()) this.keeper.soon();
  }

  stop(): void {
    this.counter.stop();
    this.keeper.stop();
    this.hurry();
  }

  /** Takes an audience, and from what was set before only what it allows. What narrowed another one goes. */
  address(choice: Choice): void {
    const isOther = this.choice?.key !== choice.key;
    const allowed = rolesFor(choice.audience);
    const roles = this.draft.roles.filter((role) => allowed.includes(role));
    this.change({
      audience: isOther ? choice.audience : this.draft.audience,
      roles: roles.length > 0 ? roles : ["guardians"],
      urgency: choice.urgencies.includes(this.draft.urgency) ? this.draft.urgency : "thuong",
      ...(isOther && isBlank(this.draft) ? { kind: choice.isOfficial ? "dieu_hanh" : "thong_tin" } : {}),
    });
  }

  change(fields: Partial<KeptDraft>): void {
    this.draft = { ...this.draft, ...fields };
    const untouched = Object.entries(this.problems).filter(([field]) => !(field in fields));
    this.problems = Object.fromEntries(untouched) as Partial<Record<Field, string>>;
    this.trouble = null;
    this.doubt = null;
    this.cancelSave?.();
    this.isUnsaved = true;
    this.cancelSave = this.parts.clock.after(SAVE_AFTER, () => void this.saveLocally());
    if (isBlank(this.draft)) this.keeper.rest();
    else if (!this.theirs) this.keeper.soon();
    if ("audience" in fields || "roles" in fields || "urgency" in fields) this.counter.soon();
    else if ("reference" in fields || "issued_on" in fields || "title" in fields || "body" in fields)
      this.counter.later(RECOUNT_WORDS);
  }

  /** The reach now, for the last question before it goes; null where nobody answered. */
  count(): Promise<Reach | null> {
    return this.counter.now();
  }

  /** To exactly so many as were shown. The draft on its way, or null: then the page says why, and every word is still here. */
  async submit(people: number, isDuplicateMeant = false): Promise<Draft | null> {
    if (this.missing.length > 0 || this.phase !== "writing" || this.theirs || this.isUploading) return null;
    this.phase = "sending";
    this.doubt = null;
    this.isCut = false;
    const wasTried = this.draft.tried;
    try {
      const saved = await this.keeper.flush();
      // Before the try: a page that dies in between must come back knowing that it may have been sent.
      this.draft = { ...this.draft, tried: true };
      await this.saveLocally();
      const wish = { version: saved.version, people, isDuplicateMeant };
      const draft = await this.parts.confirmed(() => this.office.submit(saved.id, wish));
      await this.forget();
      return draft;
    } catch (error) {
      // This try was refused; an earlier one that nobody answered may still have gone out.
      if (!mayRetry(error)) this.draft = { ...this.draft, tried: wasTried };
      await this.saveLocally();
      await this.answer(error, people);
      return null;
    } finally {
      this.phase = "writing";
    }
  }

  /** Of two versions: this one, the other one, or each as a notice of its own. */
  async choose(which: "ours" | "theirs" | "both"): Promise<void> {
    const { theirs } = this;
    if (!theirs) return;
    this.theirs = null;
    if (which === "theirs") {
      this.adopt(theirs);
      this.counter.soon();
    } else if (which === "both") this.becomeNew();
    // On top of what is there: whoever chose has seen it.
    else this.draft = { ...this.draft, server: { id: theirs.id, version: theirs.version, content: "" } };
    await this.saveLocally();
    this.keeper.soon();
  }

  /** An earlier version was sent under this name; what stands here now becomes a notice of its own. */
  async rename(): Promise<void> {
    this.becomeNew();
    this.gone = null;
    await this.saveLocally();
    this.keeper.soon();
  }

  /** "Bỏ bản nháp": here and on the server. */
  async clear(): Promise<void> {
    const { server } = this.draft;
    await this.forget();
    if (server) await this.office.discard(server.id).catch((error: unknown) => this.told(error));
  }

  /** Puts this one aside, kept on the server, and begins another. */
  async another(): Promise<boolean> {
    try {
      if (!this.isBlank) await this.keeper.flush();
    } catch (error) {
      this.told(error);
      return false;
    }
    await this.forget();
    if (this.tree) this.begin(this.tree);
    return true;
  }

  async saveLocally(): Promise<void> {
    this.cancelSave?.();
    this.cancelSave = null;
    const hasWords = !isBlank(this.draft);
    if (hasWords) this.draft = { ...this.draft, savedAt: new Date(this.parts.clock.now()).toISOString() };
    await this.parts.drafts.keep(hasWords ? JSON.stringify(this.draft) : "", this.lane);
    this.isUnsaved = this.cancelSave !== null;
  }

  /** The page is put away, perhaps for ever: what the pause would have saved is saved now. */
  hurry(): void {
    if (this.cancelSave) void this.saveLocally();
  }

  private begin(tree: AudienceTree): void {
    const likely = this.draft.audience ? null : tree.likely(this.parts.me);
    if (likely) this.address(likely);
    else this.change({ audience: null });
  }

  private adopt(opened: Draft): void {
    const server = { id: opened.id, version: opened.version, content: fingerprint(opened.content) };
    this.draft = {
      ...fieldsOf(opened.content, opened.files ?? []),
      name: opened.client_broadcast_id,
      relays: opened.relays ?? null,
      savedAt: opened.updated_at,
      server,
    };
    this.returned = opened.state === "returned" ? opened : null;
    this.keeping = "kept";
  }

  /** What this device has of a draft, and what the server has of it. */
  private meet(now: Draft): void {
    const { server } = this.draft;
    if (!isEditable(now)) {
      this.differs(now);
      return;
    }
    this.returned = now.state === "returned" ? now : null;
    const ours = fingerprint(contentOf(this.draft));
    const isTouched = server === null || server.content !== ours;
    if (!isTouched || fingerprint(now.content) === ours) this.adopt(now);
    else if (server && server.version !== now.version) this.theirs = now;
    else this.draft = { ...this.draft, server: { id: now.id, version: now.version, content: server?.content ?? "" } };
  }

  private async lookAtServer(id: number): Promise<void> {
    try {
      this.meet(await this.office.find(id));
    } catch (error) {
      if (error instanceof Refusal && error.status === 404) this.becomeNew();
      else if (!mayRetry(error)) throw error;
    }
    if (!this.theirs && !this.gone && !this.isBlank && !this.keeper.isCurrent()) this.keeper.soon();
  }

  /** The server has it otherwise: thrown away there (what stands here goes on by itself), on its way, or in other words. */
  private differs(now: Draft): void {
    if (now.state === "discarded") {
      this.becomeNew();
      this.keeper.soon();
    } else if (isEditable(now)) this.theirs = now;
    else this.gone = now;
  }

  private becomeNew(): void {
    this.draft = { ...this.draft, name: newName(), tried: false, server: null };
  }

  private async forget(): Promise<void> {
    this.cancelSave?.();
    this.cancelSave = null;
    await this.parts.drafts.keep("", this.lane);
    this.draft = emptyDraft(newName());
    this.counter.clear();
    this.problems = {};
    this.trouble = null;
    this.returned = null;
    this.gone = null;
    this.theirs = null;
    this.doubt = null;
  }

  private desk(): ConstructorParameters<typeof DraftKeeper>[2] {
    return {
      written: () => ({ name: this.draft.name, content: contentOf(this.draft), server: this.draft.server }),
      keep: (server) => {
        this.draft = { ...this.draft, server };
        void this.saveLocally();
      },
      differs: (draft) => this.differs(draft),
      lost: () => this.becomeNew(),
      refused: (refusal) => this.told(refusal),
    };
  }

  private async answer(error: unknown, people: number): Promise<void> {
    if (!(error instanceof Refusal)) {
      this.isCut = !this.draft.tried;
      return this.told(error);
    }
    if (this.gone || this.theirs) return; // The page shows it.
    if (error.code === "audience_changed") {
      const now = await this.counter.now();
      this.doubt = { about: "people", before: people, now: now?.people ?? Number(error.facts.people ?? people) };
    } else if (error.code === "duplicate_document") this.doubt = { about: "duplicate" };
    else if (error.code !== "changed_elsewhere") this.told(error);
    else if (!this.theirs && !this.gone && this.draft.server) await this.lookAtServer(this.draft.server.id);
  }

  private told(error: unknown): void {
    if (mayRetry(error) && !(error instanceof Refusal)) return; // Nobody answered: the page says so by `tried` and the count.
    if (!(error instanceof Refusal)) throw error;
    const field = fieldOf(error);
    if (field) this.problems = { ...this.problems, [field]: error.detail };
    else this.trouble = error;
  }
}
