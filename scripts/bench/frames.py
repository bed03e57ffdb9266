"""What is sent both ways: one update of the same size for every server, and small masked likes."""

import time

from livesell.wire import PatchFrame, encode

# An update of the page as it is on air: a few counters and a card. Source: DESIGN, the gateway.
PAYLOAD_BYTES = 215

# Versions and times in an update have as many digits as they have.
PAYLOAD_SLACK_BYTES = 8

# Before the number of an update, so that a load finds it without reading JSON.
MARK = b"#"
_DIGITS = 6

# Any mask does: what it guards against are caches between, of which there are none here.
_MASK = b"\x5a\xa5\x3c\xc3"


def notice(number: int) -> str:
    """The text of update `number`, long enough for a patch of `PAYLOAD_BYTES`."""
    around = len(encode(_patch("")))
    return f"{MARK.decode()}{number:0{_DIGITS}d} ".ljust(PAYLOAD_BYTES - around, "x")


def update(number: int) -> str:
    """What a peer broadcasts: the same JSON that our gateway makes of `notice(number)`."""
    return encode(_patch(notice(number))).decode()


def number_of(frame: bytes | bytearray, end: int) -> int:
    """The number of the update in `frame[:end]`, which is one frame."""
    start = frame.find(MARK, 0, end) + 1
    return int(frame[start : start + _DIGITS])


def masked(payload: bytes) -> bytes:
    """A small text frame as a page sends it. Source: RFC 6455, 5.2."""
    return _client_frame(0x81, payload)


def pong(payload: bytes) -> bytes:
    return _client_frame(0x8A, payload)


def like(taps: int) -> bytes:
    """A page's report of its taps so far."""
    return masked(b'{"t":"like","n":%d}' % taps)


def _client_frame(head: int, payload: bytes) -> bytes:
    body = bytes(byte ^ _MASK[at % 4] for at, byte in enumerate(payload))
    return bytes((head, 0x80 | len(payload))) + _MASK + body


def _patch(text: str) -> PatchFrame:
    return PatchFrame(e="x" * 8, v=10, ts=int(time.time() * 1000), d={"notice": text})
