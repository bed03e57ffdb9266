"""A flash sale on the real store: its price by the clock, its claim, and what is left of it."""

from typing import Any

import pytest

from livesell.domain.command import (
    End,
    EndFlash,
    Limits,
    PrepareFlash,
    Restock,
    SellOut,
    StartFlash,
)
from livesell.domain.order import Placed
from livesell.domain.recount import recount
from livesell.errors import Conflict
from livesell.store import Store
from tests.support.build import NOW_MS, a_card, a_request, command, given_live

PRICE, FLASH_PRICE = 500, 400
STARTS_MS, ENDS_MS = NOW_MS + 10_000, NOW_MS + 70_000
HOLD_MS = 30_000


async def given_flash(
    store: Store, *, stock: int = 10, units: int = 4, limit: int | None = None, **card: Any
) -> None:
    await given_live(store, a_card(**card), stock=stock)
    await command(
        store,
        PrepareFlash(card="tea", price=FLASH_PRICE, units=units, limit=limit, lasts_s=60, id="f"),
    )
    await command(store, StartFlash(flash="f"))


async def told(
    store: Store, now_ms: int, price: int, units: int = 1, viewer: str = "v", hold_ms: int = 0
) -> Any:
    """ "placed", or the refusal with what holds now."""
    request = a_request(viewer=viewer, units=units, price=price)
    (outcome,) = await store.orders.place("naqu", [request], now_ms, hold_ms)
    return outcome.order.flash or "placed" if isinstance(outcome, Placed) else (
        outcome.code, *outcome.data.values()
    )  # fmt: skip


async def claim(store: Store) -> int:
    return (await store.sessions.pull("naqu", NOW_MS)).units["tea"].flash


async def assert_exact(store: Store) -> None:
    assert recount(await store.ledger.evidence("naqu", NOW_MS)).differences == ()


async def test_the_price_is_the_clocks(store: Store) -> None:
    await given_flash(store)
    assert await told(store, STARTS_MS - 1, FLASH_PRICE) == ("price_changed", PRICE)
    assert await told(store, STARTS_MS - 1, PRICE) == "placed"
    assert await told(store, STARTS_MS, PRICE) == ("price_changed", FLASH_PRICE)
    assert await told(store, STARTS_MS, FLASH_PRICE) == "f"
    assert await told(store, ENDS_MS - 1, FLASH_PRICE) == "f"
    assert await told(store, ENDS_MS, FLASH_PRICE) == ("price_changed", PRICE)
    assert await told(store, ENDS_MS, PRICE) == "placed"
    await assert_exact(store)


async def test_its_pieces_are_nobody_elses_from_the_countdown_on(store: Store) -> None:
    await given_flash(store)
    assert await claim(store) == 4
    assert await told(store, NOW_MS, PRICE, units=7) == ("sold_out", 6)
    assert await told(store, NOW_MS, PRICE, units=6) == "placed"
    assert await told(store, STARTS_MS, FLASH_PRICE, units=5) == ("sold_out", 4)
    assert await told(store, STARTS_MS, FLASH_PRICE, units=4) == "f"
    await assert_exact(store)


async def test_after_its_last_piece_the_card_costs_what_it_did(store: Store) -> None:
    await given_flash(store)
    assert await told(store, STARTS_MS, FLASH_PRICE, units=4) == "f"
    assert await told(store, STARTS_MS, FLASH_PRICE) == ("price_changed", PRICE)
    assert await told(store, STARTS_MS, PRICE, units=6) == "placed"
    assert await told(store, STARTS_MS, PRICE) == ("sold_out", 0)
    await assert_exact(store)


async def test_what_is_left_is_free_again_before_anybody_has_tidied_up(store: Store) -> None:
    await given_flash(store)
    assert await told(store, STARTS_MS, FLASH_PRICE) == "f"
    assert await claim(store) == 3
    assert await told(store, ENDS_MS, PRICE, units=9) == "placed"
    await command(store, EndFlash(flash="f"), now_ms=ENDS_MS + 5)
    assert await claim(store) == 0
    await assert_exact(store)


async def test_a_host_ends_it_early(store: Store) -> None:
    await given_flash(store)
    await command(store, EndFlash(flash="f"), now_ms=STARTS_MS)
    assert await claim(store) == 0
    assert await told(store, STARTS_MS, FLASH_PRICE) == ("price_changed", PRICE)
    assert await told(store, STARTS_MS, PRICE, units=10) == "placed"


async def test_it_ends_with_the_session(store: Store) -> None:
    await given_flash(store)
    await command(store, End(), now_ms=STARTS_MS)
    assert await claim(store) == 0
    assert await told(store, STARTS_MS, FLASH_PRICE) == ("not_live",)
    await assert_exact(store)


