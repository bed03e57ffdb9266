"""The websocket protocol over real sockets: two independent client libraries, and raw frames for
what these cannot send. Source: RFC 6455, sections 5 and 7.
"""

import asyncio
import json
from collections.abc import AsyncIterator
from typing import Any

import pytest
from websockets.asyncio.client import connect
from wsproto import ConnectionType, WSConnection
from wsproto.events import (
    AcceptConnection,
    CloseConnection,
    Event,
    Ping,
    Pong,
    Request,
    TextMessage,
)
from wsproto.extensions import PerMessageDeflate

from livesell.store import Store
from livesell.wire import SUBPROTOCOL
from tests.push.conftest import Start
from tests.push.pages import address, token
from tests.push.raw import BINARY, CLOSE, CONT, PING, PONG, TEXT, Raw, frame, raw
from tests.support.build import given_live

pytestmark = pytest.mark.either_loop

PATH = f"/v1/sessions/naqu?token={token()}"
HI = b'{"t":"ping"}'
MOST = 70_000


def padded(size: int) -> bytes:
    """A ping message of so many bytes."""
    head, tail = b'{"t":"ping","later":"', b'"}'
    return head + b"x" * (size - len(head) - len(tail)) + tail


def code(number: int, reason: bytes = b"") -> bytes:
    return number.to_bytes(2, "big") + reason


@pytest.fixture
async def port(store: Store, start: Start) -> int:
    await given_live(store)
    push = await start(max_message_bytes=MOST, messages_per_second=1000, buffer_limit_bytes=262_144)
    return push.port


@pytest.fixture
async def one(port: int) -> AsyncIterator[Raw]:
    """A raw connection that has its hello and its document."""
    async with raw(port, PATH) as client:
        for kind in ("hello", "state"):
            assert json.loads(await client.until(TEXT))["t"] == kind
        yield client


async def kind(client: Raw) -> str:
    """What the next frame says; patches of the room are passed over."""
    while True:
        opcode, payload = await client.frame()
        if opcode != TEXT:
            return {PONG: "pong", CLOSE: f"close {int.from_bytes(payload[:2], 'big')}"}[opcode]
        message: dict[str, Any] = json.loads(payload)
        if message["t"] != "patch":
            return str(message["t"])


# --- libraries -------------------------------------------------------------------------------


async def test_websockets_talks_pings_and_closes(port: int) -> None:
    async with connect(address(port, token=token()), proxy=None) as client:
        assert client.protocol.extensions == [], "it offers permessage-deflate"
        assert json.loads(await client.recv())["t"] == "hello"
        assert json.loads(await client.recv())["t"] == "state"
        await client.send([HI[:3].decode(), "", HI[3:].decode()])
        await (await client.ping(b"are you there"))
        await client.send(padded(MOST).decode())
        kinds = [json.loads(await client.recv())["t"] for _ in range(3)]
        assert kinds.count("hello") == 2
        await client.close(1001, "elsewhere")
        assert client.protocol.close_rcvd is not None
        assert client.protocol.close_rcvd.code == 1001


