"""A session: one scheduled broadcast, its states, and its own clock."""

import re
from enum import StrEnum
from functools import lru_cache
from typing import Any
from zoneinfo import ZoneInfo, available_timezones

from msgspec import Struct
from msgspec.structs import replace

from livesell.domain.flash import Flash
from livesell.domain.ids import check_slug
from livesell.domain.money import check_currency
from livesell.domain.text import clean_block, clean_line
from livesell.domain.undo import Doing, Undoable
from livesell.errors import BadInput, Conflict

MAX_TITLE_CHARS = 80
MAX_NAME_CHARS = 40
MAX_NOTICE_CHARS = 200
MAX_ADDRESS_CHARS = 500
MAX_LENGTH_MS = 24 * 3_600_000
# 9999-01-01: a year before the last date that can be shown, in any zone.
MAX_START_MS = 253_370_764_800_000
DEFAULT_GRACE_S = 900


class State(StrEnum):
    DRAFT = "draft"
    SCHEDULED = "scheduled"
    LIVE = "live"
    PAUSED = "paused"
    ENDED = "ended"
    CANCELLED = "cancelled"
    MISSED = "missed"


ON_AIR = frozenset({State.LIVE, State.PAUSED})
CLOSED = frozenset({State.ENDED, State.CANCELLED})

# What each verb may start from. A missed session can still be started by its host, late.
_FROM: dict[str, tuple[frozenset[State], State]] = {
    "schedule": (frozenset({State.DRAFT, State.SCHEDULED, State.MISSED}), State.SCHEDULED),
    "start": (frozenset({State.DRAFT, State.SCHEDULED, State.MISSED}), State.LIVE),
    "pause": (frozenset({State.LIVE}), State.PAUSED),
    "resume": (frozenset({State.PAUSED}), State.LIVE),
    "end": (ON_AIR, State.ENDED),
    "cancel": (frozenset({State.DRAFT, State.SCHEDULED, State.MISSED}), State.CANCELLED),
    "miss": (frozenset({State.SCHEDULED}), State.MISSED),
}

_WORDS = {
    State.DRAFT: "a draft",
    State.SCHEDULED: "scheduled",
    State.LIVE: "live",
    State.PAUSED: "paused",
    State.ENDED: "over",
    State.CANCELLED: "cancelled",
    State.MISSED: "missed",
}

# What is done to a session; the others it does itself.
_PASSIVE = {"schedule": "be scheduled", "cancel": "be cancelled", "miss": "be missed"}


class Session(Struct, frozen=True, kw_only=True):
    """The record of a session. Times are epoch milliseconds, UTC.

    `rundown` is the planned order of card ids. `owner` is the login name of its host, `campaign`
    the id of the event that it is part of. `paused_ms` is the sum of finished pauses. `doings` are
    the last commands, oldest first; `undo` belongs to the last of them, and is None when that
    cannot be taken back. `rehearsal_of` is the session that this one rehearses, empty for all
    others. `replay` is the address of the recording, which may be set after the end as well.
    """

    id: str
    title: str
    host: str
    state: State = State.DRAFT
    planned_start_ms: int | None = None
    planned_end_ms: int | None = None
    grace_s: int = DEFAULT_GRACE_S
    zone: str = "Asia/Shanghai"
    currency: str = "CNY"
    video: str = ""
    cover: str = ""
    replay: str = ""
    fund: str = ""
    campaign: str = ""
    owner: str = ""
    notice: str = ""
    public_gross: bool = False
    rundown: tuple[str, ...] = ()
    flashes: tuple[Flash, ...] = ()
    shown: str | None = None
    shown_since_ms: int | None = None
    started_ms: int | None = None
    ended_ms: int | None = None
    paused_since_ms: int | None = None
    paused_ms: int = 0
    undo: Undoable | None = None
    doings: tuple[Doing, ...] = ()
    rehearsal_of: str = ""


