"""A file becomes a preview: encodings, separators, sheets, headings, and what is said of rows."""

from datetime import date
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from livesell.actions.importing_preview import Preview
from livesell.actions.importing_table import MAX_CELL_CHARS, MAX_COLUMNS, MAX_LINES
from livesell.actions.importing_xlsx import OLE, ZIP
from livesell.domain.card import MAX_STORY_CHARS
from livesell.domain.product import MAX_PRODUCTS, Product
from livesell.errors import LivesellError
from tests.actions.sheets import TEA, codes, notes, only, repacked, seen, workbook

HEAD = "标题,价格,库存\n"


def refusal(data: bytes | str) -> str:
    with pytest.raises(LivesellError) as found:
        seen(data)
    assert found.value.message.endswith(".")
    return found.value.code


# --- files that are text ---------------------------------------------------------------------


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "gbk", "gb18030"])
def test_a_csv_is_read_in_the_encodings_that_spreadsheets_write(encoding: str) -> None:
    preview = seen(f"{HEAD}藏香猪,268.00,12\n".encode(encoding))
    row = only(preview)
    assert row.change == "new"
    assert row.product is not None
    assert (row.product.title, row.product.price, row.product.stock) == ("藏香猪", 26800, 12)
    assert notes(preview) == (["read_as_gb18030"] if encoding.startswith("gb") else [])


@pytest.mark.parametrize("separator", [",", ";", "\t"])
@pytest.mark.parametrize("ending", ["\n", "\r\n", "\r"])
def test_separators_and_line_ends(separator: str, ending: str) -> None:
    lines = [["标题", "价格", "介绍"], ["藏香猪", "268", '"第一段，""甲""\n第二段; a\tb"']]
    text = ending.join(separator.join(cells) for cells in lines) + ending
    product = only(seen(text)).product
    assert product is not None
    assert (product.price, product.story) == (26800, '第一段，"甲"\n第二段; a b')


def test_excels_line_about_the_separator_is_no_row() -> None:
    assert only(seen("sep=;\r\n标题;价格\r\n藏香猪;268\r\n")).row == 2


def test_rows_have_the_numbers_that_a_spreadsheet_shows() -> None:
    preview = seen('商品表,,\n\n标题,价格\n\n"两\n行",5\n,\n乙,x\n')
    assert [(row.row, row.change) for row in preview.rows] == [(5, "new"), (7, "wrong")]
    assert preview.rows[1].problems[0].cell == "B7"


def test_short_rows_are_filled_and_long_ones_are_wrong() -> None:
    short, long = seen(f"{HEAD}甲,5\n乙,5,6,多\n").rows
    assert short.change == "new"
    assert codes(long) == ["too_many_cells"]


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"", "empty_file"),
        (b"\n\n,,\n", "empty_file"),
        (b"\x89PNG\r\n\x1a\n\x00\x00", "not_a_table"),
        (b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n1 0 obj", "not_a_table"),
        (b"\xff\xfe\x00", "not_a_table"),
        (OLE + b"\x1a\xe1" * 9, "old_excel"),
        (ZIP + b"junk", "broken_workbook"),
        ("甲,乙\n1,2\n", "no_heading"),
        ("标题\n甲\n", "no_heading"),
        (HEAD, "no_rows"),
        ("标题,价格,直播价\n甲,5,4\n", "column_twice"),
        (f"{HEAD}甲,5,{'6' * (MAX_CELL_CHARS + 1)}\n", "cell_too_long"),
        (HEAD + "甲,5\n" * (MAX_LINES + 1), "too_many_lines"),
        ("标题,价格" + ",x" * MAX_COLUMNS, "too_many_columns"),
    ],
)
def test_files_that_cannot_be_read_are_refused_in_words(data: bytes | str, code: str) -> None:
    assert refusal(data) == code


