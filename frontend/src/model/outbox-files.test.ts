import { beforeEach, expect, it } from "vitest";
import { TestClock } from "../clock.test-only";
import type { Api } from "../net/api";
import type { Asked } from "../net/tus";
import { Refusal, Unreachable } from "../protocol/refusal";
import type { Message, Room } from "../protocol/types";
import { forgetAccount, openAccount } from "../store/db";
import { forgetRoom, freshRoom, keepMessages, keepRooms } from "../store/messages";
import type { Database } from "../store/schema";
import { readSeen } from "../store/seen";
import { Chosen } from "./chosen.svelte";
import { Outbox } from "./outbox.svelte";
import type { Line } from "./rooms.svelte";

const ROOM = { kind: "room", room: 42 } as const;
const SIZE = 200_000;
let clock: TestClock;
let database: Database;
let account = 500;
let keys = 0;

/** Uploads by address, and messages by name: what outlives every page. */
class Server {
  readonly uploads = new Map<string, { length: number; has: number }>();
  readonly posted: { body: string; files: unknown }[] = [];
  isReachable = true;
  /** Pieces that get through before the line is cut. */
  pieces = Number.POSITIVE_INFINITY;
  refusal: { code: string; detail: string } | null = null;
  isFull = false;
  /** The next post finds its uploads gone. */
  forgets = 0;

  readonly carry = async ({ method, path, headers, body }: Asked): Promise<Response> => {
    if (!this.isReachable) throw new Unreachable("cut");
    if (this.isFull)
      return Response.json({ code: "no_room_for_files", detail: "Máy chủ hết chỗ.", retry: true }, { status: 507 });
    if (method === "POST") {
      const address = `/api/uploads/u${this.uploads.size + 1}`;
      this.uploads.set(address, { length: Number(headers["Upload-Length"]), has: 0 });
      return new Response(null, { status: 201, headers: { Location: address } });
    }
    const upload = this.uploads.get(path);
    if (!upload) return new Response(null, { status: 404 });
    if (method === "PATCH") {
      if (this.pieces-- <= 0) {
        this.isReachable = false;
        throw new Unreachable("cut");
      }
      upload.has += body?.byteLength ?? 0;
      if (upload.has === upload.length && this.refusal) {
        this.uploads.delete(path);
        return Response.json({ ...this.refusal, retry: false }, { status: 400 });
      }
      if (upload.has === upload.length) return Response.json({ id: path });
    }
    return new Response(null, {
      status: method === "HEAD" ? 200 : 204,
      headers: { "Upload-Offset": String(upload.has) },
    });
  };
  readonly line = {
    isOpen: true,
    order: async (_name: string, asked: { body: string; files?: string[]; client_message_id: string }) => {
      if (!this.isReachable) throw new Unreachable("cut");
      if (this.forgets-- > 0) {
        this.uploads.clear();
        throw new Refusal({ code: "file_not_ready", detail: "", retry: false }, 409);
      }
      this.posted.push({ body: asked.body, files: asked.files });
      const files = (asked.files ?? []).map((_, index) => ({ id: 900 + index }));
      return { message: { room: 42, seq: 1, client_message_id: asked.client_message_id, created_at: "", files } };
    },
  };
}
let server: Server;

async function page(): Promise<Outbox> {
  const outbox = new Outbox({
    api: {} as Api,
    carry: server.carry,
    clock,
    line: server.line as unknown as Line,
    isOnline: () => server.isReachable,
    sendLater: async () => {},
    arrived: async () => {},
  });
  await outbox.start(database);
  return outbox;
}
function chosenIn(outbox: Outbox): Chosen {
  return new Chosen({
    read: () => outbox.chosen(ROOM),
    keep: (attached, bytes) => outbox.keepChosen(ROOM, attached, bytes),
    forget: (gone) => outbox.dropChosen(gone),
    shrink: async () => ({ width: 1600, height: 1200, blob: new Blob([new Uint8Array(SIZE)], { type: "image/jpeg" }) }),
    newKey: () => `key-${++keys}`,
    now: () => clock.now(),
  });
}
async function pick(outbox: Outbox, ...files: File[]): Promise<Chosen> {
  const chosen = chosenIn(outbox);
  await chosen.take(files);
  return chosen;
}
const photo = (name = "IMG_1.png"): File => new File([new Uint8Array(4_000_000)], name, { type: "image/png" });
async function stored(): Promise<number> {
  const [names, bytes] = [await database.getAllKeys("attached"), await database.getAllKeys("attached_bytes")];
  expect(bytes).toEqual(names);
  return names.length;
}

beforeEach(async () => {
  clock = new TestClock();
  server = new Server();
  account += 1;
  await forgetAccount(account);
  database = await openAccount(account);
  await keepRooms(database, [freshRoom({ id: 42 } as Room)]);
});

it("sends a photograph with its words, small, and forgets it here but to be looked at", async () => {
  const outbox = await page();
  const chosen = await pick(outbox, photo());
  expect(chosen.files).toMatchObject([{ kind: "image", name: "IMG_1.jpg", size: SIZE, width: 1600, height: 1200 }]);
  await outbox.write(ROOM, "Bài 3", { files: [...chosen.files] });
  await clock.advance(1_000);
  expect(server.posted).toEqual([{ body: "Bài 3", files: ["/api/uploads/u1"] }]);
  expect(outbox.written).toEqual([]);
  expect(await stored()).toBe(0);
  expect((await readSeen(database, 900, "small"))?.size).toBe(SIZE);
});

