"""What pages are told can be bought: packs, gifts, claims and flash sales, by the clock."""

from typing import Any

import pytest
from msgspec.structs import replace

from livesell.domain.card import Gift, Units, lines_of
from livesell.domain.document import Document, crew_document, viewer_document
from livesell.domain.flash import Flash
from livesell.domain.shelf import price_now
from livesell.domain.truth import Truth
from tests.domain import truths
from tests.domain.truths import a_session_on_air, at
from tests.support.build import a_card

TEA = a_card(open=True, safety=5)
TEN = a_card(id="ten", slot=2, price=4_000, of="tea", pack=10, gifts=(Gift(card="cup"),))
CUP = a_card(id="cup", slot=3, price=900, per_order=2)
FLASH = Flash(
    id="f", card="ten", price=3_000, units=4, limit=1, starts_ms=at(30), ends_ms=at(90)
)  # fmt: skip

TEA_UNITS = Units(allocated=100, free=86, sold=10, held=4, flash=40, offered=3, waiting=2)


def truth(second: int = 20, *flashes: Flash, **units: Units) -> Truth:
    counts = {"tea": TEA_UNITS, "ten": Units(units=1, orders=1), "cup": Units(free=9), **units}
    return truths.truth(
        session=a_session_on_air(rundown=("tea", "ten", "cup"), flashes=flashes),
        cards={"tea": TEA, "ten": TEN, "cup": CUP}, units=counts, as_of_ms=at(second),
    )  # fmt: skip


def card(name: str, known: Truth) -> Document:
    found: Document = viewer_document(known, "ordered")["cards"][name]
    return found


def test_a_unit_takes_pieces_of_several_stocks() -> None:
    assert lines_of(TEN, 3) == (("tea", 30), ("cup", 3))
    both = replace(TEN, gifts=(Gift(card="tea", units=2),))
    assert lines_of(both, 3) == (("tea", 36),), "of one stock they are added up"


def test_what_is_claimed_cannot_be_bought() -> None:
    # 86 free, without 5 of safety stock, 3 offered and 2 waited for: 76.
    assert card("tea", truth())["stock"] == 76
    assert card("ten", truth())["stock"] == 7
    assert card("tea", truth(20, FLASH))["stock"] == 36, "40 are the flash sale's"


def test_a_claim_beyond_what_is_there_leaves_nothing() -> None:
    waited_for = replace(TEA_UNITS, waiting=1000)
    assert card("tea", truth(tea=waited_for))["stock"] == 0


def test_gifts_run_out_too() -> None:
    assert card("ten", truth(cup=Units(free=2)))["stock"] == 2
    assert card("ten", truth(30, FLASH, cup=Units(free=2)))["stock"] == 2


@pytest.mark.parametrize(
    ("second", "stock", "has_flash"), [(29, 3, True), (30, 4, True), (89, 4, True), (90, 7, False)]
)
def test_a_flash_sale_is_what_can_be_bought_while_it_is_on(
    second: int, stock: int, has_flash: bool
) -> None:
    ten = card("ten", truth(second, FLASH))
    assert ten["stock"] == stock
    flash = {"id": "f", "price": 3_000, "left": 4, "limit": 1, "starts": at(30), "ends": at(90)}
    assert ten.get("flash") == (flash if has_flash else None)
    assert ten["price"] == 4_000


def test_after_the_last_one_of_a_flash_sale_the_card_is_sold_at_its_price() -> None:
    spent = replace(TEA_UNITS, flash=0)
    ten = card("ten", truth(40, FLASH, tea=spent))
    assert (ten["flash"]["left"], ten["stock"]) == (0, 7)


@pytest.mark.parametrize(
    ("second", "left", "price"), [(29, 40, 4_000), (30, 40, 3_000), (30, 9, 4_000), (90, 40, 4_000)]
)
def test_the_price_is_the_flash_sales_while_something_is_left(
    second: int, left: int, price: int
) -> None:
    assert price_now(truth(second, FLASH, tea=replace(TEA_UNITS, flash=left)), TEN) == price


def test_sold_out_by_hand_is_sold_out() -> None:
    known = truth()
    cards = {**known.cards, "tea": replace(TEA, sold_out=True)}
    tea = card("tea", replace(known, cards=cards))
    assert (tea["stock"], tea["sold_out"]) == (0, True)
    assert "sold_out" not in card("cup", known)


def test_pages_are_told_of_packs_and_gifts() -> None:
    ten, cup = card("ten", truth()), card("cup", truth())
    assert (ten["pack"], ten["gifts"]) == (10, [{"card": "cup", "units": 1}])
    assert ten["sold"] == 1
    assert not {"pack", "gifts", "flash", "per_order"} & set(card("tea", truth()))
    assert cup["per_order"] == 2


def test_the_crew_sees_the_claims_and_every_flash_sale() -> None:
    prepared = replace(FLASH, id="later", starts_ms=None, ends_ms=None)
    over = replace(FLASH, id="over", ended_ms=at(40))
    known = truth(50, FLASH, prepared, over)
    document = crew_document(known, "ordered")
    wanted: dict[str, Any] = {
        "free": 86, "held": 4, "safety": 5, "offered": 3, "waiting": 2, "allocated": 100,
    }  # fmt: skip
    assert {name: document["cards"]["tea"][name] for name in wanted} == wanted
    assert document["cards"]["ten"]["of"] == "tea"
    assert {name: one["state"] for name, one in document["flashes"].items()} == {
        "f": "running", "later": "prepared", "over": "ended",
    }  # fmt: skip
    assert document["flashes"]["f"]["left"] == 4
    assert "left" not in document["flashes"]["later"]
    assert document["flashes"]["over"]["ended"] == at(40)


def test_viewers_see_nothing_of_it_that_is_the_crews() -> None:
    viewers = str(viewer_document(truth(50, FLASH), "ordered"))
    for word in ("safety", "floor", "offered", "waiting", "held", "flashes", "countdown"):
        assert word not in viewers
