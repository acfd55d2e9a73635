/** Texts to begin from: those that come with the app, one's own, and those of the org. */

import type { Api } from "../net/api";
import type { Template } from "../protocol/broadcasts";
import { mayRetry } from "../protocol/refusal";
import type { KeptDraft } from "./compose-draft";

export class Templates {
  list = $state.raw<readonly Template[]>([]);
  state = $state<"loading" | "ready" | "unreachable">("loading");
  private readonly api: Api;

  constructor(api: Api) {
    this.api = api;
  }

  async load(): Promise<void> {
    this.state = "loading";
    try {
      this.list = (await this.api.get<{ templates: Template[] }>("/api/broadcasts/templates")).templates;
      this.state = "ready";
    } catch (error) {
      if (!mayRetry(error)) throw error;
      this.state = "unreachable";
    }
  }

  /** What is written now, under a name; with an org for all who send in its name. Throws what the server has against it. */
  async save(name: string, draft: Pick<KeptDraft, "kind" | "title" | "body">, org: number | null): Promise<void> {
    const { kind, title, body } = draft;
    const fields = {
      name: name.trim(),
      kind,
      title: title.trim(),
      body: body.trim(),
      ...(org === null ? {} : { org }),
    };
    this.list = [...this.list, await this.api.post<Template>("/api/broadcasts/templates", fields)];
  }

  async remove(template: Template): Promise<void> {
    await this.api.del(`/api/broadcasts/templates/${template.id}`);
    this.list = this.list.filter((one) => one !== template);
  }
}
