"""Sessions and tokens for a service that runs in a process of its own."""

import contextlib
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from livesell.actions.host import Host
from livesell.actions.staff import Staff
from livesell.actions.viewer import Viewers
from livesell.cli.options import CLI
from livesell.clock import system_clock
from livesell.config import Auth, StoreConfig
from livesell.domain.command import Start
from livesell.domain.recount import Recount
from livesell.domain.truth import Truth
from livesell.errors import Conflict
from livesell.store import Store, open_store
from tests.support.build import a_card, a_session

HOUR_MS = 3_600_000


@asynccontextmanager
async def store_of(data: Path) -> AsyncIterator[Store]:
    """The store of a data directory, used beside the service that runs there."""
    store = await open_store(StoreConfig(timeout_ms=5000), data)
    try:
        yield store
    finally:
        await store.close()


async def given_planned(
    store: Store, session_id: str = "naqu", *, start_in_ms: int, length_ms: int = HOUR_MS,
    stock: int = 100, **fields: Any,
) -> None:  # fmt: skip
    """A session that is scheduled, its one card "tea" open for ordering."""
    start_ms = system_clock() + start_in_ms
    planned = {"planned_start_ms": start_ms, "planned_end_ms": start_ms + length_ms}
    session = a_session(id=session_id, **planned, **fields)
    await Host(store, system_clock).create(
        session, [a_card(open=True)], {"tea": stock}, by=CLI, confirm=True
    )


async def given_on_air(store: Store, session_id: str = "naqu", **fields: Any) -> None:
    """The same, live."""
    await given_planned(store, session_id, start_in_ms=0, **fields)
    with contextlib.suppress(Conflict):  # a running service may have started it already
        await Host(store, system_clock).run(session_id, Start(confirm=True), by=CLI)


async def truth_of(store: Store, session_id: str = "naqu") -> Truth:
    return await store.sessions.pull(session_id, system_clock())


async def recount_of(store: Store, session_id: str = "naqu") -> Recount:
    return await Staff(store, system_clock, "ordered").recount(session_id)


async def token_of(store: Store) -> str:
    """A new viewer's."""
    secret = await store.people.token_secret()
    token, _ = Viewers(store, secret, system_clock, Auth()).welcome(known=None)
    return token
