/** English: what may go wrong with products and photos. Same keys as the zh file. */

export default {
  error: {
    product_exists: "There is a product with this id already. Choose another id, or edit that one.",
    product_changed: "A colleague changed this product first, so yours was not saved. Look at theirs, then save again.",
    no_such_product: "This product is not in the catalogue any more.",
    too_many_products: "The catalogue holds at most {most} products. Remove some that you sell no more.",
  },
};
