"""The rules of rehearsals: what is copied, who may come in, when it goes."""

import pytest
from msgspec.structs import replace

from livesell.domain.card import Units
from livesell.domain.flash import Flash
from livesell.domain.ids import check_slug
from livesell.domain.rehearsal import (
    KEPT_MS,
    LASTS_MS,
    Rehearsal,
    check_can_rehearse,
    copied,
    may_enter,
    rehearsal_id,
    removal_ms,
)
from livesell.domain.role import Role
from livesell.domain.session import State
from livesell.domain.timetable import due, next_wake_ms
from livesell.errors import Conflict
from tests.domain import truths
from tests.support.build import NOW_MS, a_card, a_session

HOUR_MS = 3_600_000
COPY = Rehearsal(id="naqu-rehearsal-0a1b2c3d", of="naqu", made_ms=NOW_MS, by="suyun")


def test_the_copy_has_what_can_be_sold_now_and_nothing_of_the_course() -> None:
    flashes = (
        Flash(id="later", card="tea", price=400, units=5),
        Flash(id="past", card="tea", price=400, units=5, starts_ms=1, ends_ms=2, ended_ms=2),
    )
    session = a_session(
        owner="suyun", rundown=("yak", "tea"), flashes=flashes, notice="今晚八点", video="/v.mp4",
        planned_start_ms=NOW_MS + HOUR_MS, planned_end_ms=NOW_MS + 3 * HOUR_MS,
    )  # fmt: skip
    change = copied(truths.truth(session=session), COPY)
    copy = change.session
    assert (copy.id, copy.rehearsal_of, copy.state) == (COPY.id, "naqu", State.SCHEDULED)
    assert (copy.owner, copy.video, copy.notice) == ("suyun", "/v.mp4", "")
    assert (copy.rundown, [one.id for one in copy.flashes]) == (("yak", "tea"), ["later"])
    assert copy.planned_end_ms == NOW_MS + 2 * HOUR_MS
    assert change.stock == {"tea": 95, "yak": 11}
    assert change.cards["tea"].windows == ()
    assert {fact.kind for fact in change.facts} == {"created", "card_added", "flash_prepared"}


def test_a_pack_has_no_stock_of_its_own_in_the_copy_either() -> None:
    cards = {"tea": a_card(), "ten": a_card(id="ten", slot=2, of="tea", pack=10, price=4000)}
    truth = truths.truth(cards=cards, units={"tea": Units(free=7), "ten": Units()})
    assert copied(truth, COPY).stock == {"tea": 7, "ten": 0}


def test_a_price_that_was_confirmed_below_its_floor_does_not_stop_a_rehearsal() -> None:
    low = a_card(floor=600, donation=700)
    truth = truths.truth(cards={"tea": low}, units={"tea": Units(free=7)})
    assert copied(truth, COPY).cards["tea"].price == 500


def test_a_session_without_a_plan_gets_the_longest_time() -> None:
    copy = copied(truths.truth(session=a_session()), COPY).session
    assert copy.planned_end_ms == NOW_MS + LASTS_MS


@pytest.mark.parametrize("session_id", ["n", "naqu", "x" * 48, "a-" * 23 + "bc"])
def test_its_id_is_one_and_never_the_same_twice(session_id: str) -> None:
    one, other = rehearsal_id(session_id), rehearsal_id(session_id)
    assert check_slug(one, "session_id") == one
    assert "-rehearsal-" in one
    assert one != other


@pytest.mark.parametrize(
    ("state", "is_fine"),
    [(State.DRAFT, True), (State.SCHEDULED, True), (State.MISSED, True), (State.LIVE, False),
     (State.PAUSED, False), (State.ENDED, False), (State.CANCELLED, False)],
)  # fmt: skip
def test_only_what_has_not_begun_is_rehearsed(state: State, is_fine: bool) -> None:
    session = a_session(state=state)
    if is_fine:
        check_can_rehearse(session)
    else:
        with pytest.raises(Conflict) as refused:
            check_can_rehearse(session)
        assert refused.value.code == "cannot_rehearse"


def test_a_rehearsal_is_not_rehearsed() -> None:
    with pytest.raises(Conflict):
        check_can_rehearse(a_session(rehearsal_of="naqu"))


def test_only_a_token_for_this_very_rehearsal_opens_it() -> None:
    copy = a_session(id=COPY.id, rehearsal_of="naqu")
    for role in (Role.VIEWER, Role.OVERLAY):
        assert may_enter(copy, role, COPY.id)
        assert not may_enter(copy, role, None)
        assert not may_enter(copy, role, "naqu")
        assert may_enter(a_session(), role, None)
    assert may_enter(copy, Role.STAFF, None)


def test_the_clock_neither_starts_nor_misses_nor_ends_it_by_its_plan() -> None:
    planned = {"planned_start_ms": NOW_MS, "planned_end_ms": NOW_MS + HOUR_MS}
    for state in (State.SCHEDULED, State.LIVE):
        copy = a_session(rehearsal_of="naqu", state=state, **planned)
        assert due(copy, NOW_MS + 2 * HOUR_MS) is None
        assert next_wake_ms(copy) is None
        assert due(replace(copy, rehearsal_of=""), NOW_MS + 2 * HOUR_MS) is not None


def test_it_goes_a_day_after_its_end_or_when_its_time_is_over() -> None:
    assert removal_ms(COPY, a_session(ended_ms=NOW_MS + 5)) == NOW_MS + 5 + KEPT_MS
    assert removal_ms(COPY, a_session()) == NOW_MS + LASTS_MS
