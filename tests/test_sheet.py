"""A sheet is read whole or refused with a sentence that names the table and the key."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from livesell.domain.card import Card, Gift
from livesell.errors import BadInput, NotFound, TooLarge
from livesell.sheet import MAX_SHEET_BYTES, Sheet, duration_ms, read_sheet, read_sheet_file
from tests.support.build import NOW_MS

SHEET = """
[session]
id = "naqu"
title = "那曲专场"
host = "苗伟伦"
fund = "浙江援藏扶贫公益基金"
start = 2026-12-01T19:00:00+08:00
minutes = 90

[[cards]]
title = "清风度西藏凉茶"
price_major = "5.00"
donation_major = "0.20"
stock = 1000
open = true
badges = ["公益"]

[[cards]]
id = "yak"
slot = 8
title = "娘亚牦牛肉"
price = 12800
was = 15800
limit = 2
stock = 30
"""


def written(tmp_path: Path, text: str) -> Path:
    file = tmp_path / "sheet.toml"
    file.write_text(text, "utf-8")
    return file


def read(session: dict[str, Any] | None = None, *cards: dict[str, Any]) -> Sheet:
    blank = {"title": "T", "host": "H"}
    return read_sheet({"session": {**blank, **(session or {})}, "cards": list(cards)}, NOW_MS)


def test_a_whole_sheet(tmp_path: Path) -> None:
    sheet = read_sheet_file(written(tmp_path, SHEET), NOW_MS)
    start_ms = int(datetime(2026, 12, 1, 11, tzinfo=UTC).timestamp() * 1000)
    tea, yak = sheet.cards
    assert (sheet.session.id, sheet.session.planned_start_ms) == ("naqu", start_ms)
    assert sheet.session.planned_end_ms == start_ms + 90 * 60_000
    assert (tea.id, tea.slot, tea.price, tea.donation) == ("card-1", 1, 500, 20)
    assert (tea.open, tea.badges) == (True, ("公益",))
    assert (yak.slot, yak.price, yak.was, yak.limit) == (8, 12800, 15800, 2)
    assert sheet.stock == {"card-1": 1000, "yak": 30}


def test_without_a_start_it_is_a_draft_with_a_length() -> None:
    sheet = read({"minutes": 30})
    assert sheet.session.planned_start_ms is None
    assert sheet.session.planned_end_ms is None
    assert sheet.length_ms == 30 * 60_000


def test_a_start_from_now() -> None:
    session = read({"start_in": "5m"}).session
    assert session.planned_start_ms == NOW_MS + 300_000
    assert session.planned_end_ms == NOW_MS + 300_000 + 3_600_000


def test_a_session_without_an_id_gets_one_of_its_own() -> None:
    assert read().session.id != read().session.id


@pytest.mark.parametrize(
    ("text", "ms"), [("90s", 90_000), ("5m", 300_000), ("1h30m", 5_400_000), ("0s", 0)]
)
def test_durations(text: str, ms: int) -> None:
    assert duration_ms(text, "start_in") == ms


CARD = {"title": "T", "price": 1, "stock": 1}


@pytest.mark.parametrize(
    ("session", "cards", "sentence"),
    [
        ({"titel": "T"}, [], "[session]: titel is not known. Did you mean title?"),
        ({"start_in": "soon"}, [], 'Write start_in like "90s", "5m" or "1h30m".'),
        ({"start_in": ""}, [], 'Write start_in like "90s", "5m" or "1h30m".'),
        ({"start": "2026"}, [], "[session]: start has to be a time such as 2026-06-27T12:00:00Z."),
        ({"start": datetime(2026, 12, 1)}, [], "with its offset"),  # noqa: DTZ001
        (
            {"start": datetime(2026, 12, 1, tzinfo=UTC), "start_in": "5m"},
            [],
            "Give either start or start_in, not both.",
        ),
        ({"minutes": 0}, [], "1 minute to 24 hours"),
        ({"minutes": 1.5}, [], "[session]: minutes has to be a whole number."),
        ({"currency": "XXX"}, [], "The currency 'XXX' is not known."),
        ({}, [{"title": "T", "price": 1}], "[[cards]] number 1: stock is missing."),
        ({}, [{**CARD, "of": "card-2"}], "This card draws on the stock of card-2"),
        ({}, [{**CARD, "gifts": [{"card": "x", "unit": 1}]}], "gifts[0]"),
        ({}, [{**CARD, "floor": 5}], "number 1: The price is below its floor"),
        ({}, [{"title": "T", "stock": 1}], "price (or price_major) is missing"),
        ({}, [CARD, {**CARD, "stok": 1}], "[[cards]] number 2: stok is not known. Did you mean"),
        ({}, [{**CARD, "price": 1.5}], "[[cards]] number 1: price has to be a whole number."),
        ({}, [{**CARD, "price": -1}], "The price has to be a whole number of minor units"),
        ({}, [{**CARD, "price_major": "1"}], "Give either price or price_major, not both."),
        ({}, [{**CARD, "was_major": "1.005"}], "Write the was_major like 12.50"),
        ({}, ["tea"], "[[cards]] number 1 is missing. Write it as a table."),
        ({}, [CARD, {**CARD, "slot": 0}], "[[cards]] number 2: The slot number has to be from 1"),
        ({}, [CARD, {**CARD, "stock": -1}], "[[cards]] number 2: The stock has to be"),
        ({}, [CARD, {**CARD, "title": "<b>"}], "[[cards]] number 2: The title contains markup"),
        ({"currency": "JPY"}, [{"title": "T", "stock": 1, "price_major": "1.5"}],
         "[[cards]] number 1: Write the price_major like 1250, without decimals."),
    ],
)  # fmt: skip
def test_a_wrong_sheet_is_told_by_table_and_key(
    session: dict[str, Any], cards: list[Any], sentence: str
) -> None:
    with pytest.raises(BadInput) as refused:
        read(session, *cards)
    assert sentence in refused.value.message


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("title =", "is not valid TOML"),
        ("[cards]", "[session] is missing"),
        ('[session]\ntitle="T"\nhost="H"\n[cards]\n', "Write each card as a [[cards]] table."),
        ('[session]\ntitle="T"', "[session]: host is missing."),
        (f"a = {'[' * 5000}", "is not valid TOML"),
        ("[sesion]", "The file: sesion is not known. Did you mean session?"),
    ],
)
def test_a_wrong_file_is_told(tmp_path: Path, text: str, sentence: str) -> None:
    with pytest.raises(BadInput) as refused:
        read_sheet_file(written(tmp_path, text), NOW_MS)
    assert sentence in refused.value.message


def test_a_file_that_is_not_there_or_no_text(tmp_path: Path) -> None:
    with pytest.raises(NotFound):
        read_sheet_file(tmp_path / "nope.toml", NOW_MS)
    for content in (b"\xff\xfe\x00", b"\x00\x01"):
        (tmp_path / "x.toml").write_bytes(content)
        with pytest.raises(BadInput):
            read_sheet_file(tmp_path / "x.toml", NOW_MS)
    with pytest.raises(BadInput):
        read_sheet_file(tmp_path, NOW_MS)
    (tmp_path / "big.toml").write_bytes(b"#" * (MAX_SHEET_BYTES + 1))
    with pytest.raises(TooLarge):
        read_sheet_file(tmp_path / "big.toml", NOW_MS)


def test_a_pack_leaves_its_stock_out() -> None:
    pack = {
        "title": "十盒", "price_major": "798", "of": "tea", "pack": 10, "floor_major": "700",
        "per_order": 2, "gifts": [{"card": "cup"}],
    }  # fmt: skip
    cards = [{**CARD, "id": "tea", "safety": 1}, {**CARD, "id": "cup"}, {**pack, "id": "ten"}]
    sheet = read_sheet({"session": {"title": "T", "host": "h"}, "cards": cards}, 0)
    assert sheet.stock == {"tea": 1, "cup": 1, "ten": 0}
    assert sheet.cards[0].safety == 1
    assert sheet.cards[2] == Card(
        id="ten", slot=3, title="十盒", price=79_800, of="tea", pack=10, floor=70_000, per_order=2,
        gifts=(Gift(card="cup"),),
    )  # fmt: skip
