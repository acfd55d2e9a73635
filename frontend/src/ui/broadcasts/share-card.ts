import type { Notice } from "../../model/broadcasts-order";
import { referenceOf } from "../../model/compose-reference";
import { CARD_MARGIN, CARD_WIDTH, type Card, laidOut, type Measure } from "../../model/share-card";
import { addressOf, groupedCode } from "../../model/sharing";
import { shortDate } from "../../text/format";

/** The card as a file, drawn here: nothing is asked of the server but the QR that the page shows anyway. */
export async function cardOf(notice: Notice, code: string): Promise<File> {
  const [qr] = await Promise.all([picture(`/kt/${code}.svg`), document.fonts.ready]);
  const canvas = document.createElement("canvas");
  const context = canvas.getContext("2d");
  if (!context) throw new Error("no canvas");
  const address = addressOf(code, location.origin).replace(/^https?:\/\//, "");
  const facts = {
    issuer: notice.issuer.name,
    reference: referenceOf(notice),
    when: shortDate(notice.issued_on ?? notice.published_at),
    version: notice.corrects && notice.version ? `BẢN ${notice.version}` : "",
    title: notice.title,
    code: groupedCode(code),
    address,
  };
  const card = laidOut(facts, measureWith(context));
  canvas.width = CARD_WIDTH;
  canvas.height = card.height;
  draw(context, card, qr);
  const blob = await new Promise<Blob | null>((done) => canvas.toBlob(done, "image/png"));
  if (!blob) throw new Error("no picture");
  return new File([blob], `thong-bao-${code}.png`, { type: "image/png" });
}

function draw(context: CanvasRenderingContext2D, card: Card, qr: HTMLImageElement): void {
  // Black on white whatever the theme: it is looked at elsewhere.
  context.fillStyle = "#fff";
  context.fillRect(0, 0, CARD_WIDTH, card.height);
  context.fillStyle = "#b07a1e";
  context.fillRect(0, 0, 16, card.height);
  context.fillStyle = "#16241d";
  for (const line of card.lines) {
    context.font = fontOf(line);
    context.fillText(line.text, CARD_MARGIN, line.y);
  }
  context.drawImage(qr, card.qr.x, card.qr.y, card.qr.side, card.qr.side);
}

function measureWith(context: CanvasRenderingContext2D): Measure {
  return (text, look) => {
    context.font = fontOf(look);
    return context.measureText(text).width;
  };
}

function fontOf({ font, size, bold }: { font: "serif" | "sans"; size: number; bold: boolean }): string {
  const look = getComputedStyle(document.documentElement);
  const family = look.getPropertyValue(`--${font}`) || look.fontFamily;
  return `${bold ? 600 : 400} ${size}px ${family}`;
}

async function picture(address: string): Promise<HTMLImageElement> {
  const image = new Image();
  image.src = address;
  await image.decode();
  return image;
}