it("goes on after a cut and a reload with the piece that was next", async () => {
  const before = await page();
  const chosen = await pick(before, photo(), photo("IMG_2.jpg"));
  server.pieces = 5;
  await before.write(ROOM, "Hai trang", { files: [...chosen.files] });
  await clock.advance(2_000);
  expect([...server.uploads.values()].map((one) => one.has)).toEqual([SIZE, expect.any(Number)]);
  expect(before.progress.get(chosen.files[0]?.key ?? "")).toBeGreaterThan(0);
  before.stop();

  const after = await page();
  expect(after.written.map((one) => one.with?.files?.length)).toEqual([2]);
  server.isReachable = true;
  server.pieces = Number.POSITIVE_INFINITY;
  after.wake();
  await clock.advance(60_000);
  expect(server.uploads.size).toBe(2);
  expect(server.posted).toEqual([{ body: "Hai trang", files: ["/api/uploads/u1", "/api/uploads/u2"] }]);
});

it("keeps what was chosen and not sent over a reload", async () => {
  const before = await page();
  await pick(before, photo(), new File(["x"], "Đề cương.docx"));
  before.stop();
  const chosen = chosenIn(await page());
  await chosen.load();
  expect(chosen.files.map((file) => file.kind)).toEqual(["image", "document"]);
  await chosen.remove(chosen.files[0]?.key ?? "");
  expect(await stored()).toBe(1);
});

it("says which file was refused, and gives text and the others back to be sent without it", async () => {
  const outbox = await page();
  const chosen = await pick(outbox, photo(), new File(["<html>"], "de.pdf", { type: "application/pdf" }));
  server.refusal = { code: "file_not_what_it_says", detail: "Tệp không phải PDF." };
  server.uploads.set("/api/uploads/u1", { length: SIZE, has: SIZE });
  await database.put("uploads", { key: chosen.files[0]?.key ?? "", address: "/api/uploads/u1", id: "/api/uploads/u1" });
  await outbox.write(ROOM, "Mời xem", { files: [...chosen.files] });
  await clock.advance(1_000);
  const [written] = outbox.written;
  expect(written?.failed).toEqual({
    code: "file_not_what_it_says",
    detail: "Tệp không phải PDF.",
    file: chosen.files[1]?.key,
  });
  if (written) await outbox.takeBack(written);
  const again = chosenIn(outbox);
  await again.load();
  expect(again.files.map((file) => file.name)).toEqual(["IMG_1.jpg"]);
  expect(await stored()).toBe(1);
  expect(server.posted).toEqual([]);
});

it("sends files once more that the server has let go of, and not for ever", async () => {
  const outbox = await page();
  const chosen = await pick(outbox, photo());
  server.forgets = 1;
  await outbox.write(ROOM, "", { files: [...chosen.files] });
  await clock.advance(60_000);
  expect(server.posted).toHaveLength(1);
  server.forgets = 9;
  await outbox.write(ROOM, "", { files: [...(await pick(outbox, photo())).files] });
  await clock.advance(120_000);
  expect(server.posted).toHaveLength(1);
  expect(outbox.written[0]?.failed?.code).toBe("file_not_ready");
});

it("says what the server waits for, and words go meanwhile", async () => {
  const outbox = await page();
  const chosen = await pick(outbox, photo());
  server.isFull = true;
  await outbox.write(ROOM, "ảnh", { files: [...chosen.files] });
  await outbox.write(ROOM, "lời");
  await clock.advance(1_000);
  expect(server.posted.map((one) => one.body)).toEqual(["lời"]);
  const [waiting] = outbox.written;
  expect(waiting?.failed).toBeNull();
  expect(outbox.waitsFor.get(waiting?.client_message_id ?? "")).toBe("Máy chủ hết chỗ.");
  server.isFull = false;
  await clock.advance(60_000);
  expect(server.posted.map((one) => one.body)).toEqual(["lời", "ảnh"]);
});

it("takes nothing that the server would refuse, and says why", async () => {
  const outbox = await page();
  const large = new File([new Uint8Array(8)], "phim.pdf");
  Object.defineProperty(large, "size", { value: 21 << 20 });
  const many = Array.from({ length: 11 }, (_, index) => photo(`${index}.jpg`));
  const chosen = await pick(outbox, new File(["x"], "a.exe"), new File([], "b.pdf"), large, ...many);
  expect(chosen.files).toHaveLength(10);
  expect(chosen.notTaken.map(({ name, why }) => `${name} ${why}`)).toEqual([
    "a.exe kind",
    "b.pdf empty",
    "phim.pdf too_large",
    "10.jpg too_many",
  ]);
});

it("leaves nothing of a file on this device when its message is taken back or its room is lost", async () => {
  const message = { room: 42, seq: 1, rev: 1, body: "", removed_at: null, files: [{ id: 900 }] } as unknown as Message;
  const kept = freshRoom({ id: 42 } as Room);
  const keep = async (id: number): Promise<void> => {
    const seen = { id, variant: "whole" as const, room: 42, size: 4, at: 1, type: "image/jpeg" };
    const { keepSeen } = await import("../store/seen");
    await keepSeen(database, seen, new ArrayBuffer(4));
  };
  await keep(900);
  await keep(901);
  await keepMessages(database, kept, [message]);
  expect(await readSeen(database, 900, "small")).not.toBeNull();
  await keepMessages(database, kept, [{ ...message, rev: 2, removed_at: "2026-10-06T12:00:00Z", files: [] }]);
  expect(await readSeen(database, 900, "small")).toBeNull();
  await forgetRoom(database, 42);
  expect(await readSeen(database, 901, "whole")).toBeNull();
  await keep(902);
  expect(await readSeen(database, 902, "whole")).toBeNull();
  expect(await database.getAllKeys("seen_bytes")).toEqual([]);
});
