/** Frames in and out of text. What is not understood is refused here, so that nothing half-read reaches the model. */

import type { OrderName, Orders, RefusalShape, ServerEvent } from "./types";

export type Answer =
  | { type: "ok"; ref: number; fields: Record<string, unknown> }
  | { type: "refused"; ref: number | null; refusal: RefusalShape };
export type Frame = Answer | { type: "event"; event: ServerEvent } | { type: "unknown" };

type Fields = Record<string, unknown>;
const isObject = (value: unknown): value is Fields =>
  typeof value === "object" && value !== null && !Array.isArray(value);
const isNumber = (value: unknown): value is number => typeof value === "number" && Number.isFinite(value);
const isText = (value: unknown): value is string => typeof value === "string";
const isMessage = (value: unknown): boolean =>
  isObject(value) &&
  isNumber(value.room) &&
  isNumber(value.seq) &&
  isNumber(value.rev) &&
  isText(value.body) &&
  isObject(value.author);
const isHeads = (value: unknown): boolean => isObject(value) && Object.values(value).every(isNumber);

/** Of a message, only what moved. */
const isPart = (fields: Fields): boolean => isNumber(fields.room) && isNumber(fields.seq) && isNumber(fields.rev);

/** What each event must have before the model may trust its type. */
const shapes: { [Type in ServerEvent["type"]]: (fields: Fields) => boolean } = {
  hello: (fields) =>
    isText(fields.epoch) && isNumber(fields.person) && isNumber(fields.heartbeat) && isHeads(fields.heads),
  "message.posted": (fields) => isNumber(fields.rev) && isMessage(fields.message),
  "message.edited": (fields) => isNumber(fields.rev) && isMessage(fields.message),
  "message.removed": (fields) => isNumber(fields.rev) && isMessage(fields.message),
  "message.reacted": (fields) => isPart(fields) && Array.isArray(fields.reactions),
  "poll.moved": (fields) => isPart(fields) && isObject(fields.poll) && Array.isArray(fields.poll.options),
  "room.pinned": (fields) => isPart(fields) && Array.isArray(fields.pins),
  "receipt.moved": (fields) =>
    isText(fields.topic) && isNumber(fields.person) && isNumber(fields.have_seq) && isNumber(fields.read_seq),
  "room.opened": (fields) => isNumber(fields.room),
  "access.changed": (fields) => Array.isArray(fields.rooms) && fields.rooms.every(isNumber),
  "room.changed": (fields) => isText(fields.topic) && typeof fields.is_talk_open === "boolean" && isText(fields.state),
  "broadcast.published": (fields) => isObject(fields.broadcast) && isNumber(fields.broadcast.id),
  "broadcast.corrected": (fields) => isNumber(fields.broadcast) && isObject(fields.superseded),
  "broadcast.progressed": (fields) =>
    isNumber(fields.broadcast) && isObject(fields.totals) && Array.isArray(fields.units),
  "draft.changed": (fields) => isNumber(fields.draft) && isText(fields.state),
  "questions.changed": (fields) => isNumber(fields.broadcast),
  heartbeat: (fields) => isHeads(fields.heads),
  closing: (fields) => isNumber(fields.code) && isNumber(fields.retry_after),
  "typing.started": (fields) => isText(fields.topic) && isNumber(fields.person),
  "presence.moved": (fields) => isText(fields.topic) && isNumber(fields.person) && typeof fields.here === "boolean",
};

/** One frame of text, read. An event of a newer server is `unknown` and harmless; text that is no frame at all is too. */
export function readFrame(text: string): Frame {
  const fields = parsed(text);
  if (!fields || !isText(fields.type)) return { type: "unknown" };
  if (fields.type === "ok" && isNumber(fields.ref)) return { type: "ok", ref: fields.ref, fields };
  if (fields.type === "refused" && isText(fields.code)) {
    return { type: "refused", ref: isNumber(fields.ref) ? fields.ref : null, refusal: readRefusal(fields) };
  }
  const event = readEvent(fields);
  return event ? { type: "event", event } : { type: "unknown" };
}

/** An event, or null if it is none that this app knows. */
export function readEvent(value: unknown): ServerEvent | null {
  if (!isObject(value) || !isText(value.type)) return null;
  const fits = Object.hasOwn(shapes, value.type) ? shapes[value.type as ServerEvent["type"]] : null;
  return fits?.(value) ? (value as ServerEvent) : null;
}

/** The refusal in any answer of the server; what is missing is filled so that the caller never has to ask. */
export function readRefusal(fields: unknown, code = "refused"): RefusalShape {
  const given = isObject(fields) ? fields : {};
  return {
    code: isText(given.code) ? given.code : code,
    detail: isText(given.detail) ? given.detail : "",
    retry: given.retry === true,
    ...(isNumber(given.retry_after) ? { retry_after: given.retry_after } : {}),
    ...(isObject(given.facts) ? { facts: given.facts } : {}),
  };
}

/** The same, of an answer over HTTP: what a proxy says for a server that is not there has a status and none of our fields. */
export function shapeOf(status: number, answer: unknown): RefusalShape {
  const shape = readRefusal(answer, status === 404 ? "not_found" : `http_${status}`);
  return shape.code === `http_${status}` && status >= 500 ? { ...shape, retry: true } : shape;
}

export function writeOrder<Name extends OrderName>(name: Name, ref: number, fields: Orders[Name]["ask"]): string {
  return JSON.stringify({ type: name, ref, ...fields });
}

/** The room in a topic's name: `room.42` is 42. Null for every other topic. */
export function roomOfTopic(topic: string): number | null {
  const found = /(?:^|\.)room\.(\d+)/.exec(topic);
  return found ? Number(found[1]) : null;
}

function parsed(text: string): Fields | null {
  try {
    const value: unknown = JSON.parse(text);
    return isObject(value) ? value : null;
  } catch {
    return null; // Not JSON: a proxy's page or half a frame. The socket treats it as unknown and goes on.
  }
}
