/** The card by which an official notice leaves the app as a picture: whose it is, what it says in one line, and how whoever
 * is shown it can check it. In Vietnamese, as documents are. Pure: where the lines break and stand. */

export const CARD_WIDTH = 1080;
export const CARD_MARGIN = 72;

export type CardLine = { text: string; y: number; font: "serif" | "sans"; size: number; bold: boolean };
export type Card = { lines: CardLine[]; qr: { x: number; y: number; side: number }; height: number };
export type CardFacts = {
  issuer: string;
  reference: string;
  when: string;
  title: string;
  version: string;
  code: string;
  address: string;
};
/** How wide a text would be. */
export type Measure = (text: string, line: Omit<CardLine, "text" | "y">) => number;

const MOST_TITLE_LINES = 7;
const QR_SIDE = 360;

export function laidOut(facts: CardFacts, measure: Measure): Card {
  const lines: CardLine[] = [];
  let y = CARD_MARGIN;
  const put = (text: string, look: Omit<CardLine, "text" | "y">, most = 3) => {
    for (const line of broken(text, (part) => measure(part, look), CARD_WIDTH - 2 * CARD_MARGIN, most)) {
      y += Math.round(look.size * 1.32);
      lines.push({ ...look, text: line, y });
    }
  };
  put(facts.issuer, { font: "sans", size: 44, bold: true });
  put([facts.reference && `Số ${facts.reference}`, facts.when, facts.version].filter(Boolean).join(" · "), {
    font: "sans",
    size: 34,
    bold: false,
  });
  y += 24;
  put(facts.title, { font: "serif", size: 64, bold: true }, MOST_TITLE_LINES);
  y += 40;
  const qr = { x: CARD_MARGIN, y, side: QR_SIDE };
  y += QR_SIDE + 8;
  put(`Mã kiểm tra: ${facts.code}`, { font: "sans", size: 46, bold: true });
  put(facts.address, { font: "sans", size: 34, bold: false });
  put("Quét mã hoặc mở địa chỉ để kiểm tra, không cần ứng dụng.", {
    font: "sans",
    size: 30,
    bold: false,
  });
  return { lines, qr, height: y + CARD_MARGIN };
}

/** The text in lines of at most this width; what does not fit into so many ends in "…". A word too long for a line is cut
 * where the line ends. */
export function broken(text: string, widthOf: (text: string) => number, width: number, most: number): string[] {
  const lines: string[] = [];
  let line = "";
  for (const word of text
    .split(/\s+/)
    .filter(Boolean)
    .flatMap((one) => pieces(one, widthOf, width))) {
    const longer = line ? `${line} ${word}` : word;
    if (line && widthOf(longer) > width) {
      lines.push(line);
      line = word;
    } else line = longer;
  }
  if (line) lines.push(line);
  if (lines.length <= most) return lines;
  let last = `${lines[most - 1]}…`;
  while (widthOf(last) > width && last.includes(" ")) last = `${last.slice(0, last.lastIndexOf(" "))}…`;
  return [...lines.slice(0, most - 1), last];
}

function pieces(word: string, widthOf: (text: string) => number, width: number): string[] {
  if (widthOf(word) <= width) return [word];
  let end = word.length - 1;
  while (end > 1 && widthOf(word.slice(0, end)) > width) end -= 1;
  return [word.slice(0, end), ...pieces(word.slice(end), widthOf, width)];
}
