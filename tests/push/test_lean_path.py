"""Reading small texts without the library is not to be told from reading with it."""

import asyncio
import itertools
import time
from typing import Any, cast

from hypothesis import given
from hypothesis import strategies as st
from websockets.frames import Frame, Opcode
from websockets.protocol import OPEN
from websockets.server import ServerProtocol

from livesell.push.admission import Admission
from livesell.push.connection import _TEXT_ONLY, MOST_WRONG, Connection
from livesell.push.frames import frame_of
from livesell.push.gateway import Gateway
from livesell.push.hub import Hub
from livesell.push.seat import Seat
from livesell.wire import CLOSE_REASONS, CLOSE_TOO_MANY_MESSAGES
from tests.push.fakes import FakeStore, a_setting
from tests.push.pages import SECRET, token
from tests.push.raw import BINARY, CLOSE, CONT, PING, PONG, TEXT, frame, upgrade

MOST_BYTES = 512
REQUEST = upgrade(f"/v1/sessions/naqu?token={token()}")


class Wire:
    """A transport that keeps what is written."""

    def __init__(self) -> None:
        self.written = bytearray()
        self.is_ended = False

    def write(self, data: bytes) -> None:
        self.written += data

    def write_eof(self) -> None:
        self.is_ended = True

    def is_closing(self) -> bool:
        return False

    def get_extra_info(self, name: str) -> Any:
        return self if name == "socket" else None

    def fileno(self) -> int:
        return -1

    def set_write_buffer_limits(self, high: int) -> None:
        assert high == 0

    def get_write_buffer_size(self) -> int:
        return 0


class Ears(Hub):
    """The policy's place, taken by someone who only listens."""

    def __init__(self) -> None:
        self.heard: list[str] = []
        self.receive = self.hear

    def hear(self, seat: Seat, text: str) -> bool:
        self.heard.append(text)
        return True

    def join(self, seat: Seat, session_id: str, known: tuple[str, int] = ("", 0)) -> None: ...

    def leave(self, seat: Seat) -> None: ...


class Lean:
    """A connection of ours on a made-up wire."""

    def __init__(self) -> None:
        setting = a_setting(FakeStore(), time.monotonic, max_message_bytes=MOST_BYTES)
        self.ears, self.wire = Ears(), Wire()
        door = Admission(most=10, joins_per_second=10, per_address=0, per_viewer=8)
        gateway = Gateway(setting, self.ears, door, SECRET)
        gateway.message_pace._slack = 1e9
        self.connection = Connection(gateway)
        self.connection.connection_made(cast("asyncio.Transport", self.wire))

    def shake(self) -> None:
        self.feed(REQUEST)
        head, _, rest = bytes(self.wire.written).partition(b"\r\n\r\n")
        assert head.startswith(b"HTTP/1.1 101 ")
        assert rest == b""
        self.wire.written.clear()

    def feed(self, data: bytes) -> None:
        self.connection.data_received(data)

    def has_core(self) -> bool:
        return self.connection._core is not None


class Plain:
    """The library alone, given one byte at a time, and the least that we add to it."""

    def __init__(self) -> None:
        self.core = ServerProtocol(state=OPEN, max_size=MOST_BYTES)
        self.heard: list[str] = []
        self.written = b""
        self.is_ended = self.has_failed = False
        self._wrong = 0
        self._parts: bytearray | None = None

    def feed(self, data: bytes) -> None:
        for at in range(len(data)):
            self.core.receive_data(data[at : at + 1])
            for event in self.core.events_received():
                self._take(cast("Frame", event))
            for out in self.core.data_to_send():
                self.written += out
                self.is_ended |= not out

    def _take(self, event: Frame) -> None:
        if event.opcode is Opcode.BINARY and not self.has_failed:
            self.written += frame_of(_TEXT_ONLY)
            self._wrong += 1
            if self._wrong == MOST_WRONG:
                self._fail(CLOSE_TOO_MANY_MESSAGES, CLOSE_REASONS[CLOSE_TOO_MANY_MESSAGES])
        if event.opcode in (Opcode.TEXT, Opcode.BINARY):
            self._parts = bytearray() if event.opcode is Opcode.TEXT else None
        if event.opcode in (Opcode.TEXT, Opcode.CONT) and self._parts is not None:
            self._parts += event.data
            if event.fin:
                self._hear(bytes(self._parts))

    def _hear(self, text: bytes) -> None:
        try:
            self.heard.append(text.decode())
        except UnicodeDecodeError:
            self._fail(1007, "Text has to be UTF-8.")

    def _fail(self, code: int, reason: str) -> None:
        self.has_failed = True
        self.core.fail(code, reason)


def frames(data: bytes) -> list[tuple[int, bytes]]:
    found = []
    while data:
        size = data[1]
        assert size < 126, "nothing long is answered here"
        found.append((data[0], data[2 : 2 + size]))
        data = data[2 + size :]
    return found


def of_kind(opcode: int, data: bytes) -> list[bytes]:
    return [payload for first, payload in frames(data) if first == 0x80 | opcode]


def told_apart(lean: Lean, plain: Plain) -> None:
    """Fails if one heard, answered or ended otherwise than the other."""
    assert lean.ears.heard == plain.heard
    ours, theirs = bytes(lean.wire.written), plain.written
    assert of_kind(TEXT, ours) == of_kind(TEXT, theirs)
    pongs = of_kind(PONG, theirs)
    if plain.has_failed:
        # The library reads a piece to its end before we judge its texts, so it may have answered
        # more of it, or have found something else wrong.
        assert of_kind(PONG, ours)[: len(pongs)] == pongs
        assert len(of_kind(CLOSE, ours)) == 1
    else:
        assert of_kind(PONG, ours) == pongs
        assert of_kind(CLOSE, ours) == of_kind(CLOSE, theirs)
    assert lean.wire.is_ended == plain.is_ended


