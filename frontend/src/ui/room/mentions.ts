import type { Message } from "../../protocol/types";
import { m } from "../../text";
import { shortName } from "../rooms/rows";

export type Piece = { text: string; who: "nobody" | "somebody" | "me" };

/** How a person is named in a text: "@Cô Lan", "@Trần Thị Hoa". */
export function tagOf(person: { name: string; address: string }): string {
  return `@${shortName(person)}`;
}

/** How all are named: a class, or the people of a unit. */
export function tagOfAll(kind: string): string {
  return `@${kind === "class" || kind === "guardians" ? m.mention_class() : m.mention_everyone()}`;
}

/** A text in pieces, those set apart that name somebody whom the message mentions. Other "@" are just text. */
export function piecesOf(message: Message, me: number): Piece[] {
  const tags = new Map<string, Piece["who"]>();
  if (message.mentions_all)
    for (const tag of [`@${m.mention_class()}`, `@${m.mention_everyone()}`]) tags.set(tag, "me");
  for (const person of message.mentions ?? []) tags.set(tagOf(person), person.id === me ? "me" : "somebody");
  const pieces: Piece[] = [];
  let rest = message.body;
  while (rest) {
    const next = nearest(rest, [...tags.keys()]);
    if (!next) break;
    if (next.at > 0) pieces.push({ text: rest.slice(0, next.at), who: "nobody" });
    pieces.push({ text: next.tag, who: tags.get(next.tag) ?? "somebody" });
    rest = rest.slice(next.at + next.tag.length);
  }
  return rest ? [...pieces, { text: rest, who: "nobody" }] : pieces;
}

function nearest(text: string, tags: string[]): { at: number; tag: string } | null {
  const found = tags.map((tag) => ({ at: text.indexOf(tag), tag })).filter((one) => one.at >= 0);
  // Of two names that begin alike the longer one is meant.
  return found.sort((a, b) => a.at - b.at || b.tag.length - a.tag.length)[0] ?? null;
}
