"""Whether someone may deal with a session's orders: the right to, and for a host, its own."""

from livesell.domain.ids import check_session_id
from livesell.domain.owning import check_owner
from livesell.domain.person import Actor
from livesell.domain.role import Role, require_orders
from livesell.store import Store


async def check_settles(store: Store, session_id: str, by: Actor, now_ms: int) -> None:
    """Orders tell who bought, so reading them asks for the same as settling them.

    Raises:
        NotAllowed: `not_allowed`, or `not_yours` for another host's session.
        NotFound: `no_such_session`.
    """
    require_orders(by.role)
    if by.role is not Role.HOST:
        return
    place = await store.holding(check_session_id(session_id))
    check_owner(by, (await place.sessions.pull(session_id, now_ms)).session)
