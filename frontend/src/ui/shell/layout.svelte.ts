import type { Preferences } from "../../model/preferences.svelte";

export type Columns = "one" | "two" | "three";

/** How much room there is in the reader's own text size: at ×2 a desktop is as wide as a tablet. */
export class Layout {
  private width = $state(window.innerWidth);
  readonly columns: Columns = $derived.by(() => {
    const width = this.width / Math.min(this.preferences.scale, 1.5);
    if (width < 720) return "one";
    return width < 1100 ? "two" : "three";
  });
  /** From ×1.6 on: chips become selects, actions stack, the tab bar becomes two. */
  readonly large: boolean = $derived.by(() => this.preferences.scale >= 1.6 && this.columns === "one");
  private readonly preferences: Preferences;

  constructor(preferences: Preferences) {
    this.preferences = preferences;
    window.addEventListener("resize", () => {
      this.width = window.innerWidth;
    });
  }
}
