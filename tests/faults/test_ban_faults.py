"""A ban outlives whatever carried it out: a killed service, a killed store, many processes."""

import asyncio
import contextlib
import signal
from pathlib import Path

import pytest
from websockets.asyncio.client import connect
from websockets.exceptions import ConnectionClosed
from websockets.typing import Subprotocol

from livesell import auth
from livesell.clock import system_clock
from livesell.store import Store
from livesell.wire import SUBPROTOCOL
from tests.support.audience import Viewer
from tests.support.given import given_on_air, recount_of, store_of, token_of
from tests.support.process import Serving, serving
from tests.support.store import kill_server
from tests.support.wait import wait_until


async def viewer_of(store: Store, token: str) -> str:
    secret = await store.people.token_secret()
    return auth.read(secret, token, system_clock()).viewer


async def ban(store: Store, viewer: str) -> None:
    """Once a beat has told of the viewer."""

    async def is_known() -> bool:
        return (await store.audience.values("naqu", ["seen"], [viewer]))[0][0] is not None

    await wait_until(is_known, "a beat has told of the viewer", 15)
    await store.audience.moderate(
        "naqu", "ban", viewer, by="ann", cause="刷屏", now_ms=system_clock()
    )


async def close_code(service: Serving, token: str) -> int:
    """How a socket with this token ends."""
    where = f"ws://{service.running.push}/v1/sessions/naqu?token={token}"
    protocols = [Subprotocol(SUBPROTOCOL)]
    async with (
        asyncio.timeout(15),
        connect(where, subprotocols=protocols, compression=None, proxy=None) as socket,
    ):
        with contextlib.suppress(ConnectionClosed):
            async for _ in socket:
                pass
        assert socket.close_code is not None
        return socket.close_code


@pytest.mark.parametrize("with_store", [False, True], ids=["alone", "with its store"])
async def test_a_ban_outlives_a_killed_service(tmp_path: Path, with_store: bool) -> None:
    data = tmp_path / "data"
    async with store_of(data) as store, serving(data) as service:
        await given_on_air(store)
        token, other = await token_of(store), await token_of(store)
        ending = asyncio.create_task(close_code(service, token))
        async with Viewer(service.running.push, "naqu", other):
            await ban(store, await viewer_of(store, token))
            assert await ending == 4503
        assert await service.end(signal.SIGKILL) == -signal.SIGKILL
        if with_store:
            await asyncio.to_thread(kill_server, data)
        await service.start()
        assert await close_code(service, token) == 4503
        async with Viewer(service.running.push, "naqu", other) as viewer:
            assert (await viewer.order("tea"))["ok"]
        assert (await recount_of(store)).is_exact


async def test_every_worker_closes_its_sockets(tmp_path: Path) -> None:
    data = tmp_path / "data"
    async with store_of(data) as store, serving(data, "--push-workers", "2") as service:
        await given_on_air(store)
        token = await token_of(store)
        # The kernel spreads them over both processes; the cap per viewer is above this.
        ending = [asyncio.create_task(close_code(service, token)) for _ in range(6)]
        await ban(store, await viewer_of(store, token))
        assert await asyncio.gather(*ending) == [4503] * 6
        assert await close_code(service, token) == 4503
