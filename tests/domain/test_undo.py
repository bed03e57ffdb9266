"""Taking back the last command: what was before is there again, what really happened stays."""

import contextlib
from typing import Any

import pytest
from hypothesis import assume, given, note
from hypothesis import strategies as st
from msgspec.structs import replace

from livesell.domain.card import Card, Gift
from livesell.domain.command import (
    AddCard,
    AnyCommand,
    Cancel,
    Change,
    Close,
    DropFlash,
    Edit,
    EditCard,
    End,
    EndFlash,
    Extend,
    Gifts,
    Hide,
    Limits,
    Miss,
    Notice,
    Open,
    Pause,
    PlainCommand,
    PrepareFlash,
    Price,
    Release,
    RemoveCard,
    Reorder,
    Restock,
    Resume,
    Schedule,
    SellOn,
    SellOut,
    Show,
    Start,
    StartFlash,
    Undo,
    verb_of,
)
from livesell.domain.decision import decide
from livesell.domain.decision_undo import STAYS, remembered
from livesell.domain.flash import Flash
from livesell.domain.session import Session, State
from livesell.domain.undo import MAX_DOINGS, UNDO_MS
from livesell.errors import Conflict, LivesellError
from tests.support.build import NOW_MS, a_card, a_session

HOUR_MS = 3_600_000
SHELF = (
    a_card(open=True, safety=5, floor=300, was=800),
    a_card(id="cup", slot=2, price=100),
    a_card(id="pack", slot=3, price=4000, of="tea", pack=10, gifts=(Gift(card="cup"),)),
)


class Broadcast:
    """A session as commands change it, one after the other, with its clock and its stock."""

    def __init__(self, session: Session, cards: tuple[Card, ...] = SHELF) -> None:
        self.session = session
        self.cards = {card.id: card for card in cards}
        self.stock: dict[str, int] = {}
        self.version = 1
        self.now_ms = NOW_MS

    def do(self, command: AnyCommand, *, by: str = "suyun", undo_ms: int = UNDO_MS) -> Change:
        """Raises what refuses it; nothing is changed then."""
        before, cards = self.session, self.cards
        change = remembered(
            decide(before, cards, command, self.now_ms), before, cards, command,
            allocated={card: self.stock.get(card, 0) for card in cards},
            by=by, version=self.version + 1, now_ms=self.now_ms, undo_ms=undo_ms,
        )  # fmt: skip
        self.session, self.cards = change.session, {**cards, **change.cards}
        for card, units in change.stock.items():
            self.stock[card] = self.stock.get(card, 0) + units
        for card in change.removed:
            del self.cards[card]
            self.stock.pop(card, None)
        self.version += bool(change.facts)
        return change

    def undo(self, **options: Any) -> Change:
        return self.do(Undo(version=self.version), **options)

    def state(self) -> Any:
        """All but what time itself leaves: windows, pauses, ends by the clock, what was done."""
        flashes = tuple(
            replace(one, ended_ms=one.ends_ms)
            if one.ends_ms is not None and one.ends_ms <= self.now_ms
            else one
            for one in self.session.flashes
        )
        session = replace(
            self.session, flashes=flashes, undo=None, doings=(), shown_since_ms=None, paused_ms=0,
            paused_since_ms=None,
        )  # fmt: skip
        cards = {card.id: replace(card, windows=()) for card in self.cards.values()}
        return session, cards, {card: units for card, units in self.stock.items() if units}


def on_air(**fields: Any) -> Broadcast:
    planned = {"planned_start_ms": NOW_MS - HOUR_MS, "planned_end_ms": NOW_MS + HOUR_MS}
    natural = {
        "state": State.LIVE, "rundown": ("tea", "cup", "pack"), "started_ms": NOW_MS - 60_000,
        **planned,
    }  # fmt: skip
    return Broadcast(a_session(**{**natural, **fields}))


FLASH = Flash(id="flash-1", card="cup", price=50, units=5)

