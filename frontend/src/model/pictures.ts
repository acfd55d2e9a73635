/** Pictures made smaller before they leave: a telephone's photograph has ten times what the server keeps of it. */

import { PICTURES } from "./files";

const LONGEST = 2_000;
const QUALITY = 0.85;
/** What is smaller than this goes as it is. */
const WORTH = 600_000;

/** The picture as it will be kept, or the same file where that saves nothing or cannot be done here. */
export async function smaller(file: File): Promise<File> {
  const isTaken = PICTURES.includes(file.type);
  if (!file.type.startsWith("image/") || (isTaken && file.size <= WORTH)) return file;
  const drawn = await drawnAnew(file);
  if (!drawn || (isTaken && drawn.size >= file.size)) return file;
  return new File([drawn], `${file.name.replace(/\.[^.]*$/, "")}.jpg`, { type: "image/jpeg" });
}

async function drawnAnew(file: File): Promise<Blob | null> {
  let picture: ImageBitmap;
  try {
    picture = await createImageBitmap(file);
  } catch {
    // This browser cannot draw it; the server looks at it, and says what is wrong.
    return null;
  }
  const scale = Math.min(1, LONGEST / Math.max(picture.width, picture.height));
  const canvas = document.createElement("canvas");
  canvas.width = Math.max(1, Math.round(picture.width * scale));
  canvas.height = Math.max(1, Math.round(picture.height * scale));
  const context = canvas.getContext("2d");
  if (!context) return null;
  context.fillStyle = "#fff";
  context.fillRect(0, 0, canvas.width, canvas.height);
  context.drawImage(picture, 0, 0, canvas.width, canvas.height);
  picture.close();
  return new Promise((resolve) => canvas.toBlob(resolve, "image/jpeg", QUALITY));
}
