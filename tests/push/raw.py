"""A client of bytes, for what a well-behaved library cannot send. Knows RFC 6455 alone."""

import asyncio
import base64
import contextlib
import os
import socket
import struct
from collections.abc import AsyncIterator

CONT, TEXT, BINARY, CLOSE, PING, PONG = 0, 1, 2, 8, 9, 10


def frame(
    opcode: int, payload: bytes = b"", *, fin: bool = True, masked: bool = True, length: int = -1
) -> bytes:
    """One frame from a client; `length` may lie about the payload."""
    size = len(payload) if length < 0 else length
    head = bytes([(0x80 if fin else 0) | opcode])
    bit = 0x80 if masked else 0
    if size < 126:
        head += bytes([bit | size])
    elif size < 65_536:
        head += bytes([bit | 126]) + struct.pack("!H", size)
    else:
        head += bytes([bit | 127]) + struct.pack("!Q", size)
    if not masked:
        return head + payload
    mask = os.urandom(4)
    return head + mask + bytes(byte ^ mask[i % 4] for i, byte in enumerate(payload))


def upgrade(path: str, *more: str) -> bytes:
    lines = [
        f"GET {path} HTTP/1.1",
        "Host: 127.0.0.1",
        "Upgrade: websocket",
        "Connection: Upgrade",
        f"Sec-WebSocket-Key: {base64.b64encode(os.urandom(16)).decode()}",
        "Sec-WebSocket-Version: 13",
        *more,
        "",
        "",
    ]
    return "\r\n".join(lines).encode()


class Raw:
    """A connection of bytes."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.reader = reader
        self.writer = writer

    def send(self, data: bytes) -> None:
        self.writer.write(data)

    def stop_reading(self) -> None:
        self.writer.transport.pause_reading()  # type: ignore[attr-defined]

    def read_on(self) -> None:
        self.writer.transport.resume_reading()  # type: ignore[attr-defined]

    async def shake(self, path: str) -> bytes:
        self.send(upgrade(path))
        return await self.reader.readuntil(b"\r\n\r\n")

    async def frame(self) -> tuple[int, bytes]:
        """The next frame from the server: opcode and payload."""
        async with asyncio.timeout(5):
            first, second = await self.reader.readexactly(2)
            assert first & 0xF0 == 0x80, "the server sends whole frames without extensions"
            assert not second & 0x80, "frames of a server are not masked"
            size = second
            if size == 126:
                (size,) = struct.unpack("!H", await self.reader.readexactly(2))
            elif size == 127:
                (size,) = struct.unpack("!Q", await self.reader.readexactly(8))
            return first & 0x0F, await self.reader.readexactly(size)

    async def until(self, opcode: int) -> bytes:
        while True:
            found, payload = await self.frame()
            if found == opcode:
                return payload

    async def close_code(self) -> int:
        """The code of the close frame that comes."""
        payload = await self.until(CLOSE)
        return int.from_bytes(payload[:2], "big")

    async def is_closed(self, timeout_s: float = 5) -> bool:
        """Waits for the end of the stream."""
        async with asyncio.timeout(timeout_s):
            try:
                while await self.reader.read(65_536):
                    pass
            except ConnectionResetError:
                pass
        return True


@contextlib.asynccontextmanager
async def raw(
    port: int, path: str = "", limit: int = 65_536, receive_buffer: int = 0
) -> AsyncIterator[Raw]:
    """A connection; with a path its handshake is done.

    Args:
        receive_buffer: Bytes that the kernel may hold for it; 0 leaves that to the kernel.
    """
    one = socket.socket()
    one.setblocking(False)
    if receive_buffer:
        one.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, receive_buffer)
    await asyncio.get_running_loop().sock_connect(one, ("127.0.0.1", port))
    reader, writer = await asyncio.open_connection(sock=one, limit=limit)
    client = Raw(reader, writer)
    try:
        if path:
            assert b" 101 " in await client.shake(path)
        yield client
    finally:
        writer.close()
        with contextlib.suppress(ConnectionError):
            await writer.wait_closed()
