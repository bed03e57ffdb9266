"""A running push server, on a free port, before the real store."""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any

import pytest
import uvloop
from prometheus_client import CollectorRegistry

from livesell.clock import Clock
from livesell.config import Config, Push
from livesell.push import PushServer
from livesell.store import Store
from tests.push.pages import SECRET


class Running:
    """A server, the port it has, and its metrics."""

    def __init__(self, server: PushServer, port: int, registry: CollectorRegistry) -> None:
        self.server = server
        self.port = port
        self.registry = registry

    def metric(self, name: str, **labels: str) -> float:
        return self.registry.get_sample_value(f"livesell_push_{name}", labels) or 0.0


@contextlib.asynccontextmanager
async def running(
    store: Store, clock: Clock, *, node: str = "node-1", config: Config | None = None, port: int = 0
) -> AsyncIterator[Running]:
    """A push server that hears the store's wakes."""
    registry = CollectorRegistry()
    server = PushServer(
        store=store,
        config=config or Config(),
        secret=SECRET,
        node=node,
        clock=clock,
        registry=registry,
    )
    try:
        port = await server.start(("127.0.0.1", port))
    except BaseException:
        await server.stop()
        raise
    listening = asyncio.create_task(store.wake.listen(server.wake, server.gap, server.wake_crew))
    try:
        yield Running(server, port, registry)
    finally:
        listening.cancel()
        await asyncio.gather(listening, return_exceptions=True)
        await server.stop()


Start = Callable[..., Awaitable[Running]]


@pytest.fixture
async def start(store: Store, clock: Clock) -> AsyncIterator[Start]:
    """Starts servers with `await start(node="node-2", tick_ms=20, ...)`; stops them at the end."""
    async with contextlib.AsyncExitStack() as stack:

        async def begin(
            node: str = "node-1", *, base: Config | None = None, port: int = 0, **push: Any
        ) -> Running:
            fast = {"tick_ms": 20, "like_ms": 100, **push}
            config = base or Config(push=Push(**fast))
            return await stack.enter_async_context(
                running(store, clock, node=node, config=config, port=port)
            )

        yield begin


@pytest.hookimpl(optionalhook=True)
def pytest_asyncio_loop_factories(
    item: pytest.Item,
) -> dict[str, Callable[[], asyncio.AbstractEventLoop]]:
    """uvloop, as in production; tests marked `either_loop` run on asyncio's loop too."""
    factories: dict[str, Callable[[], asyncio.AbstractEventLoop]] = {
        "uvloop": uvloop.new_event_loop
    }
    if item.get_closest_marker("either_loop") is not None:
        factories["asyncio"] = asyncio.new_event_loop
    return factories


def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line("markers", "either_loop: runs on uvloop and on asyncio's own loop")
