"""Prices, packs, limits, safety stock, gifts and sold out by hand, as commands change them."""

from typing import Any

import pytest
from msgspec import json
from msgspec.structs import replace

from livesell.domain.card import Card, Gift
from livesell.domain.command import (
    AddCard,
    AnyCommand,
    Change,
    EditCard,
    Gifts,
    Limits,
    Price,
    Release,
    Restock,
    SellOn,
    SellOut,
)
from livesell.domain.decision import created, decide
from livesell.domain.session import Session, State
from livesell.errors import BadInput, Conflict, LivesellError
from tests.support.build import NOW_MS, a_card, a_session

TEA = a_card(floor=400, safety=10, limit=5)
CUP = a_card(id="cup", slot=2, price=0)
PACK = a_card(id="ten", slot=3, price=4_000, was=5_000, of="tea", pack=10)
CARDS = {"tea": TEA, "cup": CUP, "ten": PACK}


def given(**fields: Any) -> Session:
    return a_session(**{"state": State.LIVE, "rundown": ("tea", "cup", "ten"), **fields})


def changed(command: AnyCommand, cards: dict[str, Card] = CARDS) -> Change:
    return decide(given(), cards, command, NOW_MS)


def facts(change: Change) -> list[tuple[str, dict[str, Any]]]:
    return [(fact.kind, fact.data) for fact in change.facts]


def refused(command: AnyCommand, cards: dict[str, Card] = CARDS) -> LivesellError:
    with pytest.raises(LivesellError) as raised:
        changed(command, cards)
    return raised.value


# --- prices ------------------------------------------------------------------------------------


def test_a_price_below_the_floor_is_asked_for_twice() -> None:
    error = refused(Price(card="tea", price=399))
    assert isinstance(error, Conflict)
    assert (error.code, error.data) == ("below_floor", {"floor": 400})
    assert changed(Price(card="tea", price=399, confirm=True)).cards["tea"].price == 399
    assert changed(Price(card="tea", price=400)).cards["tea"].price == 400


def test_a_confirmed_price_is_not_asked_for_again() -> None:
    cards = {**CARDS, "tea": replace(TEA, price=300)}
    assert changed(Price(card="tea", price=300, was=800), cards).cards["tea"].was == 800


def test_a_card_whose_low_price_was_confirmed_can_still_be_described() -> None:
    low = replace(TEA, price=300, donation=400)
    after = changed(EditCard(card="tea", script="先讲海拔"), {**CARDS, "tea": low}).cards["tea"]
    assert (after.script, after.price) == ("先讲海拔", 300)
    error = refused(EditCard(card="tea", donation=301), {**CARDS, "tea": low})
    assert isinstance(error, BadInput)
    assert list(error.fields) == ["donation"]


@pytest.mark.parametrize("price", [5_000, 5_001])
def test_a_price_that_reaches_the_one_struck_through_is_refused(price: int) -> None:
    error = refused(Price(card="ten", price=price))
    assert isinstance(error, BadInput)
    assert list(error.fields) == ["was"]
    assert changed(Price(card="ten", price=price, was=None)).cards["ten"].was is None
    assert changed(Price(card="ten", price=price, was=price + 1)).cards["ten"].was == price + 1


# --- stock ---------------------------------------------------------------------------------------


def test_a_release_takes_from_the_safety_stock_and_from_nothing_else() -> None:
    part = changed(Release(card="tea", units=4))
    assert (part.cards["tea"].safety, part.stock) == (6, {})
    assert facts(part) == [("safety_set", {"card": "tea", "safety": 6})]
    assert changed(Release(card="tea")).cards["tea"].safety == 0


@pytest.mark.parametrize("units", [-1, 11])
def test_no_more_is_released_than_there_is(units: int) -> None:
    assert list(refused(Release(card="tea", units=units)).fields) == ["units"]


@pytest.mark.parametrize("command", [Restock(card="ten", units=1), Release(card="ten")])
def test_a_pack_has_no_stock_of_its_own(command: AnyCommand) -> None:
    error = refused(command)
    assert "tea" in error.message
    assert list(error.fields) == ["card"]


def test_sold_out_by_hand_lasts_until_it_is_taken_back_or_there_is_more() -> None:
    out = changed(SellOut(card="tea"))
    assert out.cards["tea"].sold_out
    assert facts(out) == [("sold_out_set", {"card": "tea", "sold_out": True})]
    cards = {**CARDS, "tea": replace(TEA, sold_out=True)}
    assert not changed(SellOn(card="tea"), cards).cards["tea"].sold_out
    more = changed(Restock(card="tea", units=3), cards)
    assert not more.cards["tea"].sold_out
    assert [kind for kind, _ in facts(more)] == ["restocked", "sold_out_set"]
    assert changed(Restock(card="tea", units=-3), cards).cards["tea"].sold_out


