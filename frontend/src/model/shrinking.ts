/** Photographs made small enough for a bad line before they leave. Drawn anew: upright, and nothing stays of where it was taken. */

/** Longer sides and qualities, from what reads well down to what still reads. */
const STEPS = [1600, 1280, 1024, 800].flatMap((longest) =>
  [0.82, 0.72, 0.6, 0.5].map((quality) => ({ longest, quality })),
);
/** Forty seconds at 60 kbit/s, which is what a hillside has. */
export const ENOUGH = 300_000;

type Size = { width: number; height: number };
export type Drawn = Size & { blob: Blob };
/** Null where this device cannot. */
export type Encode = (size: Size, quality: number) => Promise<Blob | null>;

/** The first step that is small enough, else the smallest there is. */
export async function smallest(picture: Size, encode: Encode): Promise<Drawn | null> {
  let best: Drawn | null = null;
  for (const { longest, quality } of STEPS) {
    const size = fitted(picture, longest);
    const blob = await encode(size, quality);
    if (!blob) return null;
    if (!best || blob.size < best.blob.size) best = { ...size, blob };
    if (blob.size <= ENOUGH) return best;
  }
  return best;
}

export function fitted({ width, height }: Size, longest: number): Size {
  const scale = Math.min(1, longest / Math.max(width, height));
  return { width: Math.max(1, Math.round(width * scale)), height: Math.max(1, Math.round(height * scale)) };
}

/** A picture as it will be sent; null where this browser cannot draw it. */
export async function shrink(file: Blob): Promise<Drawn | null> {
  let picture: ImageBitmap;
  try {
    picture = await createImageBitmap(file, { imageOrientation: "from-image" });
  } catch {
    return null;
  }
  const canvas = document.createElement("canvas");
  const drawn = await smallest(picture, (size, quality) => {
    if (canvas.width !== size.width || canvas.height !== size.height) draw(canvas, picture, size);
    return new Promise((resolve) => canvas.toBlob(resolve, "image/jpeg", quality));
  });
  picture.close();
  return drawn;
}

function draw(canvas: HTMLCanvasElement, picture: ImageBitmap, { width, height }: Size): void {
  canvas.width = width;
  canvas.height = height;
  const context = canvas.getContext("2d");
  if (!context) return;
  // JPEG has no holes: what was transparent lies on paper.
  context.fillStyle = "#fff";
  context.fillRect(0, 0, width, height);
  context.imageSmoothingQuality = "high";
  context.drawImage(picture, 0, 0, width, height);
}
