"""The show that the viewers of one that is over are told of."""

from collections.abc import Iterable

from livesell.domain.session import Session, State


def next_show(sessions: Iterable[Session], over: Session, now_ms: int) -> Session | None:
    """The next one of the same host, else of the same owner, else of all; None when nothing is
    announced. One login may run the shows of several hosts.
    """

    def place(one: Session) -> tuple[int, int, str]:
        return (_distance(one, over), _start(one), one.id)

    coming = (one for one in sessions if one.id != over.id and _is_coming(one, now_ms))
    return min(coming, key=place, default=None)


def _is_coming(session: Session, now_ms: int) -> bool:
    is_announced = session.state is State.SCHEDULED and not session.rehearsal_of
    return is_announced and _start(session) > now_ms


def _distance(one: Session, other: Session) -> int:
    if one.host == other.host:
        return 0
    return 1 if one.owner != "" and one.owner == other.owner else 2


def _start(session: Session) -> int:
    return session.planned_start_ms or 0
