/** The device's microphone. What it records is as small as speech allows; the server makes of it what every phone plays. */

import type { Microphone, Take } from "./recording.svelte";

const KINDS = ["audio/webm;codecs=opus", "audio/mp4", "audio/ogg;codecs=opus"];
const BITS_A_SECOND = 24_000;

export const microphone: Microphone = {
  async open(): Promise<Take> {
    // On a plain-http address browsers have no such thing.
    if (!canRecord()) throw new DOMException("no microphone here", "NotFoundError");
    const audio = { channelCount: 1, echoCancellation: true, noiseSuppression: true };
    const stream = await navigator.mediaDevices.getUserMedia({ audio });
    const mimeType = KINDS.find((kind) => MediaRecorder.isTypeSupported(kind));
    const options = { audioBitsPerSecond: BITS_A_SECOND, ...(mimeType ? { mimeType } : {}) };
    const recorder = new MediaRecorder(stream, options);
    const pieces: Blob[] = [];
    recorder.addEventListener("dataavailable", (event) => pieces.push(event.data));
    const context = new AudioContext();
    const meter = context.createAnalyser();
    context.createMediaStreamSource(stream).connect(meter);
    const samples = new Float32Array(meter.fftSize);
    let isOpen = true;
    const close = (): void => {
      if (!isOpen) return;
      isOpen = false;
      for (const track of stream.getTracks()) track.stop();
      void context.close();
    };
    recorder.start();
    return {
      level() {
        meter.getFloatTimeDomainData(samples);
        return Math.sqrt(samples.reduce((sum, one) => sum + one * one, 0) / samples.length);
      },
      async stop() {
        const ended = new Promise((resolve) => recorder.addEventListener("stop", resolve, { once: true }));
        if (recorder.state !== "inactive") {
          recorder.stop();
          await ended;
        }
        close();
        const type = (recorder.mimeType || "audio/webm").split(";")[0] ?? "audio/webm";
        return { bytes: await new Blob(pieces).arrayBuffer(), type };
      },
      cancel() {
        if (recorder.state !== "inactive") recorder.stop();
        close();
      },
    };
  },
};

export function canRecord(): boolean {
  return "MediaRecorder" in globalThis && navigator.mediaDevices?.getUserMedia !== undefined;
}
