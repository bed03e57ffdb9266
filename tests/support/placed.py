"""Orders in the store at a test's moment, and the proof that every total still agrees."""

from typing import Any

from livesell.domain.order import Order, Placed
from livesell.domain.recount import recount
from livesell.domain.truth import Truth
from livesell.store import Store
from tests.support.build import NOW_MS, a_request

# How long the tests' held orders keep their stock.
HOLD_MS = 60_000


async def placed(store: Store, *, hold_ms: int = 0, now_ms: int = NOW_MS, **fields: Any) -> Order:
    (outcome,) = await store.orders.place("naqu", [a_request(**fields)], now_ms, hold_ms)
    assert isinstance(outcome, Placed), outcome
    return outcome.order


async def held(store: Store, *, hold_ms: int = HOLD_MS, **fields: Any) -> Order:
    return await placed(store, hold_ms=hold_ms, **fields)


async def check_exact(store: Store) -> Truth:
    evidence = await store.ledger.evidence("naqu", NOW_MS)
    assert recount(evidence).differences == ()
    return evidence.truth
