"""One small session computed by hand, for the figures, the recount and the documents.

Two viewers. At second 1 the tea is shown; at second 5 viewer a orders 2 teas (CNY 5.00 each, 0.20
a can to the fund); at second 12 the tea is hidden; at second 15 viewer b orders 1 yak (CNY 328.00)
and at second 16 viewer a 3 teas. Likes: 10 by a at second 6, 5 by b at second 15.
"""

from typing import Any

from livesell.domain.card import Card, Units
from livesell.domain.order import Order
from livesell.domain.recount import Evidence
from livesell.domain.session import Session, State
from livesell.domain.truth import Bucket, Entry, NodeHealth, Tally, TickerEntry, Truth
from tests.support.build import NOW_MS, a_card, a_session

START_MS = NOW_MS
TEA_GROSS, YAK_GROSS = 5 * 500, 32_800
GROSS = TEA_GROSS + YAK_GROSS


def at(second: int) -> int:
    return START_MS + second * 1000


def a_session_on_air(**fields: Any) -> Session:
    live: dict[str, Any] = {
        "state": State.LIVE, "started_ms": START_MS, "rundown": ("tea", "yak"), "fund": "公益基金",
        "planned_start_ms": START_MS, "planned_end_ms": at(3600),
    }  # fmt: skip
    return a_session(**{**live, **fields})


def cards() -> dict[str, Card]:
    tea = a_card(open=True, donation=20, windows=((at(1), at(12)),), badges=("公益",))
    yak = a_card(id="yak", slot=3, title="娘亚牦牛肉", price=32_800, was=39_800, open=True, limit=2)
    return {"tea": tea, "yak": yak}


def units() -> dict[str, Units]:
    return {
        "tea": Units(
            allocated=100, free=95, sold=5, orders=2, units=5, ordered=TEA_GROSS,
            window_orders=1, window_units=2, window_ordered=1000,
        ),
        "yak": Units(allocated=12, free=11, sold=1, orders=1, units=1, ordered=YAK_GROSS),
    }  # fmt: skip


def tally(**fields: int) -> Tally:
    counted = {
        "orders": 3, "units": 6, "ordered": GROSS, "donated": 100, "buyers": 2, "likes": 15,
        "likers": 2, "viewers": 2, "views": 3, "watch_ms": 30_000, "peak": 2,
    }  # fmt: skip
    return Tally(**{**counted, **fields})


def truth(**fields: Any) -> Truth:
    known: dict[str, Any] = {
        "version": 7,
        "session": a_session_on_air(),
        "cards": cards(),
        "units": units(),
        "tally": tally(),
        "concurrent": 2,
        "nodes": {"n1": NodeHealth(viewers=2, crew=1, connections=3, lag_ms=1.6, at_ms=at(19))},
        "ticker": (
            TickerEntry(n=3, name="a**", card="tea", units=3, at=at(16)),
            TickerEntry(n=2, name="**", card="yak", units=1, at=at(15)),
        ),
        "as_of_ms": at(20),
    }
    return Truth(**{**known, **fields})


def timeline() -> dict[int, Bucket]:
    return {
        START_MS: Bucket(concurrent=1, joins=1, likes=10, orders=1, units=2, ordered=1000),
        at(10): Bucket(
            concurrent=2, joins=2, likes=5, orders=2, units=4, ordered=YAK_GROSS + 1500
        ),
    }  # fmt: skip


def orders() -> list[Order]:
    def order(n: int, viewer: str, card: str, count: int, price: int, second: int) -> Order:
        return Order(
            id=f"o{n}", n=n, viewer=viewer, card=card, units=count, price=price,
            amount=count * price, at_ms=at(second), name="", state="placed",
            lines=((card, count),), window=second == 5, donation=20 if card == "tea" else 0,
        )  # fmt: skip

    return [
        order(1, "a", "tea", 2, 500, 5),
        order(2, "b", "yak", 1, 32_800, 15),
        order(3, "a", "tea", 3, 500, 16),
    ]


def ledger() -> list[Entry]:
    def entry(kind: str, second: int, **data: Any) -> Entry:
        return Entry(id=f"{at(second)}-0", kind=kind, at_ms=at(second), by="x", data=data)

    def ordered(order: Order, second: int) -> Entry:
        return entry(
            "ordered", second, id=order.id, n=order.n, viewer=order.viewer, card=order.card,
            units=order.units, price=order.price, amount=order.amount, window=int(order.window),
            donation=order.donation, lines=[list(line) for line in order.lines], state="placed",
            way="online", flash="", offer=0,
        )  # fmt: skip

    first, second, third = orders()
    return [
        entry("created", -60, title="那曲专场", state="draft"),
        entry("card_added", -60, card="tea", slot=1, price=500, stock=80),
        entry("card_added", -60, card="yak", slot=3, price=32_800, stock=12),
        entry("restocked", -30, card="tea", units=20),
        entry("started", 0),
        entry("attended", 1, joined=["a"], views=1, watch_ms=0),
        entry("sampled", 1, concurrent=1),
        entry("shown", 1, card="tea"),
        ordered(first, 5),
        entry("liked", 6, n=10, likers=1),
        entry("hidden", 12, card="tea"),
        entry("attended", 13, joined=["b", "a"], views=2, watch_ms=30_000),
        entry("sampled", 13, concurrent=2),
        ordered(second, 15),
        entry("liked", 15, n=5, likers=1),
        ordered(third, 16),
    ]


def evidence(**fields: Any) -> Evidence:
    known: dict[str, Any] = {
        "truth": truth(), "orders": orders(), "likes_by_visits": 15, "likers": 2, "viewers": 2,
        "watch_ms": 30_000, "buyers": {"a": 2, "b": 1}, "taken": {"a/tea": 5, "b/yak": 1},
        "holds": {}, "refunds": [], "timeline": timeline(), "ledger": ledger(),
    }  # fmt: skip
    return Evidence(**{**known, **fields})
