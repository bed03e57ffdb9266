"""A proxy that sits before a server and breaks things on demand, over TCP or unix sockets.

Faults are made here, or by a signal, never by patching our own code.
"""

import asyncio
import contextlib
from collections.abc import AsyncIterator
from pathlib import Path

Address = tuple[str, int] | Path


class FaultProxy:
    """Passes bytes on until it is told not to.

    Attributes:
        address: Where it listens.
        requests: Bytes that clients have sent, over all connections.
    """

    def __init__(self, upstream: Address) -> None:
        self.address: Address = ("", 0)
        self.requests = 0
        self._upstream = upstream
        self._server: asyncio.Server | None = None
        self._pipes: set[asyncio.Task[None]] = set()
        self._writers: set[asyncio.StreamWriter] = set()
        self._requests_flow = asyncio.Event()
        self._replies_flow = asyncio.Event()
        self._is_swallowing = False
        self._is_refusing = False
        self._marks: list[bytes] = []
        self.heal()

    def heal(self) -> None:
        """Passes everything on again, also what was held back."""
        self._requests_flow.set()
        self._replies_flow.set()
        self._is_swallowing = False
        self._is_refusing = False
        self._marks.clear()

    def lose_reply_to(self, mark: bytes, times: int = 1) -> None:
        """Loses the answer to the next request that holds `mark`, then the one after, and so on.

        Such a request arrives and is done; from then on its connection says nothing more.
        """
        self._marks += [mark] * times

    def swallow_replies(self) -> None:
        """Requests arrive and are done, their answers never come."""
        self._is_swallowing = True

    def stall(self) -> None:
        """Holds everything back, both ways, without closing anything."""
        self._requests_flow.clear()
        self._replies_flow.clear()

    def refuse(self) -> None:
        """Closes new connections at once."""
        self._is_refusing = True

    def cut(self) -> None:
        """Cuts all connections without a goodbye."""
        for writer in self._writers:
            writer.transport.abort()

    async def start(self, listen: Path | None = None) -> None:
        """Listens on a unix socket, or on a free TCP port of this machine."""
        if listen is not None:
            self._server = await asyncio.start_unix_server(self._serve, path=str(listen))
            self.address = listen
            return
        self._server = await asyncio.start_server(self._serve, host="127.0.0.1", port=0)
        host, port = self._server.sockets[0].getsockname()[:2]
        self.address = (host, port)

    async def stop(self) -> None:
        assert self._server is not None
        self._server.close()
        self.cut()
        for task in self._pipes:
            task.cancel()
        await asyncio.gather(*self._pipes, return_exceptions=True)
        await self._server.wait_closed()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        if self._is_refusing:
            writer.transport.abort()
            return
        task = asyncio.current_task()
        assert task is not None
        self._pipes.add(task)
        try:
            if isinstance(self._upstream, Path):
                far_reader, far_writer = await asyncio.open_unix_connection(str(self._upstream))
            else:
                far_reader, far_writer = await asyncio.open_connection(*self._upstream)
        except OSError:
            writer.transport.abort()
            self._pipes.discard(task)
            return
        self._writers |= {writer, far_writer}
        is_mute = asyncio.Event()
        try:
            async with asyncio.TaskGroup() as group:
                group.create_task(self._pass_requests(reader, far_writer, is_mute))
                group.create_task(self._pass_replies(far_reader, writer, is_mute))
        except* OSError:
            pass
        finally:
            self._writers -= {writer, far_writer}
            self._pipes.discard(task)
            writer.transport.abort()
            far_writer.transport.abort()

    async def _pass_requests(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, is_mute: asyncio.Event
    ) -> None:
        while data := await reader.read(65_536):
            await self._requests_flow.wait()
            if self._marks and self._marks[0] in data:
                self._marks.pop(0)
                is_mute.set()
            self.requests += len(data)
            writer.write(data)
            await writer.drain()
        raise ConnectionResetError

    async def _pass_replies(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, is_mute: asyncio.Event
    ) -> None:
        while data := await reader.read(65_536):
            await self._replies_flow.wait()
            if not self._is_swallowing and not is_mute.is_set():
                writer.write(data)
                await writer.drain()
        raise ConnectionResetError


@contextlib.asynccontextmanager
async def fault_proxy(upstream: Address, listen: Path | None = None) -> AsyncIterator[FaultProxy]:
    """A running proxy before `upstream`; on a unix socket when `listen` is given."""
    proxy = FaultProxy(upstream)
    await proxy.start(listen)
    try:
        yield proxy
    finally:
        await proxy.stop()
