/** English: what may go wrong with products and photos. Same keys as the zh file. */

export default {
  error: {
    product_exists: "There is a product with this id already. Choose another id, or edit that one.",
    product_changed: "A colleague changed this product first, so yours was not saved. Look at theirs, then save again.",
    no_such_product: "This product is not in the catalogue any more.",
    too_many_products: "The catalogue holds at most {most} products. Remove some that you sell no more.",
    photo_empty: "There is nothing in this file. Choose a photo as JPEG, PNG or WebP.",
    photo_broken: "This picture is damaged or did not arrive whole. Open it on your device, save it anew, and send that.",
    photo_large: "The file of this photo is too large. Make the photo smaller, or save it as JPEG, and send it again.",
    photo_pixels: "This picture has more than 50 megapixels. Make it smaller and send it again.",
    photo_moves: "This picture moves, and cards show still photos. Choose a still one.",
    photo_heic: "This is a HEIC picture, which not every phone can show. Save it as JPEG (on an iPhone: Settings, Camera, Formats, Most Compatible) and choose that.",
    photo_svg: "This is an SVG drawing, which can hold programs, so it is not taken. Save it as PNG and choose that.",
    photo_gif: "GIF pictures are not taken. Save it as PNG or JPEG and choose that.",
    photo_kind: "This file is no photo that can be shown. Choose a JPEG, PNG or WebP.",
    photo_disk_full: "The photo was not kept: the service's disk is full. Tell whoever runs the service, then send it again.",
    photo_not_kept: "The photo was not kept: the service cannot write to its disk. Tell whoever runs the service, then send it again.",
  },
};