# Every command that can be taken back, in a show in which it changes something.
UNDOABLE: dict[str, tuple[AnyCommand, dict[str, Any]]] = {
    "schedule": (
        Schedule(planned_start_ms=NOW_MS + 1, planned_end_ms=NOW_MS + HOUR_MS),
        {"state": State.DRAFT, "planned_start_ms": None, "planned_end_ms": None},
    ),
    "extend": (Extend(planned_end_ms=NOW_MS + 2 * HOUR_MS), {}),
    "pause": (Pause(), {}),
    "resume": (Resume(), {"state": State.PAUSED, "paused_since_ms": NOW_MS - 1000}),
    "show": (Show(card="cup"), {"shown": "tea", "shown_since_ms": NOW_MS - 5000}),
    "hide": (Hide(), {"shown": "tea", "shown_since_ms": NOW_MS - 5000}),
    "open": (Open(card="cup"), {}),
    "close": (Close(card="tea"), {}),
    "price": (Price(card="tea", price=250, was=None, confirm=True), {}),
    "restock": (Restock(card="tea", units=50), {}),
    "release": (Release(card="tea"), {}),
    "limits": (Limits(card="tea", limit=2, floor=None), {}),
    "sell_out": (SellOut(card="tea"), {}),
    "sell_on": (SellOn(card="tea"), {}),
    "gifts": (Gifts(card="pack", gifts=[]), {}),
    "prepare_flash": (PrepareFlash(card="tea", price=300, units=5), {}),
    "start_flash": (StartFlash(flash="flash-1"), {"flashes": (FLASH,)}),
    "drop_flash": (DropFlash(flash="flash-1"), {"flashes": (FLASH, replace(FLASH, id="b"))}),
    "notice": (Notice(text="公益金 0.2 元一罐"), {"notice": "好"}),
    "reorder": (Reorder(rundown=["pack", "cup", "tea"]), {}),
    "edit_card": (EditCard(card="tea", script="讲高原", badges=["公益"], slot=7), {}),
    "remove_card": (RemoveCard(card="pack"), {}),
    "add_card": (AddCard(card=a_card(id="pig", slot=9), stock=3), {}),
    "edit": (Edit(title="虫草专场", public_gross=True), {}),
}
NOT_UNDOABLE: dict[str, tuple[AnyCommand, dict[str, Any]]] = {
    "start": (Start(), {"state": State.SCHEDULED}),
    "end": (End(), {}),
    "cancel": (Cancel(), {"state": State.SCHEDULED}),
    "miss": (Miss(), {"state": State.SCHEDULED}),
    "end_flash": (
        EndFlash(flash="flash-1"),
        {"flashes": (replace(FLASH, starts_ms=NOW_MS, ends_ms=NOW_MS + HOUR_MS),)},
    ),
}


def prepared(do: str) -> tuple[Broadcast, AnyCommand]:
    command, fields = {**UNDOABLE, **NOT_UNDOABLE}[do]
    show = on_air(**fields)
    if do == "sell_on":
        show.cards["tea"] = replace(show.cards["tea"], sold_out=True)
    return show, command


def refused(show: Broadcast, version: int | None = None) -> Conflict:
    before = show.state()
    with pytest.raises(Conflict) as raised:
        show.do(Undo(version=show.version if version is None else version))
    assert show.state() == before
    return raised.value


def test_the_two_tables_have_every_command() -> None:
    known = {one.__struct_config__.tag for one in PlainCommand.__args__}
    assert UNDOABLE.keys() | NOT_UNDOABLE.keys() == known


@pytest.mark.parametrize("do", UNDOABLE)
def test_what_was_before_is_there_again_and_then_what_was_after(do: str) -> None:
    show, command = prepared(do)
    before = show.state()
    show.do(command)
    after = show.state()
    assert after != before
    show.now_ms += 5000
    change = show.undo(by="pema")
    assert show.state() == before
    assert (change.facts[0].kind, change.facts[0].data["do"]) == ("undone", do)
    assert (show.session.doings[-1].do, show.session.doings[-1].of) == ("undo", do)
    if do == "start_flash":
        return  # its countdown would begin anew
    again = show.undo()
    assert show.state() == after
    assert again.facts[0].kind == "redone"
    assert refused(show).data == {"do": "redo", "why": "redo"}


@pytest.mark.parametrize("do", NOT_UNDOABLE)
def test_what_stays_says_why(do: str) -> None:
    show, command = prepared(do)
    show.do(command)
    assert show.session.undo is None
    if show.session.state in (State.ENDED, State.CANCELLED):
        assert refused(show).code == "wrong_state"
        return
    conflict = refused(show)
    assert conflict.code == "cannot_undo"
    assert (conflict.message, conflict.data) == (STAYS[do], {"do": do, "why": do})


def test_it_ends_with_the_window() -> None:
    show, command = prepared("price")
    show.do(command)
    show.now_ms += UNDO_MS - 1
    show.undo()
    # Doing it again has what is left of the same window.
    show.now_ms += 1
    assert refused(show).code == "too_late_to_undo"


