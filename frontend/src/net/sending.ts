/** Files on their way to the server. By the old request: fetch does not tell how much has left. */

import { Unreachable } from "../protocol/refusal";

/** Nothing has moved for so long: the line is gone. The file as a whole may take hours. */
const SILENCE = 120_000;

export function sendForm(
  path: string,
  form: FormData,
  headers: Record<string, string>,
  told: (sent: number) => void,
  stop: AbortSignal,
): Promise<{ status: number; answer: unknown }> {
  const request = new XMLHttpRequest();
  return new Promise((resolve, reject) => {
    let silence = 0;
    const wait = (): void => {
      clearTimeout(silence);
      silence = window.setTimeout(() => request.abort(), SILENCE);
    };
    request.upload.onprogress = (event) => {
      wait();
      told(event.loaded);
    };
    request.onload = () => resolve({ status: request.status, answer: request.response });
    request.onerror = () => reject(new Unreachable("upload"));
    request.onabort = () => reject(new Unreachable("upload stopped"));
    request.onloadend = () => clearTimeout(silence);
    stop.addEventListener("abort", () => request.abort());
    request.open("POST", path);
    request.responseType = "json";
    for (const [name, value] of Object.entries(headers)) request.setRequestHeader(name, value);
    wait();
    request.send(form);
  });
}
