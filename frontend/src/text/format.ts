/** Days and times as people here write them: 06/10/2026, 19:05, "hôm qua", "thứ Sáu". Official matters never get "2 giờ trước". */

import { m } from "./index";

const DAY = 86_400_000;

export function clockTime(time: string | Date): string {
  const date = new Date(time);
  return `${String(date.getHours()).padStart(2, "0")}:${String(date.getMinutes()).padStart(2, "0")}`;
}

export function shortDate(time: string | Date): string {
  const date = new Date(time);
  return `${String(date.getDate()).padStart(2, "0")}/${String(date.getMonth() + 1).padStart(2, "0")}/${date.getFullYear()}`;
}

export function weekday(time: string | Date): string {
  const names = [m.sunday, m.monday, m.tuesday, m.wednesday, m.thursday, m.friday, m.saturday] as const;
  return names[new Date(time).getDay() as 0 | 1 | 2 | 3 | 4 | 5 | 6]();
}

/** "Thứ Ba, 06/10/2026": the chalk date. */
export function chalkDate(time: string | Date = new Date()): string {
  return `${capital(weekday(time))}, ${shortDate(time)}`;
}

/** The key of a day on this device's calendar. */
export function dayKey(time: string): string {
  const date = new Date(time);
  return `${date.getFullYear()}-${String(date.getMonth() + 1).padStart(2, "0")}-${String(date.getDate()).padStart(2, "0")}`;
}

/** The line between two days of a conversation. */
export function dayLine(key: string, now = new Date()): string {
  const date = new Date(`${key}T12:00:00`);
  const ago = daysAgo(date, now);
  if (ago === 0) return `${capital(m.today())}, ${shortDate(date)}`;
  if (ago === 1) return `${capital(m.yesterday())}, ${shortDate(date)}`;
  return chalkDate(date);
}

/** In a list: the time today, then "hôm qua", then the weekday, then the date. */
export function listTime(time: string, now = new Date()): string {
  const date = new Date(time);
  const ago = daysAgo(date, now);
  if (ago <= 0) return clockTime(date);
  if (ago === 1) return m.yesterday();
  return ago < 7 ? weekday(date) : shortDate(date);
}

/** "19:05 hôm nay", "19:05 hôm qua", "19:05, 06/10/2026". */
export function momentOf(time: string, now = new Date()): string {
  const date = new Date(time);
  const ago = daysAgo(date, now);
  if (ago === 0) return `${clockTime(date)} ${m.today()}`;
  if (ago === 1) return `${clockTime(date)} ${m.yesterday()}`;
  return `${clockTime(date)}, ${shortDate(date)}`;
}

/** 1.234 in Vietnamese, 1,234 in English. */
export function count(value: number): string {
  return value.toLocaleString(document.documentElement.lang === "en" ? "en" : "vi");
}

function daysAgo(date: Date, now: Date): number {
  const start = (day: Date): number => Date.UTC(day.getFullYear(), day.getMonth(), day.getDate());
  return Math.round((start(now) - start(date)) / DAY);
}

function capital(text: string): string {
  return text.charAt(0).toLocaleUpperCase() + text.slice(1);
}
