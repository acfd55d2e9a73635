import { inKilobytes } from "../../model/files";
import type { RoomFiles } from "../../model/room-files.svelte";
import type { MessageFile } from "../../protocol/files";
import { Unreachable } from "../../protocol/refusal";
import type { IconName } from "../parts/icons";

/** A file of a message, or one that is still on its way: what can be said of it before it is loaded. */
export type Shown = Omit<MessageFile, "id"> & { id?: number; key?: string };
/** Where this page has it; throws a Refusal (no longer to be read) or Unreachable. */
export type Source = (file: Shown, variant: "small" | "whole") => Promise<string>;

/** Files of a room's messages, and those that are on their way from here. */
export function sourceOf(files: RoomFiles | null, room: number): Source {
  return ({ id, key, type }, variant) => {
    if (files && id !== undefined) return files.address(room, id, variant);
    if (files && key !== undefined) return files.ownAddress(key, type);
    return Promise.reject(new Unreachable("nobody is signed in"));
  };
}

export function iconOf({ kind }: Shown): IconName {
  if (kind === "image") return "photo";
  return kind === "pdf" ? "result" : kind === "voice" ? "mic" : "clip";
}

/** "PDF · 84 KB": what it is and what it takes, before it is loaded. */
export function noteOf(file: Shown, language: string): string {
  const end = /\.([a-z0-9]{2,4})$/i.exec(file.name)?.[1]?.toUpperCase() ?? "";
  return [file.kind === "pdf" ? "PDF" : end, inKilobytes(file.size, language)].filter(Boolean).join(" · ");
}

/** "0:07", "1:00". */
export function clocked(seconds: number): string {
  const whole = Math.floor(seconds);
  return `${Math.floor(whole / 60)}:${String(whole % 60).padStart(2, "0")}`;
}

/** To the device's own files, under its name. */
export function save(address: string, name: string): void {
  const link = document.createElement("a");
  link.href = address;
  link.download = name;
  link.click();
}

/** Data costs money here: whoever asks the browser to save it is asked before each picture. */
export function savesData(): boolean {
  const { connection } = navigator as Navigator & { connection?: { saveData?: boolean } };
  return connection?.saveData === true;
}
