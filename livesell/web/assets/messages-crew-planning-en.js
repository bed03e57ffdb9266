/** English: words of cards, plans and campaigns. Same keys as messages-crew-planning-zh.js. */

export default {
  command: {
    edit_card: "Change what {card} says",
    remove_card: "Remove {card}",
  },
  ask: {
    overlaps_title: "The same host at the same time",
    overlaps_text: "“{title}” takes part of this time too, or is on air. Are both meant?",
    overlaps_yes: "Both are meant",
  },
  entry: {
    card_edited: "Changed what {card} says",
    card_removed: "Removed {slot} · {title}",
  },
  error: {
    overlaps: "“{title}” of the same host takes part of this time. Choose another time, or confirm that both are meant.",
    card_shown: "This card has been shown, so it belongs to the session's record. Close it instead.",
    card_in_use: "Card number {slot} takes pieces of this card's stock. Change or remove that one first.",
    card_in_flash: "This card has a flash sale. Take the flash sale away first; if it has run, close the card instead.",
    card_ordered: "Somebody has ordered this card or queued for it, so it belongs to the session's record. Close it instead.",
    not_a_draft: "Only a draft can be removed. Cancel this session instead.",
    campaign_changed: "Someone else changed this campaign first, so yours was not saved. Look at it again, then change it.",
    campaign_in_use: "{sessions} sessions belong to this campaign. Take them out of it first.",
    campaign_exists: "A campaign with this id exists already. Choose another id.",
    no_such_campaign: "There is no such campaign; it may have been removed. Choose one from the list.",
  },
};
