/** Buyers who gave no name, as the service masks them; see `mask_name` in domain/text.py. */

export const isNameless = (masked) => masked === "**";
