"""All that can be seen of a session, before and after it is archived."""

import msgspec

from livesell.actions.staff import Staff
from livesell.store import Store
from livesell.store.keys import SESSION_KEYS


async def everything(staff: Staff, session_id: str = "naqu") -> object:
    """All that staff can see of a session."""
    page = await staff.orders_page(session_id, 0, 500)
    return msgspec.to_builtins(
        (
            await staff.figures(session_id),
            await staff.timeline(session_id),
            await staff.markers(session_id),
            (page.rows, page.next),
            await staff.recount(session_id),
            [chunk async for chunk in staff.orders_csv(session_id)],
        )
    )


async def keys_of(store: Store, session_id: str = "naqu") -> dict[str, int]:
    """The bytes of each key that the session has in the store."""
    link = store.archives.link
    sizes = await link.read(
        *(("MEMORY", "USAGE", link.keys.of(session_id, name)) for name in SESSION_KEYS)
    )
    return {name: size for name, size in zip(SESSION_KEYS, sizes, strict=True) if size}
