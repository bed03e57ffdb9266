"""Whether two sessions of one host run at the same time, by plan or on air.

Often it is a slip, and sometimes it is meant (a second camera, a stand-in), so it is asked for
twice and never forbidden. Sessions are one host's when the name of the host is the same; for a host
who plans for themselves also when the owner is, whatever name is written there. A
rehearsal is in nobody's way.
"""

from collections.abc import Iterable

from livesell.domain.role import Role
from livesell.domain.session import ON_AIR, Session, State
from livesell.errors import Conflict

# A session that was missed, called off or is over takes nobody's time.
_TAKES_TIME = ON_AIR | {State.SCHEDULED}

Span = tuple[int, int]


def check_plan_is_free(
    session: Session, span: Span, others: Iterable[Session], *, by: Role
) -> None:
    """Raises `Conflict` (`overlaps`) when the host has another session planned in `span`."""
    for other in _of_same_host(session, others, by):
        taken = _span_of(other)
        if taken is not None and span[0] < taken[1] and taken[0] < span[1]:
            raise _overlaps(
                other,
                f"“{other.title}” of the same host takes part of this time. Choose another time, "
                "or confirm that both are meant.",
            )


def check_is_off_air(session: Session, others: Iterable[Session], *, by: Role) -> None:
    """Raises `Conflict` (`overlaps`) when the host is on air in another session."""
    for other in _of_same_host(session, others, by):
        if other.state in ON_AIR:
            raise _overlaps(
                other,
                f"“{other.title}” of the same host is on air. End it first, or confirm that both "
                "are meant.",
            )


def _of_same_host(session: Session, others: Iterable[Session], by: Role) -> Iterable[Session]:
    host = session.host.casefold()
    if session.rehearsal_of:
        return
    for other in (one for one in others if not one.rehearsal_of):
        is_own = by is Role.HOST and other.owner == session.owner
        if (is_own or other.host.casefold() == host) and other.id != session.id:
            yield other


def _span_of(session: Session) -> Span | None:
    if session.state not in _TAKES_TIME or session.planned_end_ms is None:
        return None
    start_ms = session.started_ms if session.state in ON_AIR else session.planned_start_ms
    return None if start_ms is None else (start_ms, session.planned_end_ms)


def _overlaps(other: Session, sentence: str) -> Conflict:
    return Conflict(
        "overlaps",
        sentence,
        data={
            "session": other.id,
            "title": other.title,
            "state": str(other.state),
            "start_ms": other.planned_start_ms,
            "end_ms": other.planned_end_ms,
            "zone": other.zone,
        },
    )
