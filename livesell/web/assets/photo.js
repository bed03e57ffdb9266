/**
 * How a photo of ours is shown: by width, so that a phone on a mountain fetches the small one.
 * Other addresses are shown as they are. Mirrors `livesell/domain/photo.py`.
 */

const OURS = /^(\/photos\/[0-9a-f]{32}\/)(?:160|480|960)\.webp$/;
const WIDTHS = [160, 480, 960];

/** The address of one width of a photo; any other address is given back. */
export const photoAt = (address, width) => address.replace(OURS, `$1${width}.webp`);

/** What an <img> needs for an address: `{src}`, for ours with `srcset` and `sizes`. */
export function photoAttributes(address, sizes) {
  const [, folder] = OURS.exec(address) ?? [];
  if (folder === undefined) return { src: address };
  const srcset = WIDTHS.map((width) => `${folder}${width}.webp ${width}w`).join(", ");
  return { srcset, sizes, src: address };
}

/** Sets them on an <img> that is there; `sizes` is how wide it is, as in CSS. */
export function showPhoto(image, address, sizes) {
  const { src, srcset = null } = photoAttributes(address, sizes);
  // First, or a browser fetches `src` as well.
  for (const [name, value] of [["sizes", srcset && sizes], ["srcset", srcset], ["src", src]]) {
    if (value) image.setAttribute(name, value);
    else image.removeAttribute(name);
  }
}
