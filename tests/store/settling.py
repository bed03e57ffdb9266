"""Transitions of the tests, ready to be settled."""

from collections.abc import Callable
from typing import Any

from livesell.domain.effects import Settlement
from livesell.domain.order import Order
from livesell.domain.settlement import cancel, expire, pay, refund
from livesell.domain.truth import Truth
from livesell.store import Store
from tests.support.build import NOW_MS
from tests.support.placed import HOLD_MS

LATER_MS = NOW_MS + HOLD_MS


Decide = Callable[[Order], Settlement | None]


async def settle(store: Store, order: Order, decide: Decide) -> Order:
    settlement = decide(order)
    assert settlement is not None
    return await store.settling.settle("naqu", settlement, by="x")


async def truth_of(store: Store) -> Truth:
    return await store.sessions.pull("naqu", NOW_MS)


def paying(ref: str = "p1", *, now_ms: int = NOW_MS + 5, **fields: Any) -> Decide:
    return lambda one: pay(one, amount=one.amount, ref=ref, by="shop", now_ms=now_ms, **fields)


def expiring(now_ms: int = LATER_MS) -> Decide:
    return lambda one: expire(one, now_ms=now_ms)


def cancelling(now_ms: int = NOW_MS + 5) -> Decide:
    return lambda one: cancel(one, by="ann", cause="no answer", now_ms=now_ms)


def refunding(amount: int, units: int = 0, *, refund_id: str = "r1", **fields: Any) -> Decide:
    given: dict[str, Any] = {"restock": True, "by": "ann", "cause": "broken", **fields}
    return lambda one: refund(
        one, amount=amount, units=units, refund_id=refund_id, now_ms=NOW_MS + 9, **given
    )