SMALL = st.one_of(
    st.sampled_from([b"", b'{"t":"ping"}', "虫".encode(), "虫".encode()[:2], b"\xff"]),
    st.text(max_size=20).map(str.encode),
    st.integers(120, 130).map(lambda n: b"x" * n),
)
LARGE = st.integers(MOST_BYTES - 1, MOST_BYTES + 1).map(lambda n: b"y" * n)
PAYLOADS = st.one_of(SMALL, SMALL, LARGE)
GOOD = st.builds(frame, st.just(TEXT), st.text(max_size=30).map(str.encode))
ANY = st.builds(
    frame,
    st.sampled_from([TEXT, TEXT, CONT, BINARY, PING, PONG, CLOSE, 3, 11, 0x40 | TEXT]),
    PAYLOADS,
    fin=st.sampled_from([True, True, False]),
    masked=st.sampled_from([True] * 9 + [False]),
)
FRAGMENTS = st.builds(
    lambda text, at, between: frame(TEXT, text[:at], fin=False) + between + frame(CONT, text[at:]),
    st.text(max_size=30).map(str.encode),
    st.integers(0, 30),
    st.one_of(st.just(b""), st.builds(frame, st.just(PING), st.binary(max_size=20))),
)
ENDS = st.builds(
    lambda code, reason: frame(CLOSE, code.to_bytes(2, "big") + reason),
    st.sampled_from([1000, 1001, 1005, 1006, 1015, 999, 2999, 3000, 4999, 5000]),
    st.binary(max_size=5),
)
STREAMS = st.lists(
    st.one_of(GOOD, GOOD, FRAGMENTS, ANY, ENDS, st.binary(max_size=10)), max_size=12
).map(b"".join)


def pieces(data: bytes, cuts: list[int]) -> list[bytes]:
    at = sorted({0, len(data), *(cut % (len(data) + 1) for cut in cuts)})
    return [data[start:end] for start, end in itertools.pairwise(at)]


@given(STREAMS, st.lists(st.integers(0, 5000), max_size=15))
def test_random_frames_in_random_pieces(stream: bytes, cuts: list[int]) -> None:
    lean, plain = Lean(), Plain()
    lean.shake()
    for piece in pieces(stream, cuts):
        lean.feed(piece)
    plain.feed(stream)
    told_apart(lean, plain)


@given(st.lists(st.one_of(GOOD, FRAGMENTS), min_size=1, max_size=6).map(b"".join), st.data())
def test_random_frames_right_after_the_request(stream: bytes, data: Any) -> None:
    cuts = data.draw(st.lists(st.integers(0, 1000), max_size=6))
    lean, plain = Lean(), Plain()
    for piece in pieces(REQUEST + stream, cuts):
        lean.feed(piece)
    plain.feed(stream)
    assert lean.ears.heard == plain.heard


def test_every_place_to_cut_a_stream_in_two_or_three() -> None:
    stream = (
        frame(TEXT, b"one") + frame(TEXT, "虫".encode()[:1], fin=False) + frame(PING, b"!")
        + frame(CONT, "虫".encode()[1:]) + frame(TEXT) + frame(TEXT, b"x" * 126)
        + frame(TEXT, b"two")
    )  # fmt: skip
    plain = Plain()
    plain.feed(stream)
    assert plain.heard == ["one", "虫", "", "x" * 126, "two"]
    for cut in range(len(stream) + 1):
        lean = Lean()
        lean.shake()
        for piece in (stream[: cut // 2], stream[cut // 2 : cut], stream[cut:]):
            if piece:
                lean.feed(piece)
        told_apart(lean, plain)
        lean.feed(frame(TEXT, b"again"))
        assert not lean.has_core()
        assert lean.ears.heard[-1] == "again"


def test_a_core_is_there_only_while_it_is_needed() -> None:
    lean = Lean()
    lean.shake()
    assert not lean.has_core()
    lean.feed(frame(TEXT, b"hi"))
    assert not lean.has_core()
    ping = frame(PING, b"12")
    lean.feed(ping[:6])  # its whole head: the library waits for the payload with an empty buffer
    assert lean.has_core()
    lean.feed(ping[6:])
    assert not lean.has_core()
    lean.feed(frame(TEXT, b"a", fin=False))
    assert lean.has_core()
    lean.feed(frame(PING))
    assert lean.has_core()
    lean.feed(frame(CONT, b"b") + frame(TEXT, b"c"))
    assert not lean.has_core()
    assert lean.ears.heard == ["hi", "ab", "c"]


def test_a_request_in_pieces_keeps_its_core_until_the_first_frame() -> None:
    lean = Lean()
    lean.feed(REQUEST[:-3])
    lean.feed(REQUEST[-3:])
    assert lean.has_core()
    lean.feed(frame(TEXT, b"hi"))
    assert not lean.has_core()
    assert lean.ears.heard == ["hi"]


def test_half_a_frame_that_looks_like_the_end_of_a_request_is_kept() -> None:
    early = bytes([0x80 | TEXT, 0x80 | 2]) + b"\r\n\r\n"
    for data in ([REQUEST + early], [REQUEST[:-2], REQUEST[-2:] + early]):
        lean = Lean()
        for piece in data:
            lean.feed(piece)
        assert lean.has_core()
        lean.feed(bytes([ord("h") ^ 13, ord("i") ^ 10]))
        assert lean.ears.heard == ["hi"]
        assert not lean.has_core()
