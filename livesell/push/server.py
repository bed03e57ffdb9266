"""The push server: binds the socket, puts the parts together, and takes them down in order."""

import asyncio
import contextlib
import socket
import time
from typing import Final

from prometheus_client import CollectorRegistry

from livesell.clock import Clock
from livesell.config import Config
from livesell.errors import CannotStart
from livesell.push.admission import Admission, capacity, raise_open_files
from livesell.push.connection import Connection
from livesell.push.crew_watch import CrewWatch
from livesell.push.gateway import Gateway
from livesell.push.hub import Hub
from livesell.push.metrics import Metrics
from livesell.push.setting import Setting
from livesell.push.sweep import Sweep
from livesell.store import Store

# Whoever is not accepted yet waits in the kernel: a broadcast's start brings thousands at once.
BACKLOG: Final = 4096

# The part of a drain that is left for peers to answer the close frames.
_GOODBYE_SHARE: Final = 0.2


class PushServer:
    """The sockets of one process.

    Args:
        secret: Signs the tokens; every node has the same.
        node: This process's name among all nodes.
        registry: Where its metrics go; they leave it again with `stop`.
    """

    def __init__(
        self,
        *,
        store: Store,
        config: Config,
        secret: str,
        node: str,
        clock: Clock,
        registry: CollectorRegistry,
    ) -> None:
        self._config = config
        self._metrics = Metrics(registry)
        setting = Setting(
            store=store,
            config=config,
            node=node,
            clock=clock,
            steady=time.monotonic,
            sockets=lambda: self.connections,
            metrics=self._metrics,
        )
        self._hub = Hub(setting)
        self._admission = Admission(
            most=config.push.max_connections,
            joins_per_second=config.push.joins_per_second,
            per_address=config.push.connections_per_address,
            per_viewer=config.push.connections_per_viewer,
        )
        self._gateway = Gateway(setting, self._hub, self._admission, secret)
        self._server: asyncio.Server | None = None
        self._beside: list[asyncio.Task[None]] = []
        self._is_stopped = False
        self._publish(setting)

    @property
    def connections(self) -> int:
        """Sockets that are open now, those still shaking hands among them."""
        return len(self._gateway.connections)

    async def start(
        self, sock_or_address: socket.socket | tuple[str, int], *, reuse_port: bool = False
    ) -> int:
        """Listens, and returns the port.

        Args:
            reuse_port: Lets several processes listen on the same port; the kernel spreads joins.

        Raises:
            CannotStart: The address is not usable; names it.
        """
        listener = (
            sock_or_address
            if isinstance(sock_or_address, socket.socket)
            else bound(sock_or_address, reuse_port=reuse_port)
        )
        # Accepted sockets inherit it. A client that never reads then costs a few KiB of kernel
        # memory instead of hundreds.
        if self._config.push.socket_send_buffer_bytes:
            listener.setsockopt(
                socket.SOL_SOCKET, socket.SO_SNDBUF, self._config.push.socket_send_buffer_bytes
            )
        self._admission.most = capacity(raise_open_files(), self._config.push.max_connections)
        loop = asyncio.get_running_loop()
        self._server = await loop.create_server(
            lambda: Connection(self._gateway), sock=listener, backlog=BACKLOG
        )
        self._beside = [
            loop.create_task(Sweep(self._gateway).run()),
            loop.create_task(CrewWatch(self._gateway).run()),
        ]
        name = listener.getsockname()
        return int(name[1]) if isinstance(name, tuple) else 0

    def wake(self, session_id: str) -> None:
        """Something was committed in this session: it is pulled at once."""
        self._hub.wake(session_id)

    def wake_crew(self) -> None:
        """Logins have ended or roles have changed: whom that concerns is sent away."""
        self._gateway.crew_due.set()

    def gap(self) -> None:
        """Wakes may have been missed: every session is pulled, every login looked at."""
        self._hub.gap()
        self._gateway.crew_due.set()

    async def drain(self, seconds: float) -> None:
        """Takes nobody in, answers open orders, says goodbye, and tells the store the last counts.

        Returns when every connection has gone, after `seconds` at most.
        """
        self._admission.is_closed = True
        if self._server is not None:
            self._server.close()
        await self._hub.drain(seconds * (1 - _GOODBYE_SHARE))
        await self._gone(seconds * _GOODBYE_SHARE)

    async def stop(self) -> None:
        """Ends everything at once and leaves nothing behind. Call `drain` first to be polite."""
        if self._is_stopped:
            return
        self._is_stopped = self._admission.is_closed = True
        if self._server is not None:
            self._server.close()
        for task in self._beside:
            task.cancel()
        await asyncio.gather(*self._beside, return_exceptions=True)
        await self._hub.stop()
        for connection in list(self._gateway.connections):
            connection.pipe.abort()
        await self._gone(1.0)
        self._metrics.unregister()

    async def _gone(self, seconds: float) -> None:
        """Waits until the last connection is closed, `seconds` at most."""
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                await self._gateway.is_empty.wait()

    def _publish(self, setting: Setting) -> None:
        """The gauges that operators watch beside the counters."""
        rooms = self._hub.rooms

        def oldest_pull() -> float:
            return max(
                (setting.steady() - keeper.freshness.pulled_at for keeper in rooms.values()),
                default=0,
            )

        def stale() -> float:
            return sum(keeper.freshness.is_stale for keeper in rooms.values())

        def waiting_orders() -> float:
            return sum(len(keeper.room.orders) for keeper in rooms.values())

        def buffered() -> float:
            return sum(
                seat.pipe.get_write_buffer_size()
                for keeper in rooms.values()
                for seat in keeper.room.behind
            )

        self._metrics.gauges |= {
            "connections": ("Sockets that are open.", lambda: self.connections),
            "rooms": ("Sessions that this node follows.", lambda: len(rooms)),
            "pull_age_seconds": ("Age of the oldest truth that pages are shown.", oldest_pull),
            "stale_rooms": ("Sessions whose pages were told that their numbers are old.", stale),
            "order_queue": ("Orders without an answer yet.", waiting_orders),
            "buffered_bytes": ("Bytes waiting for connections that are behind.", buffered),
        }


def bound(address: tuple[str, int], *, reuse_port: bool = False) -> socket.socket:
    """A socket bound to (host, port); raises `CannotStart` with what to do."""
    host, port = address
    try:
        family, kind, protocol, _, where = socket.getaddrinfo(
            host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE
        )[0]
    except OSError as error:
        raise CannotStart(
            "bad_address", f"The push address {host}:{port} is not known here. Check push.listen."
        ) from error
    listener = socket.socket(family, kind, protocol)
    try:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        if reuse_port:
            listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
        listener.bind(where)
    except OSError as error:
        listener.close()
        raise CannotStart(
            "port_in_use",
            f"The push port cannot be opened at {host}:{port} ({error.strerror}). End what uses "
            "it, or choose another with push.listen.",
        ) from error
    return listener