def check_session(session: Session) -> Session:
    """The session with its texts cleaned; every rule that needs no clock.

    Raises:
        BadInput: Names the first wrong field.
    """
    check_slug(session.id, "session_id")
    if session.zone not in _zones():
        raise BadInput.field(
            "zone",
            f"The time zone {session.zone[:40]!r} is not known. Write one like Asia/Shanghai.",
        )
    if not 0 <= session.grace_s <= 86_400:
        raise BadInput.field("grace_s", "The grace time has to be from 0 to 86400 seconds.")
    check_planned(session.planned_start_ms, session.planned_end_ms)
    if session.campaign:
        check_slug(session.campaign, "campaign")
    return replace(
        session,
        title=clean_line(session.title, "title", max_chars=MAX_TITLE_CHARS, required=True),
        host=clean_line(session.host, "host", max_chars=MAX_NAME_CHARS, required=True),
        fund=clean_line(session.fund, "fund", max_chars=MAX_NAME_CHARS),
        notice=clean_block(session.notice, "notice", max_chars=MAX_NOTICE_CHARS),
        video=check_link(session.video, "video"),
        cover=check_link(session.cover, "cover"),
        replay=check_web_address(session.replay, "replay"),
        currency=check_currency(session.currency),
    )


@lru_cache(maxsize=1)
def _zones() -> frozenset[str]:
    """Kept, because looking for them reads the disk and takes up to 40 ms."""
    return frozenset(available_timezones())


def check_planned(start_ms: int | None, end_ms: int | None) -> None:
    """Both times or neither; the end after the start, 24 hours at most."""
    if start_ms is None and end_ms is None:
        return
    if start_ms is None or end_ms is None:
        raise BadInput.field("planned_end", "Give both the planned start and the planned end.")
    if not 0 < start_ms < MAX_START_MS:
        raise BadInput.field("planned_start", "The planned start has to be before the year 9999.")
    if end_ms <= start_ms:
        raise BadInput.field(
            "planned_end", "The planned end is before the start. Choose a later end."
        )
    if end_ms - start_ms > MAX_LENGTH_MS:
        raise BadInput.field("planned_end", "A session lasts 24 hours at most. Make it shorter.")


def check_link(value: str, field: str) -> str:
    """An address that a page may load: https, http, or a path on this service. Empty is fine."""
    link = clean_line(value, field, max_chars=MAX_ADDRESS_CHARS)
    if link and not link.startswith(("https://", "http://")):
        if not link.startswith("/") or link.startswith(("//", "/\\")):
            raise BadInput.field(
                field, f"The {field} address has to begin with https:// or with a single /."
            )
    if link.startswith(("https://", "http://")) and not re.match(r"https?://[^/?#]", link):
        raise BadInput.field(field, f"The {field} address names no host.")
    if any(char in link for char in " \"'\\"):
        raise BadInput.field(field, f"The {field} address has spaces, quotes or backslashes in it.")
    return link


def check_web_address(value: str, field: str) -> str:
    """An address elsewhere, for a link: https or http. Empty is fine."""
    link = check_link(value, field)
    if link.startswith("/"):
        raise BadInput.field(
            field, f"The {field} address has to begin with https:// or with http://."
        )
    return link


def zone_of(session: Session) -> ZoneInfo:
    return ZoneInfo(session.zone)


def moved(session: Session, verb: str, **changes: Any) -> Session:
    """The session after a verb such as "start".

    Raises:
        Conflict: The session's state does not allow it.
    """
    sources, target = _FROM[verb]
    if session.state not in sources:
        done = _PASSIVE.get(verb, verb)
        raise Conflict(
            "wrong_state",
            f"This session is {_WORDS[session.state]}, so it cannot {done} now.",
            data={"state": str(session.state)},
        )
    return replace(session, state=target, **changes)


def live_ms(session: Session, now_ms: int) -> int:
    """How long the session has been live, pauses apart; 0 before it started."""
    if session.started_ms is None:
        return 0
    until = session.ended_ms if session.ended_ms is not None else now_ms
    if session.paused_since_ms is not None:
        until = min(until, session.paused_since_ms)
    return max(0, until - session.started_ms - session.paused_ms)
