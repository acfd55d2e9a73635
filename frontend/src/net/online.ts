/** The browser's word on the line and on whether anybody looks; both only hints, the socket knows better. */
export interface Surroundings {
  online(): boolean;
  visible(): boolean;
  /** Calls back at every change; the answer stops it. */
  watch(changed: () => void): () => void;
}

export const surroundings: Surroundings = {
  online: () => navigator.onLine,
  visible: () => document.visibilityState === "visible",
  watch(changed) {
    const stop = new AbortController();
    for (const name of ["online", "offline", "pageshow"])
      window.addEventListener(name, changed, { signal: stop.signal });
    document.addEventListener("visibilitychange", changed, { signal: stop.signal });
    return () => stop.abort();
  },
};
