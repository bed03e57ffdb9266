"""What the clock asks of a session. The store decides; a timer only wakes and asks here."""

from typing import Literal

from livesell.domain.session import ON_AIR, Session, State

Due = Literal["start", "end", "miss"]


def due(session: Session, now_ms: int) -> Due | None:
    """What has to happen to this session now, if anything.

    A scheduled session starts at its time, or late within its grace time (the process may have
    been down); after that, or when its planned end has passed, it was missed.
    """
    start_ms, end_ms = session.planned_start_ms, session.planned_end_ms
    if session.state is State.SCHEDULED and start_ms is not None and now_ms >= start_ms:
        is_too_late = now_ms > start_ms + session.grace_s * 1000
        is_past = end_ms is not None and now_ms >= end_ms
        return "miss" if is_too_late or is_past else "start"
    if session.state in ON_AIR and end_ms is not None and now_ms >= end_ms:
        return "end"
    return None


def next_wake_ms(session: Session) -> int | None:
    """When to ask again, epoch ms; None when the clock has nothing to say to this session."""
    if session.state is State.SCHEDULED:
        return session.planned_start_ms
    if session.state in ON_AIR:
        return session.planned_end_ms
    return None
