/** What is said after a show in English; loaded then. */

export default {
  after: {
    watch: "Watch the replay",
    watchThere: "Open the replay in a new page",
    next: "Next show",
    book: "Add the next show to the calendar",
  },
};
