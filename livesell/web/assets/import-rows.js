/**
 * The rows of a preview: which to show, in pages, and in which words. Pure; the elements are
 * `ls-import-rows.js` and `ls-import-sheet.js`.
 */

import { knows, t } from "./i18n.js";
import { formatMoney } from "./money.js";

/** So few that a phone lays them out at once, so many that a page is worth its tap. */
export const PAGE_ROWS = 40;

const MONEY = new Set(["price", "was", "floor", "donation"]);

const isWarned = ({ problems }) => problems.some(({ warning }) => warning);

/** Which rows each filter shows. */
export const FILTERS = {
  wrong: ({ change }) => change === "wrong",
  warned: (row) => row.change !== "wrong" && isWarned(row),
  changed: ({ change }) => change === "new" || change === "changed",
  all: () => true,
};

/** The filter to begin with: what needs a person first. */
export function firstFilter(rows) {
  return ["wrong", "warned", "changed"].find((name) => rows.some(FILTERS[name])) ?? "all";
}

/** One page of what a filter shows: `{rows, page, pages, from, to, total}`; pages count from 0. */
export function pageOf(rows, filter, wanted) {
  const found = rows.filter(FILTERS[filter]);
  const pages = Math.max(1, Math.ceil(found.length / PAGE_ROWS));
  const page = Math.min(Math.max(0, wanted), pages - 1);
  const start = page * PAGE_ROWS;
  const shown = found.slice(start, start + PAGE_ROWS);
  return { rows: shown, page, pages, from: start + 1, to: start + shown.length, total: found.length };
}

/** How many products an import would write. */
export const toWrite = ({ new: added, changed }) => added + changed;

/** What stops an import: "nothing", "full", "wrong", or null. */
export function stopOf({ counts, notes }, mode) {
  if (notes.some(({ code }) => code === "catalogue_full")) return "full";
  if (mode === "whole" && counts.wrong > 0) return "wrong";
  return toWrite(counts) === 0 ? "nothing" : null;
}

/** What is said of the whole file. */
export const noteText = ({ code, message, data }) => told("import_note", code, message, data);

/** The sentence of a problem, and what stands in its cell. */
export function problemText({ code, message, data, value }) {
  const field = data.field === undefined ? {} : { field: fieldName(data.field) };
  const sentence = told("import_problem", code, message, { ...data, ...field });
  return value === "" ? sentence : `${t("importing.typed", { value })} ${sentence}`;
}

/** "C5 价格", as the spreadsheet names the place; empty for a whole row. */
export const placeText = ({ cell, column }) =>
  cell === "" ? "" : t("importing.at_cell", { cell, column }).trim();

/** "价格：¥5.00 → ¥6.00" */
export function differenceText({ field, before, after }, product) {
  const currency = product?.currency ?? "CNY";
  return t("importing.was_will", {
    field: fieldName(field),
    before: valueText(field, before, currency),
    after: valueText(field, after, currency),
  });
}

function valueText(field, value, currency) {
  if (value === null || value === "" || value.length === 0) return t("importing.nothing");
  if (Array.isArray(value)) return value.join(" · ");
  return MONEY.has(field) ? formatMoney(value, currency) : String(value);
}

const fieldName = (field) => t(`importing.field_${field}`);

/** A code that a newer service sends is told in its own words. */
function told(section, code, message, data) {
  const key = `${section}.${code}`;
  return knows(key) ? t(key, data) : message;
}
