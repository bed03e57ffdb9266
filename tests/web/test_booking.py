"""A show in the viewer's own calendar, read back by a calendar's own reader."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from icalendar import Calendar

from tests.support.build import given_live, given_session
from tests.web.site import Site

PATH = "/s/naqu/calendar.ics"
TITLE = "虫草, 牦牛; 凉茶\\ 🐃" * 3
START_MS = 1_700_003_600_000
HOUR_MS = 3_600_000


def event_of(reply: Any) -> Any:
    found = Calendar.from_ical(reply.data).walk("VEVENT")
    assert len(found) == 1
    return found[0]


async def given_planned(site: Site, **fields: Any) -> None:
    await given_session(site.store, **fields)
    await schedule(site, START_MS)


async def schedule(site: Site, start_ms: int) -> None:
    planned = {"planned_start": iso(start_ms), "planned_end": iso(start_ms + HOUR_MS)}
    assert (await site.command("schedule", confirm=True, **planned)).status == 200


def iso(at_ms: int) -> str:
    return datetime.fromtimestamp(at_ms // 1000, UTC).isoformat()


async def test_it_says_what_whose_when_and_where(site: Site) -> None:
    await given_planned(site, title=TITLE, host="苗伟伦")
    reply = await site.call("GET", PATH)
    assert reply.status == 200
    assert reply.headers["Content-Type"] == "text/calendar; charset=utf-8"
    assert reply.headers["Content-Disposition"] == 'inline; filename="naqu.ics"'
    assert all(len(line) <= 75 for line in reply.data.split(b"\r\n"))
    event = event_of(reply)
    address = str(event["url"])
    assert address.startswith("http://127.0.0.1:")
    assert address.endswith("/s/naqu")
    assert event["summary"] == TITLE
    assert event["description"] == f"苗伟伦\n{address}"
    assert event["uid"] == "naqu@127.0.0.1"
    assert event["status"] == "CONFIRMED"
    assert event.start == datetime.fromtimestamp(START_MS // 1000, UTC)
    assert event.end - event.start == timedelta(hours=1)
    assert [alarm["trigger"].dt for alarm in event.walk("VALARM")] == [timedelta(minutes=-10)]


async def test_a_show_that_is_moved_or_cancelled_is_the_same_entry_with_a_higher_number(
    site: Site,
) -> None:
    await given_planned(site)
    first = event_of(await site.call("GET", PATH))
    await schedule(site, START_MS + HOUR_MS)
    moved = event_of(await site.call("GET", PATH))
    await site.command("cancel")
    cancelled = event_of(await site.call("GET", PATH))
    assert first["uid"] == moved["uid"] == cancelled["uid"]
    assert first["sequence"] < moved["sequence"] < cancelled["sequence"]
    assert moved.start - first.start == timedelta(hours=1)
    assert cancelled["status"] == "CANCELLED"
    assert cancelled.walk("VALARM") == []


@pytest.mark.parametrize("is_live", [True, False])
async def test_without_times_or_for_a_draft_there_is_none(site: Site, is_live: bool) -> None:
    await (given_live if is_live else given_session)(site.store)
    assert (await site.call("GET", PATH)).status == 404
    assert (await site.call("GET", "/s/nobody/calendar.ics")).status == 404
    told = await site.call("GET", PATH, headers=site.cookie("host"))
    assert (told.status, told.code) == (404, "no_times_yet")


async def test_the_page_offers_it_while_the_show_is_to_come(site: Site) -> None:
    await given_planned(site)
    assert f'href="{PATH}" data-t="viewer.book">' in (await site.call("GET", "/s/naqu")).text
    await site.command("cancel")
    site.clock.advance(250)
    assert f'href="{PATH}" data-t="viewer.book" hidden>' in (await site.call("GET", "/s/naqu")).text
