"""Clients that mean harm, beside a healthy crowd that must not notice.

Each attack comes from an address of its own and ends in the way that the wire promises; what was
turned away is counted in the metrics under its reason.
"""

import asyncio
import contextlib
import socket
from collections.abc import Awaitable, Callable, Iterator
from dataclasses import dataclass

from livesell import auth
from livesell.clock import system_clock
from livesell.domain.role import Role
from soaking.looking import check_counts, check_documents
from soaking.service import SECRET, SESSION, Service, service
from soaking.troupe import Seen, Troupe, troupe
from soaking.verdict import Verdict
from tests.push.raw import CONT, PING, TEXT, frame, upgrade

HANDSHAKE_S = 3
AN_ADDRESS = 600
ENDED_WITHIN_S = HANDSHAKE_S + 7.0
MESSAGE_BYTES = 4096


@dataclass(frozen=True)
class Attack:
    """What a client sends, and how it is to end: a close code, or None for a cut line."""

    send: Callable[["Client"], Awaitable[None]]
    code: int | None


class Client:
    """A raw connection from one address."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.reader = reader
        self.writer = writer

    async def shake(self, viewer: str, *more: str) -> bytes:
        """The answer's head."""
        token = auth.mint(
            SECRET, viewer=viewer, visit=viewer, role=Role.VIEWER, now_ms=system_clock(),
            lifetime_s=600,
        )  # fmt: skip
        self.writer.write(upgrade(f"/v1/sessions/{SESSION}?token={token}", *more))
        return await self.reader.readuntil(b"\r\n\r\n")

    async def send(self, data: bytes) -> None:
        self.writer.write(data)
        await self.writer.drain()

    async def last_code(self) -> int | None:
        """The code of the close frame that is sent before the end; None when the line is cut."""
        heard = b""
        with contextlib.suppress(OSError):
            while data := await self.reader.read(65_536):
                heard = (heard + data)[-4096:]
        at = heard.rfind(b"\x88")
        return int.from_bytes(heard[at + 2 : at + 4]) if at >= 0 else None


async def fragmented(client: Client) -> None:
    """One message in pieces that never ends."""
    await client.send(frame(TEXT, b"[", fin=False))
    piece = frame(CONT, b"[" * 1000, fin=False)
    for _ in range(8):
        await client.send(piece)


async def unmasked(client: Client) -> None:
    await client.send(frame(TEXT, b'{"t":"ping"}', masked=False))


async def oversized(client: Client) -> None:
    await client.send(frame(TEXT, b" " * (MESSAGE_BYTES + 1)))


async def endless(client: Client) -> None:
    """A frame that says it will be as long as a frame can be."""
    await client.send(frame(TEXT, b"x" * 100, length=2**62))


async def compressed(client: Client) -> None:
    """A frame with the bit that says it is compressed, though no extension was agreed on."""
    bomb = bytearray(frame(TEXT, b"\x4a\x4c\x4c" * 100))
    bomb[0] |= 0x40
    await client.send(bytes(bomb))


async def flooding(client: Client) -> None:
    """Pings without end."""
    await client.send(frame(PING, b"x") * 20_000)


async def nonsense(client: Client) -> None:
    """Messages that are none."""
    await client.send(frame(TEXT, b"[[[[") * 50)


ATTACKS = {
    "fragmented": Attack(fragmented, 1009),
    "unmasked": Attack(unmasked, 1002),
    "oversized": Attack(oversized, 1009),
    "endless": Attack(endless, 1009),
    "compressed": Attack(compressed, 1002),
    "flooding": Attack(flooding, 4013),
    "nonsense": Attack(nonsense, 4013),
}


async def run(verdict: Verdict, *, is_quick: bool) -> None:
    pages, each, crowd_of_one = (100, 10, 700) if is_quick else (500, 200, 3000)
    async with (
        service(
            push__handshake_s=HANDSHAKE_S, push__connections_per_address=AN_ADDRESS,
            push__messages_per_second=20, push__max_message_bytes=MESSAGE_BYTES,
        ) as one,
        troupe(one, 1) as crowd,
    ):  # fmt: skip
        await crowd.join(pages, per_second=500)
        await crowd.until_open(pages, within_s=20)
        async with one.news(4):
            calm = await _watched(crowd, 2 if is_quick else 5)
            await crowd.mark()
            await crowd.sell(50)
            await _attack(verdict, one, each)
            await _slow(verdict, one, each)
            await _from_one_address(verdict, one, crowd_of_one)
            await crowd.sell(0)
            seen = await crowd.look()
        closed = sum(n for k, n in seen.counts.items() if k.startswith("closed_"))
        before, after = calm.delivered.p99 or 0.0, seen.delivered.p99 or 0.0
        verdict.note(
            p99_calm_ms=before, p99_attacked_ms=after, max_attacked_ms=seen.delivered.max,
            order_p50_ms=seen.answered.p50, order_p99_ms=seen.answered.p99,
            left_in_service=(await one.metrics()).read("connections"),
        )  # fmt: skip
        verdict.expect(f"{closed} healthy pages were closed.", holds=not closed)
        verdict.expect("Healthy pages saw gaps.", holds=not seen.counts.get("gaps"))
        verdict.expect(
            f"A healthy page waited {seen.delivered.max} ms for a patch.",
            holds=is_quick or (seen.delivered.max or 0) < 1000,
        )
        await check_documents(verdict, one, crowd)
        await check_counts(verdict, one, crowd)


