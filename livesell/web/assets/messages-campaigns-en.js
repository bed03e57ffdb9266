/** The page of campaigns in English. Keys are the same as in `messages-campaigns-zh.js`. */

export default {
  campaigns: {
    title: "Campaigns",
    about: "Several sessions as one event. A session is put into a campaign where it is prepared.",
    new: "New campaign",
    empty: "There is no campaign yet.",
    size: { one: "{n} session", other: "{n} sessions" },
    figures: "All sessions together",
    money: "Sales in {currency}",
    sessions: "Sessions",
    no_sessions: "No session belongs to it yet. Choose it where a session is prepared.",
    edit: "Change",
    remove: "Remove",
    heading_new: "New campaign",
    heading_edit: "Change the campaign",
    save: "Save",
    cancel: "Close",
    no_title: "Give the campaign a name.",
    theirs: "A colleague wrote meanwhile: {title} · {note}. Saving again puts yours in its place.",
    saved: "“{title}” is saved.",
    removed: "“{title}” is removed.",
    ask_remove: "Remove this campaign?",
    ask_remove_text: "“{title}” goes from the list. Only a campaign without sessions can be removed.",
    ask_remove_yes: "Remove it",
  },
  campaign: {
    title: "Name",
    note: "Note for the crew",
  },
  figures: {
    sessions: "Sessions",
  },
};
