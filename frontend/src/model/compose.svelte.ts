/** Writing a notice: the draft kept on this device, the reach counted live, sent once under a name of its own. */

import type { Clock } from "../clock";
import type { Api } from "../net/api";
import type { Audiences, Reach, Sent } from "../protocol/broadcasts";
import { mayRetry, Refusal } from "../protocol/refusal";
import type { Me } from "../protocol/types";
import { AudienceTree, type Choice, rolesFor } from "./compose-audience";
import { emptyDraft, type Field, fieldOf, isBlank, type KeptDraft, missing, readKept, wireOf } from "./compose-draft";
import { newName } from "./names";

const COUNT_AFTER = 400;
const SAVE_AFTER = 300;
/** The count depends on recipients alone, and the server counts only what could be sent: stands in for words still unwritten. */
const NO_WORDS_YET = "–";

export interface Drafts {
  read(): Promise<string>;
  keep(text: string): Promise<void>;
}
export type ComposerParts = { api: Api; clock: Clock; drafts: Drafts; me: Me };
export type Counting = "idle" | "counting" | "known" | "unknown";
export type Phase = "loading" | "writing" | "sending" | "unavailable";

export class Composer {
  phase = $state<Phase>("loading");
  tree = $state.raw<AudienceTree | null>(null);
  draft = $state.raw<KeptDraft>(emptyDraft(newName()));
  reach = $state.raw<Reach | null>(null);
  counting = $state<Counting>("idle");
  /** What the server, or this page, says against a field. */
  problems = $state.raw<Partial<Record<Field, string>>>({});
  /** A refusal that is about no field. */
  trouble = $state.raw<Refusal | null>(null);
  /** The name already stands for another text: an earlier version was sent after all. */
  isTaken = $state(false);

  readonly choice: Choice | null = $derived(this.tree?.find(this.draft.audience) ?? null);
  readonly missing: Field[] = $derived(missing(this.draft));
  readonly isBlank: boolean = $derived(isBlank(this.draft));
  readonly isUnanswered: boolean = $derived(this.draft.tried && this.phase === "writing" && !this.isTaken);

  private readonly parts: ComposerParts;
  private cancelCount: (() => void) | null = null;
  private cancelSave: (() => void) | null = null;
  private asked = 0;

  constructor(parts: ComposerParts) {
    this.parts = parts;
  }

  async start(): Promise<void> {
    const kept = readKept(await this.parts.drafts.read());
    if (kept) this.draft = kept;
    try {
      this.tree = new AudienceTree(await this.parts.api.get<Audiences>("/api/broadcasts/audiences"));
    } catch (error) {
      if (!mayRetry(error)) throw error;
      this.phase = kept ? "writing" : "unavailable";
      return;
    }
    this.phase = "writing";
    const chosen = this.tree.find(this.draft.audience) ?? this.tree.likely(this.parts.me);
    if (chosen) this.address(chosen);
    else this.change({ audience: null });
  }

  stop(): void {
    this.cancelCount?.();
    if (this.cancelSave) void this.save();
  }

  /** Takes an audience, and from what was set before only what it allows. */
  address(choice: Choice): void {
    const isOther = this.choice?.key !== choice.key;
    const allowed = rolesFor(choice.audience);
    const roles = this.draft.roles.filter((role) => allowed.includes(role));
    this.change({
      audience: choice.audience,
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
    this.saveSoon();
    if ("audience" in fields || "roles" in fields || "urgency" in fields) this.countSoon();
  }

  /** The reach now, for the last question before sending; null where nobody answered. */
  async count(): Promise<Reach | null> {
    this.cancelCount?.();
    this.cancelCount = null;
    const wire = wireOf(this.draft);
    if (!wire || wire.roles.length === 0) {
      this.reach = null;
      this.counting = "idle";
      return null;
    }
    const asked = ++this.asked;
    this.counting = "counting";
    try {
      const words = { title: wire.title || NO_WORDS_YET, body: wire.body || NO_WORDS_YET };
      const reach = await this.parts.api.post<Reach>("/api/broadcasts/preview", { ...wire, ...words });
      if (asked !== this.asked) return null;
      this.reach = reach;
      this.counting = "known";
      return reach;
    } catch (error) {
      if (asked !== this.asked) return null;
      this.reach = null;
      this.counting = "unknown";
      this.told(error);
      return null;
    }
  }

  /** The notice as sent, or null: then the page says why, and every word is still here. */
  async send(): Promise<Sent | null> {
    const wire = wireOf(this.draft);
    if (!wire || this.missing.length > 0 || this.phase !== "writing") return null;
    this.phase = "sending";
    const wasTried = this.draft.tried;
    // Before the try: a page that dies in between must come back knowing that it may have been sent.
    this.draft = { ...this.draft, tried: true };
    await this.save();
    try {
      const sent = await this.parts.api.post<Sent>("/api/broadcasts", {
        ...wire,
        client_broadcast_id: this.draft.name,
      });
      await this.clear();
      return sent;
    } catch (error) {
      // This try was refused; an earlier one that nobody answered may still have gone out.
      if (!mayRetry(error)) this.draft = { ...this.draft, tried: wasTried };
      this.told(error);
      await this.save();
      return null;
    } finally {
      this.phase = "writing";
    }
  }

  /** An earlier version was sent under this name; what stands here now becomes a notice of its own. */
  async rename(): Promise<void> {
    this.draft = { ...this.draft, name: newName(), tried: false };
    this.isTaken = false;
    await this.save();
  }

  /** "Bỏ bản nháp". */
  async clear(): Promise<void> {
    this.cancelSave?.();
    this.cancelSave = null;
    await this.parts.drafts.keep("");
    this.draft = emptyDraft(newName());
    this.reach = null;
    this.counting = "idle";
    this.problems = {};
    this.trouble = null;
    this.isTaken = false;
  }

  async save(): Promise<void> {
    this.cancelSave?.();
    this.cancelSave = null;
    if (isBlank(this.draft)) return this.parts.drafts.keep("");
    this.draft = { ...this.draft, savedAt: new Date(this.parts.clock.now()).toISOString() };
    await this.parts.drafts.keep(JSON.stringify(this.draft));
  }

  private told(error: unknown): void {
    if (mayRetry(error) && !(error instanceof Refusal)) return; // Nobody answered: the page says so by `tried` and `counting`.
    if (!(error instanceof Refusal)) throw error;
    const field = fieldOf(error);
    if (error.code === "name_taken") this.isTaken = true;
    else if (field) this.problems = { ...this.problems, [field]: error.detail };
    else this.trouble = error;
  }

  private countSoon(): void {
    this.cancelCount?.();
    this.asked += 1; // What is on its way counts other recipients.
    this.counting = this.draft.audience && this.draft.roles.length > 0 ? "counting" : "idle";
    if (this.counting === "idle") this.reach = null;
    this.cancelCount = this.parts.clock.after(COUNT_AFTER, () => void this.count());
  }

  private saveSoon(): void {
    this.cancelSave?.();
    this.cancelSave = this.parts.clock.after(SAVE_AFTER, () => void this.save());
  }
}
