/** The letter that stands for a person: a Vietnamese given name is the last word, so Nguyễn Thị Lan is L. */
export function letterOf(name: string): string {
  const given = name.trim().split(/\s+/).at(-1) ?? "";
  return (given[0] ?? "?").toLocaleUpperCase("vi");
}

/** One of five tints, the same for the same name everywhere. Children bring their own. */
export function tintOf(name: string): number {
  let sum = 0;
  for (const letter of name.normalize("NFC")) sum = (sum * 31 + (letter.codePointAt(0) ?? 0)) % 9973;
  return (sum % 5) + 1;
}
