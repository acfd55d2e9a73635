/** Times as the browser's own fields want them: on this device's clock and calendar. */

/** "2026-10-06T19:05" of a moment; empty for none. */
export function fieldOfMoment(moment: string | null): string {
  if (!moment) return "";
  const date = new Date(moment);
  const two = (value: number): string => String(value).padStart(2, "0");
  const day = `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())}`;
  return `${day}T${two(date.getHours())}:${two(date.getMinutes())}`;
}

/** The moment of what stands in the field; null for nothing or half of it. */
export function momentOfField(text: string): string | null {
  const time = text ? new Date(text).getTime() : Number.NaN;
  return Number.isFinite(time) ? new Date(time).toISOString() : null;
}

/** The next full hour but one: a time to begin from. */
export function soonOnTheHour(now: number): string {
  const date = new Date(now);
  date.setHours(date.getHours() + 2, 0, 0, 0);
  return date.toISOString();
}
