/** 分享面板的中文；第一次打开时加载。 */

export default {
  share: {
    title: "分享这场直播",
    scan: "用另一部手机扫码，就能在那里观看。",
    code: "本页地址的二维码",
    address: "本页地址",
    copy: "复制",
    copied: "地址已复制。",
    byHand: "浏览器不让自动复制。地址已选中，请手动复制。",
  },
};
