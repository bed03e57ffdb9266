/** The words of the reminder in English; loaded while a show is to come. */

export default {
  remind: {
    on: "Remind me on this page",
    off: "Do not remind me",
    how: "Works while this page stays open. The calendar also works when it is closed.",
    isOn: "Keep this page open: it tells you 5 minutes before the start, and when it starts.",
    denied: "Notifications are blocked for this page. The calendar can remind you.",
    notHere: "This browser cannot remind you. The calendar can.",
    soon: "Starts in 5 minutes.",
    live: "The show has started.",
  },
};
