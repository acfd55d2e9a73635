/** Press and hold, as in the chats that people know. What it opens has a plain way as well: no gesture is the only one. */

const HOLD = 450;
const SLIP = 10;
/** A browser may still make a tap of a finger that lifts, this long afterwards. */
const AFTER_LIFTING = 350;

/** On a list as a whole, so that ten thousand messages have one listener. `open` is told what was pressed, and says whether it was something. */
export function held(open: (pressed: Element) => boolean): (element: HTMLElement) => () => void {
  return (element) => {
    const stop = new AbortController();
    const { signal } = stop;
    let timer = 0;
    let from = { x: 0, y: 0 };
    const cancel = (): void => clearTimeout(timer);
    const hold = (pressed: Element): void => {
      if (!open(pressed)) return;
      navigator.vibrate?.(10);
      ignoreLifting();
    };
    element.addEventListener(
      "pointerdown",
      (event) => {
        cancel();
        const pressed = event.target;
        if (event.pointerType === "mouse" || !(pressed instanceof Element)) return;
        from = { x: event.clientX, y: event.clientY };
        timer = window.setTimeout(() => hold(pressed), HOLD);
      },
      { signal },
    );
    element.addEventListener(
      "pointermove",
      (event) => {
        if (Math.hypot(event.clientX - from.x, event.clientY - from.y) > SLIP) cancel();
      },
      { signal },
    );
    for (const end of ["pointerup", "pointercancel", "pointerleave"] as const)
      element.addEventListener(end, cancel, { signal });
    // The right button of a mouse asks for the same; a phone's own menu for a long press would stand over ours.
    element.addEventListener(
      "contextmenu",
      (event) => {
        const where = event.target;
        if (!(where instanceof Element)) return;
        const isMouse = (event as PointerEvent).pointerType === "mouse";
        if (isMouse ? open(where) : where.closest("[data-seq]")) event.preventDefault();
      },
      { signal },
    );
    return () => {
      cancel();
      stop.abort();
    };
  };
}

/** The finger that held lifts, and must not tap what has come up under it. */
function ignoreLifting(): void {
  const stop = new AbortController();
  const { signal } = stop;
  const swallow = (event: Event): void => {
    event.preventDefault();
    event.stopImmediatePropagation();
  };
  document.addEventListener("click", swallow, { capture: true, signal });
  for (const end of ["pointerup", "pointercancel"] as const)
    document.addEventListener(end, () => setTimeout(() => stop.abort(), AFTER_LIFTING), {
      capture: true,
      once: true,
      signal,
    });
}
