/** Products and photos on the pages: their words, their addresses, and what a person types. */

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";

import "../../livesell/web/assets/catalogue-words.js";
import "../../livesell/web/assets/crew-words.js";
import { knows } from "../../livesell/web/assets/i18n.js";
import en from "../../livesell/web/assets/messages-catalogue-en.js";
import zh from "../../livesell/web/assets/messages-catalogue-zh.js";
import { photoAt, photoAttributes } from "../../livesell/web/assets/photo.js";
import { cardOf } from "../../livesell/web/assets/product-card.js";
import { NOTHING_TYPED, differing, readProduct, typedProduct } from "../../livesell/web/assets/product-typed.js";

const folder = new URL("../../livesell/web/assets/", import.meta.url);
const keysOf = (messages) =>
  Object.entries(messages).flatMap(([section, words]) => Object.keys(words).map((key) => `${section}.${key}`));
const sentences = (value) => (typeof value === "string" ? [value] : Object.values(value));
const names = (value) => sentences(value).flatMap((one) => [...one.matchAll(/\{(\w+)\}/g)].map((m) => m[1]));
const at = (messages, key) => key.split(".").reduce((inner, part) => inner[part], messages);

test("both languages have the same keys and names, and English has no Chinese in it", () => {
  assert.deepEqual(keysOf(zh).sort(), keysOf(en).sort());
  for (const key of keysOf(en)) {
    assert.deepEqual([...new Set(names(at(zh, key)))].sort(), [...new Set(names(at(en, key)))].sort(), key);
    for (const one of sentences(at(en, key))) assert.doesNotMatch(one, /[\u4e00-\u9fff]/, key);
  }
});

test("every key of the catalogue's sections that a module or the page names is there", () => {
  const sections = new Set(Object.keys(en));
  const files = [
    "products.html", "products.js", "ls-product-form.js", "ls-product-list.js", "ls-product-picker.js",
    "ls-into-session.js", "ls-photo-field.js", "product-face.js", "product-typed.js",
  ];
  for (const file of files) {
    const text = readFileSync(new URL(file, folder), "utf8");
    for (const [, key] of text.matchAll(/"([a-z_]+\.\w+)"/g)) {
      if (sections.has(key.split(".")[0])) assert.ok(knows(key), `${file}: ${key}`);
    }
  }
  for (const name of Object.keys(NOTHING_TYPED)) assert.ok(knows(`product.${name}`), name);
});

const OURS = `/photos/${"0a".repeat(16)}/960.webp`;

test("a photo of ours comes in the width that is needed", () => {
  assert.equal(photoAt(OURS, 160), OURS.replace("960", "160"));
  const { src, srcset, sizes } = photoAttributes(OURS, "88px");
  assert.equal(src, OURS);
  assert.equal(sizes, "88px");
  assert.deepEqual(srcset.split(", ").map((one) => one.split(" ")[1]), ["160w", "480w", "960w"]);
});

test("any other address is shown as it is", () => {
  const others = [
    "https://shop.example/a.jpg", "/photos/short/960.webp", `https://evil.example${OURS}`,
    `${OURS}?x`, OURS.replace("960", "961"), OURS.toUpperCase(), "",
  ];
  for (const other of others) {
    assert.deepEqual(photoAttributes(other, "88px"), { src: other });
    assert.equal(photoAt(other, 160), other);
  }
});

const TYPED = { ...NOTHING_TYPED, title: "娘亚牦牛肉", price: "128" };

test("what is typed becomes the body for the service", () => {
  const { body, faults } = readProduct({
    ...TYPED, was: "¥150.50", floor: "99", donation: "0.2", stock: "80", limit: "3", sku: "NQ-1",
    badges: "地标， 公益,直播价、好", story: "那曲", image: OURS,
  });
  assert.equal(faults.size, 0);
  assert.deepEqual(body, {
    title: "娘亚牦牛肉", price: 12_800, currency: "CNY", was: 15_050, floor: 9900, donation: 20,
    stock: 80, limit: 3, sku: "NQ-1", badges: ["地标", "公益", "直播价", "好"], story: "那曲", image: OURS,
  });
});

test("what cannot be understood is said at its field", () => {
  const wrong = (typed) => [...readProduct({ ...TYPED, ...typed }).faults].map((one) => one.join(" "));
  assert.deepEqual(wrong({ title: "" }), ["title product.wrong_title"]);
  assert.deepEqual(wrong({ price: "12,50" }), ["price product.wrong_price"]);
  assert.deepEqual(wrong({ price: "12.50", currency: "JPY" }), ["price product.wrong_whole_price"]);
  assert.deepEqual(wrong({ was: "128" }), ["was product.wrong_was"]);
  assert.deepEqual(wrong({ floor: "128.01" }), ["floor product.wrong_floor"]);
  assert.deepEqual(wrong({ stock: "-1" }), ["stock product.wrong_stock"]);
  assert.deepEqual(wrong({ stock: "10000001" }), ["stock product.wrong_stock"]);
  assert.deepEqual(wrong({ limit: "0" }), ["limit product.wrong_limit"]);
  assert.deepEqual(wrong({ badges: "a,b,c,d,e" }), ["badges product.wrong_badges"]);
  assert.deepEqual(wrong({ badges: "x".repeat(17) }), ["badges product.wrong_badges"]);
  assert.deepEqual(wrong({ id: "Yak" }), ["id product.wrong_id"]);
});

const PRODUCT = {
  id: "yak", title: "牦牛肉", price: 12_800, currency: "CNY", was: null, floor: null, image: OURS,
  badges: ["地标"], story: "", donation: 0, limit: null, sku: "NQ-1", stock: 80, version: 3,
};

test("a product that is opened and saved untouched stays the same", () => {
  const { body, faults } = readProduct(typedProduct(PRODUCT));
  assert.equal(faults.size, 0);
  assert.deepEqual({ ...body, version: 3 }, PRODUCT);
  assert.deepEqual(differing(typedProduct(PRODUCT), typedProduct({ ...PRODUCT, price: 1, sku: "" })), ["price", "sku"]);
});

test("its card has what a card has, and nothing that is not said", () => {
  assert.deepEqual(cardOf(PRODUCT), {
    id: "yak", product: "yak", title: "牦牛肉", price: 12_800, image: OURS, badges: ["地标"], donation: 0,
  });
});
