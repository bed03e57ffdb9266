"""Each commit wakes every listener; any break is told as a gap."""

import asyncio
import contextlib
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from livesell.domain.command import Notice
from livesell.store import Store
from tests.conftest import no_task_left
from tests.support.build import a_request, command, given_live, given_session
from tests.support.proxy import FaultProxy, fault_proxy
from tests.support.store import fresh_store, socket_of
from tests.support.wait import wait_until


class Listener:
    def __init__(self) -> None:
        self.woken: list[str] = []
        self.gaps = 0

    def gap(self) -> None:
        self.gaps += 1


@contextlib.asynccontextmanager
async def listening(store: Store) -> AsyncIterator[Listener]:
    listener = Listener()
    task = asyncio.create_task(store.wake.listen(listener.woken.append, listener.gap))
    try:
        await wait_until(lambda: listener.gaps, "the first gap is told")
        yield listener
    finally:
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task


async def test_each_commit_wakes_with_the_sessions_id(store: Store) -> None:
    async with listening(store) as listener:
        await given_session(store, id="one")
        await given_session(store, id="two")
        await command(store, Notice(text="x"), "one")
        await wait_until(lambda: len(listener.woken) == 3, "three commits wake")
        assert listener.woken == ["one", "two", "one"]
        assert listener.gaps == 1


async def test_a_replayed_commit_and_an_order_wake_nobody(store: Store) -> None:
    await given_live(store)
    await command(store, Notice(text="x"), command_id="c")
    async with listening(store) as listener:
        await command(store, Notice(text="x"), command_id="c")
        await store.orders.place("naqu", [a_request()], 1)
        await command(store, Notice(text="end"))
        await wait_until(lambda: listener.woken, "the last commit wakes")
        assert listener.woken == ["naqu"]


@pytest.fixture
async def proxied(store_data: Path, tmp_path: Path) -> AsyncIterator[tuple[Store, FaultProxy]]:
    path = tmp_path / "proxy.sock"
    async with (
        fault_proxy(socket_of(store_data), path) as proxy,
        fresh_store(store_data, url=f"unix://{path}") as store,
    ):
        yield store, proxy
    await no_task_left()


async def test_a_broken_connection_is_a_gap_and_listening_goes_on(
    proxied: tuple[Store, FaultProxy],
) -> None:
    store, proxy = proxied
    async with listening(store) as listener:
        proxy.refuse()
        proxy.cut()
        await asyncio.sleep(0)
        proxy.heal()
        await wait_until(lambda: listener.gaps == 2, "the gap is told after reconnecting")
        await given_session(store)
        await wait_until(lambda: listener.woken == ["naqu"], "a commit wakes again")
