/** A `<details>` as a menu: a tap elsewhere or Escape folds it, and Escape gives the focus back. */

export function foldAway(details) {
  document.addEventListener("click", ({ target }) => {
    if (!details.contains(target)) details.open = false;
  });
  details.addEventListener("keydown", (event) => {
    if (event.key !== "Escape" || !details.open) return;
    details.open = false;
    details.querySelector("summary").focus();
  });
}
