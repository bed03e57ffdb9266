"""A show whose time has come and that has not begun."""

from datetime import UTC, datetime

from tests.support.build import given_session
from tests.web.site import Site

HOUR_S = 3600


async def test_the_page_asks_its_viewers_to_stay(site: Site) -> None:
    await given_session(site.store)
    now_s = site.clock() // 1000
    start, end = (datetime.fromtimestamp(now_s + n * HOUR_S, UTC).isoformat() for n in (1, 2))
    await site.command("schedule", planned_start=start, planned_end=end, confirm=True)
    site.clock.advance(s=HOUR_S + 60)
    text = (await site.call("GET", "/s/naqu?lang=en")).text
    assert "Starting any moment now" in text
    assert "Planned for 2023-11-15 07:13 (UTC+8). Stay here" in text