def test_only_the_last_command_is_taken_back() -> None:
    show, command = prepared("price")
    show.do(command)
    priced = show.version
    show.do(Open(card="cup"), by="pema")
    conflict = refused(show, priced)
    assert conflict.code == "not_the_last"
    assert conflict.data["last"]["by"] == "pema"
    assert refused(on_air(), 1).code == "not_the_last"


def test_a_command_of_the_timer_clears_it() -> None:
    show, command = prepared("open")
    show.do(command)
    show.do(End(), by="timer")
    assert show.session.undo is None


def test_a_window_of_nothing_switches_it_off() -> None:
    show, command = prepared("open")
    show.do(command, undo_ms=0)
    assert refused(show).code == "cannot_undo"


def test_a_flash_sale_goes_back_only_while_it_counts_down() -> None:
    show, command = prepared("start_flash")
    change = show.do(command)
    assert change.claims["cup"].pieces == 5
    show.now_ms += 9_999
    back = show.undo()
    assert back.claims["cup"].pieces == 0
    assert [fact.kind for fact in back.facts] == ["undone", "flash_recalled"]
    show, command = prepared("start_flash")
    show.do(command)
    show.now_ms += 10_000
    assert refused(show).code == "too_late_to_undo"


def test_the_card_before_is_shown_in_a_new_window() -> None:
    show, _ = prepared("show")
    show.do(Show(card="tea"))
    show.do(Show(card="cup"))
    show.now_ms += 3000
    change = show.undo()
    assert show.session.shown == "tea"
    assert show.session.shown_since_ms == show.now_ms
    assert show.cards["cup"].windows == ((NOW_MS, NOW_MS + 3000),)
    assert show.cards["tea"].windows[-1] == (show.now_ms, None)
    assert [fact.kind for fact in change.facts] == ["undone", "hidden", "shown"]


def test_a_pause_that_was_taken_back_still_took_its_time() -> None:
    show, command = prepared("pause")
    show.do(command)
    show.now_ms += 4000
    show.undo()
    assert show.session.state is State.LIVE
    assert show.session.paused_ms == 4000


def test_an_extension_is_not_taken_back_when_the_end_has_passed() -> None:
    show = on_air(planned_end_ms=NOW_MS + 1000)
    show.do(Extend(planned_end_ms=NOW_MS + HOUR_MS))
    show.now_ms += 2000
    with pytest.raises(LivesellError) as raised:
        show.undo()
    assert "planned_end" in raised.value.fields


def test_a_session_without_a_planned_end_gets_none_again() -> None:
    show = on_air(planned_start_ms=None, planned_end_ms=None)
    before = show.state()
    show.do(Extend(planned_end_ms=NOW_MS + HOUR_MS))
    show.undo()
    assert show.state() == before


def test_pieces_that_are_put_back_leave_the_card_sold_out() -> None:
    show, _ = prepared("sell_on")
    before = show.state()
    show.do(Restock(card="tea", units=9))
    assert not show.cards["tea"].sold_out
    show.undo()
    assert show.state() == before
    show.do(Restock(card="tea", units=-9))
    show.undo()
    assert show.state() == before


def test_colleagues_are_told_who_did_what() -> None:
    show = on_air(notice="好")
    show.do(Price(card="tea", price=400), by="pema")
    doing = show.session.doings[-1]
    assert (doing.by, doing.do, doing.card, doing.slot) == ("pema", "price", "tea", 1)
    assert (doing.before, doing.after, doing.version) == (500, 400, 2)
    show.undo(by="suyun")
    doing = show.session.doings[-1]
    assert (doing.by, doing.do, doing.of, doing.before, doing.after) == (
        "suyun", "undo", "price", 400, 500,
    )  # fmt: skip
    show.do(Show(card="cup"))
    show.do(Hide())
    assert show.session.doings[-1].card == "cup"
    show.do(Notice(text="新"))
    assert (show.session.doings[-1].before, show.session.doings[-1].after) == ("好", "新")
    show.do(Restock(card="cup", units=7))
    assert show.session.doings[-1].after == 7


def test_only_the_last_ones_are_kept() -> None:
    show = on_air()
    for n in range(MAX_DOINGS + 5):
        show.do(Notice(text=str(n)))
    assert [doing.version for doing in show.session.doings] == list(range(7, 27))


