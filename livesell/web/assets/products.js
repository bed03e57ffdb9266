/** The catalogue: products with their photos, looked for, made, changed, put into sessions. */

import "./catalogue-words.js";
import "./ls-crew-nav.js";
import "./ls-import-sheet.js";
import "./ls-into-session.js";
import "./ls-link.js";
import "./ls-product-form.js";
import "./ls-product-list.js";
import { request, segment } from "./api.js";
import { goToLogin, may, startCrewPage, whoAmI } from "./crew-page.js";
import { setText } from "./dom.js";
import { formatCount } from "./format.js";
import { onLanguage, t } from "./i18n.js";
import { ProductSearch } from "./product-search.js";
import { sentenceOf } from "./sentence.js";
import { newUuid } from "./uuid.js";

const TICK_MS = 1000;

startCrewPage({ theme: "dark" });

const find = (selector) => document.querySelector(selector);
const search = new ProductSearch();
const form = find("ls-product-form");
let told = null;
// The id of the product that is being made, for all attempts: when an answer is lost, sending
// again finds the product that is there instead of making a second one.
let draftId = newDraftId();

function show() {
  const { products, error, total, hasMore } = search;
  if (error?.status === 401) goToLogin();
  if (error !== null && products === null) setText(find("#loading"), sentenceOf(error));
  const isEmpty = products !== null && total === 0;
  find("#empty").hidden = !(isEmpty && search.query === "");
  find("#none").hidden = !(isEmpty && search.query !== "");
  find("#more").hidden = !hasMore;
  const key = search.query === "" ? "products.count" : "products.found";
  setText(find("#count"), products === null ? "" : t(key, { n: formatCount(total) }));
  if (products !== null) find("ls-product-list").products = products;
  showTold();
  showLink();
}

function showLink() {
  document.body.dataset.status = search.status;
  Object.assign(find("ls-link"), { status: search.status, ageMs: search.ageMs });
}

function tell(key, values) {
  told = { key, values };
  showTold();
}

function showTold() {
  find("#told").hidden = told === null;
  setText(find("#told"), told === null ? "" : t(told.key, told.values));
}

async function save({ detail: { product, body } }) {
  form.isBusy = true;
  try {
    const { product: kept } = await (product === null ? create(body) : change(product, body));
    form.close();
    draftId = newDraftId();
    tell("products.saved", { title: kept.title });
    await search.refresh();
  } catch (error) {
    form.error = error;
  } finally {
    form.isBusy = false;
  }
}

async function create(body) {
  const id = body.id ?? draftId;
  try {
    return await request("/products", { body: { ...body, id } });
  } catch (error) {
    if (error.code !== "product_exists" || id !== draftId) throw error;
    // Ours, from an attempt whose answer was lost; it becomes what is typed now.
    const { product } = await request(`/products/${segment(id)}`);
    const { id: _, ...fields } = body;
    return change(product, fields);
  }
}

const change = ({ id, version }, body) =>
  request(`/products/${segment(id)}`, { method: "PUT", body: { ...body, version } });

async function remove({ detail: product }) {
  form.isBusy = true;
  try {
    await request(`/products/${segment(product.id)}?version=${product.version}`, { method: "DELETE" });
    form.close();
    tell("products.removed", { title: product.title });
    await search.refresh();
  } catch (error) {
    form.error = error;
  } finally {
    form.isBusy = false;
  }
}

function openForm(product) {
  told = null;
  showTold();
  form.open(product);
}

function newDraftId() {
  return `product-${newUuid().slice(0, 8)}`;
}

search.addEventListener("change", show);
onLanguage(show);
setInterval(showLink, TICK_MS);
find("#search").addEventListener("input", ({ target }) => (search.query = target.value));
find("#more").addEventListener("click", () => search.more());
for (const id of ["#new", "#first"]) find(id).addEventListener("click", () => openForm(null));
find("ls-product-list").addEventListener("choose", ({ detail }) => openForm(detail));
form.addEventListener("save", save);
form.addEventListener("remove", remove);
form.addEventListener("into", ({ detail }) => find("ls-into-session").open(detail));
find("ls-into-session").addEventListener("put", ({ detail: { product, session } }) => {
  form.close();
  tell("products.put", { title: product.title, session: session.title });
});
find("ls-import-sheet").addEventListener("imported", () => search.refresh());
search.start();
whoAmI().then((me) => {
  const mayEdit = may(me, "prepare");
  form.mayEdit = mayEdit;
  find("ls-into-session").me = me;
  for (const id of ["#new", "#first", "#empty p", "ls-import-sheet"]) find(id).hidden = !mayEdit;
  find("#read-only").hidden = mayEdit;
});
