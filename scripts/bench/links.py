"""One subscriber: a plain socket, its handshake, and the frames that came on it."""

import contextlib
import socket
import struct

from bench.control import BenchError
from bench.frames import pong

# Source: linux/in.h: choose the port when connecting, so that each address has all of them.
_IP_BIND_ADDRESS_NO_PORT = 24

# Closing sends a reset: ten thousand sockets in TIME_WAIT would use up the ports.
_RESET = struct.pack("ii", 1, 0)

# Source: RFC 6455, 5.2: FIN with opcodes 1, 8 and 9; the first again with RSV1 (RFC 7692).
TEXT, CLOSE, PING, COMPRESSED = 0x81, 0x88, 0x89, 0xC1

_HEADERS = (
    "Host: {host}:{port}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
    "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n"
)
_DEFLATE = "Sec-WebSocket-Extensions: permessage-deflate; client_max_window_bits\r\n"


class Link:
    """A connection; `rest` is what has not become a whole frame yet."""

    __slots__ = ("group", "is_open", "rest", "sock")

    def __init__(self, sock: socket.socket, group: str) -> None:
        self.sock = sock
        self.group = group
        self.rest = b""
        self.is_open = False

    def shake_hands(self, data: bytes) -> bytes | None:
        """Reads the answer to the handshake; returns what came after it, None when that is not
        whole yet.
        """
        head, mark, after = (self.rest + data).partition(b"\r\n\r\n")
        if not mark:
            self.rest = head
            return None
        if not head.startswith(b"HTTP/1.1 101"):
            raise BenchError(f"The handshake was answered: {head[:80].decode(errors='replace')}")
        self.rest, self.is_open = b"", True
        return after

    def frames(self, data: bytes) -> list[bytes]:
        """The payloads of the text frames in `data` and what was left over; answers pings.

        Raises:
            BenchError: The server closed, which no server does to a subscriber that reads.
        """
        data = self.rest + data
        found = []
        at = 0
        while (parts := _frame_at(data, at)) is not None:
            head, start, end = parts
            payload, at = data[start:end], end
            if head in (TEXT, COMPRESSED):
                found.append(payload)
            elif head == PING:
                with contextlib.suppress(BlockingIOError):
                    self.sock.send(pong(payload))
            elif head == CLOSE:
                code = int.from_bytes(payload[:2])
                raise BenchError(f"The server closed a subscriber with {code} {payload[2:]!r}.")
        self.rest = data[at:]
        return found

    def drop(self) -> None:
        self.sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _RESET)
        self.sock.close()


def _frame_at(data: bytes, at: int) -> tuple[int, int, int] | None:
    """The first byte of the frame at `at` and where its payload is; None when it is not whole."""
    if len(data) - at < 2:
        return None
    length, start = data[at + 1], at + 2
    if length >= 126:
        wide = 2 if length == 126 else 8
        start = at + 2 + wide
        length = int.from_bytes(data[at + 2 : start])
    end = start + length
    return None if end > len(data) or start > len(data) else (data[at], start, end)


def connected(host: str, port: int, source: str, path: str, group: str, *, deflate: bool) -> Link:
    """A link that has asked for its upgrade. The kernel answers a loopback connect at once."""
    sock = socket.socket()
    sock.setsockopt(socket.IPPROTO_IP, _IP_BIND_ADDRESS_NO_PORT, 1)
    sock.bind((source, 0))
    sock.connect((host, port))
    sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    headers = _HEADERS.format(host=host, port=port) + (_DEFLATE if deflate else "")
    sock.sendall(f"GET {path} HTTP/1.1\r\n{headers}\r\n".encode())
    sock.settimeout(0)
    return Link(sock, group)
