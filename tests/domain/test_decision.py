"""What each host command changes, and from which state it may be given."""

from typing import Any

import pytest
from msgspec import json
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
    verb_of,
)
from livesell.domain.decision import created, decide
from livesell.domain.flash import Flash
from livesell.domain.session import Session, State
from livesell.errors import BadInput, Conflict, LivesellError, NotFound
from tests.support.build import NOW_MS, a_card, a_session

HOUR_MS = 3_600_000
TEA, YAK = a_card(), a_card(id="yak", slot=3, title="娘亚牦牛肉", price=32_800, was=39_800)
CARDS = {"tea": TEA, "yak": YAK}
PIG = a_card(id="pig", slot=9, title="藏香猪", price=19_800)

PLAN = Schedule(planned_start_ms=NOW_MS + HOUR_MS, planned_end_ms=NOW_MS + 2 * HOUR_MS)

D, S, L, P, E, C, M = State
NOT_CLOSED = {D, S, L, P, M}

# Every command: from which states it may be given, and to which state it leads (None stays).
TRANSITIONS: list[tuple[AnyCommand, set[State], State | None]] = [
    (PLAN, {D, S, M}, S),
    (Start(), {D, S, M}, L),
    (Pause(), {L}, P),
    (Resume(), {P}, L),
    (End(), {L, P}, E),
    (Extend(planned_end_ms=NOW_MS + HOUR_MS), {L, P}, None),
    (Cancel(), {D, S, M}, C),
    (Miss(), {S}, M),
    (Show(card="tea"), {L, P}, None),
    (Hide(), {L, P}, None),
    (Open(card="tea"), NOT_CLOSED, None),
    (Close(card="tea"), NOT_CLOSED, None),
    (Price(card="tea", price=400), NOT_CLOSED, None),
    (Restock(card="tea", units=5), NOT_CLOSED, None),
    (Release(card="tea"), NOT_CLOSED, None),
    (Limits(card="tea", limit=3), NOT_CLOSED, None),
    (SellOut(card="tea"), NOT_CLOSED, None),
    (SellOn(card="tea"), NOT_CLOSED, None),
    (Gifts(card="tea", gifts=[Gift(card="yak")]), NOT_CLOSED, None),
    (PrepareFlash(card="tea", price=400, units=5), NOT_CLOSED, None),
    (StartFlash(flash="new"), {L}, None),
    (EndFlash(flash="on"), NOT_CLOSED, None),
    (DropFlash(flash="new"), NOT_CLOSED, None),
    (Notice(text="好"), NOT_CLOSED, None),
    (Reorder(rundown=["yak", "tea"]), NOT_CLOSED, None),
    (AddCard(card=a_card(id="pig", slot=7), stock=3), NOT_CLOSED, None),
    (EditCard(card="tea", script="三口就暖和"), NOT_CLOSED, None),
    (RemoveCard(card="pig"), NOT_CLOSED, None),
    (Edit(title="新"), NOT_CLOSED, None),
]


FLASHES = (
    Flash(id="new", card="tea", price=400, units=5),
    Flash(id="on", card="yak", price=9_900, units=5, starts_ms=NOW_MS, ends_ms=NOW_MS + 60_000),
)


def given(state: State, **fields: Any) -> Session:
    """A session as it stands in this state."""
    natural: dict[str, Any] = {"state": state, "rundown": ("tea", "yak")}
    if state not in (D, C):
        natural |= {"planned_start_ms": NOW_MS - 60_000, "planned_end_ms": NOW_MS + HOUR_MS}
    if state in (L, P, E):
        natural["started_ms"] = NOW_MS - 60_000
    if state is P:
        natural["paused_since_ms"] = NOW_MS - 10_000
    return a_session(**{**natural, **fields})


def kinds(change: Change) -> list[str]:
    return [fact.kind for fact in change.facts]


def test_the_table_above_has_every_command_but_undo() -> None:
    tested = {verb_of(command) for command, _, _ in TRANSITIONS}
    assert tested == {one.__struct_config__.tag for one in PlainCommand.__args__}


