/** What somebody says about the columns of a list, beside what the server took them for. */

import type { Column, Extent, ListKind, Mapping, Said } from "../protocol/registry";

/** What every header is shown as at first: what it is read as, and what is only guessed too, for somebody to confirm. */
export function answered(mapping: Mapping): Record<string, string> {
  return Object.fromEntries(columnsOf(mapping).map((column) => [column.header, column.meaning ?? ""]));
}

/**
 * What to tell the server: every header about which something is said that it does not read so already. `isAsked`: only
 * what differs from what is shown at first.
 */
export function saidOf(
  mapping: Mapping,
  chosen: Record<string, string>,
  kind: ListKind | "",
  extent: Extent,
  isAsked = false,
): Said {
  const columns: Record<string, string> = {};
  for (const column of columnsOf(mapping)) {
    const meaning = chosen[column.header] ?? "";
    const isNew = isAsked ? meaning !== (column.meaning ?? "") : meaning !== column.meaning || column.confidence < 1;
    if (meaning && isNew) columns[column.header] = meaning;
  }
  return { columns, ...(kind ? { kind } : {}), ...(extent === "ask" ? {} : { extent }) };
}

function columnsOf(mapping: Mapping): Column[] {
  return mapping.sheets.flatMap((sheet) => sheet.columns);
}
