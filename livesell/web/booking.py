"""A session as an entry for the viewer's own calendar. Source: RFC 5545.

The entry keeps its UID, and its SEQUENCE is the session's version, so a file that is fetched again
after the show was moved moves the entry instead of adding one.
"""

from datetime import UTC, datetime, timedelta
from urllib.parse import urlsplit

from aiohttp import web
from icalendar import Alarm, Calendar, Event

from livesell.domain.session import Session, State
from livesell.domain.truth import Truth
from livesell.errors import NotFound
from livesell.web import client
from livesell.web.guests import visible_session

# Time to find the phone, and a cup of tea.
ALARM_BEFORE = timedelta(minutes=10)

_MAKER = "-//livesell//session//EN"


async def respond_calendar(request: web.Request) -> web.Response:
    """The calendar file of a session with planned times.

    Raises:
        NotFound: `no_such_session`; `no_times_yet` while nobody planned any.
    """
    services, _, truth = await visible_session(request)
    origin = client.public_origin(request, services.config)
    return web.Response(
        body=calendar_file(truth, origin, services.clock()),
        content_type="text/calendar",
        charset="utf-8",
        headers={
            "Cache-Control": "no-cache",
            "Vary": "Cookie",
            "Content-Disposition": f'inline; filename="{truth.session.id}.ics"',
        },
    )


def calendar_file(truth: Truth, origin: str, now_ms: int) -> bytes:
    """One event with an alarm.

    Args:
        origin: How viewers reach the service, such as https://live.example.
        now_ms: When the file is made, epoch ms.

    Raises:
        NotFound: `no_times_yet`.
    """
    session = truth.session
    start, end = _planned(session)
    event, address = Event(), f"{origin}/s/{session.id}"
    event.add("uid", f"{session.id}@{urlsplit(origin).hostname}")
    event.add("sequence", truth.version)
    event.add("dtstamp", _moment(now_ms))
    event.add("dtstart", start)
    event.add("dtend", end)
    event.add("summary", session.title)
    event.add("description", f"{session.host}\n{address}")
    event.add("url", address)
    event.add("status", "CANCELLED" if session.state is State.CANCELLED else "CONFIRMED")
    if session.state is State.SCHEDULED:
        event.add_component(_alarm(session))
    calendar = Calendar()
    calendar.add("prodid", _MAKER)
    calendar.add("version", "2.0")
    calendar.add_component(event)
    return bytes(calendar.to_ical())


def _planned(session: Session) -> tuple[datetime, datetime]:
    if session.planned_start_ms is None or session.planned_end_ms is None:
        raise NotFound("no_times_yet", "This show has no planned time yet. Come back later.")
    return _moment(session.planned_start_ms), _moment(session.planned_end_ms)


def _alarm(session: Session) -> Alarm:
    alarm = Alarm()
    alarm.add("action", "DISPLAY")
    alarm.add("description", session.title)
    alarm.add("trigger", -ALARM_BEFORE)
    return alarm


def _moment(at_ms: int) -> datetime:
    return datetime.fromtimestamp(at_ms // 1000, UTC)