async def test_a_clock_that_jumps_back_sells_nothing_twice(store: Store) -> None:
    await given_flash(store)
    assert await told(store, ENDS_MS, PRICE, units=9) == "placed"
    assert await told(store, STARTS_MS, FLASH_PRICE, units=2) == ("sold_out", 1)
    assert await told(store, STARTS_MS, FLASH_PRICE) == "f"
    assert await told(store, STARTS_MS, FLASH_PRICE) == ("price_changed", PRICE)
    assert (await store.sessions.pull("naqu", NOW_MS)).units["tea"].free == 0


async def test_its_limit_is_its_own(store: Store) -> None:
    await given_flash(store, limit=2, per_order=5, stock=20, units=9)
    assert await told(store, STARTS_MS, FLASH_PRICE, units=3) == ("limit", 2)
    assert await told(store, STARTS_MS, FLASH_PRICE, units=2) == "f"
    assert await told(store, STARTS_MS, FLASH_PRICE) == ("limit", 0)
    assert await told(store, STARTS_MS, FLASH_PRICE, viewer="w") == "f"
    assert await told(store, ENDS_MS, PRICE, units=5) == "placed"


async def test_without_a_limit_of_its_own_the_cards_holds(store: Store) -> None:
    await given_flash(store, stock=20, units=9)
    await command(store, Limits(card="tea", limit=3))
    assert await told(store, NOW_MS, PRICE, units=1) == "placed"
    assert await told(store, STARTS_MS, FLASH_PRICE, units=3) == ("limit", 2)
    assert await told(store, STARTS_MS, FLASH_PRICE, units=2) == "f"
    assert await told(store, ENDS_MS, PRICE) == ("limit", 0)


async def test_sold_out_by_hand_stops_it(store: Store) -> None:
    await given_flash(store)
    await command(store, SellOut(card="tea"), now_ms=STARTS_MS)
    assert await told(store, STARTS_MS, FLASH_PRICE) == ("sold_out", 0)


@pytest.mark.parametrize(("safety", "left"), [(0, 10), (3, 7)])
async def test_it_claims_no_more_than_is_there(store: Store, safety: int, left: int) -> None:
    await given_live(store, a_card(safety=safety), stock=10)
    await command(store, PrepareFlash(card="tea", price=1, units=left + 1, id="f"))
    with pytest.raises(Conflict) as refused:
        await command(store, StartFlash(flash="f"))
    assert (refused.value.code, refused.value.data) == ("flash_short", {"left": left})
    assert await claim(store) == 0
    await command(store, Restock(card="tea", units=1))
    await command(store, StartFlash(flash="f"))
    assert await claim(store) == left + 1


async def test_what_it_claims_cannot_be_taken_out_of_stock(store: Store) -> None:
    await given_flash(store)
    with pytest.raises(Conflict) as refused:
        await command(store, Restock(card="tea", units=-7))
    assert refused.value.data == {"left": 6}
    await command(store, Restock(card="tea", units=-10), now_ms=ENDS_MS)


async def test_packs_in_a_flash_sale_take_whole_packs(store: Store) -> None:
    ten = a_card(id="ten", slot=2, price=4_000, of="tea", pack=10)
    await given_live(store, a_card(), ten, stock={"tea": 35, "ten": 0})
    await command(store, PrepareFlash(card="ten", price=3_000, units=3, id="f"))
    await command(store, StartFlash(flash="f"))
    assert await told(store, STARTS_MS, PRICE, units=6) == ("sold_out", 5)
    request = a_request(card="ten", units=4, price=3_000)
    (outcome,) = await store.orders.place("naqu", [request], STARTS_MS)
    assert outcome.data == {"left": 3}  # type: ignore[union-attr]
    (outcome,) = await store.orders.place(
        "naqu", [a_request(card="ten", units=3, price=3_000)], STARTS_MS
    )
    assert isinstance(outcome, Placed)
    assert outcome.order.lines == (("tea", 30),)
    await assert_exact(store)


async def test_a_hold_that_has_run_out_gives_its_pieces_back_to_it(store: Store) -> None:
    await given_flash(store)
    assert await told(store, STARTS_MS, FLASH_PRICE, units=4, hold_ms=HOLD_MS) == "f"
    late_ms = STARTS_MS + HOLD_MS
    assert await told(store, late_ms - 1, FLASH_PRICE, viewer="w") == ("price_changed", PRICE)
    assert await told(store, late_ms, FLASH_PRICE, viewer="w") == "f"
    assert await claim(store) == 3
    await assert_exact(store)


async def test_an_order_says_in_which_flash_sale_it_was_placed(store: Store) -> None:
    await given_flash(store)
    await told(store, STARTS_MS, FLASH_PRICE)
    (fact,) = [one for one in await store.ledger.entries("naqu") if one.kind == "ordered"]
    assert (fact.data["flash"], fact.data["price"]) == ("f", FLASH_PRICE)
    (order,) = await store.orders.of_viewer("naqu", "v")
    assert order.flash == "f"
