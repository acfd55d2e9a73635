import { describe, expect, it } from "vitest";
import { readFrame, readRefusal, roomOfTopic, writeOrder } from "./codec";

describe("readFrame", () => {
  it("reads an answer and its number", () => {
    expect(readFrame('{"type":"ok","ref":7,"seq":3}')).toMatchObject({ type: "ok", ref: 7, fields: { seq: 3 } });
  });

  it("reads a refusal with what helps to go on", () => {
    const frame = readFrame(
      '{"type":"refused","ref":7,"code":"too_fast","detail":"Chờ một chút.","retry":true,"retry_after":3}',
    );
    expect(frame).toEqual({
      type: "refused",
      ref: 7,
      refusal: { code: "too_fast", detail: "Chờ một chút.", retry: true, retry_after: 3 },
    });
  });

  it("reads hello", () => {
    const frame = readFrame('{"type":"hello","epoch":"e","person":7,"heartbeat":25,"heads":{"42":117}}');
    expect(frame.type).toBe("event");
  });

  it("reads what moves in a message alone", () => {
    const part = '"topic":"room.1","room":1,"seq":3,"rev":9';
    for (const text of [
      `{"type":"message.reacted",${part},"person":null,"kind":"tim","reactions":[]}`,
      `{"type":"poll.moved",${part},"poll":{"options":[]}}`,
      `{"type":"room.pinned",${part},"pins":[]}`,
    ])
      expect(readFrame(text)).toMatchObject({ type: "event", event: { room: 1, seq: 3, rev: 9 } });
  });

  it.each([
    ["no JSON", "<html>"],
    ["a list", "[1]"],
    ["null", "null"],
    ["nothing", ""],
    ["an unknown type", '{"type":"poll.closed","poll":1}'],
    ["an event without its fields", '{"type":"message.posted","topic":"room.1","rev":2}'],
    ["heads that are no numbers", '{"type":"heartbeat","heads":{"42":"117"}}'],
    ["a message without a place", '{"type":"message.posted","rev":2,"message":{"room":1,"body":"x","author":{}}}'],
    ["a reaction to nothing", '{"type":"message.reacted","topic":"room.1","room":1,"rev":2,"reactions":[]}'],
    ["a poll without options", '{"type":"poll.moved","topic":"room.1","room":1,"seq":1,"rev":2,"poll":{}}'],
    ["a prototype's name as type", '{"type":"constructor"}'],
  ])("takes %s for unknown, and does not throw", (_what, text) => {
    expect(readFrame(text)).toEqual({ type: "unknown" });
  });
});

it("fills what a refusal leaves out, so that nobody has to ask", () => {
  expect(readRefusal(null, "http_502")).toEqual({ code: "http_502", detail: "", retry: false });
});

it("writes an order with its number", () => {
  expect(JSON.parse(writeOrder("message.read", 3, { room: 42, read_seq: 9 }))).toEqual({
    type: "message.read",
    ref: 3,
    room: 42,
    read_seq: 9,
  });
});

it("finds the room in a topic's name", () => {
  expect(roomOfTopic("room.42")).toBe(42);
  expect(roomOfTopic("room.42.teachers")).toBe(42);
  expect(roomOfTopic("person.42")).toBeNull();
});
