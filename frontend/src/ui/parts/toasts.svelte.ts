type Shown = { text: string; action?: { label: string; run: () => void } };

export class Toasts {
  current = $state.raw<Shown | null>(null);
  private timer = 0;

  show(text: string, action?: Shown["action"]): void {
    this.current = action ? { text, action } : { text };
    clearTimeout(this.timer);
    this.timer = window.setTimeout(() => {
      this.current = null;
    }, 10_000);
  }

  act(): void {
    this.current?.action?.run();
    this.current = null;
  }
}
