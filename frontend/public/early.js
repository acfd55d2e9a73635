// Before the first paint: the reader's theme, text size and language, so that nothing flashes. Small, and not inline: the policy forbids that.
(() => {
  const root = document.documentElement;
  const kept = (name) => {
    try {
      return localStorage.getItem(`tt.${name}`);
    } catch {
      return null; // Storage is closed in some private windows: the defaults serve.
    }
  };
  const theme = kept("theme") || "system";
  const dark = theme === "dark" || (theme === "system" && matchMedia("(prefers-color-scheme: dark)").matches);
  root.dataset.theme = dark ? "dark" : "light";
  root.dataset.text = kept("text") || "1";
  root.lang = kept("language") || "vi";
})();
