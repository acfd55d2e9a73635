import { describe, expect, it } from "vitest";
import { ENOUGH, fitted, smallest } from "./shrinking";

/** As JPEG does: so many bytes a point, by quality. */
function encoder(bytesAPoint: number) {
  const tried: string[] = [];
  const encode = async ({ width, height }: { width: number; height: number }, quality: number): Promise<Blob> => {
    tried.push(`${width}×${height} ${quality}`);
    return new Blob([new Uint8Array(Math.round(width * height * bytesAPoint * quality))]);
  };
  return { tried, encode };
}

describe("a photograph of 4 MB", () => {
  it("goes as large and as good as 300 KB allow", async () => {
    const { tried, encode } = encoder(0.15);
    const drawn = await smallest({ width: 4032, height: 3024 }, encode);
    expect(drawn).toMatchObject({ width: 1600, height: 1200 });
    expect(drawn?.blob.size).toBeLessThanOrEqual(ENOUGH);
    expect(tried).toEqual(["1600×1200 0.82"]);
  });

  it("loses quality first, then size, until it is small enough", async () => {
    const { tried, encode } = encoder(0.5);
    const drawn = await smallest({ width: 3024, height: 4032 }, encode);
    expect(drawn).toMatchObject({ width: 768, height: 1024 });
    expect(tried.slice(0, 5)).toEqual([
      "1200×1600 0.82",
      "1200×1600 0.72",
      "1200×1600 0.6",
      "1200×1600 0.5",
      "960×1280 0.82",
    ]);
    expect(drawn?.blob.size).toBeLessThanOrEqual(ENOUGH);
  });

  it("goes as small as can be where nothing is small enough", async () => {
    const { encode } = encoder(3);
    const drawn = await smallest({ width: 4000, height: 3000 }, encode);
    expect(drawn).toMatchObject({ width: 800, height: 600 });
  });

  it("is not taken where this device cannot draw it", async () => {
    expect(await smallest({ width: 4000, height: 3000 }, async () => null)).toBeNull();
  });
});

it("never makes a picture larger", () => {
  expect(fitted({ width: 320, height: 200 }, 1600)).toEqual({ width: 320, height: 200 });
  expect(fitted({ width: 9000, height: 1 }, 1600)).toEqual({ width: 1600, height: 1 });
});
