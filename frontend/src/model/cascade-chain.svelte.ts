/** The chain of one notice on an officer's board: its marks, the rows that were asked for, and whom to call. */

import type { Api } from "../net/api";
import type { CallPage, Cascade, ChainNode, NodePage } from "../protocol/cascade";
import { mayRetry, Refusal } from "../protocol/refusal";
import { type ChainFilter, EVERY_UNIT, queryOf } from "./cascade";

const PAGE = 50;
const CALLS = 100;
export type ChainState = "loading" | "ready" | "gone" | "unreachable";

export class Chain {
  state = $state<ChainState>("loading");
  cascade = $state.raw<Cascade | null>(null);
  filter = $state.raw<ChainFilter>(EVERY_UNIT);
  rows = $state.raw<NodePage | null>(null);
  calls = $state.raw<CallPage | null>(null);
  /** Of the communes that are open in the tree. */
  branches = $state.raw<ReadonlyMap<number, ChainNode[]>>(new Map());

  private readonly base: string;
  private readonly api: Api;
  private readonly org: number | null;
  private asked = 0;
  private isStopped = false;

  constructor(broadcast: number, org: number | null, api: Api) {
    this.base = `/api/broadcasts/${broadcast}/cascade`;
    this.org = org;
    this.api = api;
  }

  stop(): void {
    this.isStopped = true;
  }

  /** Everything that is on the screen, anew. */
  async renew(): Promise<void> {
    await this.guarded(async () => {
      const [cascade, calls, rows] = await Promise.all([
        this.api.get<Cascade>(this.address("", {})),
        this.api.get<CallPage>(this.address("/calls", { limit: String(CALLS) })),
        this.page(Math.max(PAGE, this.rows?.nodes.length ?? 0)),
      ]);
      if (this.isStopped) return;
      [this.cascade, this.calls, this.state] = [cascade, calls, "ready"];
      if (rows) this.rows = rows;
      for (const commune of this.branches.keys()) await this.fetchBranch(commune);
    });
  }

  async narrow(fields: Partial<ChainFilter>): Promise<void> {
    this.filter = { ...this.filter, ...fields };
    await this.guarded(async () => {
      const rows = await this.page(PAGE);
      if (rows && !this.isStopped) this.rows = rows;
      for (const commune of this.branches.keys()) await this.fetchBranch(commune);
    });
  }

  async more(): Promise<void> {
    const { rows } = this;
    if (!rows || rows.complete) return;
    await this.guarded(async () => {
      const next = await this.page(PAGE, rows.after);
      if (next && !this.isStopped && this.rows === rows) this.rows = { ...next, nodes: [...rows.nodes, ...next.nodes] };
    });
  }

  /** Opens a commune in the tree, or closes it. */
  async toggle(commune: number): Promise<void> {
    if (this.branches.has(commune)) {
      this.branches = new Map([...this.branches].filter(([one]) => one !== commune));
      return;
    }
    this.branches = new Map([...this.branches, [commune, []]]);
    await this.guarded(() => this.fetchBranch(commune));
  }

  /** One unit, as the server has it now; null: it is not there any more. */
  async find(unit: number): Promise<ChainNode | null> {
    const page = await this.api.get<NodePage>(this.address("/nodes", { org: String(unit), limit: "100" }));
    return page.nodes.find((node) => node.unit.id === unit) ?? null;
  }

  exportAddress(kind: "csv" | "xlsx"): string {
    return this.address("/export", { ...queryOf(this.filter), format: kind });
  }

  private async fetchBranch(commune: number): Promise<void> {
    const query = { ...queryOf(this.filter), org: String(commune), limit: "100" };
    const { nodes } = await this.api.get<NodePage>(this.address("/nodes", query));
    if (!this.isStopped && this.branches.has(commune))
      this.branches = new Map([...this.branches, [commune, nodes.filter((node) => node.commune?.id === commune)]]);
  }

  /** Null: something else has been asked for since. */
  private async page(limit: number, after: number | null = null): Promise<NodePage | null> {
    this.asked += 1;
    const turn = this.asked;
    const query = { ...queryOf(this.filter), limit: String(Math.min(limit, 100)) };
    const page = await this.api.get<NodePage>(
      this.address("/nodes", after === null ? query : { ...query, after: String(after) }),
    );
    return turn === this.asked ? page : null;
  }

  private address(what: string, query: Record<string, string>): string {
    const asked = new URLSearchParams(this.org === null ? query : { org: String(this.org), ...query });
    return asked.size > 0 ? `${this.base}${what}?${asked}` : `${this.base}${what}`;
  }

  private async guarded(act: () => Promise<void>): Promise<void> {
    try {
      await act();
    } catch (error) {
      if (this.isStopped) return;
      if (mayRetry(error)) {
        if (this.state === "loading") this.state = "unreachable";
      } else if (error instanceof Refusal) this.state = "gone";
      else throw error;
    }
  }
}
