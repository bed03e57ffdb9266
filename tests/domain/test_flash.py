"""A flash sale from its preparation to its end, by the clock that is given."""

from typing import Any

import pytest
from msgspec.structs import replace

from livesell.domain.card import Card, Gift
from livesell.domain.command import (
    AnyCommand,
    Change,
    Claim,
    DropFlash,
    End,
    EndFlash,
    Gifts,
    PrepareFlash,
    Price,
    StartFlash,
)
from livesell.domain.decision import decide
from livesell.domain.flash import MAX_FLASHES, Flash
from livesell.domain.session import Session, State
from livesell.domain.timetable import due_flash, next_wake_ms
from livesell.errors import LivesellError
from tests.support.build import NOW_MS, a_card, a_session

TEA = a_card(floor=300)
TEN = a_card(id="ten", slot=2, price=4_000, of="tea", pack=10)
CUP = a_card(id="cup", slot=3, price=900)
CARDS = {"tea": TEA, "ten": TEN, "cup": CUP}

NEW = Flash(id="new", card="tea", price=400, units=5, countdown_s=30, lasts_s=60)
STARTS_MS, ENDS_MS = NOW_MS + 30_000, NOW_MS + 90_000
ON = replace(NEW, id="on", starts_ms=STARTS_MS, ends_ms=ENDS_MS)


def given(*flashes: Flash, **fields: Any) -> Session:
    live: dict[str, Any] = {"state": State.LIVE, "rundown": ("tea", "ten", "cup")}
    return a_session(**{**live, "flashes": flashes, **fields})


def changed(
    session: Session, command: AnyCommand, now_ms: int = NOW_MS, cards: dict[str, Card] = CARDS
) -> Change:
    return decide(session, cards, command, now_ms)


def refused(
    session: Session, command: AnyCommand, now_ms: int = NOW_MS, cards: dict[str, Card] = CARDS
) -> LivesellError:
    with pytest.raises(LivesellError) as raised:
        changed(session, command, now_ms, cards)
    return raised.value


def kinds(change: Change) -> list[str]:
    return [fact.kind for fact in change.facts]


# --- prepared ------------------------------------------------------------------------------------


def test_a_prepared_flash_sale_claims_nothing() -> None:
    command = PrepareFlash(card="tea", price=400, units=5, limit=1, countdown_s=30, lasts_s=60)
    change = changed(given(), command)
    assert change.session.flashes == (replace(NEW, id="flash-1", limit=1),)
    assert (change.cards, change.claims, kinds(change)) == ({}, {}, ["flash_prepared"])
    again = changed(change.session, command)
    assert [flash.id for flash in again.session.flashes] == ["flash-1", "flash-2"]


@pytest.mark.parametrize(
    ("fields", "told"),
    [
        ({"countdown_s": 9}, "countdown_s"), ({"countdown_s": 301}, "countdown_s"),
        ({"lasts_s": 59}, "lasts_s"), ({"lasts_s": 1201}, "lasts_s"), ({"units": 0}, "units"),
        ({"units": 10_000_001}, "units"), ({"limit": 0}, "limit"), ({"price": -1}, "price"),
        ({"id": "No"}, "id"),
    ],
)  # fmt: skip
def test_what_is_out_of_bounds_is_named(fields: dict[str, Any], told: str) -> None:
    command = PrepareFlash(**{"card": "tea", "price": 400, "units": 5, **fields})
    assert list(refused(given(), command).fields) == [told]


@pytest.mark.parametrize(
    ("fields", "code", "data"),
    [
        ({"card": "no"}, "no_such_card", {}),
        ({"price": 500}, "flash_not_cheaper", {"price": 500}),
        ({"price": 299}, "below_floor", {"floor": 300}),
        ({"id": "new"}, "flash_exists", {}),
    ],
)
def test_a_flash_sale_that_makes_no_sense_is_refused(
    fields: dict[str, Any], code: str, data: dict[str, Any]
) -> None:
    error = refused(given(NEW), PrepareFlash(**{"card": "tea", "price": 400, "units": 5, **fields}))
    assert (error.code, error.data) == (code, data)


def test_below_the_floor_it_is_asked_for_twice() -> None:
    command = PrepareFlash(card="tea", price=1, units=1, confirm=True)
    assert changed(given(), command).session.flashes[0].price == 1


def test_there_is_an_end_to_preparing() -> None:
    flashes = [replace(NEW, id=f"f{n}") for n in range(MAX_FLASHES)]
    assert (
        "at most"
        in refused(
            given(*flashes), PrepareFlash(card="tea", price=1, units=1, confirm=True)
        ).message
    )


def test_what_was_not_started_can_be_dropped() -> None:
    assert changed(given(NEW), DropFlash(flash="new")).session.flashes == ()
    assert refused(given(ON), DropFlash(flash="on")).code == "wrong_flash_state"
    assert refused(given(), DropFlash(flash="new")).code == "no_such_flash"


# --- started -------------------------------------------------------------------------------------


def test_a_start_counts_down_and_claims_its_pieces() -> None:
    change = changed(given(NEW), StartFlash(flash="new"))
    (flash,) = change.session.flashes
    assert (flash.starts_ms, flash.ends_ms) == (STARTS_MS, ENDS_MS)
    assert change.claims == {"tea": Claim(pieces=5, until_ms=ENDS_MS)}
    assert change.cards == {"tea": TEA}, "its offer has to be written down again"
    assert kinds(change) == ["flash_started"]