def test_a_file_may_have_exactly_as_many_rows_as_it_may() -> None:
    preview = seen("ID,标题,价格\n" + "".join(f"p{n},甲{n},5\n" for n in range(MAX_LINES)))
    assert preview.counts.new == MAX_LINES
    [full] = [note for note in preview.notes if note.code == "catalogue_full"]
    assert full.data == {"most": MAX_PRODUCTS, "would": MAX_LINES}


# --- workbooks -------------------------------------------------------------------------------


def test_a_workbook_is_read_as_it_is_seen() -> None:
    rows: list[list[Any]] = [
        ["那曲商品表"], [], ["货号", "商品名称", "单价（元）", "库存", "标签"],
        [6901234567890, "娘亚牦牛肉", 12.1, 3.0, "地理标志、限量"],
        ["001", 2024, "１２．５", "１００", None],
    ]  # fmt: skip
    yak, numbered = seen(workbook(rows)).rows
    assert yak.product is not None
    assert numbered.product is not None
    assert (yak.product.sku, yak.product.price, yak.product.stock) == ("6901234567890", 1210, 3)
    assert yak.product.badges == ("地理标志", "限量")
    assert (numbered.product.sku, numbered.product.title) == ("001", "2024")
    assert (numbered.product.price, numbered.product.stock) == (1250, 100)


def test_numbers_are_those_that_excel_shows() -> None:
    """0.1 + 0.2 is 0.30000000000000004 in the file, and 0.3 to whoever looks at it."""
    product = only(seen(workbook([["标题", "价格"], ["甲", 0.1 + 0.2]]))).product
    assert product is not None
    assert product.price == 30


def test_formulas_errors_and_dates_are_told_with_their_cell() -> None:
    rows: list[list[Any]] = [
        ["标题", "价格", "库存", "货号"],
        ["甲", "=1+1", 5, None],
        ["乙", 5, "#N/A", None],
        ["丙", 5, 1, date(2026, 1, 2)],
    ]
    found = seen(workbook(rows)).rows
    assert [(row.problems[0].cell, row.problems[0].code) for row in found] == [
        ("B2", "formula"), ("C3", "error_value"), ("D4", "date"),
    ]  # fmt: skip
    assert found[0].problems[0].value == "=1+1"


def test_a_text_that_begins_like_a_formula_is_text() -> None:
    def as_text(book: Any) -> None:
        book.active["A2"].data_type = "s"

    row = only(seen(workbook([["标题", "价格"], ["=CMD|'/c calc'!A0", 5]], as_text)))
    assert row.product is not None
    assert row.product.title == "=CMD|'/c calc'!A0"
    csv_row = only(seen('标题,价格\n"=HYPERLINK(1)",5\n'))
    assert csv_row.product is not None
    assert csv_row.product.title == "=HYPERLINK(1)"


def test_a_merged_price_holds_for_all_its_rows() -> None:
    rows: list[list[Any]] = [["标题", "价格"], ["甲", 5], ["乙", None], ["丙", None]]
    preview = seen(workbook(rows, lambda book: book.active.merge_cells("B2:B3")))
    assert [row.change for row in preview.rows] == ["new", "new", "wrong"]
    assert notes(preview) == ["merged_filled"]


def test_the_first_visible_sheet_with_a_heading_is_read() -> None:
    def more(book: Any) -> None:
        book.active.title = "封面"
        for title, row in (("旧", ["旧", 1]), ("商品", ["新", 2]), ("备用", ["备", 3])):
            sheet = book.create_sheet(title)
            sheet.append(["标题", "价格"])
            sheet.append(row)
        book["旧"].sheet_state = "hidden"

    preview = seen(workbook([["说明"]], more))
    assert only(preview).title == "新"
    [note] = preview.notes
    assert note.data == {"sheet": "商品", "others": "封面, 备用"}


def test_a_workbook_that_unpacks_to_too_much_is_refused_before_it_is_unpacked() -> None:
    bomb = repacked(workbook([["标题"]]), lambda _, data: data, bomb=b"0" * 100_000_000)
    assert len(bomb) < 200_000
    assert refusal(bomb) == "workbook_too_large"


