"""What the viewer's page says of a session before any script runs: pure, from its document.

The page's own scripts (`phase.js`, `viewer-stage.js`) say the same once they are there; a test in
a browser holds both to the same words. Times are in the session's zone, because nobody knows the
viewer's here; the script puts them into it.
"""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from msgspec import Struct

from livesell.web.words import Sentences

_PHASES = {"live": "during", "paused": "during", "ended": "after", "cancelled": "after"}
_CENTRES = {
    "draft": "draft",
    "missed": "missed",
    "paused": "paused",
    "ended": "ended",
    "cancelled": "cancelled",
}


class Shown(Struct, frozen=True):
    """What is read of a viewer document's session."""

    id: str
    title: str
    host: str
    state: str
    zone: str
    planned_start: int | None = None
    started: int | None = None
    ended: int | None = None
    cover: str = ""
    rehearsal_of: str = ""


class ShownDocument(Struct, frozen=True):
    """What is read of a viewer document."""

    session: Shown


class Centre(Struct, frozen=True):
    """The middle of the stage; an empty title: nothing stands there."""

    title: str = ""
    text: str = ""
    has_countdown: bool = False


def phase_of(session: Shown) -> str:
    return _PHASES.get(session.state, "before")


def state_text(session: Shown, sentences: Sentences) -> str:
    key = f"state.{session.state}"
    return sentences.say(key) if sentences.knows(key) else ""


def centre_of(session: Shown, sentences: Sentences, now_ms: int) -> Centre:
    start = session.planned_start
    time = "" if start is None else moment_text(start, session.zone)
    if session.state == "scheduled" and start is not None:
        is_coming = start > now_ms
        title = sentences.say("viewer.startsIn" if is_coming else "viewer.startsSoon")
        text = "viewer.startsAt" if is_coming else "viewer.stayHere"
        return Centre(title, sentences.say(text, time=time), is_coming)
    name = "draft" if session.state == "scheduled" else _CENTRES.get(session.state)
    if name is None:
        return Centre()
    length = length_text((session.ended or 0) - (session.started or 0))
    return Centre(
        sentences.say(f"viewer.{name}Title"),
        sentences.say(f"viewer.{name}Text", length=length, time=time),
    )


def about(session: Shown, sentences: Sentences) -> str:
    """One line for link previews and search: what it is, by whom, since or from when."""
    at = session.started or session.planned_start
    parts = (
        state_text(session, sentences),
        sentences.say("viewer.host", name=session.host),
        "" if at is None else moment_text(at, session.zone),
    )
    return " · ".join(filter(None, parts))


def moment_text(ms: int, zone: str) -> str:
    """A moment as in "2026-06-27 20:00 (UTC+8)", which is understood in every language."""
    at = datetime.fromtimestamp(ms // 1000, UTC).astimezone(ZoneInfo(zone))
    return f"{at:%Y-%m-%d %H:%M} ({_offset_text(at)})"


def _offset_text(at: datetime) -> str:
    offset = at.utcoffset()
    minutes = 0 if offset is None else int(offset.total_seconds()) // 60
    hours, rest = divmod(abs(minutes), 60)
    sign = "-" if minutes < 0 else "+"
    return f"UTC{sign}{hours}" + (f":{rest:02}" if rest else "")


def length_text(ms: int) -> str:
    """A length as in "1:02:03" or "02:03"; a begun second counts, as in `format.js`."""
    seconds = max(0, -(-ms // 1000))
    hours, rest = divmod(seconds, 3600)
    minutes = f"{rest // 60:02}:{rest % 60:02}"
    return f"{hours}:{minutes}" if hours else minutes