async def _watched(crowd: Troupe, seconds: float) -> Seen:
    await crowd.mark()
    await asyncio.sleep(seconds)
    return await crowd.look()


async def _attack(verdict: Verdict, one: Service, each: int) -> None:
    """All attacks at once, each from an address of its own."""
    before = await one.metrics()
    names = list(ATTACKS)
    ends = await asyncio.gather(
        *(
            _end_of(one, f"127.0.77.{1 + number}", f"{name}-{n}", ATTACKS[name])
            for number, name in enumerate(names)
            for n in range(each)
        )
    )
    for number, name in enumerate(names):
        found = ends[number * each : (number + 1) * each]
        wrong = [end for end in found if end != ATTACKS[name].code]
        verdict.expect(f"{name}: {len(wrong)} ended otherwise: {wrong[:3]}.", holds=not wrong)
    after = await one.metrics()
    for code in sorted({str(attack.code) for attack in ATTACKS.values()}):
        wanted = each * sum(str(attack.code) == code for attack in ATTACKS.values())
        counted = after.read("closes_total", code=code) - before.read("closes_total", code=code)
        verdict.note(**{f"closed_{code}": int(counted)})
        verdict.expect(f"{counted:.0f} of {wanted} are counted as {code}.", holds=counted == wanted)


async def _end_of(one: Service, source: str, viewer: str, attack: Attack) -> int | str | None:
    try:
        async with asyncio.timeout(60):
            reader, writer = await asyncio.open_connection(*one.push, local_addr=(source, 0))
            client = Client(reader, writer)
            offer = "Sec-WebSocket-Extensions: permessage-deflate; server_max_window_bits=15"
            head = await client.shake(viewer, offer)
            if b"extensions" in head.lower():
                return "compression was agreed on"
            with contextlib.suppress(ConnectionError):
                await attack.send(client)
            return await client.last_code()
    except (OSError, TimeoutError, asyncio.IncompleteReadError) as error:
        return repr(error)
    finally:
        with contextlib.suppress(UnboundLocalError):
            writer.close()


async def _slow(verdict: Verdict, one: Service, each: int) -> None:
    """Lines that say nothing, and handshakes that trickle."""
    before = await one.metrics()
    with (
        _silent(one, "127.0.78.1", each, b"") as silent,
        _silent(one, "127.0.78.2", each, b"GET /v1/sessions/x HTTP/1.1\r\nHost: ") as slow,
    ):
        for _ in range(int(HANDSHAKE_S * 2 + 2)):
            await asyncio.sleep(0.5)
            for sock in slow:
                with contextlib.suppress(OSError):
                    sock.send(b"x")
        await asyncio.sleep(0.5)
        left = sum(_is_open(sock) for sock in (*silent, *slow))
    after = await one.metrics()
    refused = after.read("refusals_total", reason="slow_handshake")
    refused -= before.read("refusals_total", reason="slow_handshake")
    verdict.note(slow_handshakes=int(refused))
    verdict.expect(f"{left} slow handshakes are still open.", holds=not left)
    verdict.expect(f"{refused:.0f} slow handshakes are counted.", holds=refused == 2 * each)


async def _from_one_address(verdict: Verdict, one: Service, count: int) -> None:
    """Thousands of proper handshakes from one address: as many as allowed get in."""
    before = await one.metrics()
    source = "127.0.79.1"
    gate = asyncio.Semaphore(200)
    clients: list[Client] = []

    async def come(number: int) -> bytes:
        async with gate:
            reader, writer = await asyncio.open_connection(*one.push, local_addr=(source, 0))
            client = Client(reader, writer)
            clients.append(client)
            try:
                return (await client.shake(f"one-{number}"))[9:12]
            except (OSError, asyncio.IncompleteReadError):
                return b"cut"

    answers = await asyncio.gather(*(come(number) for number in range(count)))
    await asyncio.sleep(0.5)
    after = await one.metrics()
    for client in clients:
        client.writer.transport.abort()
    refused = after.read("refusals_total", reason="address")
    refused -= before.read("refusals_total", reason="address")
    let_in = answers.count(b"101")
    verdict.note(one_address_let_in=let_in, one_address_refused=int(refused))
    verdict.expect(f"{let_in} came in from one address.", holds=0 < let_in <= AN_ADDRESS)
    verdict.expect(
        f"{refused:.0f} of {count - let_in} refusals are counted.", holds=refused >= count - let_in
    )


@contextlib.contextmanager
def _silent(one: Service, source: str, count: int, first: bytes) -> Iterator[list[socket.socket]]:
    """Plain lines that say no more than `first`."""
    sockets = []
    for _ in range(count):
        sock = socket.create_connection(one.push, source_address=(source, 0))
        sock.settimeout(0)
        sock.send(first)
        sockets.append(sock)
    try:
        yield sockets
    finally:
        for sock in sockets:
            sock.close()


def _is_open(sock: socket.socket) -> bool:
    try:
        return bool(sock.recv(1024))
    except BlockingIOError:
        return True
    except OSError:
        return False