class Other:
    """A page by another library."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.reader, self.writer = reader, writer
        self.core = WSConnection(ConnectionType.CLIENT)
        self._events: list[Event] = []

    def send(self, event: Event) -> None:
        self.writer.write(self.core.send(event))

    async def event(self) -> Event:
        async with asyncio.timeout(5):
            while not self._events:
                self.core.receive_data(await self.reader.read(65_536) or None)
                self._events = list(self.core.events())
        return self._events.pop(0)

    async def text(self) -> dict[str, Any]:
        whole = ""
        while True:
            event = await self.event()
            assert isinstance(event, TextMessage)
            whole += event.data
            if event.message_finished:
                message: dict[str, Any] = json.loads(whole)
                if message["t"] != "patch":
                    return message
                whole = ""


@pytest.fixture
async def other(port: int) -> AsyncIterator[Other]:
    client = Other(*await asyncio.open_connection("127.0.0.1", port))
    client.send(
        Request(
            host="127.0.0.1",
            target=PATH,
            subprotocols=["x", SUBPROTOCOL],
            extensions=[PerMessageDeflate()],
        )
    )
    accepted = await client.event()
    assert isinstance(accepted, AcceptConnection)
    assert accepted.subprotocol == SUBPROTOCOL
    assert accepted.extensions == []
    assert (await client.text())["t"] == "hello"
    assert (await client.text())["t"] == "state"
    yield client
    client.writer.close()


async def test_wsproto_talks_and_pings(other: Other) -> None:
    for text in (HI.decode(), padded(125).decode(), padded(126).decode(), padded(MOST).decode()):
        other.send(TextMessage(data=text))
        assert (await other.text())["t"] == "hello"
    for n in range(len(HI)):
        other.send(TextMessage(data=chr(HI[n]), message_finished=n == len(HI) - 1))
    assert (await other.text())["t"] == "hello"
    other.send(Ping(payload=b"7"))
    assert await other.event() == Pong(payload=b"7")


async def test_wsproto_closes_and_is_closed(other: Other, port: int) -> None:
    other.send(CloseConnection(code=4321, reason="再见"))
    assert await other.event() == CloseConnection(code=4321, reason="再见")
    assert await other.reader.read() == b""
    again = Other(*await asyncio.open_connection("127.0.0.1", port))
    again.send(Request(host="127.0.0.1", target="/v1/sessions/naqu?token=wrong"))
    assert isinstance(await again.event(), AcceptConnection)
    ended = await again.event()
    assert isinstance(ended, CloseConnection)
    assert ended.code == 4500
    again.send(ended.response())
    assert await again.reader.read() == b""
    again.writer.close()


# --- raw frames ------------------------------------------------------------------------------


@pytest.mark.parametrize("size", [30, 125, 126, 127, 4096, 65_535, 65_536, MOST])
async def test_every_form_of_length(size: int, one: Raw) -> None:
    one.send(frame(TEXT, padded(size)) + frame(TEXT, HI))
    assert [await kind(one), await kind(one)] == ["hello", "hello"]


async def test_one_byte_too_many(one: Raw) -> None:
    one.send(frame(TEXT, HI) + frame(TEXT, padded(MOST + 1)))
    assert await kind(one) == "hello"
    assert await kind(one) == "close 1009"
    assert await one.is_closed()


async def test_every_place_to_cut_a_frame(one: Raw) -> None:
    """Nothing is lost or told twice, wherever the network cuts."""
    whole = frame(TEXT, HI) + frame(PING, b"2") + frame(TEXT, padded(130))
    for cut in range(1, len(whole)):
        one.send(whole[:cut])
        await one.writer.drain()
        await asyncio.sleep(0)
        one.send(whole[cut:])
        assert sorted([await kind(one) for _ in range(3)]) == ["hello", "hello", "pong"]


async def test_many_frames_in_one_segment(one: Raw) -> None:
    one.send(frame(TEXT, HI) * 40 + frame(PING) + frame(TEXT, HI) * 40)
    said = [await kind(one) for _ in range(81)]
    assert said.count("hello") == 80
    assert said.count("pong") == 1


async def test_a_text_cut_inside_its_characters(one: Raw) -> None:
    text = '{"t":"ping","later":"虫草🍵"}'.encode()
    for cut in range(len(text)):
        parts = frame(TEXT, text[:cut], fin=False) + frame(PING, b"between")
        one.send(parts + frame(CONT, fin=False) + frame(CONT, text[cut:]))
        assert {await kind(one), await kind(one)} == {"hello", "pong"}


async def test_an_empty_text_is_a_wrong_message_not_a_wrong_frame(one: Raw) -> None:
    one.send(frame(TEXT) + frame(TEXT, fin=False) + frame(CONT) + frame(TEXT, HI))
    assert [await kind(one) for _ in range(3)] == ["error", "error", "hello"]


async def test_pings_are_answered_with_what_they_hold(one: Raw) -> None:
    for payload in (b"", b"x", b"\xff" * 125):
        one.send(frame(PING, payload) + frame(PONG, b"nobody asked"))
        assert await one.until(PONG) == payload


BREACHES = {
    "unmasked text": (frame(TEXT, HI, masked=False), 1002),
    "unmasked ping": (frame(PING, masked=False), 1002),
    **{f"reserved bit {bit:#x}": (bytes([bit | 0x81, 0x80, 0, 0, 0, 0]), 1002)
       for bit in (0x40, 0x20, 0x10)},
    **{f"reserved opcode {opcode}": (frame(opcode, b"x"), 1002)
       for opcode in (3, 4, 5, 6, 7, 11, 12, 13, 14, 15)},
    "a long ping": (frame(PING, b"x" * 126), 1002),
    "a long close": (frame(CLOSE, code(1000, b"x" * 124)), 1002),
    "a ping in fragments": (frame(PING, b"x", fin=False), 1002),
    "a close in fragments": (frame(CLOSE, code(1000), fin=False), 1002),
    "nothing to continue": (frame(CONT, b"x"), 1002),
    "nothing more to continue": (
        frame(TEXT, HI[:2], fin=False) + frame(CONT, HI[2:]) + frame(CONT, b"x"), 1002
    ),
    "a new text before the end": (frame(TEXT, b"{", fin=False) + frame(TEXT, HI), 1002),
    "a new binary before the end": (frame(TEXT, b"{", fin=False) + frame(BINARY, HI), 1002),
    "no UTF-8": (frame(TEXT, b"\xc3\x28"), 1007),
    "a surrogate": (frame(TEXT, b"\xed\xa0\x80"), 1007),
    "half a character": (frame(TEXT, "虫".encode()[:2]), 1007),
    "half a character, long": (frame(TEXT, padded(200) + "虫".encode()[:2]), 1007),
    "half a character in fragments": (
        frame(TEXT, "虫".encode()[:1], fin=False) + frame(CONT, "虫".encode()[1:2]), 1007
    ),
    "too long in sum": (
        frame(TEXT, b"x" * MOST, fin=False) + frame(CONT, b"x"), 1009
    ),
    "half a close code": (frame(CLOSE, b"\x03"), 1002),
    "a close reason that is no UTF-8": (frame(CLOSE, code(1000, b"\xff")), 1007),
    **{f"close code {number}": (frame(CLOSE, code(number)), 1002)
       for number in (0, 999, 1004, 1005, 1006, 1015, 1016, 2999, 5000, 65_535)},
}  # fmt: skip


@pytest.mark.parametrize(("data", "expected"), BREACHES.values(), ids=BREACHES)
@pytest.mark.parametrize("before", [b"", frame(TEXT, HI)], ids=["at once", "after a text"])
async def test_breaches_are_named(before: bytes, data: bytes, expected: int, one: Raw) -> None:
    one.send(before + data)
    assert await one.close_code() == expected
    assert await one.is_closed()


@pytest.mark.parametrize("payload", [b"", code(1000), code(1001, b"bye"), code(3000), code(4999)])
async def test_a_page_that_closes_gets_its_own_words_back(payload: bytes, one: Raw) -> None:
    one.send(frame(TEXT, HI) + frame(CLOSE, payload) + frame(TEXT, HI))
    assert await one.until(CLOSE) == payload
    assert await one.is_closed()


async def test_a_page_that_is_closed_may_answer_late(port: int) -> None:
    """What it said before it heard is read in order and ignored; its answer ends the stream."""
    async with raw(port, "/v1/sessions/naqu?token=wrong") as late:
        assert await late.close_code() == 4500
        late.send(frame(TEXT, HI) + frame(PING, b"?") + frame(TEXT, HI[:5], fin=False))
        assert await late.until(PONG) == b"?"
        late.send(frame(CONT, HI[5:]) + frame(CLOSE, code(4500)))
        assert await late.is_closed()
