"""What hostile or broken clients send. The connection gets a reason; the others notice nothing."""

import gc
import json

import pytest

from livesell.domain.command import Price
from livesell.push.connection import Connection
from livesell.push.gateway import Handshake
from livesell.store import Store
from tests.push.conftest import Start
from tests.push.pages import page, token
from tests.push.raw import BINARY, CLOSE, CONT, PING, PONG, TEXT, frame, raw, upgrade
from tests.support.build import command, given_live
from tests.support.wait import wait_until

# Everything here holds on both event loops.
pytestmark = pytest.mark.either_loop

PATH = f"/v1/sessions/naqu?token={token()}"
HI = b'{"t":"ping"}'


BROKEN = {
    "unmasked": (frame(TEXT, HI, masked=False), 1002),
    "no UTF-8": (frame(TEXT, b"\xff\xfe"), 1007),
    "no UTF-8 in fragments": (frame(TEXT, b'{"t":"', fin=False) + frame(CONT, b"\xff"), 1007),
    "oversized": (frame(TEXT, b"x" * 5000), 1009),
    "a terabyte": (frame(TEXT, length=2**40), 1009),
    "oversized in sum": (frame(TEXT, b"x" * 3000, fin=False) + frame(CONT, b"x" * 3000), 1009),
    "nothing to continue": (frame(CONT, b"x"), 1002),
    "not continued": (frame(TEXT, b"{", fin=False) + frame(TEXT, HI), 1002),
    "long ping": (frame(PING, b"x" * 126), 1002),
    "fragmented ping": (frame(PING, fin=False), 1002),
    "reserved opcode": (frame(3, b"x"), 1002),
    "half a close code": (frame(CLOSE, b"\x00"), 1002),
    "compressed": (b"\xc1\x80\0\0\0\0", 1002),
}


@pytest.mark.parametrize(("data", "code"), BROKEN.values(), ids=BROKEN)
async def test_what_breaks_the_protocol_is_closed_with_its_code(
    data: bytes, code: int, store: Store, start: Start
) -> None:
    await given_live(store)
    push = await start()
    async with page(push.port, viewer="other") as other, raw(push.port, PATH) as one:
        await other.until("state")
        one.send(data)
        assert await one.close_code() == code
        assert await one.is_closed()
        await command(store, Price(card="tea", price=450))
        await other.until_document(lambda d: d["cards"]["tea"]["price"] == 450, "the new price")
    await wait_until(lambda: push.server.connections == 0, "every connection is gone")


WRONG = [
    b"",
    b"{",
    b"[]",
    b"null",
    b"7",
    b'{"n":1}',
    b'{"t":1}',
    b'{"t":"like"}',
    b'{"t":"like","n":-1}',
    b'{"t":"like","n":1.5}',
    b'{"t":"like","n":99999999999999}',
    b'{"t":"like","n":1e400}',
    b'{"t":"order","contact":7}',
    b"[" * 2000,
]


@pytest.mark.parametrize("text", WRONG, ids=lambda text: text[:24].decode() or "empty")
async def test_a_message_that_is_wrong_gets_a_sentence(
    text: bytes, store: Store, start: Start
) -> None:
    await given_live(store)
    push = await start()
    async with raw(push.port, PATH) as one:
        await one.until(TEXT)
        one.send(frame(TEXT, text) + frame(TEXT, HI))
        kinds: list[str] = []
        while "hello" not in kinds:
            answer = json.loads(await one.until(TEXT))
            kinds.append(answer["t"])
            if answer["t"] == "error":
                assert answer["code"] == "bad_message"
                assert answer["message"].endswith(".")
        assert kinds.count("error") == 1


async def test_kinds_and_fields_of_tomorrow_are_ignored(store: Store, start: Start) -> None:
    await given_live(store)
    push = await start()
    async with page(push.port) as one:
        await one.until("hello")
        await one.send(t="dance", n="?")
        await one.send(t="ping", later=True)
        await one.until("hello", 2)
        assert one.of_kind("error") == []


async def test_binary_gets_a_sentence_and_many_wrong_messages_the_door(
    store: Store, start: Start
) -> None:
    await given_live(store)
    push = await start()
    async with page(push.port) as one:
        await one.socket.send(b"{}")
        assert "text frames" in (await one.until("error"))["message"]
        for _ in range(10):
            await one.send(wrong=True)
        assert await one.until_closed() == 4013


async def test_fragments_are_put_together(store: Store, start: Start) -> None:
    await given_live(store)
    push = await start()
    async with raw(push.port, PATH) as one:
        await one.until(TEXT)
        parts = frame(TEXT, HI[:4], fin=False) + frame(PING, b"between")
        parts += frame(CONT, b"", fin=False) + frame(CONT, HI[4:])
        for index in range(len(parts)):  # a byte at a time
            one.send(parts[index : index + 1])
        kinds: list[str] = []
        while not {"pong", "hello"} <= set(kinds):
            opcode, payload = await one.frame()
            kinds.append("pong" if opcode == PONG else json.loads(payload)["t"])


