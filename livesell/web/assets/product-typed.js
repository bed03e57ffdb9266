/**
 * What was typed about a product, read into the body for the service; and back, for the inputs.
 * Nothing here touches the page.
 */

import { minorDigits } from "./money.js";
import { priceText, typedPrice, typedWhole } from "./typed-number.js";

const SLUG = /^[a-z0-9](?:[a-z0-9-]{0,46}[a-z0-9])?$/;
const MAX_BADGES = 4;
const MAX_BADGE_CHARS = 16;
const MAX_STOCK = 10_000_000;

const MONEY = ["price", "was", "floor", "donation"];

/**
 * @param texts What stands in each input, by name; empty where nothing was typed.
 * @returns `{body, faults}`: faults are keys of the catalogue of messages by input.
 */
export function readProduct(texts) {
  const faults = new Map();
  const check = (name, value, isRight, key = `product.wrong_${name}`) => {
    if (!isRight) faults.set(name, key);
    return value;
  };
  const optional = (name, read) => (texts[name] === "" ? null : read(name));
  const money = (name) => {
    const amount = typedPrice(texts[name], texts.currency);
    const key = minorDigits(texts.currency) > 0 ? "product.wrong_price" : "product.wrong_whole_price";
    return check(name, amount, amount !== null, key);
  };
  const whole = (name, least) => {
    const value = typedWhole(texts[name]);
    return check(name, value, value !== null && value >= least && value <= MAX_STOCK);
  };
  const badges = texts.badges.split(/[,，、]/u).map((word) => word.trim()).filter(Boolean);
  const areBadges = badges.length <= MAX_BADGES && badges.every((one) => [...one].length <= MAX_BADGE_CHARS);
  const body = {
    title: check("title", texts.title, texts.title !== ""),
    price: money("price"),
    currency: texts.currency,
    was: optional("was", money),
    floor: optional("floor", money),
    donation: optional("donation", money) ?? 0,
    stock: optional("stock", (name) => whole(name, 0)) ?? 0,
    limit: optional("limit", (name) => whole(name, 1)),
    sku: texts.sku,
    badges: check("badges", badges, areBadges),
    story: texts.story,
    image: texts.image,
  };
  if (texts.id !== "") body.id = check("id", texts.id, SLUG.test(texts.id));
  if (!faults.has("was") && body.was !== null) check("was", body.was, body.was > body.price);
  if (!faults.has("floor") && body.floor !== null) check("floor", body.floor, body.floor <= body.price);
  return { body, faults };
}

/** A product's fields as a person would type them. */
export function typedProduct(product) {
  const { currency } = product;
  const money = MONEY.map((name) => [name, moneyText(product[name], currency)]);
  return {
    ...Object.fromEntries(money),
    id: product.id,
    title: product.title,
    currency,
    stock: product.stock > 0 ? String(product.stock) : "",
    limit: product.limit === null ? "" : String(product.limit),
    donation: product.donation > 0 ? priceText(product.donation, currency) : "",
    sku: product.sku,
    badges: product.badges.join("，"),
    story: product.story,
    image: product.image,
  };
}

/** The form of something new. */
export const NOTHING_TYPED = {
  id: "", title: "", price: "", was: "", floor: "", currency: "CNY", donation: "", stock: "",
  limit: "", sku: "", badges: "", story: "", image: "",
};

const moneyText = (minor, currency) => (minor === null ? "" : priceText(minor, currency));

/** The names of what is typed differently in two forms. */
export const differing = (one, other) => Object.keys(one).filter((name) => one[name] !== other[name]);
