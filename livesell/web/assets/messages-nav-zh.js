/** 工作人员页面的菜单与角色（中文）。键与 `messages-nav-en.js` 一致。 */

export default {
  nav: {
    menu: "菜单",
    sessions: "场次",
    campaigns: "活动",
    products: "商品",
    reviews: "复盘",
    people: "人员",
    account: "我的账号",
  },
  role: {
    admin: "管理员",
    host: "主播",
    operator: "中控",
    moderator: "场控",
    staff: "客服",
  },
  error: {
    not_yours: "这个场次属于另一位主播，没有做任何改动。请联系那位主播、中控或管理员。",
  },
};
