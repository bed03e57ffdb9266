/** English: the words of the list of shows, the overlay and the lost page. Same keys in both. */

export default {
  index: {
    title: "Live shows",
    live: "Live now",
    coming: "Coming up",
    past: "Past shows",
    empty: "Nothing is planned yet. Come back a little later.",
    startsIn: "Starts in {time}",
    soon: "Starting any moment",
    failed: "The list of shows could not be loaded.",
    crew: "Crew login",
  },
  lost: {
    title: "There is nothing here",
    text: "The link may be mistyped, or the show is not public yet.",
    home: "See the shows",
  },
  overlay: {
    slot: "No. {n}",
    open: "{n} left",
    low: "Only {n} left",
    sold_out: "Sold out",
    closed: "Not open yet",
  },
};