@pytest.mark.parametrize("state", State)
@pytest.mark.parametrize(("command", "sources", "target"), TRANSITIONS)
def test_every_command_in_every_state(
    command: AnyCommand, sources: set[State], target: State | None, state: State
) -> None:
    session = given(state, flashes=FLASHES)
    cards = {**CARDS, "pig": PIG} if isinstance(command, RemoveCard) else CARDS
    if state in sources:
        assert decide(session, cards, command, NOW_MS).session.state is (target or state)
        return
    with pytest.raises(Conflict) as raised:
        decide(session, cards, command, NOW_MS)
    assert raised.value.code == "wrong_state"
    assert raised.value.data == {"state": str(state)}


def test_after_the_end_only_the_recording_can_still_be_told() -> None:
    ended = given(E)
    told = decide(ended, CARDS, Edit(replay="https://video.example/naqu"), NOW_MS)
    assert told.session == replace(ended, replay="https://video.example/naqu")
    assert kinds(told) == ["edited"]
    assert decide(told.session, CARDS, Edit(replay=""), NOW_MS).session == ended
    for state, command in (
        (E, Edit(replay="https://video.example/naqu", title="x")),
        (E, Edit()),
        (C, Edit(replay="https://video.example/naqu")),
    ):
        with pytest.raises(Conflict) as raised:
            decide(given(state), CARDS, command, NOW_MS)
        assert raised.value.code == "wrong_state"


@pytest.mark.parametrize(
    "address",
    ["/replay.mp4", "javascript:alert(1)", "ftp://a/b", "https://", "https://a b", "x" * 501],
)
def test_a_recording_is_elsewhere_on_the_web(address: str) -> None:
    with pytest.raises(BadInput) as raised:
        decide(given(E), CARDS, Edit(replay=address), NOW_MS)
    assert set(raised.value.fields) == {"replay"}


def test_scheduling_sets_the_times() -> None:
    after = decide(given(D), CARDS, PLAN, NOW_MS).session
    assert (after.planned_start_ms, after.planned_end_ms) == (
        NOW_MS + HOUR_MS, NOW_MS + 2 * HOUR_MS,
    )  # fmt: skip


def test_a_start_in_time_keeps_the_planned_end() -> None:
    after = decide(given(S), CARDS, Start(), NOW_MS).session
    assert (after.started_ms, after.planned_end_ms) == (NOW_MS, NOW_MS + HOUR_MS)


def test_a_start_after_the_planned_end_keeps_the_planned_length() -> None:
    late = given(M, planned_start_ms=NOW_MS - 3 * HOUR_MS, planned_end_ms=NOW_MS - 2 * HOUR_MS)
    assert decide(late, CARDS, Start(), NOW_MS).session.planned_end_ms == NOW_MS + HOUR_MS


def test_pauses_add_up() -> None:
    resumed = decide(given(P, paused_ms=5_000), CARDS, Resume(), NOW_MS).session
    assert (resumed.paused_ms, resumed.paused_since_ms) == (15_000, None)


def test_ending_in_a_pause_counts_the_pause() -> None:
    ended = decide(given(P), CARDS, End(), NOW_MS).session
    assert (ended.paused_ms, ended.paused_since_ms, ended.ended_ms) == (10_000, None, NOW_MS)


def test_ending_hides_the_shown_card() -> None:
    shown = replace(TEA, windows=((NOW_MS - 5_000, None),))
    session = given(L, shown="tea", shown_since_ms=NOW_MS - 5_000)
    change = decide(session, {**CARDS, "tea": shown}, End(), NOW_MS)
    assert (change.session.shown, change.session.shown_since_ms) == (None, None)
    assert change.cards["tea"].windows == ((NOW_MS - 5_000, NOW_MS),)
    assert kinds(change) == ["hidden", "ended"]


@pytest.mark.parametrize("end_ms", [NOW_MS, NOW_MS - 1, NOW_MS + 25 * HOUR_MS])
def test_an_end_in_the_past_or_days_away_is_refused(end_ms: int) -> None:
    with pytest.raises(BadInput) as raised:
        decide(given(L), CARDS, Extend(planned_end_ms=end_ms), NOW_MS)
    assert list(raised.value.fields) == ["planned_end"]


