/** The crew's menu and roles in English. Keys are the same as in `messages-nav-zh.js`. */

export default {
  nav: {
    menu: "Menu",
    sessions: "Sessions",
    campaigns: "Campaigns",
    products: "Products",
    reviews: "Reviews",
    people: "People",
    account: "My account",
  },
  role: {
    admin: "administrator",
    host: "host",
    operator: "operator",
    moderator: "moderator",
    staff: "staff",
  },
  error: {
    not_yours: "This session belongs to another host, so nothing was changed. Ask that host, an operator or an administrator.",
  },
};
