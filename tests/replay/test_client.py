"""The cheap client speaks RFC 6455 as far as it goes, however the bytes are cut."""

import asyncio
import base64
import contextlib
import hashlib
from collections.abc import AsyncIterator, Callable

import pytest

from livesell.replay.client import TEXT, Socket, frame, request
from tests.support.wait import wait_until


class Log:
    """An owner that remembers."""

    def __init__(self) -> None:
        self.socket: Socket | None = None
        self.texts: list[bytes] = []
        self.end: tuple[str, object] | None = None

    def opened(self, socket: Socket) -> None:
        self.socket = socket

    def received(self, payload: bytes) -> None:
        self.texts.append(payload)

    def refused(self, status: int, retry_s: float | None) -> None:
        self.end = ("refused", (status, retry_s))

    def failed(self) -> None:
        self.end = ("failed", None)

    def closed(self, socket: Socket, code: int | None) -> None:
        self.end = ("closed", code)


def accepted(head: bytes) -> bytes:
    (key,) = [line.split(b": ")[1] for line in head.split(b"\r\n") if b"-Key" in line]
    digest = hashlib.sha1(key + b"258EAFA5-E914-47DA-95CA-C5AB0DC85B11").digest()
    return (
        b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
        b"Sec-WebSocket-Accept: " + base64.b64encode(digest) + b"\r\n\r\n"
    )


def unmasked(data: bytes) -> tuple[int, bytes, bytes]:
    """Head, payload and rest of a client's first frame."""
    assert data[1] & 0x80, "a client masks"
    size, start = data[1] & 0x7F, 2
    if size == 126:
        size, start = int.from_bytes(data[2:4]), 4
    key, payload = data[start : start + 4], data[start + 4 : start + 4 + size]
    plain = bytes(byte ^ key[i % 4] for i, byte in enumerate(payload))
    return data[0], plain, data[start + 4 + size :]


Answer = Callable[[bytes], list[bytes]]


@contextlib.asynccontextmanager
async def talking(answer: Answer, received: bytearray) -> AsyncIterator[Log]:
    """A client before a server that answers the handshake with these pieces, one at a time."""

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        for piece in answer(await reader.readuntil(b"\r\n\r\n")):
            writer.write(piece)
            await writer.drain()
            await asyncio.sleep(0)
        with contextlib.suppress(ConnectionError):
            while data := await reader.read(4096):
                received.extend(data)
        writer.close()
        with contextlib.suppress(ConnectionError):
            await writer.wait_closed()

    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    log = Log()
    loop = asyncio.get_running_loop()
    transport, _ = await loop.create_connection(
        lambda: Socket(log, request("127.0.0.1", port, "/v1/sessions/naqu")), "127.0.0.1", port
    )
    try:
        yield log
    finally:
        transport.abort()
        server.close()
        await server.wait_closed()
        await asyncio.sleep(0.01)


def text(payload: bytes) -> bytes:
    if len(payload) < 126:
        return bytes((TEXT, len(payload))) + payload
    return bytes((TEXT, 126)) + len(payload).to_bytes(2) + payload


def in_bytes(data: bytes) -> list[bytes]:
    return [data[i : i + 1] for i in range(len(data))]


@pytest.mark.parametrize("is_cut", [False, True])
async def test_frames_are_read_however_they_are_cut(is_cut: bool) -> None:
    wanted = [b"a", b"", b"b" * 125, b"c" * 126, b"d" * 3000]
    stream = b"".join(text(payload) for payload in wanted)

    def answer(head: bytes) -> list[bytes]:
        whole = accepted(head) + stream
        return in_bytes(whole) if is_cut else [whole]

    async with talking(answer, bytearray()) as log:
        await wait_until(lambda: log.texts == wanted, "all texts are there")


async def test_what_is_sent_is_masked() -> None:
    received = bytearray()
    async with talking(lambda head: [accepted(head)], received) as log:
        await wait_until(lambda: log.socket, "the socket is open")
        assert log.socket is not None
        log.socket.send(b"{}")
        log.socket.send(b"x" * 300)
        await wait_until(lambda: len(received) == 2 + 4 + 2 + 4 + 4 + 300, "both frames came")
        head, payload, rest = unmasked(bytes(received))
        assert (head, payload) == (TEXT, b"{}")
        assert unmasked(rest)[:2] == (TEXT, b"x" * 300)


async def test_a_ping_is_answered_and_a_close_as_well() -> None:
    received = bytearray()
    ping, close = b"\x89\x02hi", b"\x88\x02" + (4008).to_bytes(2)
    async with talking(lambda head: [accepted(head) + ping + close], received) as log:
        await wait_until(lambda: log.end == ("closed", 4008), "the close code is told")
        await wait_until(lambda: len(received) >= 16, "pong and close came")
        head, payload, rest = unmasked(bytes(received))
        assert (head, payload) == (0x8A, b"hi")
        assert unmasked(rest)[:2] == (0x88, (4008).to_bytes(2))


async def test_a_refusal_tells_when_to_come_again() -> None:
    busy = b"HTTP/1.1 503 Service Unavailable\r\nRetry-After: 3\r\nContent-Length: 0\r\n\r\n"
    async with talking(lambda _: in_bytes(busy), bytearray()) as log:
        await wait_until(lambda: log.end == ("refused", (503, 3.0)), "the refusal is told")


async def test_an_answer_that_is_no_upgrade_is_refused() -> None:
    wrong = b"HTTP/1.1 101 Switching Protocols\r\nSec-WebSocket-Accept: no\r\n\r\n"
    async with talking(lambda _: [wrong], bytearray()) as log:
        await wait_until(lambda: log.end == ("refused", (101, None)), "it is not taken")


@pytest.mark.parametrize("bad", [b"\x01\x01a", b"\x82\x01a", bytes((TEXT, 127)) + bytes(8)])
async def test_anything_else_ends_the_connection(bad: bytes) -> None:
    async with talking(lambda head: [accepted(head) + bad], bytearray()) as log:
        await wait_until(lambda: log.end == ("closed", 1002), "the client gives up")


def test_a_frame_of_ours_says_its_length() -> None:
    assert frame(TEXT, b"a" * 126)[1:4] == bytes((0xFE, 0, 126))
    assert frame(TEXT, b"")[1] == 0x80
