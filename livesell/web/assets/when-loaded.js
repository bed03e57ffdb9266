/** A part of a page that is loaded when it is first wanted. */

import { h } from "./dom.js";

/**
 * @param load `async () => part`; asked again after a failure.
 * @returns `(act) => promise`: does something with the part, in the order of asking. Its `ifThere(act)`
 *     does it only when the part is there already.
 */
export function whenLoaded(load) {
  let loading = null;
  let part = null;
  const act = async (doWith) => {
    loading ??= load();
    try {
      part = await loading;
    } catch (error) {
      loading = null;
      throw error;
    }
    return doWith(part);
  };
  act.ifThere = (doWith) => part !== null && doWith(part);
  return act;
}

const sheets = new Map();

/**
 * Adds stylesheets that lie beside this module, each once however often it is wanted; resolves when
 * their rules hold. Several in one call become one file in the joined page.
 */
export function stylesheet(...names) {
  for (const name of names) if (!sheets.has(name)) sheets.set(name, added(name));
  return Promise.all(names.map((name) => sheets.get(name)));
}

function added(name) {
  return new Promise((resolve, reject) => {
    const link = h("link", { rel: "stylesheet", href: new URL(name, import.meta.url) });
    link.addEventListener("load", resolve);
    link.addEventListener("error", () => {
      link.remove();
      sheets.delete(name);
      reject(new Error(name));
    });
    document.head.append(link);
  });
}