def test_a_workbook_that_lies_about_its_size_is_refused() -> None:
    honest = repacked(workbook([["标题"]]), lambda _, data: data, bomb=b"0" * 100_000_000)
    lying = honest.replace((100_000_000).to_bytes(4, "little"), (10).to_bytes(4, "little"))
    assert lying != honest
    assert refusal(lying) in ("broken_workbook", "workbook_too_large")


def test_entities_in_a_workbook_are_refused() -> None:
    def laughing(name: str, data: bytes) -> bytes:
        if not name.endswith("sheet1.xml"):
            return data
        entities = b"".join(
            b'<!ENTITY l%d "%s">' % (n, b"&l%d;" % (n - 1) * 9) for n in range(1, 9)
        )
        head = b'<?xml version="1.0"?><!DOCTYPE l [<!ENTITY l0 "lol">' + entities + b"]>"
        return head + data.partition(b"?>")[2].replace(b"<v>", b"<v>&l8;")

    assert refusal(repacked(workbook([["标题", "价格"], ["甲", 5]]), laughing)) == "broken_workbook"


def test_a_sheet_that_claims_the_last_row_and_column_costs_nothing() -> None:
    def vast(name: str, data: bytes) -> bytes:
        return data.replace(b'ref="A1:B2"', b'ref="A1:XFD1048576"').replace(
            b'r="2"', b'r="1048576"'
        )

    data = repacked(workbook([["标题", "价格"], ["甲", 5]]), vast)
    assert refusal(data) == "too_many_lines"


def test_a_workbook_cut_anywhere_is_refused_in_words() -> None:
    data = workbook([["标题", "价格"], ["甲", 5]])
    for end in range(4, len(data), 97):
        assert refusal(data[:end]) == "broken_workbook"


# --- rows and the catalogue ------------------------------------------------------------------


def test_a_row_is_found_by_id_by_number_or_by_title() -> None:
    for text in ("ID,价格\ntea,6\n", "货号,价格\nQFD-310,6\n", "标题,价格\n清风度西藏凉茶,6\n"):
        row = only(seen(text, TEA))
        assert (row.id, row.change) == ("tea", "changed")
        assert [(one.field, one.before, one.after) for one in row.differences] == [
            ("price", 500, 600)
        ]


def test_what_a_file_does_not_say_stays_and_a_dash_empties() -> None:
    known = Product(id="tea", title="茶", price=500, was=900, stock=5, story="好", image="/a.png")
    row = only(seen("ID,价格,原价,库存,介绍,图片\ntea,5,-,,－,\n", known))
    assert row.product is not None
    assert (row.product.was, row.product.stock, row.product.story) == (None, 5, "")
    assert row.product.image == "/a.png"
    assert only(seen("ID,价格\ntea,5\n", known)).change == "same"


def test_two_products_with_the_number_of_a_row_are_asked_about() -> None:
    twin = Product(id="tea2", title="另一种", price=1, sku=TEA.sku)
    [problem] = only(seen(f"货号,价格\n{TEA.sku},6\n", TEA, twin)).problems
    assert (problem.code, problem.data) == ("ambiguous", {"field": "sku"})


def test_an_id_that_only_looks_like_that_of_another_product_makes_a_new_one() -> None:
    row = only(seen("货号,标题,价格\nTEA,别的,6\n", TEA))
    assert row.change == "new"
    assert row.id != "tea"


def test_the_same_file_means_the_same_products_once_they_are_there() -> None:
    text = "货号,标题,价格\nA 1,甲,5\n,乙,6\n"
    first = seen(text)
    there = [row.product for row in first.rows if row.product is not None]
    assert [row.change for row in seen(text, *there).rows] == ["same", "same"]


