"""Five hundred thumbs on the last hundred units, every order sent three times, at one moment."""

import asyncio
import contextlib
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from pathlib import Path

import pytest

from livesell.domain.card import Card, Gift
from livesell.domain.order import OrderRequest, Placed
from livesell.domain.recount import recount
from livesell.errors import LivesellError
from livesell.store import Store
from tests.support.build import NOW_MS, a_card, a_request, given_live
from tests.support.store import another_client

BUYERS, SENDS, LEFT = 500, 3, 100

# As many services as stand behind a load balancer; each has connections of its own.
CLIENTS = 5

TEA = a_card()
PACK = a_card(id="pack", slot=2, price=4_000, of="tea", pack=10, gifts=(Gift(card="cup"),))
CUP = a_card(id="cup", slot=3)

Answer = Placed | LivesellError


@contextlib.asynccontextmanager
async def clients_of(store: Store, data: Path) -> AsyncIterator[list[Store]]:
    async with AsyncExitStack() as stack:
        opened = [
            await stack.enter_async_context(another_client(store, data)) for _ in range(CLIENTS)
        ]
        yield opened


async def rush(
    clients: list[Store], requests: list[OrderRequest], hold_ms: int
) -> dict[str, list[Answer]]:
    """Everyone waits for the same moment, and sends to another service each time."""
    barrier = asyncio.Barrier(len(requests) * SENDS)
    answers: dict[str, list[Answer]] = {request.id: [] for request in requests}

    async def send(request: OrderRequest, client: Store) -> None:
        await barrier.wait()
        answers[request.id] += await client.orders.place("naqu", [request], NOW_MS, hold_ms)

    await asyncio.gather(
        *(
            send(request, clients[(number + attempt) % len(clients)])
            for number, request in enumerate(requests)
            for attempt in range(SENDS)
        )
    )
    return answers


@pytest.mark.parametrize(
    ("cards", "stock", "card", "price", "hold_ms"),
    [
        ([TEA], {"tea": LEFT}, "tea", 500, 0),
        ([TEA], {"tea": LEFT}, "tea", 500, 900_000),
        # The stock would do for 104 packs; the cups end the sale.
        ([TEA, PACK, CUP], {"tea": 1_045, "cup": LEFT}, "pack", 4_000, 0),
        ([TEA, PACK, CUP], {"tea": 1_045, "cup": LEFT}, "pack", 4_000, 900_000),
    ],
    ids=["on delivery", "prepaid", "packs on delivery", "prepaid packs"],
)
async def test_500_buyers_who_send_three_times_get_exactly_the_last_100(
    store: Store,
    store_data: Path,
    cards: list[Card],
    stock: dict[str, int],
    card: str,
    price: int,
    hold_ms: int,
) -> None:
    await given_live(store, *cards, stock={one.id: stock.get(one.id, 0) for one in cards})
    requests = [a_request(viewer=f"v{n}", card=card, price=price) for n in range(BUYERS)]
    async with clients_of(store, store_data) as clients:
        answers = await rush(clients, requests, hold_ms)
    bought = [given for given in answers.values() if isinstance(given[0], Placed)]
    assert len(bought) == LEFT
    for given in answers.values():
        _told_the_same(given)
    evidence = await store.ledger.evidence("naqu", NOW_MS)
    assert len(evidence.orders) == LEFT
    assert evidence.truth.tally.buyers == LEFT
    scarce = evidence.truth.units["cup" if card == "pack" else "tea"]
    assert (scarce.free, scarce.held if hold_ms else scarce.sold) == (0, LEFT)
    assert recount(evidence).differences == ()


def _told_the_same(given: list[Answer]) -> None:
    """One buyer's answers: the same order each time and new once, or always sold out."""
    placed = [one for one in given if isinstance(one, Placed)]
    if not placed:
        assert [one.code for one in given if isinstance(one, LivesellError)] == ["sold_out"] * SENDS
        return
    assert len(placed) == SENDS
    assert len({one.order.n for one in placed}) == 1
    assert sorted(one.dup for one in placed) == [False, True, True]
