"""What the pre-flight check finds, point by point, and what stands in the way of a start."""

from typing import Any

import pytest

from livesell.domain.card import Card, Gift, Units
from livesell.domain.flash import Flash
from livesell.domain.preflight import (
    AREAS,
    IN_THE_WAY,
    SENTENCES,
    Check,
    Grade,
    Surroundings,
    check_overruled,
    inspect,
    standing_in_the_way,
)
from livesell.domain.session import State
from livesell.domain.truth import NodeHealth, Tally, Truth
from livesell.errors import BadInput, Conflict
from tests.support.build import NOW_MS, a_card, a_session

HOUR_MS = 3_600_000


def a_truth(
    *cards: Card, free: int | dict[str, int] = 9, overlays: int = 1, **fields: Any
) -> Truth:
    """A scheduled session with nothing to complain about, unless told otherwise."""
    shelf = cards or (a_card(badges=("公益",), image="/photos/tea.webp"),)
    counts = free if isinstance(free, dict) else {card.id: free for card in shelf}
    about: dict[str, Any] = {
        "state": State.SCHEDULED, "rundown": tuple(card.id for card in shelf),
        "planned_start_ms": NOW_MS + HOUR_MS, "planned_end_ms": NOW_MS + 2 * HOUR_MS,
        "video": "https://video.example/live", "cover": "/photos/cover.webp",
    }  # fmt: skip
    return Truth(
        version=1,
        session=a_session(**{**about, **fields}),
        cards={card.id: card for card in shelf},
        units={card.id: Units(allocated=counts[card.id], free=counts[card.id]) for card in shelf},
        tally=Tally(),
        concurrent=0,
        nodes={"n1": NodeHealth(overlays=overlays)},
        ticker=(),
        as_of_ms=NOW_MS,
    )


def found(truth: Truth, **around: Any) -> dict[str, Check]:
    """What is not good, by code."""
    checks = inspect(truth, Surroundings(**around))
    return {one.code: one for one in checks if one.state is not Grade.OK}


def test_a_session_that_lacks_nothing_is_green_in_every_area() -> None:
    checks = inspect(a_truth(), Surroundings())
    assert [one.code for one in checks] == [f"{area}_ok" for area in AREAS]


@pytest.mark.parametrize(
    ("truth", "code", "cards"),
    [
        (a_truth(free=0), "nothing_to_order", ()),
        (a_truth(free=0), "no_stock", ("tea",)),
        (a_truth(a_card(sold_out=True)), "sold_out_by_hand", ("tea",)),
        (a_truth(a_card(safety=9)), "all_kept", ("tea",)),
        (a_truth(a_card(), a_card(id="ten", slot=2, of="tea", pack=10)), "no_stock", ("ten",)),
        (
            a_truth(a_card(gifts=(Gift(card="cup"),)), a_card(id="cup", slot=2),
                    free={"tea": 9, "cup": 0}),
            "part_short", ("tea",),
        ),
        (a_truth(flashes=(Flash(id="f", card="tea", price=1, units=10),)), "flash_short", ("tea",)),
        (a_truth(flashes=(Flash(id="f", card="tea", price=500, units=1),)), "flash_dearer",
         ("tea",)),
        (a_truth(a_card(price=0)), "price_zero", ("tea",)),
        (a_truth(a_card(floor=501)), "below_floor", ("tea",)),
        (a_truth(a_card(was=2501)), "was_far", ("tea",)),
        (
            a_truth(a_card(), a_card(id="two", slot=2, of="tea", pack=2, price=1001)),
            "pack_dearer", ("two",),
        ),
        (a_truth(a_card(), a_card(id="b")), "slots_twice", ("tea", "b")),
        (a_truth(a_card(slot=2)), "slots_gap", ()),
        (a_truth(a_card(), a_card(id="b", slot=2)), "titles_same", ("tea", "b")),
        (a_truth(a_card(title="虫" * 25)), "title_long", ("tea",)),
        (a_truth(a_card(badges=("国家地理标志产品",))), "", ()),
        (a_truth(a_card(badges=("国家地理标志好产品",))), "badge_long", ("tea",)),
        (a_truth(a_card()), "badges_none", ()),
        (a_truth(a_card()), "photo_none", ("tea",)),
        (a_truth(cover=""), "cover_none", ()),
        (a_truth(planned_start_ms=None, planned_end_ms=None), "no_times", ()),
        (a_truth(planned_start_ms=NOW_MS - 1), "start_passed", ()),
        (a_truth(state=State.LIVE, planned_start_ms=NOW_MS - 1), "", ()),
        (a_truth(rundown=()), "rundown_gap", ("tea",)),
        (a_truth(video=""), "video_none", ()),
        (a_truth(video="http://video.example/a.mp4"), "", ()),
        (a_truth(video="http://video.example/player"), "video_link", ()),
        (a_truth(video="/live/show.m3u8?x=1"), "video_playlist", ()),
        (a_truth(overlays=0), "overlay_absent", ()),
    ],
)  # fmt: skip
def test_what_is_found_in_the_session_itself(
    truth: Truth, code: str, cards: tuple[str, ...]
) -> None:
    points = found(truth)
    if code:
        assert points[code].cards == cards
        assert all(card in points[code].says for card in cards)
    else:
        assert not {point for point in points if point.startswith(("video", "badge_", "start"))}


