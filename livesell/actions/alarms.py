"""Who looked at an alarm about a payment: once each, and on record."""

from livesell.actions.owning import check_settles
from livesell.domain.ids import check_session_id
from livesell.domain.person import Actor
from livesell.errors import NotFound
from livesell.store import Store
from livesell.store.settling import Alarm, Seen


async def see_alarm(
    store: Store, session_id: str, alarm_id: str, *, by: Actor, now_ms: int
) -> tuple[Alarm, Seen]:
    """The alarm, and who saw it first; a second look changes nothing.

    Raises:
        NotAllowed: Not everyone may know who bought.
        NotFound: `no_such_session`, or `no_such_alarm`.
        Conflict: `session_archived`.
    """
    await check_settles(store, session_id, by, now_ms)
    await store.archives.check_in_store(check_session_id(session_id))
    for alarm in await store.settling.alarms(session_id):
        if alarm.id == alarm_id:
            return alarm, await store.settling.see_alarm(session_id, alarm, by.name, now_ms)
    raise NotFound("no_such_alarm", "There is no such alarm in this session. Load the page again.")
