let heard: WeakRef<HTMLMediaElement> | null = null;

/** One voice at a time: whatever else was heard stops. */
export function playsAlone(audio: HTMLMediaElement): void {
  const before = heard?.deref();
  if (before && before !== audio) before.pause();
  heard = new WeakRef(audio);
}