@pytest.mark.parametrize(
    "flood",
    [frame(TEXT, HI), frame(PING), frame(PONG), frame(BINARY, b"")],
    ids=["messages", "pings", "pongs", "binary"],
)
async def test_a_flood_of_frames_is_cut_off(flood: bytes, store: Store, start: Start) -> None:
    await given_live(store)
    push = await start()
    async with page(push.port, viewer="other") as other, raw(push.port, PATH, 2**22) as one:
        await other.until("state")
        one.send(flood * 3000)
        assert await one.close_code() == 4013
        await command(store, Price(card="tea", price=450))
        await other.until_document(lambda d: d["cards"]["tea"]["price"] == 450, "the new price")


async def test_endless_empty_fragments_are_cut_off(store: Store, start: Start) -> None:
    await given_live(store)
    push = await start()
    async with raw(push.port, PATH) as one:
        one.send(frame(TEXT, b"", fin=False) + frame(CONT, b"", fin=False) * 2000)
        assert await one.close_code() == 4013


async def test_frames_before_the_answer_to_the_handshake_do_no_harm(
    store: Store, start: Start
) -> None:
    await given_live(store)
    push = await start()
    for early in (frame(TEXT, HI), frame(CLOSE), frame(PING), b"\xff" * 30, frame(3)):
        async with raw(push.port) as one:
            one.send(upgrade(PATH) + early)
    await wait_until(lambda: push.server.connections == 0, "every connection is gone")


NO_HANDSHAKE = {
    "TLS": b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03",
    "HTTP/9.9": b"GET / HTTP/9.9\r\n\r\n",
    "POST": b"POST /v1/sessions/naqu HTTP/1.1\r\nContent-Length: 3\r\n\r\nabc",
    "long address": b"GET /" + b"a" * 10_000 + b" HTTP/1.1\r\n\r\n",
    "many headers": b"GET / HTTP/1.1\r\n" + b"A: b\r\n" * 200 + b"\r\n",
    "no ASCII": b"GET /v1/sessions/\xff HTTP/1.1\r\n\r\n",
}


@pytest.mark.parametrize("sent", NO_HANDSHAKE.values(), ids=NO_HANDSHAKE)
async def test_what_is_no_handshake_is_ended(sent: bytes, store: Store, start: Start) -> None:
    push = await start()
    async with raw(push.port) as one:
        one.send(sent + b"\r\n\r\n")
        assert await one.is_closed()
    await wait_until(lambda: push.server.connections == 0, "every connection is gone")


async def test_half_open_and_slow_handshakes_are_ended(store: Store, start: Start) -> None:
    push = await start(handshake_s=1)
    async with raw(push.port) as silent, raw(push.port) as slow:
        slow.send(upgrade(PATH)[:40])
        assert await silent.is_closed()
        assert await slow.is_closed()
    assert push.metric("refusals_total", reason="slow_handshake") == 2


async def test_a_silent_page_is_closed_and_one_that_pings_is_not(
    store: Store, start: Start
) -> None:
    await given_live(store)
    push = await start(silent_s=1, messages_per_second=1000)
    async with page(push.port, viewer="awake") as awake, page(push.port) as silent:
        await awake.until("state")
        while silent.close_code is None:
            await awake.send(t="ping")
            await awake.until("hello", len(awake.of_kind("hello")) + 1)
        assert silent.close_code == 4012
        assert awake.close_code is None


async def test_finished_connections_leave_no_garbage(store: Store, start: Start) -> None:
    """A core is a reference cycle with many kilobytes; waiting for the collector costs memory."""
    await given_live(store)
    push = await start()
    gc.collect()
    gc.disable()
    try:
        for data in (frame(CLOSE, b"\x03\xe8"), frame(TEXT, b"\xff"), frame(PING) * 300):
            async with raw(push.port, PATH) as one:
                one.send(data)
                await one.is_closed(timeout_s=10)
        for text in (
            b"GET / HTTP/1.1\r\n\r\n",
            b"rubbish\r\n\r\n",
            upgrade(PATH, "Origin: http://x"),
        ):
            async with raw(push.port) as one:
                one.send(text)
                await one.is_closed()
        await wait_until(lambda: push.server.connections == 0, "every connection is gone")
        await wait_until(
            lambda: not [one for one in gc.get_objects() if isinstance(one, Connection)],
            "nothing is left of them",
        )
        assert not [one for one in gc.get_objects() if isinstance(one, Handshake)]
    finally:
        gc.enable()