def test_showing_a_card_hides_the_one_before() -> None:
    first = decide(given(L), CARDS, Show(card="tea"), NOW_MS)
    assert (first.session.shown, kinds(first)) == ("tea", ["shown"])
    second = decide(first.session, {**CARDS, **first.cards}, Show(card="yak"), NOW_MS + 1000)
    assert second.session.shown == "yak"
    assert second.session.shown_since_ms == NOW_MS + 1000
    assert second.cards["tea"].windows == ((NOW_MS, NOW_MS + 1000),)
    assert second.cards["yak"].windows == ((NOW_MS + 1000, None),)
    assert kinds(second) == ["hidden", "shown"]


def test_showing_the_shown_card_changes_nothing() -> None:
    session = given(L, shown="tea", shown_since_ms=NOW_MS - 5)
    assert decide(session, CARDS, Show(card="tea"), NOW_MS) == Change(session=session, facts=())


def test_hiding_nothing_changes_nothing() -> None:
    change = decide(given(L), CARDS, Hide(), NOW_MS)
    assert (change.session, change.cards, change.facts) == (given(L), {}, ())


SAME: list[AnyCommand] = [
    Open(card="tea"), Price(card="tea", price=500), Price(card="tea", price=500, was=None),
    Release(card="tea"), Limits(card="tea"), Limits(card="tea", limit=None, safety=0),
    SellOn(card="tea"), Gifts(card="tea", gifts=[]), Notice(text="好"), Edit(), Edit(title="新"),
    Reorder(rundown=["tea", "yak"]), Schedule(
        planned_start_ms=NOW_MS - 60_000, planned_end_ms=NOW_MS + HOUR_MS
    ),
]  # fmt: skip


@pytest.mark.parametrize("command", SAME)
def test_what_is_so_already_changes_nothing(command: AnyCommand) -> None:
    cards = {**CARDS, "tea": replace(TEA, open=True)}
    session = given(S, title="新", notice="好")
    assert decide(session, cards, command, NOW_MS) == Change(session=session, facts=())


@pytest.mark.parametrize(
    "command", [Show(card="no"), Open(card="no"), Close(card="no"), Price(card="no", price=1),
                Restock(card="no", units=1)],
)  # fmt: skip
def test_a_card_that_is_not_there_is_not_found(command: AnyCommand) -> None:
    with pytest.raises(NotFound) as raised:
        decide(given(L), CARDS, command, NOW_MS)
    assert raised.value.code == "no_such_card"


def one_card(command: AnyCommand) -> Card:
    (card,) = decide(given(L), CARDS, command, NOW_MS).cards.values()
    return card


def test_opening_and_closing() -> None:
    assert one_card(Open(card="tea")).open
    opened = {**CARDS, "tea": replace(TEA, open=True)}
    assert not decide(given(L), opened, Close(card="tea"), NOW_MS).cards["tea"].open


def test_a_price_keeps_sets_or_takes_away_the_one_before() -> None:
    assert one_card(Price(card="yak", price=30_000)).was == 39_800
    assert one_card(Price(card="yak", price=30_000, was=35_000)).was == 35_000
    assert one_card(Price(card="yak", price=30_000, was=None)).was is None


def test_the_wire_tells_left_out_from_null() -> None:
    kept = json.decode(b'{"do":"price","card":"yak","price":1}', type=Price)
    gone = json.decode(b'{"do":"price","card":"yak","price":1,"was":null}', type=Price)
    assert one_card(kept).was == 39_800
    assert one_card(gone).was is None


@pytest.mark.parametrize("units", [0, 10_000_001, -10_000_001])
def test_restocking_by_nothing_or_too_much_is_refused(units: int) -> None:
    with pytest.raises(BadInput):
        decide(given(L), CARDS, Restock(card="tea", units=units), NOW_MS)


def test_restocking_is_a_difference_for_the_store_to_add() -> None:
    change = decide(given(L), CARDS, Restock(card="tea", units=-5), NOW_MS)
    assert change.stock == {"tea": -5}
    assert change.facts[0].data == {"card": "tea", "units": -5}


