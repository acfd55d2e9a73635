import { beforeEach, describe, expect, it } from "vitest";
import { Refusal, Unreachable } from "../protocol/refusal";
import { type Asked, type Outgoing, send } from "./tus";

/** A server that speaks as much of tus as ours, and a line that can be cut before or after it has heard. */
class Server {
  readonly uploads = new Map<string, { length: number; about: string; bytes: Uint8Array }>();
  asked: string[] = [];
  /** What becomes of each request; "lost_after": it was done, and nobody heard. */
  fate: (asked: Asked) => "ok" | "lost_before" | "lost_after" | Response = () => "ok";
  refusal: Response | null = null;

  readonly carry = async (asked: Asked): Promise<Response> => {
    this.asked.push(`${asked.method} ${asked.headers["Upload-Offset"] ?? ""}`.trim());
    const fate = this.fate(asked);
    if (fate instanceof Response) return fate;
    if (fate === "lost_before") throw new Unreachable("cut");
    const answer = this.answer(asked);
    if (fate === "lost_after") throw new Unreachable("cut");
    return answer;
  };

  private answer({ method, path, headers, body }: Asked): Response {
    if (method === "POST") {
      const name = `/api/uploads/${this.uploads.size + 1}`;
      const about = headers["Upload-Metadata"] ?? "";
      this.uploads.set(name, { length: Number(headers["Upload-Length"]), about, bytes: new Uint8Array() });
      return new Response(null, { status: 201, headers: { Location: name } });
    }
    const upload = this.uploads.get(path);
    if (!upload) return new Response(null, { status: 404 });
    const offset = { "Upload-Offset": String(upload.bytes.length) };
    if (method === "HEAD") return new Response(null, { status: 200, headers: offset });
    if (Number(headers["Upload-Offset"]) !== upload.bytes.length)
      return Response.json({ code: "upload_moved" }, { status: 409 });
    upload.bytes = joined(upload.bytes, new Uint8Array(body ?? new ArrayBuffer(0)));
    if (upload.bytes.length < upload.length)
      return new Response(null, { status: 204, headers: { "Upload-Offset": String(upload.bytes.length) } });
    if (this.refusal) {
      this.uploads.delete(path);
      return this.refusal.clone();
    }
    return Response.json({ id: path, file: {} });
  }
}

function joined(first: Uint8Array, second: Uint8Array): Uint8Array {
  const both = new Uint8Array(first.length + second.length);
  both.set(first);
  both.set(second, first.length);
  return both;
}
/** Whether all of it has arrived, and in its order. */
function isWhole(name: string): boolean {
  const arrived = server.uploads.get(name)?.bytes ?? new Uint8Array();
  return arrived.length === bytes.length && arrived.every((one, index) => one === bytes[index]);
}

const bytes = Uint8Array.from({ length: 300_000 }, (_, index) => (index * 7) % 251);
const photo: Outgoing = { bytes: bytes.buffer, name: "Bài 3.jpg", type: "image/jpeg", isVoice: false };
let server: Server;
let address: string | null;
let told: number[];
let took: number;

function go(file = photo): Promise<string | number> {
  const begun = async (where: string): Promise<void> => {
    address = where;
  };
  let now = 0;
  return send(file, address, server.carry, { begun, sent: (count) => told.push(count), now: () => (now += took) });
}

beforeEach(() => {
  server = new Server();
  address = null;
  told = [];
  took = 5_000;
});

describe("a file on a bad line", () => {
  it("goes in small pieces and arrives whole, under its name", async () => {
    expect(await go()).toBe("/api/uploads/1");
    const upload = server.uploads.get("/api/uploads/1");
    expect(isWhole("/api/uploads/1")).toBe(true);
    const about = Object.fromEntries((upload?.about ?? "").split(",").map((one) => one.split(" ")));
    expect(new TextDecoder().decode(Uint8Array.from(atob(about.filename), (one) => one.charCodeAt(0)))).toBe(
      "Bài 3.jpg",
    );
    expect(about).not.toHaveProperty("voice");
    expect(told).toEqual([0, 65536, 131072, 196608, 262144, 300000]);
  });

  it("takes larger pieces where the line is good", async () => {
    took = 10;
    await go();
    expect(told).toEqual([0, 65536, 196608, 300000]);
  });

  it("goes on after a cut where the server is, not where it was itself", async () => {
    let cuts = 0;
    server.fate = ({ method, headers }) => {
      if (method === "PATCH" && headers["Upload-Offset"] === "131072" && cuts++ === 0) return "lost_after";
      return "ok";
    };
    await go();
    expect(server.asked).toContain("HEAD");
    // The piece was there: it is not sent twice.
    expect(server.asked.filter((one) => one === "PATCH 131072")).toHaveLength(1);
    expect(isWhole("/api/uploads/1")).toBe(true);
  });

  it("waits for the line where nothing moves, and the next page goes on", async () => {
    server.fate = ({ method, headers }) =>
      method === "PATCH" && Number(headers["Upload-Offset"]) >= 131072 ? "lost_before" : "ok";
    await expect(go()).rejects.toThrow(Unreachable);
    expect(address).toBe("/api/uploads/1");
    server.fate = () => "ok";
    server.asked = [];
    told = [];
    await go();
    expect(server.asked.slice(0, 2)).toEqual(["HEAD", "PATCH 131072"]);
    expect(told[0]).toBe(131072);
    expect(isWhole("/api/uploads/1")).toBe(true);
  });

  it("asks once more for a last answer that was lost", async () => {
    server.fate = ({ headers }) => (headers["Upload-Offset"] === "262144" ? "lost_after" : "ok");
    expect(await go()).toBe("/api/uploads/1");
    expect(server.asked.at(-1)).toBe("PATCH 300000");
  });

  it("begins anew where the server knows it no more", async () => {
    address = "/api/uploads/gone";
    expect(await go()).toBe("/api/uploads/1");
    expect(address).toBe("/api/uploads/1");
  });

  it("brings it whole through a hundred cuts", async () => {
    for (let seed = 1; seed <= 20; seed += 1) {
      server = new Server();
      address = null;
      let dice = seed;
      server.fate = () => {
        dice = (dice * 48271) % 2147483647;
        return dice % 10 < 3 ? "lost_before" : dice % 10 < 5 ? "lost_after" : "ok";
      };
      let id: unknown = null;
      for (let attempt = 0; attempt < 200 && id === null; attempt += 1) {
        id = await go().catch((error: unknown) => {
          if (!(error instanceof Unreachable)) throw error;
          return null;
        });
      }
      expect(isWhole(String(id)), `seed ${seed}`).toBe(true);
    }
  });
});

describe("a file that the server does not want", () => {
  it("is refused before anything has left", async () => {
    server.fate = () =>
      Response.json({ code: "file_kind_not_taken", detail: "Loại này không gửi được." }, { status: 400 });
    await expect(go()).rejects.toMatchObject({ code: "file_kind_not_taken", detail: "Loại này không gửi được." });
    expect(server.asked).toEqual(["POST"]);
  });

  it("is refused when it has been looked into", async () => {
    server.refusal = Response.json({ code: "file_not_what_it_says", detail: "…", retry: false }, { status: 400 });
    await expect(go()).rejects.toThrow(Refusal);
  });

  it("waits unharmed for the next sign-in", async () => {
    server.fate = ({ method }) =>
      method === "PATCH" ? Response.json({ code: "not_signed_in" }, { status: 401 }) : "ok";
    await expect(go()).rejects.toMatchObject({ status: 401 });
    expect(address).toBe("/api/uploads/1");
  });
});
