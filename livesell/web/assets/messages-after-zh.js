/** 直播结束后的中文；那时加载。 */

export default {
  after: {
    watch: "看回放",
    watchThere: "在新页面看回放",
    next: "下一场直播",
    book: "把下一场加入日历",
  },
};
