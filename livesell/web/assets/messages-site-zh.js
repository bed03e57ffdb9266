/** 中文: the words of the list of shows, the overlay and the lost page. Same keys in both. */

export default {
  index: {
    title: "直播",
    live: "正在直播",
    coming: "即将开播",
    past: "往期回顾",
    empty: "还没有直播安排，过些时候再来看看。",
    startsIn: "{time} 后开播",
    soon: "即将开播",
    failed: "直播列表没有加载成功。",
    crew: "工作人员登录",
  },
  lost: {
    title: "这里什么也没有",
    text: "链接可能写错了，或者这场直播还没有公布。",
    home: "看看有哪些直播",
  },
  overlay: {
    slot: "{n} 号链接",
    open: "库存 {n} 件",
    low: "仅剩 {n} 件",
    sold_out: "已售罄",
    closed: "暂未上架",
  },
};
