/**
 * Makes a photo smaller on the device before it is sent: from a tent, ten megabytes take minutes.
 *
 * The way the phone was held stays right, because the browser draws it upright. Whatever this
 * browser cannot draw is sent as it is, and the service says what is wrong with it.
 */

// Twice the widest that is kept, so that nothing is lost that would be seen.
const MAX_SIDE = 1920;
// Below this nobody waits.
const SMALL_BYTES = 500_000;
const QUALITY = 0.86;

const PLAIN = new Set(["image/jpeg", "image/png", "image/webp"]);
// What a browser may be able to draw, and the service does not take.
const CONVERTED = /^image\/(?:heic|heif|avif|bmp)$/;

/** @returns A Blob to send: the file itself, or a smaller picture of it. */
export async function shrunk(file) {
  const isForeign = CONVERTED.test(file.type);
  if (!isForeign && (!PLAIN.has(file.type) || file.size <= SMALL_BYTES)) return file;
  try {
    const drawn = await drawnAnew(file);
    return drawn !== null && (isForeign || drawn.size < file.size) ? drawn : file;
  } catch {
    return file;
  }
}

async function drawnAnew(file) {
  const bitmap = await createImageBitmap(file, { imageOrientation: "from-image" });
  try {
    const shrink = Math.min(1, MAX_SIDE / Math.max(bitmap.width, bitmap.height));
    const canvas = document.createElement("canvas");
    canvas.width = Math.max(1, Math.round(bitmap.width * shrink));
    canvas.height = Math.max(1, Math.round(bitmap.height * shrink));
    const pen = canvas.getContext("2d");
    pen.imageSmoothingQuality = "high";
    pen.drawImage(bitmap, 0, 0, canvas.width, canvas.height);
    return await blobOf(canvas, canBeTransparent(file) ? "image/webp" : "image/jpeg");
  } finally {
    bitmap.close();
  }
}

const canBeTransparent = ({ type }) => type === "image/png" || type === "image/webp" || type === "image/avif";

/** A browser that does not write WebP gives a PNG instead, which keeps what is transparent. */
function blobOf(canvas, type) {
  return new Promise((resolve) => {
    canvas.toBlob(resolve, type, QUALITY);
  });
}
