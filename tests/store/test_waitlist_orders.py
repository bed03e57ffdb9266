"""What is offered is sold to whom it was offered, and to nobody else, whoever taps how often."""

import asyncio
import random

import pytest

from livesell.domain.command import Close, PrepareFlash, Price, Restock, StartFlash
from livesell.domain.order import OrderRequest, Placed
from livesell.domain.recount import recount
from livesell.domain.settlement import cancel
from livesell.errors import LivesellError
from livesell.store import Store
from tests.store.test_waitlist import (
    OFFER_MS,
    entry,
    facts,
    join,
    offers,
    queue,
    refused,
    tend,
    units,
)
from tests.support.build import NOW_MS, a_card, a_request, command, given_live


async def order(store: Store, viewer: str, units: int = 1, *, now_ms: int = NOW_MS) -> str:
    """Orders tea; "placed", or the code of the refusal."""
    request = a_request(viewer=viewer, units=units)
    return await place(store, request, now_ms)


async def place(store: Store, request: OrderRequest, now_ms: int = NOW_MS) -> str:
    (outcome,) = await store.orders.place("naqu", [request], now_ms)
    return outcome.code if isinstance(outcome, LivesellError) else "placed"


async def check_claims(store: Store) -> None:
    """What stands in the counts is what stands in the entries, and nothing is promised twice."""
    truth = await store.sessions.pull("naqu", NOW_MS)
    for stock, counts in truth.units.items():
        cards = [card for card in truth.cards.values() if card.stock_card == stock]
        waiting = sum(
            one.pieces
            for one in await store.waitlist.queue("naqu")
            if one.card in {card.id for card in cards}
        )
        offered = sum(
            offer.units * truth.cards[offer.card].pack
            for offer in truth.offers
            if truth.cards[offer.card] in cards
        )
        assert (counts.waiting, counts.offered) == (waiting, offered)
        assert counts.free >= counts.offered >= 0
    assert recount(await store.ledger.evidence("naqu", NOW_MS)).differences == ()


async def take_back(store: Store, request: OrderRequest) -> None:
    """The host calls an order off."""
    found = await store.orders.find("naqu", request.id)
    assert found is not None
    settlement = cancel(found, by="host", cause="", now_ms=NOW_MS)
    assert settlement is not None
    await store.settling.settle("naqu", settlement, by="host")


async def test_a_returned_unit_goes_to_the_first_and_not_to_a_thousand_thumbs(store: Store) -> None:
    """200 thumbs on one returned unit with three who wait, while it is tended."""
    await given_live(store, stock=0)
    for viewer in ("ann", "bob", "eve"):
        await join(store, viewer)
    thumbs = [f"thumb{n}" for n in range(200)]
    start = asyncio.Event()

    async def tap(viewer: str) -> str:
        await start.wait()
        answer = ""
        for _ in range(3):
            answer = await order(store, viewer)
        return answer

    async def return_it() -> str:
        await start.wait()
        await command(store, Restock(card="tea", units=1))
        await tend(store)
        return await order(store, "ann")

    tapping = [asyncio.create_task(tap(viewer)) for viewer in [*thumbs, "bob", "eve"]]
    returning = asyncio.create_task(return_it())
    start.set()
    assert set(await asyncio.gather(*tapping)) == {"sold_out"}
    assert await returning == "placed"
    assert (await entry(store, "ann")).state == "taken"
    assert await queue(store) == ["bob", "eve"]
    await check_claims(store)


async def test_an_offer_is_used_by_ordering_and_once(store: Store) -> None:
    await given_live(store, a_card(limit=5), stock=0)
    await join(store, "ann", 2)
    await command(store, Restock(card="tea", units=2))
    await tend(store)
    assert await order(store, "bob") == "sold_out"
    assert await order(store, "ann", 3) == "sold_out"
    request = a_request(viewer="ann", units=2)
    (first,) = await store.orders.place("naqu", [request], NOW_MS)
    (again,) = await store.orders.place("naqu", [request], NOW_MS + OFFER_MS)
    assert isinstance(first, Placed)
    assert again == Placed(order=first.order, dup=True)
    assert (await entry(store, "ann")).state == "taken"
    counts = await units(store)
    assert (counts.free, counts.sold, counts.offered, counts.waiting) == (0, 2, 0, 0)
    assert (await facts(store))[-1] == (
        "offer_taken",
        "ann",
        {"card": "tea", "stock": "tea", "viewer": "ann", "pieces": 2},
    )
    assert await refused(store, "ann") == ("waited_before", {})
    assert await tend(store, NOW_MS + OFFER_MS) is None
    assert len(await facts(store)) == 3


async def test_what_was_offered_and_not_ordered_goes_to_the_next(store: Store) -> None:
    await given_live(store, stock=0)
    await join(store, "ann", 3)
    await join(store, "bob", 2)
    await command(store, Restock(card="tea", units=3))
    await tend(store)
    assert await order(store, "ann", 1) == "placed"
    assert await order(store, "eve") == "sold_out"
    await tend(store)
    assert await offers(store) == [("bob", 2)]
    await check_claims(store)


