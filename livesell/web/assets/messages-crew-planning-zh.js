/** 中文：商品文案、排期和活动。Same keys as messages-crew-planning-en.js. */

export default {
  command: {
    edit_card: "修改 {card} 的资料",
    remove_card: "移除 {card}",
  },
  ask: {
    overlaps_title: "同一主播时间重叠",
    overlaps_text: "“{title}”也占用这段时间，或正在直播。两场都要吗？",
    overlaps_yes: "两场都要",
  },
  entry: {
    card_edited: "修改 {card} 的资料",
    card_removed: "移除 {slot} 号 · {title}",
  },
  error: {
    overlaps: "这位主播的“{title}”占用了这段时间。换个时间，或确认两场都要。",
    card_shown: "这款商品已经讲解过，属于本场记录，不能移除。可以下架。",
    card_in_use: "{slot} 号商品要用这款商品的库存。先修改或移除那一款。",
    card_in_flash: "这款商品有限时抢购。先取消抢购；已经开始过的，只能下架商品。",
    card_ordered: "已经有人下单或排队，这款商品属于本场记录，不能移除。可以下架。",
    not_a_draft: "只有草稿可以删除。这一场可以取消。",
    campaign_changed: "刚有同事改了这个活动，所以你的修改没有保存。看一下最新内容再改。",
    campaign_in_use: "还有 {sessions} 场直播属于这个活动。先把它们移出活动。",
    campaign_exists: "已有相同编号的活动，换一个编号。",
    no_such_campaign: "没有这个活动，可能已被删除。请从列表里选。",
  },
};