def test_what_changes_nothing_leaves_it_as_it_is() -> None:
    show, command = prepared("open")
    show.do(command)
    show.do(command)
    show.undo()
    assert not show.cards["cup"].open


# --- any command after any others ----------------------------------------------------------------

ids = st.sampled_from(("tea", "cup", "pack", "pig"))
flash_ids = st.sampled_from(("flash-1", "flash-2"))
texts = st.sampled_from(("", "好", "公益金"))
maybe = st.sampled_from((None, 1, 3))
ahead = st.sampled_from((NOW_MS + HOUR_MS, NOW_MS + 2 * HOUR_MS))
stocked = st.sampled_from(("tea", "cup"))
any_command: st.SearchStrategy[AnyCommand] = st.one_of(
    st.builds(Schedule, planned_start_ms=st.just(NOW_MS + 1), planned_end_ms=ahead),
    st.just(Start()),
    st.just(Pause()),
    st.just(Resume()),
    st.builds(Extend, planned_end_ms=ahead),
    st.just(Miss()),
    st.builds(Show, card=ids),
    st.just(Hide()),
    st.builds(Open, card=ids),
    st.builds(Close, card=ids),
    st.builds(
        Price, card=ids, price=st.sampled_from((60, 400, 5000)), was=st.sampled_from((None, 9000)),
        confirm=st.booleans(),
    ),
    st.builds(Restock, card=stocked, units=st.sampled_from((-2, 5))),
    st.builds(Release, card=stocked, units=st.sampled_from((0, 2))),
    st.builds(Limits, card=stocked, limit=maybe, per_order=maybe, safety=st.sampled_from((0, 4))),
    st.builds(Limits, card=ids, floor=st.sampled_from((None, 90))),
    st.builds(SellOut, card=ids),
    st.builds(SellOn, card=ids),
    st.builds(Gifts, card=st.just("pack"), gifts=st.sampled_from(([], [Gift(card="tea")]))),
    st.builds(
        PrepareFlash, card=st.sampled_from(("tea", "cup")), price=st.sampled_from((50, 300)),
        units=st.integers(1, 9), confirm=st.booleans(),
    ),
    st.builds(StartFlash, flash=flash_ids),
    st.builds(EndFlash, flash=flash_ids),
    st.builds(DropFlash, flash=flash_ids),
    st.builds(Notice, text=texts),
    st.builds(AddCard, card=st.just(a_card(id="pig", slot=9, price=70)), stock=st.just(4)),
    st.builds(RemoveCard, card=st.sampled_from(("pig", "pack"))),
    st.builds(EditCard, card=ids, title=texts, slot=st.sampled_from((1, 8)), plan_s=st.just(9)),
    st.builds(Reorder, rundown=st.permutations(("tea", "cup", "pack"))),
    st.builds(Edit, title=st.sampled_from(("一", "二")), grace_s=st.sampled_from((0, 60))),
)  # fmt: skip
steps = st.tuples(any_command, st.sampled_from((0, 1, 2000, 120_000)))


@given(
    state=st.sampled_from((State.DRAFT, State.SCHEDULED, State.LIVE, State.PAUSED, State.MISSED)),
    past=st.lists(steps, max_size=12),
    command=any_command,
    later_ms=st.sampled_from((0, 1, 9_999, UNDO_MS - 1)),
)
def test_any_command_after_any_others_is_taken_back_exactly(
    state: State, past: list[tuple[AnyCommand, int]], command: AnyCommand, later_ms: int
) -> None:
    show = on_air(state=state)
    for one, pause_ms in past:
        try:
            show.do(one)
        except LivesellError as refusal:
            note(f"{verb_of(one)}: {refusal.code}")
        show.now_ms += pause_ms
    version = show.version
    try:
        show.do(command)
    except LivesellError:
        assume(False)
    assume(show.version > version and show.session.undo is not None)
    after = show.state()
    show.now_ms += later_ms
    assume(show.session.undo is not None and show.now_ms < show.session.undo.until_ms)
    before = _state_at(past, state, show.now_ms)
    show.undo()
    assert show.state() == before
    if verb_of(command) != "start_flash" and later_ms == 0:
        show.undo()
        assert show.state() == after


def _state_at(past: list[tuple[AnyCommand, int]], state: State, now_ms: int) -> Any:
    """The same past without the last command, as it stands at that moment."""
    show = on_air(state=state)
    for one, pause_ms in past:
        with contextlib.suppress(LivesellError):
            show.do(one)
        show.now_ms += pause_ms
    show.now_ms = now_ms
    return show.state()