@pytest.mark.parametrize(
    ("line", "code", "cell"),
    [
        ("tea,,5,,,,,,,,,", "missing_title", "B2"),
        ("tea,茶,,,,,,,,,,", "missing_price", "C2"),
        ("Tea 1,茶,5,,,,,,,,,", "bad_id", "A2"),
        ("tea,茶,5,5,,,,,,,,", "bad_was", "D2"),
        ("tea,茶,5,,6,,,,,,,", "below_floor", "E2"),
        ("tea,茶,5,,,x,,,,,,", "bad_whole", "F2"),
        ("tea,茶,5,,,99999999,,,,,,", "out_of_range", "F2"),
        ("tea,茶,5,,,,0,,,,,", "bad_limit", "G2"),
        ("tea,茶,5,,,,,一、二、三、四、五,,,,", "bad_badges", "H2"),
        ("tea,茶,5,,,,,一二三四五六七八九十一二三四五六七,,,,", "bad_badges", "H2"),
        ("tea,茶,5,,,,,,javascript:alert(1),,,", "bad_image", "I2"),
        ("tea,<b>茶</b>,5,,,,,,,,,", "markup", "B2"),
        (f"tea,{'茶' * 81},5,,,,,,,,,", "text_too_long", "B2"),
        (f"tea,茶,5,,,,,,,{'好' * (MAX_STORY_CHARS + 1)},,", "text_too_long", "J2"),
        ("tea,茶\x07,5,,,,,,,,,", "control_characters", "B2"),
        ("tea,茶\u202e,5,,,,,,,,,", "control_characters", "B2"),
        ("tea,\u200b,5,,,,,,,,,", "empty_text", "B2"),
        ("tea,茶,5,,,,,,,,XYZ,", "bad_currency", "K2"),
        ("tea,茶,1e400,,,,,,,,,", "bad_price", "C2"),
        ("tea,茶,99999999999,,,,,,,,,", "bad_price", "C2"),
    ],
)
def test_what_is_wrong_is_said_with_its_cell(line: str, code: str, cell: str) -> None:
    row = only(seen(f"ID,标题,价格,原价,底价,库存,限购,标签,图片,介绍,币种,货号\n{line}\n"))
    [problem] = row.problems
    assert (row.change, row.product) == ("wrong", None)
    assert (problem.code, problem.cell, problem.warning) == (code, cell, False)
    assert problem.message.endswith((".", "?"))


def test_a_new_price_is_held_to_the_floor_that_is_there() -> None:
    known = Product(id="tea", title="茶", price=500, floor=400)
    [problem] = only(seen("ID,价格\ntea,3\n", known)).problems
    assert (problem.code, problem.cell) == ("below_floor", "B2")


def test_all_that_is_wrong_with_a_row_is_said_at_once() -> None:
    line = "tea,<b>茶</b>,x,0,一、二、三、四、五,a b\n"
    found = codes(only(seen(f"ID,标题,价格,限购,标签,图片\n{line}")))
    assert sorted(found) == ["bad_badges", "bad_image", "bad_limit", "bad_price", "markup"]
    assert codes(only(seen("ID,标题,价格,库存\nA B,,x,y\n"))) == [
        "bad_id", "bad_price", "bad_whole", "missing_title",
    ]  # fmt: skip


def test_the_same_product_twice_in_a_file() -> None:
    rows = seen("ID,标题,价格,货号\na,甲,5,1\na,乙,6,2\nb,丙,7,1\n").rows
    assert [row.change for row in rows] == ["new", "wrong", "new"]
    assert (codes(rows[1]), rows[1].problems[0].data) == (["twice_id"], {"row": 2})
    assert (codes(rows[2]), rows[2].problems[0].warning) == (["same_sku"], True)


def test_prices_that_look_like_slips_are_worth_a_look() -> None:
    cheap, free = (only(seen(f"ID,价格\ntea,{price}\n", TEA)) for price in ("2.49", "0"))
    assert (codes(cheap), codes(free)) == (["much_cheaper"], ["free"])
    assert cheap.change == free.change == "changed"


