"""What pictures say, from what the store knows: money, times and labels in both languages."""

import pytest
from msgspec.structs import replace

from livesell.domain.card import Card, Units
from livesell.domain.figures import figures
from livesell.domain.flash import Flash
from livesell.domain.session import Session, State
from livesell.domain.truth import Tally, Truth
from livesell.pictures import (
    load_theme,
    lower_third,
    poster_of,
    result_poster,
    scene_of,
    share_card,
    share_card_of,
)

# 2020-06-27 20:00 in Shanghai.
START_MS = 1_593_259_200_000
HOUR_MS = 3_600_000


def truth(*, shown: str | None = "yak", free: int = 1200, is_open: bool = True) -> Truth:
    session = Session(
        id="naqu", title="那曲虫草专场", host="苗伟伦", state=State.ENDED, shown=shown,
        started_ms=START_MS, ended_ms=START_MS + HOUR_MS, fund="浙江援藏扶贫公益基金",
    )  # fmt: skip
    yak = Card(
        id="yak", slot=3, title="娘亚牦牛肉", price=32_800, was=39_800, open=is_open,
        badges=("国家地理标志",),
    )  # fmt: skip
    tea = Card(id="tea", slot=1, title="清风度凉茶", price=500, open=True, donation=20)
    return Truth(
        version=9,
        session=session,
        cards={"yak": yak, "tea": tea},
        units={
            "yak": Units(allocated=free + 3, free=free, sold=3, orders=2, units=3, ordered=98_400),
            "tea": Units(allocated=3410, sold=3410, orders=900, units=3410, ordered=1_705_000),
        },
        tally=Tally(orders=902, units=3413, ordered=1_803_400, donated=68_200, buyers=800,
                    likes=87_214, viewers=12_408, views=13_000, peak=8211),
        concurrent=0,
        nodes={},
        ticker=(),
        as_of_ms=START_MS + HOUR_MS + 300_000,
    )  # fmt: skip


def test_no_shown_card_is_no_scene() -> None:
    assert scene_of(truth(shown=None), "zh") is None
    assert scene_of(truth(shown="gone"), "zh") is None


def test_in_a_flash_sale_its_price_and_what_it_has_left_are_shown() -> None:
    known = truth()
    starts_ms = known.as_of_ms
    flash = Flash(
        id="f", card="yak", price=9_900, units=30, starts_ms=starts_ms, ends_ms=starts_ms + 60_000
    )
    yak = replace(known.units["yak"], flash=30)
    session = replace(known.session, flashes=(flash,))
    scene = scene_of(replace(known, session=session, units={**known.units, "yak": yak}), "zh")
    assert scene is not None
    assert (scene.price_text, scene.was_text) == ("¥99.00", "¥328.00")
    assert (scene.stock_text, scene.state) == ("库存 30 件", "open")


def test_the_shown_card_in_chinese() -> None:
    scene = scene_of(truth(), "zh-CN")
    assert scene is not None
    assert (scene.slot_text, scene.price_text, scene.was_text) == ("3 号链接", "¥328.00", "¥398.00")
    assert (scene.stock_text, scene.state) == ("库存 1,200 件", "open")
    assert scene.badges == ("国家地理标志",)


def test_the_stock_line_in_each_state() -> None:
    def said(language: str, **changes: object) -> tuple[str, str]:
        scene = scene_of(truth(**changes), language)  # type: ignore[arg-type]
        assert scene is not None
        return scene.stock_text, scene.state

    assert said("zh", free=10) == ("仅剩 10 件", "low")
    assert said("zh", free=11) == ("库存 11 件", "open")
    assert said("zh", free=0) == ("已售罄", "sold_out")
    assert said("zh", free=0, is_open=False) == ("已售罄", "sold_out")
    assert said("zh", is_open=False) == ("暂未上架", "closed")
    assert said("en", free=1200) == ("1,200 left", "open")
    assert said("en", free=1) == ("Only 1 left", "low")
    assert said("fr", free=0) == ("Sold out", "sold_out")


def test_the_poster_in_chinese() -> None:
    known = truth()
    data = poster_of(known, figures(known, {}, "ordered"), "zh", with_gross=True, address="x")
    assert data.headline == ("销售额（下单）", "¥18,034.00")
    assert data.host == "主播 苗伟伦"
    assert data.date_text == "2020年6月27日 20:00–21:00"
    assert data.figures == (
        ("观看人数", "12,408"), ("最高在线", "8,211"), ("点赞", "87,214"),
        ("订单数", "902"), ("件数", "3,413"), ("公益金", "¥682.00"),
    )  # fmt: skip
    assert [(card.slot, card.units_text) for card in data.cards] == [(1, "3,410 件"), (3, "3 件")]
    assert data.footer == "公益金捐入：浙江援藏扶贫公益基金。数据截至 2020年6月27日 21:05"
    assert data.qr_text == "x"


def test_the_poster_in_english_names_which_gross_it_is() -> None:
    known = truth()
    data = poster_of(known, figures(known, {}, "ordered"), "en", with_gross=True)
    assert data.headline == ("Gross sales (ordered)", "¥18,034.00")
    assert data.date_text == "27 June 2020 20:00–21:00"


def test_without_gross_no_sum_of_sales_is_on_the_poster() -> None:
    known = truth()
    data = poster_of(known, figures(known, {}, "ordered"), "en", with_gross=False)
    assert data.headline == ("Orders", "902")
    assert "18,034" not in repr(data)
    assert ("Orders", "902") not in data.figures


def test_a_show_over_midnight_names_both_days() -> None:
    known = truth()
    late = known.session.__class__(
        id="n", title="t", host="h", started_ms=START_MS, ended_ms=START_MS + 5 * HOUR_MS
    )
    moved = Truth(
        version=1, session=late, cards={}, units={}, tally=Tally(), concurrent=0, nodes={},
        ticker=(), as_of_ms=START_MS,
    )  # fmt: skip
    data = poster_of(moved, figures(moved, {}, "ordered"), "en", with_gross=True)
    assert data.date_text == "27 June 2020 20:00–28 June 2020 01:00"
    assert data.cards == ()
    assert data.headline[1] == "¥0.00"


def test_what_the_store_knows_becomes_pictures() -> None:
    known = truth()
    assert lower_third(load_theme(), scene_of(known, "zh")).startswith(b"\x89PNG")
    data = poster_of(known, figures(known, {}, "ordered"), "zh", with_gross=True)
    assert result_poster(load_theme(), data).startswith(b"\x89PNG")


def test_a_shared_link_says_how_the_session_stands_and_when_in_its_zone() -> None:
    shown = share_card_of(truth(), "zh-CN")
    assert shown.kicker == "直播已结束"
    assert shown.host == "主播 苗伟伦"
    assert shown.date_text == "2020年6月27日 20:00–21:00 (Asia/Shanghai)"


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize("state", State)
def test_every_state_of_a_session_has_a_picture(state: State, language: str) -> None:
    found = truth()
    found = replace(found, session=replace(found.session, state=state))
    assert share_card(load_theme(), share_card_of(found, language)).startswith(b"\x89PNG")
