/** A planned time as viewers read it. */

import { formatMoment, ownZone, sameWallClock, zoneName } from "./format.js";
import { t } from "./i18n.js";

/** A moment in the viewer's own zone, with the session's beside it when the clocks differ. */
export function momentText(ms, zone) {
  const own = ownZone();
  if (sameWallClock(ms, zone, own)) return formatMoment(ms, own);
  const there = `${formatMoment(ms, zone)} ${zoneName(ms, zone)}`;
  return `${formatMoment(ms, own)} ${t("time.local")} (${there})`;
}