def test_a_pack_claims_pieces_of_the_stock_it_draws_on() -> None:
    flash = replace(NEW, card="ten", price=3_000)
    change = changed(given(flash), StartFlash(flash="new"))
    assert change.claims == {"tea": Claim(pieces=50, until_ms=ENDS_MS)}
    twice = {**CARDS, "ten": replace(TEN, gifts=(Gift(card="tea", units=2), Gift(card="cup")))}
    claims = changed(given(flash), StartFlash(flash="new"), cards=twice).claims
    assert claims == {"tea": Claim(pieces=60, until_ms=ENDS_MS)}, "gifts of the same stock too"


def test_one_flash_sale_a_stock() -> None:
    session = given(replace(NEW, card="ten", price=3_000), ON)
    assert refused(session, StartFlash(flash="new")).code == "flash_running"
    other = given(replace(NEW, card="cup"), ON)
    assert kinds(changed(other, StartFlash(flash="new"))) == ["flash_started"]


def test_one_that_is_over_by_the_clock_is_put_away_by_the_next() -> None:
    session = given(replace(NEW, card="ten", price=3_000), ON)
    change = changed(session, StartFlash(flash="new"), ENDS_MS)
    assert kinds(change) == ["flash_ended", "flash_started"]
    assert change.claims["tea"].pieces == 50
    assert change.session.flashes[1].ended_ms == ENDS_MS
    assert set(change.cards) == {"tea", "ten"}


def test_a_flash_sale_starts_once_and_only_while_the_show_is_live() -> None:
    assert refused(given(ON), StartFlash(flash="on")).code == "wrong_flash_state"
    for state in (State.SCHEDULED, State.PAUSED, State.MISSED):
        assert refused(given(NEW, state=state), StartFlash(flash="new")).code == "wrong_state"


def test_a_card_that_has_become_cheaper_has_no_flash_sale() -> None:
    cards = {**CARDS, "tea": replace(TEA, price=400)}
    error = refused(given(NEW), StartFlash(flash="new"), cards=cards)
    assert (error.code, error.data) == ("flash_not_cheaper", {"price": 400})


def test_gifts_stay_while_a_flash_sale_counts_on_them() -> None:
    command = Gifts(card="tea", gifts=[Gift(card="cup")])
    assert refused(given(ON), command).code == "flash_running"
    assert changed(given(ON), command, ENDS_MS).cards["tea"].gifts
    assert changed(given(ON), Price(card="tea", price=450)).cards["tea"].price == 450


# --- its end -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("now_ms", "ended_ms"),
    [(NOW_MS, NOW_MS), (ENDS_MS - 1, ENDS_MS - 1), (ENDS_MS + 99_000, ENDS_MS)],
)
def test_an_end_frees_the_claim_and_is_never_later_than_by_the_clock(
    now_ms: int, ended_ms: int
) -> None:
    change = changed(given(ON), EndFlash(flash="on"), now_ms)
    assert change.session.flashes == (replace(ON, ended_ms=ended_ms),)
    assert change.claims == {"tea": Claim()}
    assert change.cards == {"tea": TEA}
    assert kinds(change) == ["flash_ended"]
    assert refused(change.session, EndFlash(flash="on"), now_ms).code == "wrong_flash_state"


def test_what_is_not_running_cannot_be_ended() -> None:
    assert refused(given(NEW), EndFlash(flash="new")).code == "wrong_flash_state"
    assert refused(given(NEW), EndFlash(flash="no")).code == "no_such_flash"


def test_the_end_of_the_session_ends_its_flash_sales() -> None:
    change = changed(given(NEW, ON, shown="tea"), End())
    assert kinds(change) == ["hidden", "flash_ended", "ended"]
    assert change.claims == {"tea": Claim()}
    assert change.session.flashes == (NEW, replace(ON, ended_ms=NOW_MS))
    assert change.session.state is State.ENDED


# --- by the clock --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("now_ms", "state", "has_claim", "is_on"),
    [
        (NOW_MS, "counting", True, False), (STARTS_MS - 1, "counting", True, False),
        (STARTS_MS, "running", True, True), (ENDS_MS - 1, "running", True, True),
        (ENDS_MS, "ended", False, False),
    ],
)  # fmt: skip
def test_the_clock_decides(now_ms: int, state: str, has_claim: bool, is_on: bool) -> None:
    assert (ON.state(now_ms), ON.has_claim(now_ms), ON.is_on(now_ms)) == (state, has_claim, is_on)
    assert NEW.state(now_ms) == "prepared"
    assert replace(ON, ended_ms=NOW_MS).state(now_ms) == "ended"


def test_the_timetable_wakes_for_its_end() -> None:
    session = given(ON, NEW, planned_start_ms=NOW_MS, planned_end_ms=ENDS_MS + 1)
    assert next_wake_ms(session) == ENDS_MS
    assert due_flash(session, ENDS_MS - 1) is None
    assert due_flash(session, ENDS_MS) == ON
    ended = changed(session, EndFlash(flash="on"), ENDS_MS).session
    assert due_flash(ended, ENDS_MS) is None
    assert next_wake_ms(ended) == ENDS_MS + 1
    assert next_wake_ms(given(ON)) == ENDS_MS
