/** "1204/SGDĐT-VP" is number 1204 and symbol SGDĐT-VP; without a number all of it is the symbol (Nghị định 30/2020/NĐ-CP, Annex I.II.3). */
export function numberAndSymbol(reference: string): { number: number | null; symbol: string } {
  const text = reference.normalize("NFC").trim();
  const found = /^(\d{1,6})\s*(?:\/\s*(.*))?$/s.exec(text);
  const number = found ? Number(found[1]) : 0;
  return number > 0
    ? { number, symbol: (found?.[2] ?? "").trim() }
    : { number: null, symbol: text.replace(/^\/\s*/, "") };
}

/** Both together again, as people write them; empty for a notice that is no document. */
export function referenceOf({ number, symbol }: { number?: number | null; symbol?: string }): string {
  return [...(number ? [String(number)] : []), ...(symbol ? [symbol] : [])].join("/");
}
