"""The list of sessions as a crew looks through it: which ones, in which order, a page at a time."""

import unicodedata
from collections.abc import Callable, Iterable
from typing import Any, Literal

from msgspec import Struct

from livesell.domain.session import ON_AIR, Session, State
from livesell.errors import BadInput

Part = Literal["now", "next", "past"]

_NEXT = frozenset({State.DRAFT, State.SCHEDULED})


class Wish(Struct, frozen=True, kw_only=True):
    """Which sessions somebody wants to see; what is empty or None asks for nothing.

    `words` all have to be in the title, the host's name or the id. `from_ms` and `to_ms` want
    whatever runs at some moment in between.
    """

    part: Part | None = None
    words: str = ""
    host: str = ""
    campaign: str = ""
    state: State | None = None
    from_ms: int | None = None
    to_ms: int | None = None


class Page(Struct, frozen=True, kw_only=True):
    """Some of `total` sessions; `next` is what the following page comes after, None at the end.

    `hosts` are the names that stand in the whole list, so that a filter can offer them.
    """

    sessions: list[Session]
    total: int
    next: str | None
    hosts: list[str]


def part_of(session: Session) -> Part:
    """Whether it is on air, still to come, or past (over, cancelled or missed)."""
    if session.state in ON_AIR:
        return "now"
    return "next" if session.state in _NEXT else "past"


def page_of(sessions: Iterable[Session], wish: Wish, *, after: str = "", limit: int) -> Page:
    """The page of the wished sessions that comes after the session `after`.

    Raises:
        BadInput: `after` is not in the list.
    """
    known = list(sessions)
    found = sorted((one for one in known if is_wished(one, wish)), key=_order(wish.part))
    first = _place_after(found, after)
    rows = found[first : first + limit]
    return Page(
        sessions=rows,
        total=len(found),
        next=rows[-1].id if first + limit < len(found) else None,
        hosts=sorted({one.host for one in known}),
    )


def is_wished(session: Session, wish: Wish) -> bool:
    return (
        wish.part in (None, part_of(session))
        and wish.host in ("", session.host)
        and wish.campaign in ("", session.campaign)
        and wish.state in (None, session.state)
        and _has_words(session, wish.words)
        and _runs_between(session, wish.from_ms, wish.to_ms)
    )


def span_of(session: Session) -> tuple[int, int] | None:
    """From when to when it runs, as planned or as it was; None for what has no time yet."""
    start_ms = session.planned_start_ms if session.started_ms is None else session.started_ms
    if start_ms is None:
        return None
    ends = (session.ended_ms, session.planned_end_ms, start_ms)
    return start_ms, max(start_ms, next(end for end in ends if end is not None))


def _runs_between(session: Session, from_ms: int | None, to_ms: int | None) -> bool:
    if from_ms is None and to_ms is None:
        return True
    span = span_of(session)
    if span is None:
        return False
    return (to_ms is None or span[0] < to_ms) and (from_ms is None or span[1] > from_ms)


def _has_words(session: Session, words: str) -> bool:
    text = _plain(f"{session.title}\n{session.host}\n{session.id}")
    return all(word in text for word in _plain(words).split())


def _plain(text: str) -> str:
    """The same for upper and lower case, and for the wide letters of Chinese keyboards."""
    return unicodedata.normalize("NFKC", text).casefold()


def _order(part: Part | None) -> Callable[[Session], Any]:
    """What comes next is listed soonest first, drafts after it; all else newest first."""
    if part == "next":
        return lambda one: (one.planned_start_ms is None, one.planned_start_ms or 0, one.id)
    return lambda one: (-_when(one), one.id)


def _when(session: Session) -> float:
    span = span_of(session)
    return float("inf") if span is None else span[0]


def _place_after(found: list[Session], after: str) -> int:
    if not after:
        return 0
    for place, session in enumerate(found):
        if session.id == after:
            return place + 1
    raise BadInput.field(
        "after", "The list has changed since its last page was read. Read it from the start."
    )
