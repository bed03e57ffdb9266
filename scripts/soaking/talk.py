"""What the soak and its load processes say to each other: one JSON object a line, both ways."""

from typing import Any

from msgspec import Struct, field


class Assignment(Struct, kw_only=True):
    """The first line to a load process."""

    process: int
    host: str
    port: int
    session: str
    secret: str


class Wish(Struct, kw_only=True, omit_defaults=True):
    """Any later line; each gets one answer.

    `join`: so many pages more, at that pace; the last `stuck` of them never read.
    `sell`: orders a second, or with `in_flight` as many as that lets through; 0 ends it.
    `like`: taps a second. `mark`: the measurements begin anew. `report`, `orders`, `finish`.
    """

    do: str
    count: int = 0
    stuck: int = 0
    per_second: float = 0
    in_flight: int = 0


class Report(Struct, kw_only=True):
    """Where a load process stands.

    Attributes:
        versions: How many open pages have which document: by epoch, by version.
        witnessed: The documents that some pages keep folded: epoch, version, document.
        stale: Open pages that were told that their numbers are old.
        told: Taps that the visits have told, the last number of each summed up.
    """

    open: int = 0
    shaking: int = 0
    away: int = 0
    stuck: int = 0
    stale: int = 0
    told: int = 0
    unanswered: int = 0
    versions: dict[str, dict[int, int]] = field(default_factory=dict)
    witnessed: list[tuple[str, int, dict[str, Any]]] = field(default_factory=list)
    counts: dict[str, int] = field(default_factory=dict)
    delivery: list[tuple[int, int]] = field(default_factory=list)
    delivery_max_ms: float = 0
    answers: list[tuple[int, int]] = field(default_factory=list)
    answers_max_ms: float = 0
    joins: list[tuple[int, int]] = field(default_factory=list)
    joins_max_ms: float = 0
    cpu_s: float = 0


class Sold(Struct, kw_only=True):
    """What became of the orders, by id.

    Attributes:
        stand: Answered with an order.
        nothing: Answered `busy`, and no attempt before had an unknown outcome: nothing was done.
        refused: Answered with a rule of selling.
        open: Not answered for good.
    """

    stand: list[str]
    nothing: list[str]
    refused: list[str]
    open: list[str]
