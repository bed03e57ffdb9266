"""What is prepared of a card: its words, its script and its planned time; and its removal."""

from typing import Any

import msgspec
import pytest
from msgspec.structs import replace

from livesell.domain.card import MAX_SCRIPT_CHARS, Card, Gift, check_card
from livesell.domain.command import Change, EditCard, RemoveCard
from livesell.domain.decision import created, decide
from livesell.domain.document import crew_document, viewer_document
from livesell.domain.flash import Flash
from livesell.domain.session import Session
from livesell.errors import BadInput, Conflict
from tests.domain import truths
from tests.support.build import NOW_MS, a_card, a_session

SCRIPT = "先讲海拔四千五，\n再讲一口暖。"
TEA = a_card(script=SCRIPT, plan_s=240)
YAK = a_card(id="yak", slot=2, title="娘亚牦牛肉", price=32_800)
CARDS = {"tea": TEA, "yak": YAK}


def edited(**fields: Any) -> tuple[Card, dict[str, Any]]:
    change = decide(a_session(rundown=("tea", "yak")), CARDS, EditCard(card="tea", **fields), 0)
    (fact,) = change.facts
    assert fact.kind == "card_edited"
    return change.cards["tea"], fact.data


def removed(session: Session | None = None, cards: dict[str, Card] | None = None) -> Change:
    return decide(
        session or a_session(rundown=("tea", "yak")), cards or CARDS, RemoveCard(card="tea"), NOW_MS
    )


@pytest.mark.parametrize(
    ("field", "value", "stands"),
    [
        ("title", " 凉茶 ", "凉茶"),
        ("image", "/photos/ab/960.webp", "/photos/ab/960.webp"),
        ("badges", ["公益", "新品"], ("公益", "新品")),
        ("story", "一罐两毛", "一罐两毛"),
        ("plan_s", 90, 90),
        ("donation", 20, 20),
        ("slot", 7, 7),
    ],
)
def test_each_field_is_changed_alone_and_told(field: str, value: Any, stands: Any) -> None:
    card, told = edited(**{field: value})
    assert card == replace(TEA, **{field: stands})
    assert told == {"card": "tea", field: stands}


def test_the_ledger_has_the_length_of_a_script_and_not_its_words() -> None:
    card, told = edited(script="短")
    assert card.script == "短"
    assert told == {"card": "tea", "script_chars": 1}


def test_nothing_changed_is_nothing_told() -> None:
    change = decide(a_session(), CARDS, EditCard(card="tea", script=SCRIPT), 0)
    assert change.facts == ()


@pytest.mark.parametrize(
    ("fields", "field", "words"),
    [
        ({"title": "  "}, "title", "empty"),
        ({"title": "<b>茶</b>"}, "title", "markup"),
        ({"script": "x" * (MAX_SCRIPT_CHARS + 1)}, "script", "2000 is the most"),
        ({"script": "<script>alert(1)</script>"}, "script", "markup"),
        ({"plan_s": 7201}, "plan_s", "from 0 to 7200"),
        ({"plan_s": -1}, "plan_s", "from 0 to 7200"),
        ({"slot": 2}, "slot", "taken"),
        ({"slot": 0}, "slot", "from 1"),
        ({"donation": -1}, "donation", "whole number"),
        ({"image": "javascript:alert(1)"}, "image", "https://"),
        ({"badges": ["1", "2", "3", "4", "5"]}, "badges", "at most 4"),
    ],
)
def test_what_cannot_be_is_refused_with_a_sentence(
    fields: dict[str, Any], field: str, words: str
) -> None:
    with pytest.raises(BadInput) as refused:
        edited(**fields)
    assert list(refused.value.fields) == [field]
    assert words in refused.value.message


def test_a_card_is_removed_from_the_shelf_and_the_rundown() -> None:
    change = removed()
    assert change.removed == ("tea",)
    assert change.session.rundown == ("yak",)
    assert [fact.kind for fact in change.facts] == ["card_removed"]


@pytest.mark.parametrize(
    ("session", "cards", "code"),
    [
        ({}, {"tea": replace(TEA, windows=((NOW_MS, NOW_MS + 1),))}, "card_shown"),
        ({}, {"yak": replace(YAK, of="tea", pack=10)}, "card_in_use"),
        ({}, {"yak": replace(YAK, gifts=(Gift(card="tea"),))}, "card_in_use"),
        ({"flashes": (Flash(id="f", card="tea", price=1, units=1),)}, {}, "card_in_flash"),
    ],
)
def test_a_card_that_others_need_or_that_was_shown_stays(
    session: dict[str, Any], cards: dict[str, Card], code: str
) -> None:
    with pytest.raises(Conflict) as refused:
        removed(a_session(rundown=("tea", "yak"), **session), {**CARDS, **cards})
    assert refused.value.code == code


def test_script_and_plan_are_the_crews_alone() -> None:
    cards = truths.cards()
    cards["tea"] = replace(cards["tea"], script=SCRIPT, plan_s=7191)
    session = truths.a_session_on_air(campaign="naqu-2020")
    truth = truths.truth(cards=cards, session=session)
    viewers = msgspec.json.encode(viewer_document(truth)).decode()
    for word in ("script", "plan_s", "海拔", "7191", "campaign", "naqu-2020"):
        assert word not in viewers
    crew = crew_document(truth, "ordered")
    assert (crew["cards"]["tea"]["script"], crew["cards"]["tea"]["plan_s"]) == (SCRIPT, 7191)
    assert crew["session"]["campaign"] == "naqu-2020"


def test_a_new_session_keeps_a_rundown_that_names_every_card() -> None:
    planned = created(a_session(rundown=("yak", "tea")), [TEA, YAK], {})
    assert planned.session.rundown == ("yak", "tea")
    for wrong in ((), ("yak",), ("yak", "yak"), ("tea", "yak", "pig")):
        assert created(a_session(rundown=wrong), [YAK, TEA], {}).session.rundown == ("tea", "yak")


def test_a_campaign_is_named_by_a_slug() -> None:
    with pytest.raises(BadInput) as refused:
        created(a_session(campaign="那曲 购物节"), [], {})
    assert "campaign" in refused.value.fields
    assert check_card(TEA).script == SCRIPT
