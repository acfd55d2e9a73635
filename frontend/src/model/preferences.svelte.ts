import { type Preferences as Kept, readPreferences, type Shelf, type TextSize, type Theme } from "../store/preferences";

export type { TextSize, Theme } from "../store/preferences";

/** Scale of each step of "Cỡ chữ": body text of 17, 20, 25 and 34 px. */
export const TEXT_SCALES: Record<TextSize, number> = { 1: 1, 2: 1.18, 3: 1.47, 4: 2 };

/** How this device shows things: theme, text size, language. Kept at once, applied at once. */
export class Preferences {
  private kept = $state.raw<Kept>({ theme: "system", text: 1, language: "vi", presence: true });
  private systemIsDark = $state(false);
  private readonly shelf: Shelf;

  constructor(
    shelf: Shelf,
    dark: MediaQueryList | null = globalThis.matchMedia?.("(prefers-color-scheme: dark)") ?? null,
  ) {
    this.shelf = shelf;
    this.kept = readPreferences(shelf);
    this.systemIsDark = dark?.matches ?? false;
    dark?.addEventListener("change", (event) => {
      this.systemIsDark = event.matches;
      this.apply();
    });
  }

  get theme(): Theme {
    return this.kept.theme;
  }
  get text(): TextSize {
    return this.kept.text;
  }
  get language(): "vi" | "en" {
    return this.kept.language;
  }
  /** Those one writes with may know that one is here, and writing. */
  get presence(): boolean {
    return this.kept.presence;
  }
  get scale(): number {
    return TEXT_SCALES[this.kept.text];
  }

  setTheme(theme: Theme): void {
    this.keep({ ...this.kept, theme }, "theme", theme);
  }
  setText(text: TextSize): void {
    this.keep({ ...this.kept, text }, "text", String(text));
  }
  setLanguage(language: "vi" | "en"): void {
    this.keep({ ...this.kept, language }, "language", language);
  }
  setPresence(presence: boolean): void {
    this.keep({ ...this.kept, presence }, "presence", presence ? "on" : "off");
  }
  /** A+: the next step, and from the largest back to the first. */
  enlarge(): void {
    this.setText(this.kept.text === 4 ? 1 : ((this.kept.text + 1) as TextSize));
  }

  apply(root: HTMLElement = document.documentElement): void {
    const isDark = this.kept.theme === "dark" || (this.kept.theme === "system" && this.systemIsDark);
    root.dataset.theme = isDark ? "dark" : "light";
    root.dataset.text = String(this.kept.text);
    root.lang = this.kept.language;
    document.querySelector('meta[name="theme-color"]')?.setAttribute("content", isDark ? "#12271E" : "#1B4838");
  }

  /** Once more, of what was chosen: signing out has the browser clear everything, and how this device shows things outlives that. */
  keepAnew(): void {
    const { theme, text, language, presence } = this.kept;
    if (theme !== "system") this.shelf.set("theme", theme);
    if (text !== 1) this.shelf.set("text", String(text));
    if (language !== "vi") this.shelf.set("language", language);
    if (!presence) this.shelf.set("presence", "off");
  }

  private keep(kept: Kept, name: string, value: string): void {
    this.kept = kept;
    this.shelf.set(name, value);
    this.apply();
  }
}
