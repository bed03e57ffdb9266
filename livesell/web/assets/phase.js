/** What a session's state means to a viewer: pure rules of the viewer's page. */

const PHASES = {
  draft: "before",
  scheduled: "before",
  missed: "before",
  live: "during",
  paused: "during",
  ended: "after",
  cancelled: "after",
};

/** @returns "before", "during" or "after"; a state of tomorrow is taken for "before". */
export const phaseOf = (session) => PHASES[session.state] ?? "before";

export const isOver = (state) => PHASES[state] === "after";

/**
 * What stands in the middle of the stage.
 *
 * @returns `{title, text}` as keys of messages, and whether a countdown runs; null for nothing.
 */
export function centreOf(session, nowMs) {
  switch (session.state) {
    case "scheduled":
      if (session.planned_start === undefined) return centre("viewer.draftTitle", "viewer.draftText");
      if (session.planned_start <= nowMs) return centre("viewer.startsSoon", "viewer.stayHere");
      return { ...centre("viewer.startsIn", "viewer.startsAt"), hasCountdown: true };
    case "draft":
      return centre("viewer.draftTitle", "viewer.draftText");
    case "missed":
      return centre("viewer.missedTitle", "viewer.missedText");
    case "paused":
      return centre("viewer.pausedTitle", "viewer.pausedText");
    case "ended":
      return centre("viewer.endedTitle", "viewer.endedText");
    case "cancelled":
      return centre("viewer.cancelledTitle", "viewer.cancelledText");
    default:
      return null;
  }
}

const centre = (title, text) => ({ title, text, hasCountdown: false });