async def test_an_offer_is_over_at_its_time(store: Store) -> None:
    await given_live(store, stock=0)
    await join(store, "ann")
    await command(store, Restock(card="tea", units=1))
    due = await tend(store)
    assert due is not None
    assert await order(store, "ann", now_ms=due) == "sold_out"
    await tend(store, due)
    # Nobody waits any more, so it is everybody's again.
    assert await order(store, "bob", now_ms=due) == "placed"


async def test_an_offer_does_not_open_a_card_or_freeze_its_price(store: Store) -> None:
    await given_live(store, stock=0)
    await join(store, "ann")
    await command(store, Restock(card="tea", units=1))
    await tend(store)
    await command(store, Price(card="tea", price=450))
    assert await order(store, "ann") == "price_changed"
    await command(store, Close(card="tea"))
    assert await place(store, a_request(viewer="ann", price=450)) == "closed"
    assert await offers(store) == [("ann", 1)]


async def test_packs_are_offered_whole(store: Store) -> None:
    ten = a_card(id="ten", slot=2, of="tea", pack=10, price=4500)
    await given_live(store, a_card(), ten, stock={"tea": 0})
    await join(store, "ann", 2, "ten")
    await command(store, Restock(card="tea", units=20))
    await tend(store)
    assert await order(store, "ann", 1) == "sold_out"  # single pieces were not offered to her
    assert await place(store, a_request(viewer="ann", card="ten", units=2, price=4500)) == "placed"
    counts = await units(store)
    assert (counts.free, counts.sold, counts.offered) == (0, 20, 0)


async def test_a_flash_sale_takes_nothing_from_those_who_wait(store: Store) -> None:
    await given_live(store, stock=3)
    assert await order(store, "zoe", 3) == "placed"
    await join(store, "ann", 2)
    await command(store, Restock(card="tea", units=5))
    flash = PrepareFlash(card="tea", id="flash-1", price=400, units=3)
    await command(store, flash)
    await command(store, StartFlash(flash="flash-1"))
    await tend(store)
    assert await offers(store) == [("ann", 2)]
    # In the flash sale there is something to buy, so there is no queue.
    now_ms = NOW_MS + 11_000
    assert await refused(store, "bob", now_ms=now_ms) == ("in_stock", {"left": 3})
    buy = a_request(viewer="max", units=3, price=400)
    assert await place(store, buy, now_ms) == "placed"
    assert (await join(store, "bob", now_ms=now_ms)).place == 1
    assert await order(store, "ann", 2, now_ms=now_ms) == "placed"
    assert (await units(store)).free == 0


async def test_what_a_cancelled_order_gives_back_goes_to_the_queue(store: Store) -> None:
    await given_live(store, stock=2)
    request = a_request(viewer="zoe", units=2)
    assert await place(store, request) == "placed"
    await join(store, "ann", 2)
    await take_back(store, request)
    assert await order(store, "bob") == "sold_out"
    await tend(store)
    assert await offers(store) == [("ann", 2)]
    await check_claims(store)


async def test_a_hold_from_an_offer_that_expires_goes_to_the_next(store: Store) -> None:
    await given_live(store, stock=0)
    await join(store, "ann")
    await join(store, "bob")
    await command(store, Restock(card="tea", units=1))
    await tend(store)
    request = a_request(viewer="ann")
    (outcome,) = await store.orders.place("naqu", [request], NOW_MS, 60_000)
    assert isinstance(outcome, Placed)
    assert outcome.order.state == "held"
    counts = await units(store)
    assert (counts.held, counts.free, counts.offered) == (1, 0, 0)
    await store.settling.expire_due("naqu", NOW_MS + 60_000)
    await tend(store, NOW_MS + 60_000)
    assert await offers(store) == [("bob", 1)]
    assert await refused(store, "ann") == ("waited_before", {})
    await check_claims(store)


@pytest.mark.parametrize("seed", range(8))
async def test_whatever_happens_in_whatever_order_the_claims_are_right(
    store: Store, seed: int
) -> None:
    """Joins, leaves, orders, restocks, lapses and tenders side by side."""
    rng = random.Random(seed)
    ten = a_card(id="ten", slot=2, of="tea", pack=3, price=1200)
    await given_live(store, a_card(), ten, stock={"tea": 4})
    viewers = [f"v{n}" for n in range(12)]
    prices = {"tea": 500, "ten": 1200}
    now_ms = NOW_MS

    async def act() -> None:
        viewer, card = rng.choice(viewers), rng.choice(["tea", "ten"])
        count = rng.randint(1, 3)
        try:
            match rng.randrange(6):
                case 0 | 1:
                    await join(store, viewer, count, card, now_ms=now_ms)
                case 2:
                    await store.waitlist.leave("naqu", viewer, card, now_ms)
                case 3:
                    request = a_request(viewer=viewer, card=card, units=count, price=prices[card])
                    await place(store, request, now_ms)
                case 4:
                    await command(store, Restock(card="tea", units=rng.choice([1, 2, 3, -1])))
                case _:
                    await tend(store, now_ms)
        except LivesellError:
            pass

    for _ in range(25):
        await asyncio.gather(*(act() for _ in range(8)))
        now_ms += rng.choice([0, 1000, 50_000])
        await tend(store, now_ms)
        await check_claims(store)
    taken = [
        data["viewer"] + data["card"] for kind, _, data in await facts(store) if kind == "offered"
    ]
    assert len(taken) == len(set(taken)), "nobody is offered a card twice"
