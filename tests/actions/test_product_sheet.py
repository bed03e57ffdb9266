"""The template and the export: they open in a spreadsheet, and go in again without a change."""

import io
from collections.abc import Callable
from itertools import count

import openpyxl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from livesell.actions.importing_columns import FIELDS, HEADINGS, heading_of
from livesell.actions.importing_table import Line, Table
from livesell.actions.importing_xlsx import NOTES_SHEETS
from livesell.actions.product_sheet import (
    products_csv,
    products_xlsx,
    template_csv,
    template_xlsx,
)
from livesell.actions.product_sheet_words import EXAMPLES, HINTS, SHEETS
from livesell.actions.product_sheet_words import HEADINGS as SHEET_HEADINGS
from livesell.domain.product import Product, check_product
from livesell.errors import BadInput
from tests.actions.sheets import seen

LANGUAGES = pytest.mark.parametrize("language", ["zh", "en"])
KINDS = pytest.mark.parametrize("write", [products_csv, products_xlsx])
Write = Callable[[list[Product], str], bytes]


@LANGUAGES
@pytest.mark.parametrize("template", [template_csv, template_xlsx])
def test_the_template_goes_in_as_it_is(template: Callable[[str], bytes], language: str) -> None:
    preview = seen(template(language))
    assert (preview.counts.new, preview.counts.wrong, preview.counts.warnings) == (2, 0, 0)
    assert preview.notes == ()
    assert tuple(row.product for row in preview.rows) == EXAMPLES[language]


@LANGUAGES
def test_each_column_has_a_heading_that_is_read_and_a_hint(language: str) -> None:
    headings = [SHEET_HEADINGS[language][name] for name in FIELDS]
    found = heading_of(Table([Line(1, headings)]))
    assert found is not None
    assert found.columns == {name: column for column, name in enumerate(FIELDS)}
    assert set(HINTS[language]) == set(FIELDS) == set(HEADINGS)
    assert SHEETS[language][1] in NOTES_SHEETS


@LANGUAGES
def test_the_workbook_explains_itself(language: str) -> None:
    book = openpyxl.load_workbook(io.BytesIO(template_xlsx(language)))
    assert tuple(book.sheetnames) == SHEETS[language]
    said = [cell.value for row in book[SHEETS[language][1]] for cell in row]
    assert set(HINTS[language].values()) <= set(said)


def test_the_csv_has_the_mark_that_chinese_excel_needs() -> None:
    assert template_csv("zh").startswith("\ufeff商品ID,标题,价格".encode())


TEXT = st.text(st.characters(exclude_categories=("Cc", "Cs", "Zl", "Zp")), max_size=14) | (
    st.sampled_from(
        ["-", "无", "=1+1", "'=1", "+86", "007", "1e5", "a,b", '"', "'", "a\nb", "2026-01-02"]
    )
)
MONEY = st.integers(0, 10**10)


@st.composite
def products(draw: st.DrawFn) -> Product:
    price = draw(MONEY)
    try:
        return check_product(
            Product(
                id="p",
                title=draw(TEXT),
                price=price,
                currency=draw(st.sampled_from(["CNY", "JPY", "USD"])),
                was=draw(st.none() | st.just(price + 1)),
                floor=draw(st.none() | st.integers(0, price)),
                image=draw(st.sampled_from(["", "/photos/a/960.webp", "https://a.example/b.jpg"])),
                badges=tuple(draw(st.lists(TEXT, max_size=4))),
                story=draw(TEXT),
                donation=draw(MONEY),
                limit=draw(st.none() | st.integers(1, 1000)),
                sku=draw(TEXT),
                stock=draw(st.integers(0, 10_000_000)),
            )
        )
    except BadInput:
        return Product(id="p", title="茶", price=price)


@KINDS
@settings(max_examples=60)
@given(found=st.lists(products(), min_size=1, max_size=3))
def test_the_catalogue_goes_in_again_without_a_change(write: Write, found: list[Product]) -> None:
    number = count()
    catalogue = [replaced(one, f"p{next(number)}") for one in found]
    preview = seen(write(catalogue, "zh"), *catalogue)
    assert [row.change for row in preview.rows] == ["same"] * len(catalogue), preview.rows


def replaced(product: Product, product_id: str) -> Product:
    fields = {name: getattr(product, name) for name in product.__struct_fields__}
    return Product(**{**fields, "id": product_id})


@KINDS
def test_nothing_in_an_export_runs(write: Write) -> None:
    data = write([Product(id="p", title="=HYPERLINK(1)", price=1, sku="@SUM(A1)")], "en")
    if write is products_csv:
        assert b"'=HYPERLINK(1)" in data
        assert b"'@SUM(A1)" in data
    else:
        sheet = openpyxl.load_workbook(io.BytesIO(data)).worksheets[0]
        assert {cell.data_type for row in sheet for cell in row if cell.value} <= {"s", "n"}
