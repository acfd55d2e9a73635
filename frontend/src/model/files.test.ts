import { expect, it } from "vitest";
import { settled } from "../clock.test-only";
import type { Api } from "../net/api";
import type { NoticeFile } from "../protocol/drafts";
import { Refusal, Unreachable } from "../protocol/refusal";
import { inKilobytes, LARGEST_FILE, raised } from "./files";
import { Uploads } from "./files.svelte";
import { smaller } from "./pictures";

const kept = (id: number, size = 1_000): NoticeFile => ({
  id,
  name: `${id}.pdf`,
  media_type: "application/pdf",
  size,
  width: null,
  height: null,
  pages: 1,
});
const picked = (name: string, size = 10): File => new File([new Uint8Array(size)], name, { type: "application/pdf" });

type Sending = {
  file: File;
  told: (sent: number) => void;
  stop: AbortSignal;
  answer: (file: NoticeFile) => void;
  refuse: (error: unknown) => void;
};

/** A server whose answers are given by hand. */
function scene(attached: NoticeFile[] = []) {
  const sendings: Sending[] = [];
  const added: NoticeFile[] = [...attached];
  const send = (_path: string, form: FormData, told: (sent: number) => void, stop: AbortSignal): Promise<NoticeFile> =>
    new Promise((answer, refuse) => {
      stop.addEventListener("abort", () => refuse(new Unreachable("stopped")));
      sendings.push({ file: form.get("file") as File, told, stop, answer, refuse });
    });
  const uploads = new Uploads({
    api: { send } as unknown as Api,
    smaller: async (file) => file,
    attached: () => added,
    add: (file) => added.push(file),
  });
  const sending = async (index: number): Promise<Sending> => {
    await settled();
    const found = sendings[index];
    if (!found) throw new Error(`nothing was sent as number ${index}`);
    return found;
  };
  return { uploads, sendings, added, sending };
}

it("sends one after the other and adds them in their order", async () => {
  const { uploads, sendings, added, sending } = scene();
  uploads.take([picked("a.pdf"), picked("b.pdf")]);
  const first = await sending(0);
  expect([first.file.name, sendings.length]).toEqual(["a.pdf", 1]);
  expect(uploads.pending.map(({ state }) => state)).toEqual(["sending", "waiting"]);
  first.answer(kept(1));
  (await sending(1)).answer(kept(2));
  await settled();
  expect(added.map(({ id }) => id)).toEqual([1, 2]);
  expect([uploads.pending, uploads.isBusy]).toEqual([[], false]);
});

it("tells how much has left, and that the server looks into it", async () => {
  const { uploads, sending } = scene();
  uploads.take([picked("a.pdf", 100)]);
  const { told } = await sending(0);
  told(40);
  expect(uploads.pending[0]).toMatchObject({ state: "sending", sent: 40 });
  told(260);
  expect(uploads.pending[0]).toMatchObject({ state: "checking", sent: 100 });
});

it("keeps what was refused, with the reason, and goes on with the next", async () => {
  const { uploads, added, sending } = scene();
  uploads.take([picked("a.pdf"), picked("b.pdf")]);
  const no = new Refusal({ code: "pdf_with_script", detail: "Có mã chương trình.", retry: false });
  (await sending(0)).refuse(no);
  (await sending(1)).answer(kept(2));
  await settled();
  expect(added.map(({ id }) => id)).toEqual([2]);
  expect(uploads.pending).toMatchObject([{ state: "failed", why: no }]);
  expect(uploads.isBusy).toBe(false);
});

it("tries again what nobody answered", async () => {
  const { uploads, added, sending } = scene();
  uploads.take([picked("a.pdf")]);
  (await sending(0)).refuse(new Unreachable("no line"));
  await settled();
  uploads.again(uploads.pending[0]?.key ?? 0);
  (await sending(1)).answer(kept(1));
  await settled();
  expect(added.map(({ id }) => id)).toEqual([1]);
});

it("stops what is dropped, and goes on with the next", async () => {
  const { uploads, added, sending } = scene();
  uploads.take([picked("a.pdf"), picked("b.pdf")]);
  const { stop } = await sending(0);
  uploads.drop(uploads.pending[0]?.key ?? 0);
  expect(stop.aborted).toBe(true);
  (await sending(1)).answer(kept(2));
  await settled();
  expect([added.map(({ id }) => id), uploads.pending]).toEqual([[2], []]);
});

it("adds nothing once the page is left", async () => {
  const { uploads, sendings, added, sending } = scene();
  uploads.take([picked("a.pdf"), picked("b.pdf")]);
  const { answer } = await sending(0);
  uploads.stop();
  answer(kept(1));
  await settled();
  expect([added, sendings.length]).toEqual([[], 1]);
});

it("sends nothing that is too large, alone or together", async () => {
  const { uploads, sendings } = scene([kept(1, LARGEST_FILE), kept(2, LARGEST_FILE - 50)]);
  uploads.take([picked("large.pdf", LARGEST_FILE + 1), picked("more.pdf", 51)]);
  await settled();
  await settled();
  expect(sendings).toEqual([]);
  expect(uploads.pending.map(({ why }) => why)).toEqual(["too_large", "together"]);
});

it("leaves documents and small pictures as they are", async () => {
  const page = picked("a.pdf", 900_000);
  const photograph = new File([new Uint8Array(10)], "a.jpg", { type: "image/jpeg" });
  expect(await smaller(page)).toBe(page);
  expect(await smaller(photograph)).toBe(photograph);
});

it("leaves to the server what cannot be drawn here", async () => {
  const strange = new File([new Uint8Array(10)], "a.heic", { type: "image/heic" });
  expect(await smaller(strange)).toBe(strange);
});

it("says sizes as people count their data", () => {
  expect([200, 240_400, 1_440_000].map((size) => inKilobytes(size, "vi"))).toEqual(["1 KB", "240 KB", "1,4 MB"]);
});

it("moves a file up, and the first nowhere", () => {
  const files = [kept(1), kept(2), kept(3)];
  expect(raised(files, 2).map(({ id }) => id)).toEqual([1, 3, 2]);
  expect(raised(files, 0).map(({ id }) => id)).toEqual([1, 2, 3]);
});
