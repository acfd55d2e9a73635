/** A small server of notices in memory: what it is asked is counted, and its line can be cut. */

import type { Api } from "../net/api";
import type { Inbox, Reason } from "../protocol/broadcasts";
import { Refusal, Unreachable } from "../protocol/refusal";
import type { Child } from "../protocol/types";
import type { Line } from "./rooms.svelte";

export const AN: Child = {
  id: 4001,
  name: "Trần Minh An",
  given_name: "An",
  class: { id: 31, title: "3A" },
  school: null,
  tint: 3,
};
export const BINH: Child = {
  id: 4002,
  name: "Trần Gia Bình",
  given_name: "Bình",
  class: { id: 52, title: "5B" },
  school: null,
  tint: 2,
};

export function notice(id: number, fields: Partial<Inbox> = {}): Inbox {
  return {
    id,
    issuer: { name: "Trường Tiểu học Đồng Sen", is_official: true },
    author_name: "Hoàng Thị Hạnh",
    kind: "dieu_hanh",
    urgency: "thuong",
    title: `Thông báo ${id}`,
    body: "Kính gửi Quý phụ huynh.",
    published_at: new Date(Date.UTC(2026, 9, 1, 0, id)).toISOString(),
    wants_acknowledgement: true,
    seen_at: null,
    for: [reason(AN)],
    ...fields,
  };
}

export function reason(student: Child | null, acknowledged_at: string | null = null): Reason {
  return { student, acknowledged_at };
}

export function refused(code: string, status: number, facts: Record<string, unknown> = {}): Refusal {
  return new Refusal({ code, detail: `detail of ${code}`, retry: false, facts }, status);
}

export class NoticeServer implements Api {
  readonly notices = new Map<number, Inbox>();
  readonly asked: string[] = [];
  readonly answers = new Map<string, (body: unknown) => unknown>();
  /** Answers whatever `answers` does not name; undefined: not its address. */
  further: ((method: string, path: string, body: unknown) => unknown) | null = null;
  isReachable = true;
  now = "2026-10-06T12:07:00Z";
  /** The socket to it: closed unless a test opens it. */
  readonly line: Line & { isOpen: boolean } = {
    isOpen: false,
    order: (name, fields) => this.ordered(name, fields as { broadcast: number; students?: number[] }) as never,
  };

  constructor(...notices: Inbox[]) {
    for (const one of notices) this.notices.set(one.id, one);
  }

  async get<Answer>(path: string): Promise<Answer> {
    return this.answer("GET", path, {}) as Answer;
  }
  async post<Answer>(path: string, body: object = {}): Promise<Answer> {
    return this.answer("POST", path, body) as Answer;
  }
  async file(): Promise<Blob> {
    throw new Error("no notice is a file");
  }
  async send<Answer>(): Promise<Answer> {
    throw new Error("no notice is sent as a file");
  }
  async put<Answer>(path: string, body: object): Promise<Answer> {
    return this.answer("PUT", path, body) as Answer;
  }
  async patch<Answer>(): Promise<Answer> {
    throw new Error("nothing of notices is patched");
  }
  async del<Answer>(path: string, body: object = {}): Promise<Answer> {
    return this.answer("DELETE", path, body) as Answer;
  }

  count(what: string): number {
    return this.asked.filter((one) => one.startsWith(what)).length;
  }

  private async ordered(name: string, fields: { broadcast: number; students?: number[] }): Promise<unknown> {
    this.asked.push(`${name} ${fields.broadcast}`);
    if (!this.isReachable) throw new Unreachable("cut");
    if (name === "broadcast.read") return { seen_at: this.read(fields.broadcast) };
    if (name === "broadcast.acknowledge")
      return { broadcast: this.acknowledge(fields.broadcast, fields.students ?? []) };
    return {};
  }

  private answer(method: string, path: string, body: object): unknown {
    this.asked.push(`${method} ${path}`);
    if (!this.isReachable) throw new Unreachable("cut");
    const url = new URL(path, "http://here");
    const scripted = this.answers.get(`${method} ${url.pathname}`);
    if (scripted) return scripted(body);
    const further = this.further?.(method, url.pathname, body);
    if (further !== undefined) return further;
    const [, , , id, deed] = url.pathname.split("/");
    if (!id) return this.page(url.searchParams);
    if (deed === "read") return { seen_at: this.read(Number(id)) };
    if (deed === "acknowledge") return this.acknowledge(Number(id), (body as { students: number[] }).students);
    return this.find(Number(id));
  }

  private page(query: URLSearchParams): unknown {
    const before = Number(query.get("before") ?? Number.MAX_SAFE_INTEGER);
    const limit = Number(query.get("limit") ?? 20);
    const found = [...this.notices.values()].filter((one) => one.id < before).sort((a, b) => b.id - a.id);
    return { broadcasts: found.slice(0, limit), complete: found.length <= limit };
  }

  private find(id: number): Inbox {
    const found = this.notices.get(id);
    if (!found) throw refused("not_found", 404);
    return found;
  }

  private read(id: number): string {
    const found = this.find(id);
    this.notices.set(id, { ...found, seen_at: found.seen_at ?? this.now });
    return found.seen_at ?? this.now;
  }

  private acknowledge(id: number, students: number[]): Inbox {
    const found = this.find(id);
    const isMeant = (one: Reason): boolean =>
      students.length > 0 ? students.includes(one.student?.id ?? 0) : one.student === null;
    if (!found.wants_acknowledgement || !found.for.some(isMeant)) throw refused("nothing_to_acknowledge", 409);
    const said = found.for.map((one) =>
      isMeant(one) ? { ...one, acknowledged_at: one.acknowledged_at ?? this.now } : one,
    );
    const answered = { ...found, seen_at: found.seen_at ?? this.now, for: said };
    this.notices.set(id, answered);
    return answered;
  }
}