def test_a_card_is_added_at_the_end_of_the_rundown() -> None:
    pig = a_card(id="pig", slot=7, windows=((1, None),))
    change = decide(given(L), CARDS, AddCard(card=pig, stock=30), NOW_MS)
    assert change.session.rundown == ("tea", "yak", "pig")
    assert change.stock == {"pig": 30}
    assert change.cards["pig"].windows == ()
    assert kinds(change) == ["card_added"]


@pytest.mark.parametrize(
    ("card", "error"),
    [(a_card(slot=9), Conflict), (a_card(id="pig", slot=3), BadInput), (a_card(id="P"), BadInput)],
)
def test_a_card_that_does_not_fit_the_shelf_is_refused(
    card: Card, error: type[LivesellError]
) -> None:  # fmt: skip
    with pytest.raises(error):
        decide(given(L), CARDS, AddCard(card=card), NOW_MS)


@pytest.mark.parametrize("rundown", [[], ["tea"], ["tea", "tea"], ["tea", "yak", "x"]])
def test_a_rundown_names_every_card_once(rundown: list[str]) -> None:
    with pytest.raises(BadInput, match="exactly once"):
        decide(given(L), CARDS, Reorder(rundown=rundown), NOW_MS)


def test_an_edit_changes_what_it_names_and_nothing_else() -> None:
    change = decide(given(S), CARDS, Edit(title=" 新标题 ", public_gross=True), NOW_MS)
    assert change.session == replace(given(S), title="新标题", public_gross=True)


@pytest.mark.parametrize(
    "command", [Edit(title=""), Edit(video="ftp://x"), Edit(zone="x"), Notice(text="<b>"),
                Notice(text="x" * 201), Price(card="tea", price=-1),
                Price(card="tea", price=1, was=-1)],
)  # fmt: skip
def test_values_out_of_bounds_are_refused(command: AnyCommand) -> None:
    with pytest.raises(BadInput):
        decide(given(L), CARDS, command, NOW_MS)


def test_nothing_that_is_decided_changes_what_was() -> None:
    before = json.encode([given(L), CARDS])
    session, cards = json.decode(before, type=tuple[Session, dict[str, Card]])
    for command, sources, _ in TRANSITIONS:
        if L in sources and not isinstance(command, RemoveCard):
            decide(replace(session, flashes=FLASHES), cards, command, NOW_MS)
    assert json.encode([session, cards]) == before


# --- a new session -----------------------------------------------------------------------------


def test_a_session_with_times_is_born_scheduled_and_one_without_is_a_draft() -> None:
    planned = a_session(planned_start_ms=NOW_MS, planned_end_ms=NOW_MS + HOUR_MS)
    assert created(planned, [TEA], {}).session.state is S
    assert created(a_session(), [TEA], {}).session.state is D


def test_what_only_a_broadcast_may_set_starts_blank() -> None:
    worn = given(E, shown="tea", paused_ms=5, ended_ms=NOW_MS)
    used = replace(TEA, windows=((1, 2),))
    change = created(worn, [YAK, used], {"tea": 100})
    session = change.session
    assert session.rundown == ("tea", "yak"), "by slot number"
    assert (session.shown, session.started_ms, session.ended_ms) == (None, None, None)
    assert session.paused_ms == 0
    assert change.cards["tea"].windows == ()
    assert change.stock == {"tea": 100, "yak": 0}
    assert kinds(change) == ["created", "card_added", "card_added"]


@pytest.mark.parametrize(
    ("fields", "cards", "stock"),
    [
        ({"id": "No"}, [TEA], {}),
        ({"planned_start_ms": NOW_MS}, [TEA], {}),
        ({}, [TEA, TEA], {}),
        ({}, [TEA, a_card(id="other")], {}),
        ({}, [TEA], {"tea": -1}),
        ({}, [a_card(price=-1)], {}),
    ],
)
def test_a_wrong_new_session_is_refused_as_a_whole(
    fields: dict[str, Any], cards: list[Card], stock: dict[str, int]
) -> None:
    with pytest.raises(BadInput):
        created(a_session(**fields), cards, stock)


@pytest.mark.parametrize(("command", "sources", "target"), TRANSITIONS)
def test_a_command_survives_the_wire(
    command: AnyCommand, sources: set[State], target: State | None
) -> None:  # fmt: skip
    assert json.decode(json.encode(command), type=AnyCommand) == command