def test_each_row_has_its_currency_and_a_new_one_needs_a_new_price() -> None:
    rows = seen(
        "ID,标题,价格,币种\na,甲,1200,JPY\nb,乙,12.5,\ntea,,,USD\n", TEA, currency="USD"
    ).rows
    assert [row.product.currency for row in rows[:2] if row.product] == ["JPY", "USD"]
    assert rows[0].product is not None
    assert rows[0].product.price == 1200
    assert codes(rows[2]) == ["missing_price"]


def test_columns_that_mean_nothing_are_named_once() -> None:
    preview = seen("标题,价格,备注,供应商\n甲,5,x,y\n乙,6,x,y\n")
    [note] = preview.notes
    assert note.data == {"columns": "备注, 供应商"}


def test_a_digest_names_the_file_and_what_it_was_compared_with() -> None:
    text = "ID,标题,价格\ntea,茶,5\n"
    changed = Product(id="tea", title="茶", price=500, version=8)
    same, again, other, later = (
        seen(text, TEA), seen(text, TEA), seen(text + "\n", TEA), seen(text, changed)
    )  # fmt: skip
    assert same.digest == again.digest
    file, plan = same.digest.split("-")
    assert other.digest.split("-")[0] != file
    assert later.digest.split("-")[0] == file
    assert later.digest.split("-")[1] != plan


# --- whatever arrives ------------------------------------------------------------------------


def answered(data: bytes) -> Preview | None:
    """A preview, or None for a refusal in words; nothing else."""
    try:
        return seen(data, TEA)
    except LivesellError as error:
        is_told = error.message.endswith(".")
    assert is_told
    return None


@given(st.binary(max_size=400))
def test_any_bytes_get_an_answer(data: bytes) -> None:
    answered(data)
    answered(ZIP + data)


CELL = st.one_of(
    st.text(max_size=20),
    st.sampled_from(
        ["标题", "价格", "Handle", "Title", "Variant Price", "tea", "5", "-", "=1", '"', "'"]
    ),
)


@given(st.lists(st.lists(CELL, max_size=6), max_size=8), st.sampled_from(",;\t"))
def test_any_table_gets_an_answer(rows: list[list[str]], separator: str) -> None:
    text = "ID,标题,价格\n" + "\n".join(separator.join(cells) for cells in rows)
    answered(text.encode("utf-8", "replace"))


@pytest.fixture(scope="module")
def sound() -> bytes:
    """One workbook for all examples: it carries the second it was written, so its length varies."""
    return workbook([["标题", "价格", "库存"], ["甲", 5, 1], ["乙", 6, None]])


@settings(max_examples=60)
@given(data=st.data())
def test_a_damaged_workbook_gets_an_answer(sound: bytes, data: st.DataObject) -> None:
    whole = bytearray(sound)
    for _ in range(data.draw(st.integers(1, 4))):
        place = data.draw(st.integers(0, len(whole) - 1))
        whole[place] = data.draw(st.integers(0, 255))
    answered(bytes(whole))


XML_NAMES = ("xl/worksheets/sheet1.xml", "xl/workbook.xml", "xl/styles.xml", "xl/sharedStrings.xml",
             "xl/_rels/workbook.xml.rels", "[Content_Types].xml")  # fmt: skip


@settings(max_examples=60)
@given(st.data())
def test_a_workbook_with_damaged_xml_gets_an_answer(data: st.DataObject) -> None:
    name = data.draw(st.sampled_from(XML_NAMES))
    cut = data.draw(st.integers(0, 600))
    filler = data.draw(st.binary(max_size=20))

    def damaged(member: str, content: bytes) -> bytes:
        return content[:cut] + filler + content[cut + len(filler) :] if member == name else content

    answered(repacked(workbook([["标题", "价格"], ["甲", 5]]), damaged))


def test_no_file_that_was_tried_is_kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    seen(workbook([["标题", "价格"], ["甲", 5]]))
    assert list(tmp_path.iterdir()) == []
