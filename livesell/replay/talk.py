"""What a replay and its load processes say to each other: JSON lines on pipes.

The secret that signs viewers' tokens goes in the first line, on standard input: neither other
users of the machine nor a log can see it there.
"""

from typing import Any

import msgspec
from msgspec import Struct, field

from livesell.replay.plan import Share


class Assignment(Struct, kw_only=True):
    """The first line to a load process.

    Attributes:
        process: Its number, from 0; it chooses the addresses that the sockets come from.
        viewers_an_address: How many sockets may come from one address.
        start_ms: When the session is planned to start, epoch ms.
    """

    process: int
    host: str
    port: int
    session: str
    secret: str
    start_ms: int
    viewers_an_address: int
    share: Share


class Request(Struct, kw_only=True):
    """Every later line to a load process: "documents" or "finish"."""

    do: str


class Counts(Struct, kw_only=True):
    """What the viewers of one process did and got.

    Attributes:
        joined: Distinct viewers whose handshake succeeded at least once.
        greeted: Distinct viewers that got a whole document.
        taps: Likes tapped; `told` is the part that was sent.
        placed: Distinct orders sent; `answered` have a final answer.
        units: Of acknowledged orders, as is `gross` (minor units).
        refused: Final refusals by code.
        replayed: Answers that came a second time, equal to the first.
        contradicted: Orders that got two answers which cannot both be true.
        again: Answers that asked to try again, by code (busy, rate, unknown).
        turned_away: Closed for good by the service, by close code.
        gaps: Patches that did not follow the version held.
    """

    joined: int = 0
    greeted: int = 0
    taps: int = 0
    told: int = 0
    placed: int = 0
    answered: int = 0
    orders: int = 0
    units: int = 0
    gross: int = 0
    refused: dict[str, int] = field(default_factory=dict)
    replayed: int = 0
    contradicted: int = 0
    again: dict[str, int] = field(default_factory=dict)
    resent: int = 0
    asked: int = 0
    dropped: int = 0
    reconnects: int = 0
    not_admitted: int = 0
    turned_away: dict[int, int] = field(default_factory=dict)
    frames: int = 0
    states: int = 0
    gaps: int = 0
    errors: dict[str, int] = field(default_factory=dict)

    def add(self, other: "Counts") -> None:
        """Takes another process's counts in."""
        for name in self.__struct_fields__:
            mine, theirs = getattr(self, name), getattr(other, name)
            if isinstance(mine, dict):
                for key, number in theirs.items():
                    mine[key] = mine.get(key, 0) + number
            else:
                setattr(self, name, mine + theirs)


class Ready(Struct, kw_only=True, tag_field="is", tag="ready"):
    """The process is up and waits for its assignment."""


class Progress(Struct, kw_only=True, tag_field="is", tag="progress"):
    """Sent twice a second.

    Attributes:
        owed: Steps not done yet, likes not told, orders without an answer, leavers still there.
        tally: The counts that the viewers see.
        started_ms: When the session went live, as the viewers were told.
    """

    connected: int
    owed: int
    state: str
    started_ms: int | None
    tally: dict[str, int]
    counts: Counts


class Documents(Struct, kw_only=True, tag_field="is", tag="documents"):
    """What the witnesses hold: each distinct document once, and how many hold it."""

    held: list[tuple[int, dict[str, Any]]]
    without: int


class Result(Struct, kw_only=True, tag_field="is", tag="result"):
    """The last line: everything counted. CPU in seconds, memory in KiB."""

    counts: Counts
    delivery: list[tuple[int, int]]
    delivery_max_ms: float
    acknowledged: list[tuple[int, int]]
    acknowledged_max_ms: float
    cpu_s: float
    peak_kib: int
    unanswered: int


AnyReport = Ready | Progress | Documents | Result

_reports: msgspec.json.Decoder[AnyReport] = msgspec.json.Decoder(AnyReport)
assignments = msgspec.json.Decoder(Assignment)
requests = msgspec.json.Decoder(Request)


def line(message: Assignment | Request | AnyReport) -> bytes:
    return msgspec.json.encode(message) + b"\n"


def report(text: bytes) -> AnyReport:
    return _reports.decode(text)
