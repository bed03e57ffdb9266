/** 中文：商品和照片可能出的问题。与 en 文件的键相同。 */

export default {
  error: {
    product_exists: "已有同一商品ID的商品。请换一个ID，或编辑那个商品。",
    product_changed: "同事刚改过这个商品，所以你的修改没有保存。请先看对方的内容，再保存。",
    no_such_product: "商品库里已没有这个商品。",
    too_many_products: "商品库最多 {most} 个商品。请删除不再销售的商品。",
    photo_empty: "这个文件是空的。请选一张 JPEG、PNG 或 WebP 照片。",
    photo_broken: "这张图片已损坏，或没有传完整。请在设备上打开它，另存一份再上传。",
    photo_large: "这张照片的文件太大。请缩小，或存成 JPEG，再上传。",
    photo_pixels: "这张图片超过 5000 万像素。请缩小后再上传。",
    photo_moves: "这是一张动图，商品卡只显示静态照片。请换一张静态的。",
    photo_heic: "这是 HEIC 图片，不是每部手机都能显示。请存成 JPEG（iPhone：设置 → 相机 → 格式 → 兼容性最佳）再上传。",
    photo_svg: "这是 SVG 图形，里面可能藏有程序，所以不收。请存成 PNG 再上传。",
    photo_gif: "不收 GIF 图片。请存成 PNG 或 JPEG 再上传。",
    photo_kind: "这个文件不是能显示的照片。请选 JPEG、PNG 或 WebP。",
    photo_disk_full: "照片没有保存：服务器磁盘已满。请告诉服务管理员，然后重新上传。",
    photo_not_kept: "照片没有保存：服务器无法写入磁盘。请告诉服务管理员，然后重新上传。",
  },
};
