/** Activation codes as people type, paste and scan them. */

export const CODE_LENGTH = 12;
const ALPHABET = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ";

/** The characters of a code in what was typed, and the first one that no code has. Case, spaces, hyphens and dots do not matter. */
export function cleanCode(typed: string): { code: string; wrong: string | null } {
  const letters = [
    ...typed
      .normalize("NFC")
      .toUpperCase()
      .replace(/[\s\-–—·.]/g, ""),
  ];
  const wrong = letters.find((letter) => !ALPHABET.includes(letter)) ?? null;
  return {
    code: letters
      .filter((letter) => ALPHABET.includes(letter))
      .slice(0, CODE_LENGTH)
      .join(""),
    wrong,
  };
}

/** In three groups of four: K7M4 · QX9P · 2HTA. */
export function groupedCode(code: string, between = " · "): string {
  return (code.match(/.{1,4}/g) ?? []).join(between);
}

/** The code in an address `…/k#XXXX-XXXX-XXXX` or in its fragment alone; empty when there is none. */
export function codeInAddress(address: string): string {
  const fragment = address.slice(address.indexOf("#") + 1);
  if (!address.includes("#")) return "";
  const { code, wrong } = cleanCode(fragment.replace(/%20/g, " "));
  return wrong === null && code.length === CODE_LENGTH ? code : "";
}
