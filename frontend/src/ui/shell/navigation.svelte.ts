/** Where in the app we are. The address bar is the truth; the History API moves it. */
export class Navigation {
  path = $state(location.pathname);
  hash = $state(location.hash);
  /** How deep inside the app: 0 means that "Quay lại" must not leave it. */
  private depth = 0;

  constructor() {
    window.addEventListener("popstate", () => {
      this.depth = Math.max(0, this.depth - 1);
      this.look();
    });
    window.addEventListener("hashchange", () => this.look());
  }

  go(path: string, how: "push" | "replace" = "push"): void {
    if (path === location.pathname + location.hash) return;
    if (how === "push") {
      this.depth += 1;
      history.pushState(null, "", path);
    } else history.replaceState(null, "", path);
    this.look();
  }

  /** One step back inside the app, or to `home` when this page was opened from outside. */
  back(home: string): void {
    if (this.depth > 0) history.back();
    else this.go(home, "replace");
  }

  /** Ordinary links work as links; a plain tap on one of ours stays inside the app. */
  follow(event: MouseEvent): void {
    const link = (event.target as Element | null)?.closest?.("a[href]");
    if (!(link instanceof HTMLAnchorElement) || event.defaultPrevented || event.button !== 0) return;
    if (event.metaKey || event.ctrlKey || event.shiftKey || event.altKey || link.target) return;
    if (link.origin !== location.origin || link.pathname.startsWith("/api/")) return;
    event.preventDefault();
    this.go(link.pathname + link.hash);
  }

  private look(): void {
    this.path = location.pathname;
    this.hash = location.hash;
  }
}
