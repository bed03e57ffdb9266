"""The composition root: builds a whole service from a `Config`, starts it and stops it in order.

This is the only place that opens things. What is opened is closed in reverse, after the sockets
have said goodbye. Read `App._start` from top to bottom to see what a service is made of.
"""

import os
from collections.abc import Awaitable, Callable, Mapping
from contextlib import AsyncExitStack
from functools import partial
from pathlib import Path

from prometheus_client import CollectorRegistry, PlatformCollector, ProcessCollector

from livesell.actions.cashier import Cashier
from livesell.actions.chores import Chore, Chores
from livesell.actions.people import Crew
from livesell.actions.rehearsal import Sweeping
from livesell.actions.sealing import Sealing
from livesell.actions.timetable import Timetable
from livesell.actions.waiting import Waiters
from livesell.background import background, collect_when_quiet, listen, watch_lag
from livesell.clock import Clock, system_clock
from livesell.config import Config
from livesell.datadir import Running, ServeLock, prepare
from livesell.listening import joined, listening, node_name
from livesell.payments import Payments
from livesell.payments.opened import open_payments
from livesell.push import PushServer
from livesell.store import Store, open_store
from livesell.timers import Timers
from livesell.web import WebServer
from livesell.workers import Workers

# Below the data directory: the photos that the crew sent.
PHOTOS = "photos"

# How long the sockets have to finish their orders and flush their counts when a service stops.
DRAIN_S = 5.0


class App:
    """A whole service: store, sockets, pages, timers.

    Args:
        data: The data directory; one service at a time serves from it.
    """

    def __init__(self, config: Config, data: Path, *, clock: Clock = system_clock) -> None:
        self._config = config
        self._data = data
        self._clock = clock
        self._closing = AsyncExitStack()
        self._opened: tuple[Store, Running] | None = None
        self.workers: Workers | None = None

    @property
    def store(self) -> Store:
        """The open store of a service that has started."""
        return self._started()[0]

    @property
    def running(self) -> Running:
        """Where a service that has started listens."""
        return self._started()[1]

    @property
    def crew(self) -> Crew:
        return Crew(self.store, self._clock, self._config.auth)

    @property
    def http_address(self) -> str:
        return self.running.http

    @property
    def push_address(self) -> str:
        return self.running.push

    async def start(self) -> None:
        """Returns when pages and sockets answer; when anything fails, all is closed again.

        Raises:
            CannotStart: A port, the data directory or the store is not usable.
        """
        async with AsyncExitStack() as stack:
            await self._start(stack)
            self._closing = stack.pop_all()

    async def stop(self) -> None:
        """Says goodbye to the sockets, then closes everything in reverse order."""
        await self._closing.aclose()
        self._opened = self.workers = None

    async def setup_code(self) -> str | None:
        """A fresh code for the first administrator; None when there is one."""
        return await self.crew.offer_setup() if await self.crew.needs_setup() else None

    async def _start(self, stack: AsyncExitStack) -> None:
        prepare(self._data)
        lock = ServeLock(self._data)
        lock.acquire()
        stack.callback(lock.release)
        store = await open_store(self._config.store, self._data)
        stack.push_async_callback(store.close)
        secret = self._config.auth.secret or await store.people.token_secret()
        registry = new_registry()
        payments = await open_payments(self._config, secret)
        for port in payments.values():
            stack.push_async_callback(port.close)
        cashier = Cashier(store, self._clock, payments, self._config.sales)
        chores = Chores(store, self._clock, self._chores(store, cashier))
        timers = Timers(chores.wake, chores.all, self._clock)
        push_port, say_goodbye = await self._start_push(stack, store, secret, registry, timers)
        http_port = await self._start_web(
            stack, store, secret, registry, push_port, cashier, payments
        )
        stack.push_async_callback(timers.stop)
        await timers.start()
        await stack.enter_async_context(background(watch_lag, "loop watch"))
        stack.push_async_callback(say_goodbye)
        running = Running(
            pid=os.getpid(),
            http=joined(self._config.http.listen, http_port),
            push=joined(self._config.push.listen, push_port),
        )
        lock.announce(running)
        self._opened = (store, running)

    def _chores(self, store: Store, cashier: Cashier) -> list[Chore]:
        """All that the clock causes, in this order whenever a session is woken."""
        waiters = Waiters(store, self._clock, self._config.sales)
        timetable = Timetable(store, self._clock, errands=(waiters.tend,))
        sealing = Sealing(store, self._clock)
        rehearsals = Sweeping(store, self._clock)
        return [
            Chore("timetable", timetable.wake, timetable.plan),
            Chore("holds", cashier.expire, cashier.holds),
            Chore("refunds", cashier.work_refunds),
            Chore("seal", sealing.seal, sealing.plan),
            Chore("rehearsals", rehearsals.tend, rehearsals.plan),
        ]

    async def _start_push(
        self,
        stack: AsyncExitStack,
        store: Store,
        secret: str,
        registry: CollectorRegistry,
        timers: Timers,
    ) -> tuple[int, Callable[[], Awaitable[None]]]:
        """Sockets in this process, or in workers of their own when the configuration asks.

        Returns:
            The port, and what to call first when the service stops.
        """
        if self._config.push.workers:
            self.workers = Workers(self._config, self._data, node_name(self._config))
            registry.register(self.workers.metrics)
            stack.push_async_callback(self.workers.stop)
            await stack.enter_async_context(background(partial(listen, store, [timers]), "wake"))
            port = await listening(self.workers.start, self._config.push.listen, "push")
            return port, self.workers.stop
        push = PushServer(
            store=store,
            config=self._config,
            secret=secret,
            node=node_name(self._config),
            clock=self._clock,
            registry=registry,
        )
        port = await open_push(stack, push, store, self._config, [push, timers])
        return port, partial(push.drain, DRAIN_S)

    async def _start_web(
        self,
        stack: AsyncExitStack,
        store: Store,
        secret: str,
        registry: CollectorRegistry,
        push_port: int,
        cashier: Cashier,
        payments: Mapping[str, Payments],
    ) -> int:
        web = WebServer(
            store=store,
            config=self._config,
            secret=secret,
            clock=self._clock,
            registry=registry,
            push_port=lambda: push_port,
            cashier=cashier,
            payments=payments,
            photos=self._data / PHOTOS,
        )
        stack.push_async_callback(web.stop)
        return await listening(
            lambda address: web.start(*address), self._config.http.listen, "http"
        )

    def _started(self) -> tuple[Store, Running]:
        if self._opened is None:
            raise RuntimeError("This service has not started.")
        return self._opened


