/** How this device shows things; not personal, so it outlives signing out. Read by public/early.js before the first paint. */
export type Theme = "system" | "light" | "dark";
export type TextSize = 1 | 2 | 3 | 4;
export type Preferences = { theme: Theme; text: TextSize; language: "vi" | "en"; presence: boolean };

export interface Shelf {
  get(name: string): string | null;
  set(name: string, value: string | null): void;
}

/** localStorage, or memory where a private window refuses it. */
export const shelf: Shelf = (() => {
  const memory = new Map<string, string>();
  return {
    get(name) {
      try {
        return localStorage.getItem(`tt.${name}`) ?? memory.get(name) ?? null;
      } catch {
        return memory.get(name) ?? null; // Storage is closed here; the page still works until it is closed.
      }
    },
    set(name, value) {
      if (value === null) memory.delete(name);
      else memory.set(name, value);
      try {
        if (value === null) localStorage.removeItem(`tt.${name}`);
        else localStorage.setItem(`tt.${name}`, value);
      } catch {
        return; // As above: memory has it.
      }
    },
  };
})();

export function readPreferences(from: Shelf): Preferences {
  const theme = from.get("theme");
  const text = Number(from.get("text"));
  return {
    theme: theme === "light" || theme === "dark" ? theme : "system",
    text: text === 2 || text === 3 || text === 4 ? text : 1,
    language: from.get("language") === "en" ? "en" : "vi",
    presence: from.get("presence") !== "off",
  };
}
