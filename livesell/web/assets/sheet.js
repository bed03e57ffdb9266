/** A dialog that rises from the bottom of a phone and stands in the middle of a desktop. */

import { h, icon, setText } from "./dom.js";
import { t } from "./i18n.js";

let count = 0;

/**
 * Makes the dialog, inside `parent`; closed by its cross, by Escape and by a tap beside it.
 *
 * @returns `{dialog, body, title(text), open(), close()}`; opening dispatches `sheet`, which bubbles.
 */
export function makeSheet(parent, className) {
  const id = `sheet-title-${(count += 1)}`;
  const heading = h("h2", { id });
  const cross = h("button", { class: "quiet sheet-close", type: "button" }, icon("close"));
  const body = h("div", { class: "sheet-body" });
  const head = h("header", { class: "sheet-head" }, heading, cross);
  const inner = h("div", { class: "sheet-inner" }, head, body);
  const dialog = h("dialog", { class: `sheet ${className}`, "aria-labelledby": id }, inner);
  parent.append(dialog);

  const close = () => dialog.open && dialog.close();
  cross.addEventListener("click", close);
  dialog.addEventListener("click", (event) => event.target === dialog && close());
  return {
    dialog,
    body,
    title: (text) => setText(heading, text),
    open: () => {
      cross.setAttribute("aria-label", t("app.close"));
      if (!dialog.open) dialog.showModal();
      dialog.dispatchEvent(new Event("sheet", { bubbles: true }));
    },
    close,
  };
}
