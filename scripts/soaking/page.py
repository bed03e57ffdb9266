"""One page as the kernel sees it: a plain socket and what it last heard. No task, no timer.

The engine is `crowd.py`. Masks are zero: the server undoes them like any other, and making them
costs the load nothing.
"""

import socket
from typing import Any

import msgspec
from msgspec import Struct

from livesell.replay.client import CLOSE, PING, PONG, TEXT

MASK = bytes(4)

# What a page that never reads takes in before the server's side fills up. A viewer's own memory
# is not the server's, but here both are in one kernel.
STUCK_RECEIVE_BYTES = 4096


class Heard(Struct):
    """What a load cares about in a frame."""

    t: str
    e: str = ""
    v: int = 0
    ts: int = 0
    id: str = ""
    ok: bool = False
    dup: bool = False
    code: Any = ""
    retry_ms: Any = None
    d: msgspec.Raw = msgspec.Raw()


heard = msgspec.json.Decoder(Heard)
document = msgspec.json.Decoder(dict[str, Any])


class Page:
    """A viewer's page. `v` counts within the epoch `e`; `told` is the taps last sent."""

    __slots__ = (
        "attempts", "began", "buffer", "bye", "document", "e", "fd", "is_open", "is_stale",
        "is_stuck", "is_witness", "number", "orders", "request", "sock", "taps", "told", "v",
    )  # fmt: skip

    def __init__(self, number: int, request: bytes, *, is_stuck: bool, is_witness: bool) -> None:
        self.number = number
        self.request = request
        self.is_stuck = is_stuck
        self.is_witness = is_witness
        self.sock: socket.socket | None = None
        self.fd = -1
        self.is_open = self.is_stale = False
        self.buffer = b""
        self.e = ""
        self.v = 0
        self.document: dict[str, Any] = {}
        self.bye: tuple[int, int] | None = None
        self.attempts = 0
        self.began = 0.0
        self.taps = self.told = 0
        self.orders: set[str] = set()

    def dial(self, address: tuple[str, int], source: str) -> int:
        """Begins to connect; returns the descriptor."""
        sock = socket.socket(socket.AF_INET, socket.SOCK_STREAM | socket.SOCK_NONBLOCK)
        # Ports are chosen per pair of addresses then, so 28,000 fit to each source.
        sock.setsockopt(socket.IPPROTO_IP, _IP_BIND_ADDRESS_NO_PORT, 1)
        sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        if self.is_stuck:
            sock.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, STUCK_RECEIVE_BYTES)
        sock.bind((source, 0))
        sock.connect_ex(address)
        self.sock, self.fd = sock, sock.fileno()
        self.is_open, self.buffer = False, b""
        return self.fd

    def hang_up(self) -> None:
        if self.sock is not None:
            self.sock.close()
        self.sock, self.fd, self.is_open, self.is_stale = None, -1, False, False

    def send(self, head: int, payload: bytes) -> bool:
        """Sends a frame; False when there is no room, which here means that the server is gone."""
        if self.sock is None:
            return False
        try:
            self.sock.send(framed(head, payload))
        except OSError:
            return False
        return True

    def say(self, payload: bytes) -> bool:
        return self.is_open and self.send(TEXT, payload)


# Source: linux/in.h; Python names it from 3.12 on.
_IP_BIND_ADDRESS_NO_PORT = 24


def framed(head: int, payload: bytes) -> bytes:
    """A frame that only looks masked."""
    size = len(payload)
    if size < 126:
        return bytes((head, 0x80 | size)) + MASK + payload
    return bytes((head, 0xFE)) + size.to_bytes(2) + MASK + payload


def frames_in(data: bytes) -> tuple[list[tuple[int, bytes]], bytes]:
    """The whole frames at the start of `data`, and what is left over."""
    frames, at, size = [], 0, len(data)
    while size - at >= 2:
        length, start = data[at + 1], at + 2
        if length == 126:
            start = at + 4
            length = int.from_bytes(data[at + 2 : start])
        elif length == 127:
            start = at + 10
            length = int.from_bytes(data[at + 2 : start])
        if start > size or start + length > size:
            break
        frames.append((data[at], data[start : start + length]))
        at = start + length
    return frames, data[at:]


__all__ = ["CLOSE", "PING", "PONG", "TEXT", "Heard", "Page", "document", "frames_in", "heard"]
