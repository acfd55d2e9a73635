/** Drafts as the server keeps them: versions that rise, one draft a name, a submit that is answered the same again. */

import type { Content } from "../protocol/broadcasts";
import type { Draft } from "../protocol/drafts";
import { Unreachable } from "../protocol/refusal";
import { type NoticeServer, refused } from "./broadcasts.test-only";

export class DraftShelf {
  readonly drafts = new Map<number, Draft>();
  readonly submitted: { id: number; people: number; isDuplicateMeant: boolean }[] = [];
  /** So many of the next answers get lost on the way back: it was done, and nobody here knows. */
  lose = 0;
  /** How many it would reach now. */
  people = 731;
  needsApproval = false;
  duplicate = false;

  constructor(server: NoticeServer) {
    server.further = (method, path, body) => this.answer(method, path, body as Record<string, unknown>);
  }

  get only(): Draft {
    const [first] = this.drafts.values();
    if (!first || this.drafts.size > 1) throw new Error(`${this.drafts.size} drafts, not one`);
    return first;
  }

  /** What another device does to it. */
  alter(id: number, fields: Partial<Draft>, content: Partial<Content> = {}): Draft {
    const draft = this.find(id);
    return this.put({ ...draft, ...fields, content: { ...draft.content, ...content }, version: draft.version + 1 });
  }

  private answer(method: string, path: string, body: Record<string, unknown>): unknown {
    const found = /^\/api\/broadcasts\/drafts(?:\/(\d+)(?:\/([a-z-]+))?)?$/.exec(path);
    if (!found) return undefined;
    const answer = this.done(method, found[1] ? Number(found[1]) : null, found[2] ?? "", body);
    if (method !== "GET" && this.lose > 0) {
      this.lose -= 1;
      throw new Unreachable("cut");
    }
    return answer;
  }

  private done(method: string, id: number | null, deed: string, body: Record<string, unknown>): unknown {
    if (id === null) return method === "POST" ? this.create(body) : this.page();
    if (deed === "submit") return this.submit(id, body);
    if (deed === "undo") return this.alter(id, { state: "writing", leaves_at: null, people: null });
    if (deed === "break-glass")
      return this.alter(id, { state: "left", broadcast: 12, broke_glass_reason: String(body.reason) });
    if (method === "PUT") return this.revise(id, body);
    if (method === "DELETE") return this.alter(id, { state: "discarded" });
    return this.find(id);
  }

  private page(): unknown {
    return { drafts: [...this.drafts.values()].sort((a, b) => b.id - a.id), complete: true };
  }

  private create(body: Record<string, unknown>): Draft {
    const name = String(body.client_broadcast_id);
    const known = [...this.drafts.values()].find((draft) => draft.client_broadcast_id === name);
    return (
      known ?? this.put(draft(this.drafts.size + 1, { client_broadcast_id: name, content: body.content as Content }))
    );
  }

  private revise(id: number, body: Record<string, unknown>): Draft {
    const draft = this.find(id);
    if (draft.state !== "writing" && draft.state !== "returned") throw refused("on_its_way", 409);
    if (draft.version !== body.version) throw refused("changed_elsewhere", 409, { version: draft.version });
    return this.put({ ...draft, content: body.content as Content, version: draft.version + 1 });
  }

  private submit(id: number, body: Record<string, unknown>): Draft {
    const draft = this.find(id);
    if (draft.version !== body.version) throw refused("changed_elsewhere", 409, { version: draft.version });
    if (draft.state !== "writing" && draft.state !== "returned") return draft;
    if (this.duplicate && !body.duplicate_is_meant) throw refused("duplicate_document", 409, { broadcast: 3 });
    if (body.people !== this.people) throw refused("audience_changed", 409, { people: this.people });
    this.submitted.push({ id, people: Number(body.people), isDuplicateMeant: body.duplicate_is_meant === true });
    const fields = this.needsApproval
      ? { state: "submitted" as const, decide_by: "2026-10-06T16:00:00Z" }
      : { state: "leaving" as const, leaves_at: "2026-10-06T12:00:10Z" };
    return this.put({ ...draft, ...fields, people: this.people });
  }

  private find(id: number): Draft {
    const found = this.drafts.get(id);
    if (!found) throw refused("not_found", 404);
    return found;
  }

  private put(draft: Draft): Draft {
    this.drafts.set(draft.id, draft);
    return draft;
  }
}

export function draft(id: number, fields: Partial<Draft> = {}): Draft {
  return {
    id,
    client_broadcast_id: `name-${id}`,
    version: 1,
    state: "writing",
    content: {
      audience: { org: 4 },
      roles: ["guardians"],
      kind: "dieu_hanh",
      urgency: "thuong",
      title: `Bản nháp ${id}`,
      body: "Kính gửi Quý phụ huynh.",
      wants_acknowledgement: true,
      acknowledge_by: null,
      number: null,
      symbol: "",
      issued_on: null,
      signer_name: "",
      signer_position: "",
      attachments: [],
      leaves_at: null,
      is_exercise: false,
    },
    author: { id: 1, name: "Đỗ Thị Hạnh" },
    issuer: { name: "Trường Tiểu học Đồng Sen", is_official: true },
    issuer_id: 1,
    people: null,
    needs_approval: false,
    why: [],
    submitted_at: null,
    decide_by: null,
    decided_by: null,
    decision_reason: "",
    broke_glass_reason: "",
    problem: "",
    leaves_at: null,
    broadcast: null,
    files: [],
    updated_at: "2026-10-06T12:00:00Z",
    ...fields,
  };
}
