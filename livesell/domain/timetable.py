"""What the clock asks of a session. The store decides; a timer only wakes and asks here."""

from typing import Literal

from livesell.domain.flash import Flash
from livesell.domain.session import ON_AIR, Session, State

Due = Literal["start", "end", "miss"]


def due(session: Session, now_ms: int) -> Due | None:
    """What has to happen to this session now, if anything.

    A scheduled session starts at its time, or late within its grace time (the process may have
    been down); after that, or when its planned end has passed, it was missed. A rehearsal is
    started and ended by people.
    """
    if session.rehearsal_of:
        return None
    start_ms, end_ms = session.planned_start_ms, session.planned_end_ms
    if session.state is State.SCHEDULED and start_ms is not None and now_ms >= start_ms:
        is_too_late = now_ms > start_ms + session.grace_s * 1000
        is_past = end_ms is not None and now_ms >= end_ms
        return "miss" if is_too_late or is_past else "start"
    if session.state in ON_AIR and end_ms is not None and now_ms >= end_ms:
        return "end"
    return None


def due_flash(session: Session, now_ms: int) -> Flash | None:
    """A flash sale that is over by the clock, and whose end nobody has written down yet.

    Orders are refused from its end on in any case; writing it down frees what is left of it.
    """
    for flash in session.flashes:
        if flash.is_started and not flash.has_claim(now_ms):
            return flash
    return None


def next_wake_ms(session: Session) -> int | None:
    """When to ask again, epoch ms; None when the clock has nothing to say to this session."""
    if session.state is State.SCHEDULED:
        return None if session.rehearsal_of else session.planned_start_ms
    if session.state not in ON_AIR:
        return None
    planned_ms = None if session.rehearsal_of else session.planned_end_ms
    ends = [flash.ends_ms for flash in session.flashes if flash.is_started]
    return min((at_ms for at_ms in (planned_ms, *ends) if at_ms is not None), default=None)
