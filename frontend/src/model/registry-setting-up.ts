/** What the form about a source holds, and what of it is told to the server. */

import type { NewSource, Source, SourceFields, SourceKind } from "../protocol/registry";

export const EMPTY_FIELDS: SourceFields = {
  name: "",
  endpoint: "",
  token_endpoint: "",
  client_id: "",
  secret: "",
  runs_at: null,
};

export function fieldsOf(source: Source): SourceFields {
  const { endpoint = "", token_endpoint = "", client_id = "" } = source.access ?? {};
  return { name: source.name, endpoint, token_endpoint, client_id, secret: "", runs_at: source.runs_at };
}

/** Only what is another: an empty secret leaves the one that is there, and nothing can be emptied. */
export function changedFields(source: Source, fields: SourceFields): Partial<SourceFields> {
  const before = fieldsOf(source);
  return Object.fromEntries(
    Object.entries(trimmed(fields)).filter(
      ([name, value]) => value !== "" && value !== before[name as keyof SourceFields],
    ),
  );
}

export function newSource(kind: SourceKind, scope: number, fields: SourceFields): NewSource {
  const { name, ...access } = trimmed(fields);
  if (kind !== "rest") return { name, kind, scope };
  return { name, kind, scope, ...Object.fromEntries(Object.entries(access).filter(([, value]) => value)) };
}

function trimmed(fields: SourceFields): SourceFields {
  const { name, endpoint, token_endpoint, client_id, secret, runs_at } = fields;
  return {
    name: name.trim(),
    endpoint: endpoint.trim(),
    token_endpoint: token_endpoint.trim(),
    client_id: client_id.trim(),
    secret: secret.trim(),
    runs_at,
  };
}