class PushApp:
    """Sockets alone, for `livesell push` and the workers of `serve --push-workers`.

    Args:
        node: The name under which its viewers are counted; None makes one.
        shares_port: Several processes listen on the port (SO_REUSEPORT).
    """

    def __init__(
        self,
        config: Config,
        data: Path,
        *,
        node: str | None = None,
        shares_port: bool = False,
        clock: Clock = system_clock,
    ) -> None:
        self._config = config
        self._data = data
        self._node = node or node_name(config)
        self._shares_port = shares_port
        self._clock = clock
        self._closing = AsyncExitStack()
        self.address = ""
        self.registry = new_registry()

    async def start(self) -> None:
        """Raises `CannotStart` when the port or the store is not usable."""
        async with AsyncExitStack() as stack:
            if not self._config.store.url:
                prepare(self._data)
            store = await open_store(self._config.store, self._data)
            stack.push_async_callback(store.close)
            secret = self._config.auth.secret or await store.people.token_secret()
            push = PushServer(
                store=store,
                config=self._config,
                secret=secret,
                node=self._node,
                clock=self._clock,
                registry=self.registry,
            )
            port = await open_push(
                stack, push, store, self._config, [push], shares_port=self._shares_port
            )
            await stack.enter_async_context(background(watch_lag, "loop watch"))
            stack.push_async_callback(push.drain, DRAIN_S)
            self.address = joined(self._config.push.listen, port)
            self._closing = stack.pop_all()

    async def stop(self) -> None:
        """Says goodbye to the sockets, then closes everything in reverse order."""
        await self._closing.aclose()


async def open_push(
    stack: AsyncExitStack,
    push: PushServer,
    store: Store,
    config: Config,
    listeners: list[PushServer | Timers],
    *,
    shares_port: bool = False,
) -> int:
    """Starts the sockets and what wakes them; the stack stops both."""
    stack.push_async_callback(push.stop)
    port = await listening(partial(push.start, reuse_port=shares_port), config.push.listen, "push")
    await stack.enter_async_context(background(partial(listen, store, listeners), "wake"))
    collecting = partial(collect_when_quiet, lambda: push.connections)
    await stack.enter_async_context(background(collecting, "garbage collection"))
    return port


def new_registry() -> CollectorRegistry:
    """Metrics of one process, with what the system says of it."""
    registry = CollectorRegistry()
    ProcessCollector(registry=registry)
    PlatformCollector(registry=registry)
    return registry
