/** How a product looks in a list: its photo, what it is, what it costs. */

import { crewIcon } from "./crew-dom.js";
import { h, setText } from "./dom.js";
import { formatCount } from "./format.js";
import { t } from "./i18n.js";
import { formatPrice } from "./money.js";
import { showPhoto } from "./photo.js";

/** The parts of a product in a list; `paintFace` fills them. */
export function productFace() {
  const image = h("img", { class: "product-image", alt: "", loading: "lazy", decoding: "async" });
  image.addEventListener("error", () => (image.hidden = true));
  return [
    h("span", { class: "product-photo" }, crewIcon("photo"), image),
    h(
      "span",
      { class: "product-text" },
      h("span", { class: "product-title" }),
      h("span", { class: "product-more" }),
    ),
    h("span", { class: "product-money figure" }, h("span", { class: "product-price" }), h("s", { class: "product-was" })),
  ];
}

/** @param root What the parts stand in. @param note Said instead of number and stock. */
export function paintFace(root, product, note = "") {
  const part = (name) => root.querySelector(`.product-${name}`);
  const image = part("image");
  if (image.dataset.of !== product.image) {
    image.dataset.of = product.image;
    image.hidden = product.image === "";
    showPhoto(image, product.image, "72px");
  }
  setText(part("title"), product.title);
  setText(part("more"), note || moreOf(product));
  setText(part("price"), formatPrice(product.price, product.currency));
  setText(part("was"), product.was === null ? "" : formatPrice(product.was, product.currency));
}

function moreOf({ sku, stock, badges }) {
  const usual = stock > 0 ? t("products.usual", { n: formatCount(stock) }) : "";
  return [sku, ...badges, usual].filter(Boolean).join(" · ");
}