@pytest.mark.parametrize(
    ("around", "code"),
    [
        ({"weak": ("The store has appendonly no.",)}, "store_weak"),
        ({"store_ms": 51.0}, "store_slow"),
        ({"free_bytes": 999_999_999}, "store_full"),
        ({"theme": "no theme"}, "overlay_unreadable"),
        ({"fonts": "no font"}, "fonts_broken"),
        ({"missing": {"tea": "བོ", "": "ོ"}}, "glyphs_missing"),
        ({"photos": ("tea",)}, "photo_missing"),
        ({"photos": ("",)}, "cover_missing"),
        ({"catalogue": {"tea": 5000}}, "price_far"),
        ({"catalogue": {"tea": 50}}, "price_far"),
        ({"payment": ""}, "no_provider"),
        ({"payment": "sandbox"}, "payment_sandbox"),
    ],
)
def test_what_is_found_around_it(around: dict[str, Any], code: str) -> None:
    assert set(found(a_truth(), **around)) == {code}


def test_a_price_less_than_ten_times_off_is_no_slip() -> None:
    assert not found(a_truth(), catalogue={"tea": 4999})
    assert not found(a_truth(), catalogue={"tea": 51})
    assert not found(a_truth(), catalogue={"other": 1})


def test_an_http_video_is_told_only_where_browsers_block_it() -> None:
    truth = a_truth(video="http://video.example/a.mp4")
    assert "video_insecure" in found(truth, is_https=True)
    assert "video_insecure" not in found(truth, is_https=False)


def test_a_session_without_cards_says_that_and_nothing_else_of_stock() -> None:
    bare = a_truth()
    bare = Truth(**{name: getattr(bare, name) for name in bare.__struct_fields__} | {"cards": {}})
    assert {one.code for one in inspect(bare, Surroundings()) if one.area == "stock"} == {
        "no_cards"
    }


def test_what_is_in_the_way_comes_first_and_the_good_last() -> None:
    states = [one.state for one in inspect(a_truth(a_card(price=0)), Surroundings())]
    assert states == sorted(states, key=(Grade.BAD, Grade.WARN, Grade.OK).index)
    assert states[0] is Grade.BAD


def test_only_what_sells_nothing_or_sells_wrongly_is_in_the_way() -> None:
    warned = a_truth(a_card(title="虫" * 30), overlays=0, video="", planned_start_ms=NOW_MS - 1)
    assert standing_in_the_way(warned, Surroundings()) == []
    [bad] = standing_in_the_way(a_truth(a_card(price=0)), Surroundings())
    assert bad.code == "price_zero"


def test_a_rehearsal_is_never_held_up() -> None:
    assert not standing_in_the_way(a_truth(free=0, rehearsal_of="naqu"), Surroundings())


def test_every_point_has_its_sentence_and_what_to_do() -> None:
    assert set(SENTENCES) >= IN_THE_WAY
    for code, (says, do) in SENTENCES.items():
        assert says
        assert code.endswith("_ok") == (do == "")


def test_words_overrule_what_is_bad() -> None:
    bad = standing_in_the_way(a_truth(free=0), Surroundings())
    with pytest.raises(Conflict) as refused:
        check_overruled(bad, "")
    assert refused.value.code == "not_ready_to_start"
    assert refused.value.data == {"points": [{"code": "nothing_to_order", "cards": []}]}
    assert "Not one card can be ordered." in refused.value.message
    assert check_overruled(bad, "  只聊天，不卖货 ") == "只聊天，不卖货"
    assert check_overruled([], "") == ""


@pytest.mark.parametrize("words", ["ok", "x" * 201, "<b>go</b>", "go\x00go"])
def test_words_that_say_nothing_overrule_nothing(words: str) -> None:
    with pytest.raises(BadInput) as refused:
        check_overruled([], words)
    assert "overrule" in refused.value.fields
