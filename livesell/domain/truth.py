"""What the store knows of a session at one moment, as the other pure modules read it."""

from typing import Any

from msgspec import Struct, field

from livesell.domain.card import Card, Units
from livesell.domain.session import Session
from livesell.domain.waitlist import Offer

BUCKET_MS = 10_000


class Tally(Struct, frozen=True, kw_only=True):
    """The running totals of a session; names follow the glossary, money is minor units.

    `orders`, `units`, `ordered` and `buyers` count the orders that stand: neither cancelled nor
    expired; `held_*` those of them that are not paid yet. `paid` is what was captured, refunds
    still in it; `refunded` what was given back. `offline_*` were typed by staff and are in none of
    the others. `viewers` are distinct ids present while on air, `views` their entries. `peak` is
    the largest `concurrent` sampled while on air.
    """

    orders: int = 0
    units: int = 0
    ordered: int = 0
    held_orders: int = 0
    held_amount: int = 0
    paid_orders: int = 0
    paid: int = 0
    refunded: int = 0
    cancelled_orders: int = 0
    expired_orders: int = 0
    offline_orders: int = 0
    offline_units: int = 0
    offline_amount: int = 0
    donated: int = 0
    buyers: int = 0
    likes: int = 0
    likers: int = 0
    viewers: int = 0
    views: int = 0
    watch_ms: int = 0
    peak: int = 0


class Bucket(Struct, kw_only=True):
    """Ten seconds of a session; `concurrent` is the maximum, the others are sums.

    `orders`, `units` and `ordered` belong to the moment an order was placed, also when it is taken
    back later; `paid` and `refunded` to the moment the money moved.
    """

    concurrent: int = 0
    joins: int = 0
    likes: int = 0
    orders: int = 0
    units: int = 0
    ordered: int = 0
    paid: int = 0
    refunded: int = 0


class NodeHealth(Struct, frozen=True, kw_only=True):
    """What a push node last said of itself; `at_ms` is when its lease was renewed."""

    viewers: int = 0
    crew: int = 0
    overlays: int = 0
    connections: int = 0
    lag_ms: float = 0.0
    at_ms: int = 0


class TickerEntry(Struct, frozen=True, kw_only=True):
    """A recent order as strangers may see it; `name` is masked."""

    n: int
    name: str
    card: str
    units: int
    at: int


class Truth(Struct, frozen=True, kw_only=True):
    """One pull: everything that a document is built from.

    `version` counts commits. `concurrent` sums the leases that are alive at `as_of_ms`.
    `ticker` has the newest order first. `next_hold_ms` is when the first hold ends for want of a
    payment, `next_offer_ms` when the first offer to somebody on the waitlist lapses. `offers` are
    those that nobody has ended yet; `queue` counts the changes of the waitlist. `banned` are the
    viewers who may not come in; `bans` counts the changes of that.
    """

    version: int
    session: Session
    cards: dict[str, Card]
    units: dict[str, Units]
    tally: Tally
    concurrent: int
    nodes: dict[str, NodeHealth]
    ticker: tuple[TickerEntry, ...]
    as_of_ms: int
    next_hold_ms: int | None = None
    next_offer_ms: int | None = None
    queue: int = 0
    offers: tuple[Offer, ...] = ()
    bans: int = 0
    banned: frozenset[str] = frozenset()


class Entry(Struct, frozen=True, kw_only=True):
    """One entry of the ledger. `id` is the stream's; `by` is who or what caused it."""

    id: str
    kind: str
    at_ms: int
    by: str
    data: dict[str, Any] = field(default_factory=dict)


def bucket_of(at_ms: int) -> int:
    """The start of the bucket that a moment belongs to, epoch ms."""
    return at_ms - at_ms % BUCKET_MS
