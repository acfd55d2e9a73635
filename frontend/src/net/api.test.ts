import { expect, it, vi } from "vitest";
import { Refusal, Unreachable } from "../protocol/refusal";
import { csrfToken, HttpApi } from "./api";

function api(answer: () => Promise<Response>) {
  const fetcher = vi.fn<typeof fetch>(answer);
  return { fetcher, api: new HttpApi(() => "vi", fetcher) };
}
const json = (body: unknown, status = 200) => Promise.resolve(new Response(JSON.stringify(body), { status }));

it("carries the token on what writes, and the reader's language on everything", async () => {
  // biome-ignore lint/suspicious/noDocumentCookie: the test stands in for the server that sets it.
  document.cookie = "csrf=abc123";
  const { api: given, fetcher } = api(() => json({}));
  await given.post("/api/x", { a: 1 });
  await given.get("/api/y");
  const [post, get] = fetcher.mock.calls.map((call) => call[1]?.headers as Record<string, string>);
  expect(post).toMatchObject({ "X-CSRFToken": "abc123", "Accept-Language": "vi" });
  expect(get).not.toHaveProperty("X-CSRFToken");
});

it("turns a no into a Refusal with the server's own words", async () => {
  const { api: given } = api(() => json({ code: "code_used", detail: "Mã đã dùng.", retry: false }, 410));
  await expect(given.post("/api/activation/look")).rejects.toMatchObject({
    code: "code_used",
    detail: "Mã đã dùng.",
    status: 410,
  });
});

it("turns silence into Unreachable", async () => {
  const { api: given } = api(() => Promise.reject(new TypeError("failed")));
  await expect(given.get("/api/me")).rejects.toBeInstanceOf(Unreachable);
});

it("takes a proxy's page for a server that is away: try again later", async () => {
  const { api: given } = api(() => Promise.resolve(new Response("<h1>Bad Gateway</h1>", { status: 502 })));
  await expect(given.get("/api/rooms")).rejects.toMatchObject({ retry: true });
});

it("says once and for all calls that the session is over", async () => {
  const { api: given } = api(() => json({ code: "not_signed_in", detail: "", retry: false }, 401));
  given.onSignedOut = vi.fn();
  await expect(given.get("/api/rooms")).rejects.toBeInstanceOf(Refusal);
  expect(given.onSignedOut).toHaveBeenCalledOnce();
});

it("reads the token under either name", () => {
  expect(csrfToken("sid=1; __Host-csrf=tls")).toBe("tls");
  expect(csrfToken("csrf=plain")).toBe("plain");
  expect(csrfToken("xcsrf=no")).toBe("");
});
