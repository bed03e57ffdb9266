/** The share sheet: the address with a button that copies it, and its QR code. */

import { h, setText } from "./dom.js";
import { onLanguage, t } from "./i18n.js";
import { makeSheet } from "./sheet.js";

/** @returns `{open(what)}`; `what` as `shared` of share.js gives it. */
export function makeShareSheet(session) {
  const sheet = makeSheet(document.body, "share-sheet");
  const code = h("img", {
    class: "share-code", src: `/qr/${session}.svg`, width: "232", height: "232", decoding: "async",
  });
  const scan = h("p", { class: "share-scan" });
  // A code that cannot be loaded is better not there than broken.
  code.addEventListener("error", () => (code.hidden = scan.hidden = true));
  const address = h("input", { class: "share-address", readonly: true, onfocus: () => address.select() });
  const told = h("p", { class: "share-told", role: "status" });
  const copy = h("button", { class: "primary", type: "button" });
  copy.addEventListener("click", async () => {
    setText(told, t((await copied(address)) ? "share.copied" : "share.byHand"));
  });
  sheet.body.append(code, scan, h("div", { class: "share-line" }, address, copy), told);

  const words = () => {
    sheet.title(t("share.title"));
    code.setAttribute("alt", t("share.code"));
    setText(scan, t("share.scan"));
    address.setAttribute("aria-label", t("share.address"));
    setText(copy, t("share.copy"));
    setText(told, "");
  };
  onLanguage(words);
  return {
    open({ url }) {
      address.value = url;
      words();
      sheet.open();
      copy.focus();
    },
  };
}

/** Copies what is in the field; the clipboard is not there on plain http. */
async function copied(field) {
  try {
    await navigator.clipboard.writeText(field.value);
    return true;
  } catch {
    field.focus();
    field.select();
    return document.execCommand("copy");
  }
}
