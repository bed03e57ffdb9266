"""The peers, each written as its own documentation writes a broadcast to everyone.

All count likes with the very decoder that our gateway uses, so that only the servers differ, and
none is offered compression but the one that is there to show what it costs. Their other settings
are their defaults. Libraries are imported when their peer is started: they are the `bench` extra.
"""

import asyncio
import os
import socket
from collections.abc import Callable
from typing import Any, Protocol

import uvloop

from livesell.wire import LikeMessage, decode

HOST = "127.0.0.1"


class Peer(Protocol):
    """A server that can tell everyone something. `likes` counts what its pages sent."""

    likes: int

    async def start(self) -> int:
        """Listens on a free port and returns it."""

    async def broadcast(self, text: str) -> None:
        """Sends a text to everyone."""


class Websockets:
    """Source: https://websockets.readthedocs.io/en/stable/topics/broadcast.html"""

    def __init__(self, compression: str | None = None) -> None:
        self.likes = 0
        self._compression = compression
        self._connections: set[Any] = set()

    async def start(self) -> int:
        from websockets.asyncio.server import serve

        server = await serve(self._handle, HOST, 0, compression=self._compression)
        return int(server.sockets[0].getsockname()[1])

    async def broadcast(self, text: str) -> None:
        from websockets.asyncio.server import broadcast

        broadcast(self._connections, text)

    async def _handle(self, connection: Any) -> None:
        from websockets.exceptions import ConnectionClosed

        self._connections.add(connection)
        try:
            async for message in connection:
                self.likes += is_like(message)
        except ConnectionClosed:
            pass
        finally:
            self._connections.remove(connection)


class Aiohttp:
    """Source: https://docs.aiohttp.org/en/stable/web_advanced.html#graceful-shutdown"""

    def __init__(self) -> None:
        self.likes = 0
        self._connections: set[Any] = set()
        self._runner: Any = None

    async def start(self) -> int:
        from aiohttp import web

        app = web.Application()
        app.router.add_get("/", self._handle)
        self._runner = web.AppRunner(app, access_log=None)
        await self._runner.setup()
        await web.TCPSite(self._runner, HOST, 0).start()
        return int(self._runner.addresses[0][1])

    async def broadcast(self, text: str) -> None:
        for connection in list(self._connections):
            await connection.send_str(text)

    async def _handle(self, request: Any) -> Any:
        from aiohttp import WSMsgType, web

        connection = web.WebSocketResponse()
        await connection.prepare(request)
        self._connections.add(connection)
        try:
            async for message in connection:
                if message.type is WSMsgType.TEXT:
                    self.likes += is_like(message.data)
        finally:
            self._connections.remove(connection)
        return connection


class Starlette:
    """On uvicorn with its default choices. Source: https://www.starlette.io/websockets/ and
    https://fastapi.tiangolo.com/advanced/websockets/#handling-disconnections-and-multiple-clients
    """

    def __init__(self) -> None:
        self.likes = 0
        self._connections: list[Any] = []
        self._serving: asyncio.Task[None] | None = None

    async def start(self) -> int:
        import uvicorn
        from starlette.applications import Starlette as App
        from starlette.routing import WebSocketRoute

        app = App(routes=[WebSocketRoute("/", self._handle)])
        listener = socket.socket()
        listener.bind((HOST, 0))
        server = uvicorn.Server(uvicorn.Config(app, log_level="warning", lifespan="off"))
        self._serving = asyncio.create_task(server.serve(sockets=[listener]))
        while not server.started:  # noqa: ASYNC110 - it has no event to wait for
            await asyncio.sleep(0.01)
        return int(listener.getsockname()[1])

    async def broadcast(self, text: str) -> None:
        for connection in self._connections:
            await connection.send_text(text)

    async def _handle(self, connection: Any) -> None:
        from starlette.websockets import WebSocketDisconnect

        await connection.accept()
        self._connections.append(connection)
        try:
            while True:
                text = await connection.receive_text()
                self.likes += is_like(text)
        except WebSocketDisconnect:
            self._connections.remove(connection)


class Picows:
    """Source: https://picows.readthedocs.io/en/stable/"""

    def __init__(self) -> None:
        self.likes = 0
        self._connections: set[Any] = set()
        self._server: Any = None

    async def start(self) -> int:
        from picows import WSFrame, WSListener, WSMsgType, WSTransport, ws_create_server

        peer = self

        class Listener(WSListener):
            def on_ws_connected(self, transport: WSTransport) -> None:
                peer._connections.add(transport)

            def on_ws_frame(self, transport: WSTransport, frame: WSFrame) -> None:
                if frame.msg_type == WSMsgType.TEXT:
                    peer.likes += is_like(frame.get_payload_as_utf8_text())
                elif frame.msg_type == WSMsgType.CLOSE:
                    transport.disconnect()

            def on_ws_disconnected(self, transport: WSTransport) -> None:
                peer._connections.discard(transport)

        self._server = await ws_create_server(lambda _request: Listener(), HOST, 0)
        return int(self._server.sockets[0].getsockname()[1])

    async def broadcast(self, text: str) -> None:
        from picows import WSMsgType

        payload = text.encode()
        for connection in self._connections:
            connection.send(WSMsgType.TEXT, payload)


class Floor:
    """What is left without a websocket library: a system call a subscriber, from Python.

    No peer to compare with but the bottom of the scale: it shakes hands, knows no frames but its
    own, and cannot read a like.
    """

    def __init__(self) -> None:
        self.likes = 0
        self._files: dict[int, None] = {}

    async def start(self) -> int:
        floor = self

        class Handshake(asyncio.Protocol):
            def connection_made(self, transport: asyncio.BaseTransport) -> None:
                self._transport = transport

            def data_received(self, data: bytes) -> None:  # noqa: ARG002
                self._transport.write(_ACCEPTED)  # type: ignore[attr-defined]
                self._file = self._transport.get_extra_info("socket").fileno()
                floor._files[self._file] = None

            def connection_lost(self, error: Exception | None) -> None:  # noqa: ARG002
                del floor._files[self._file]

        loop = asyncio.get_running_loop()
        self._server = await loop.create_server(Handshake, HOST, 0)
        return int(self._server.sockets[0].getsockname()[1])

    async def broadcast(self, text: str) -> None:
        payload = text.encode()
        frame = bytes((0x81, 126)) + len(payload).to_bytes(2) + payload
        for file in list(self._files):
            try:
                os.write(file, frame)
            except OSError:
                continue  # full, or gone


_ACCEPTED = b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\r\n"


def is_like(text: str) -> bool:
    return type(decode(text)) is LikeMessage


PEERS: dict[str, Callable[[], Peer]] = {
    "floor": Floor,
    "websockets": Websockets,
    "websockets-uvloop": Websockets,
    "websockets-deflate": lambda: Websockets("deflate"),
    "aiohttp": Aiohttp,
    "aiohttp-uvloop": Aiohttp,
    "starlette": Starlette,
    "picows": Picows,
}

LOOPS: dict[str, Callable[[], asyncio.AbstractEventLoop]] = {
    "floor": uvloop.new_event_loop,
    "websockets": asyncio.new_event_loop,
    "websockets-uvloop": uvloop.new_event_loop,
    "websockets-deflate": asyncio.new_event_loop,
    "aiohttp": asyncio.new_event_loop,
    "aiohttp-uvloop": uvloop.new_event_loop,
    # What `uvicorn app:app` chooses when it is there.
    "starlette": uvloop.new_event_loop,
    "picows": uvloop.new_event_loop,
}
