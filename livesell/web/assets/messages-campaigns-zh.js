/** 活动页面的中文。Keys are the same as in `messages-campaigns-en.js`. */

export default {
  campaigns: {
    title: "活动",
    about: "几场直播合成一个活动，例如购物节。在准备页面为场次选择活动。",
    new: "新建活动",
    empty: "还没有活动。",
    size: { one: "{n} 场直播", other: "{n} 场直播" },
    figures: "全部场次合计",
    money: "{currency} 销售",
    sessions: "场次",
    no_sessions: "还没有场次属于这个活动。在准备页面为场次选择它。",
    edit: "修改",
    remove: "删除",
    heading_new: "新建活动",
    heading_edit: "修改活动",
    save: "保存",
    cancel: "关闭",
    no_title: "请填写活动名称。",
    theirs: "同事刚改成：{title} · {note}。再次保存会换成你写的。",
    saved: "“{title}”已保存。",
    removed: "“{title}”已删除。",
    ask_remove: "删除这个活动？",
    ask_remove_text: "“{title}”将从列表中消失。只有没有场次的活动可以删除。",
    ask_remove_yes: "删除",
  },
  campaign: {
    title: "名称",
    note: "内部备注",
  },
  figures: {
    sessions: "场次",
  },
};
