/** The words of the share sheet in English; loaded when it is first opened. */

export default {
  share: {
    title: "Share this show",
    scan: "Scan this code with another phone to watch there.",
    code: "QR code of this page's address",
    address: "Address of this page",
    copy: "Copy",
    copied: "The address is copied.",
    byHand: "Your browser did not let us copy it. The address is selected: copy it from there.",
  },
};
