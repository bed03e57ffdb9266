"""A cheap websocket client: the handshake and just the frames that a page meets.

For load, not for general use: it takes text, ping and close frames that are whole, and gives up
on anything else. Everything that it sends is masked, as RFC 6455 asks.
"""

import asyncio
import base64
import hashlib
import os
from random import getrandbits
from typing import Protocol, cast

from livesell.wire import SUBPROTOCOL

# Source: RFC 6455, 1.3.
_GUID = b"258EAFA5-E914-47DA-95CA-C5AB0DC85B11"

# One key a process: it guards against caches between, of which there are none here.
_KEY = base64.b64encode(os.urandom(16))
_ACCEPT = base64.b64encode(hashlib.sha1(_KEY + _GUID, usedforsecurity=False).digest())

# Source: RFC 6455, 5.2: FIN with opcodes 1, 8, 9 and 10.
TEXT, CLOSE, PING, PONG = 0x81, 0x88, 0x89, 0x8A

NORMAL = 1000
PROTOCOL_ERROR = 1002

# A page's own limit on an answer to its handshake.
_MAX_HEAD_BYTES = 16_384


class Owner(Protocol):
    """Whom a socket tells what happens to it: at last `refused`, `failed`, or, once it was open,
    `closed`.
    """

    def opened(self, socket: "Socket") -> None: ...

    def received(self, payload: bytes) -> None: ...

    def refused(self, status: int, retry_s: float | None) -> None: ...

    def failed(self) -> None: ...

    def closed(self, socket: "Socket", code: int | None) -> None: ...


class Socket(asyncio.Protocol):
    """One connection, from the handshake to the end."""

    __slots__ = (
        "_buffer",
        "_code",
        "_is_open",
        "_owner",
        "_request",
        "_transport",
        "_was_open",
        "_was_refused",
    )

    def __init__(self, owner: Owner, request: bytes) -> None:
        self._owner = owner
        self._request = request
        self._transport: asyncio.Transport | None = None
        self._buffer = b""
        self._code: int | None = None
        self._is_open = False
        self._was_open = self._was_refused = False

    # --- what the page does ------------------------------------------------------------------

    def send(self, payload: bytes) -> None:
        if self._transport is not None and self._is_open:
            self._transport.write(frame(TEXT, payload))

    def close(self, code: int = NORMAL) -> None:
        """Says goodbye; the other side ends the connection."""
        if self._transport is not None and self._is_open:
            self._transport.write(frame(CLOSE, code.to_bytes(2)))

    def drop(self) -> None:
        """Breaks the connection at once, as a tunnel does."""
        if self._transport is not None:
            self._transport.abort()

    # --- what the network does ---------------------------------------------------------------

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        # uvloop's transports are no subclass of asyncio's, but do what they do.
        self._transport = cast("asyncio.Transport", transport)
        self._transport.write(self._request)

    def data_received(self, data: bytes) -> None:
        if self._buffer:
            data = self._buffer + data
            self._buffer = b""
        if not self._is_open:
            data = self._shake_hands(data)
        size, at = len(data), 0
        while size - at >= 2 and self._is_open:
            head, length, start = data[at], data[at + 1], at + 2
            if length == 126:
                start = at + 4
                length = int.from_bytes(data[at + 2 : start])
            elif length >= 127:
                # 127 is a frame of more than 64 KiB, above it masked: neither comes from here.
                self._fail()
                return
            end = start + length
            if end > size or start > size:
                break
            at = end
            if head == TEXT:
                self._owner.received(data[start:end])
            else:
                self._control(head, data[start:end])
        if at < size and self._is_open:
            self._buffer = data[at:]

    def connection_lost(self, _error: Exception | None) -> None:
        self._is_open = False
        self._transport = None
        if self._was_open:
            self._owner.closed(self, self._code)
        elif not self._was_refused:
            self._owner.failed()

    def _shake_hands(self, data: bytes) -> bytes:
        """Reads the answer to the handshake; returns what came after it."""
        head, mark, rest = data.partition(b"\r\n\r\n")
        if not mark:
            self._buffer = data
            if len(data) > _MAX_HEAD_BYTES:
                self._fail()
            return b""
        status, headers = _parsed(head)
        if status == 101 and headers.get(b"sec-websocket-accept") == _ACCEPT:
            self._is_open = self._was_open = True
            self._owner.opened(self)
            return rest
        self._was_refused = True
        retry = headers.get(b"retry-after", b"")
        self._owner.refused(status, float(retry) if retry.isdigit() else None)
        self.drop()
        return b""

    def _control(self, head: int, payload: bytes) -> None:
        if head == PING and self._transport is not None:
            self._transport.write(frame(PONG, payload))
        elif head == CLOSE and self._transport is not None:
            self._code = int.from_bytes(payload[:2]) if len(payload) >= 2 else None
            self._transport.write(frame(CLOSE, payload[:2]))
            self._is_open = False
            self._transport.close()
        elif head != PONG:
            self._fail()

    def _fail(self) -> None:
        self._code = PROTOCOL_ERROR
        self.drop()


def frame(head: int, payload: bytes) -> bytes:
    """One masked frame."""
    size = len(payload)
    key = getrandbits(32).to_bytes(4)
    mask = (key * (size // 4 + 1))[:size]
    masked = (int.from_bytes(payload) ^ int.from_bytes(mask)).to_bytes(size)
    if size < 126:
        return bytes((head, 0x80 | size)) + key + masked
    return bytes((head, 0xFE)) + size.to_bytes(2) + key + masked


def request(host: str, port: int, path: str) -> bytes:
    """The handshake that a page on this host would send."""
    return (
        f"GET {path} HTTP/1.1\r\nHost: {host}:{port}\r\nUpgrade: websocket\r\n"
        f"Connection: Upgrade\r\nSec-WebSocket-Key: {_KEY.decode()}\r\n"
        f"Sec-WebSocket-Version: 13\r\nSec-WebSocket-Protocol: {SUBPROTOCOL}\r\n\r\n"
    ).encode()


def _parsed(head: bytes) -> tuple[int, dict[bytes, bytes]]:
    first, *lines = head.split(b"\r\n")
    parts = first.split(b" ", 2)
    status = int(parts[1]) if len(parts) > 1 and parts[1].isdigit() else 0
    pairs = (line.partition(b":") for line in lines)
    return status, {name.strip().lower(): value.strip() for name, _, value in pairs}
