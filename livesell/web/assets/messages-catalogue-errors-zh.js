/** 中文：商品和照片可能出的问题。与 en 文件的键相同。 */

export default {
  error: {
    product_exists: "已有同编号的商品。请换一个编号，或编辑那个商品。",
    product_changed: "同事刚改过这个商品，所以你的修改没有保存。请先看对方的内容，再保存。",
    no_such_product: "商品库里已没有这个商品。",
    too_many_products: "商品库最多 {most} 个商品。请删除不再销售的商品。",
  },
};
