/** A choice of the crew's roles, in words that follow the language. */

import { said } from "./crew-dom.js";
import { h } from "./dom.js";

export const ROLES = ["admin", "host", "operator", "moderator", "staff"];

export function roleSelect(value, onchange) {
  const select = h("select", { onchange }, ROLES.map((role) => said("option", `role.${role}`, { value: role })));
  select.value = value;
  return select;
}
