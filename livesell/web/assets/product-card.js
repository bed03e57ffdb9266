/** What a product of the catalogue is as a card. Mirrors `card_of` in `livesell/domain/product.py`. */

const FIELDS = ["title", "price", "was", "floor", "image", "badges", "story", "donation", "limit"];

/** The body of a card, without a slot number; `id` and `product` are the product's id. */
export function cardOf(product) {
  const card = { id: product.id, product: product.id };
  for (const name of FIELDS) {
    const value = product[name];
    const isSaid = value !== null && value !== undefined && value !== "" && value?.length !== 0;
    if (isSaid) card[name] = value;
  }
  return card;
}