# --- limits --------------------------------------------------------------------------------------


def test_limits_that_are_left_out_stay_and_null_takes_them_away() -> None:
    change = changed(Limits(card="tea", per_order=2, safety=3))
    tea = change.cards["tea"]
    assert (tea.limit, tea.per_order, tea.safety, tea.floor) == (5, 2, 3, 400)
    assert facts(change) == [
        ("limits_set", {"card": "tea", "limit": 5, "per_order": 2, "floor": 400}),
        ("safety_set", {"card": "tea", "safety": 3}),
    ]
    wire = b'{"do":"limits","card":"tea","limit":null,"safety":null,"floor":null}'
    none = changed(json.decode(wire, type=Limits)).cards["tea"]
    assert (none.limit, none.per_order, none.safety, none.floor) == (None, None, 0, None)


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({"limit": 0}, "limit"), ({"limit": 10_000_001}, "limit"), ({"per_order": 0}, "per_order"),
        ({"per_order": 1000}, "per_order"), ({"safety": -1}, "safety"),
        ({"safety": 10_000_001}, "safety"), ({"floor": -1}, "floor"),
        ({"card": "ten", "safety": 1}, "safety"),
    ],
)  # fmt: skip
def test_limits_out_of_bounds_are_refused(fields: dict[str, Any], field: str) -> None:
    error = refused(Limits(**{"card": "tea", **fields}))
    assert list(error.fields) == [field]


# --- gifts and packs -----------------------------------------------------------------------------


def test_gifts_are_set_as_a_whole() -> None:
    change = changed(Gifts(card="tea", gifts=[Gift(card="cup", units=2)]))
    assert change.cards["tea"].gifts == (Gift(card="cup", units=2),)
    assert facts(change) == [("gifts_set", {"card": "tea", "gifts": [["cup", 2]]})]


@pytest.mark.parametrize(
    "gifts",
    [
        [Gift(card="no")], [Gift(card="ten")], [Gift(card="cup"), Gift(card="cup")],
        [Gift(card="cup", units=0)], [Gift(card="cup", units=100)], [Gift(card="")],
        [Gift(card=f"g{n}") for n in range(5)],
    ],
)  # fmt: skip
def test_gifts_come_from_cards_that_keep_a_stock(gifts: list[Gift]) -> None:
    assert list(refused(Gifts(card="tea", gifts=gifts)).fields) == ["gifts"]


def test_a_gift_of_the_same_stock_is_fine() -> None:
    assert changed(Gifts(card="ten", gifts=[Gift(card="tea")])).cards["ten"].gifts


@pytest.mark.parametrize(
    ("fields", "stock", "field"),
    [
        ({"of": "no"}, 0, "of"), ({"of": "ten"}, 0, "of"), ({"of": "pig"}, 0, "of"),
        ({"of": "tea"}, 1, "stock"), ({"of": "tea", "safety": 1}, 0, "safety"),
        ({"pack": 0}, 0, "pack"), ({"pack": 10_000}, 0, "pack"), ({"was": 500}, 0, "was"),
        ({"floor": 501}, 0, "floor"), ({"gifts": (Gift(card="no"),)}, 0, "gifts"),
        ({"per_order": 0}, 0, "per_order"),
    ],
)  # fmt: skip
def test_a_new_card_that_cannot_be_sold_is_refused(
    fields: dict[str, Any], stock: int, field: str
) -> None:
    card = a_card(**{"id": "pig", "slot": 9, **fields})
    assert list(refused(AddCard(card=card, stock=stock)).fields) == [field]
    with pytest.raises(BadInput):
        created(a_session(), [TEA, CUP, PACK, card], {"pig": stock})


def test_a_new_pack_says_whose_stock_it_takes() -> None:
    pack = replace(PACK, id="five", slot=9, pack=5)
    change = changed(AddCard(card=pack))
    assert change.stock == {"five": 0}
    assert change.facts[0].data["of"] == "tea"
    assert change.facts[0].data["pack"] == 5


def test_nobody_is_sold_out_by_hand_before_the_show() -> None:
    sold_out = replace(TEA, sold_out=True)
    assert not created(a_session(), [sold_out], {}).cards["tea"].sold_out
