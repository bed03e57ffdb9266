"""Products as a spreadsheet: the template to fill in, and the whole catalogue to take along.

Both have the columns that an import reads, and go in again without a change. What a spreadsheet
would run or make a number of is kept as text. All of it is file work: call it in a thread.
"""

import csv
import io
from collections.abc import Iterable, Sequence
from decimal import Decimal
from typing import Any

import xlsxwriter

from livesell.actions.importing_cells import badges_cell, guarded, is_clearing
from livesell.actions.importing_columns import FIELDS
from livesell.actions.product_sheet_words import EXAMPLES, HEADINGS, HINTS, NOTES, SHEETS, WIDTHS
from livesell.actions.spreadsheet import BOM, text_cell
from livesell.domain.money import MINOR_DIGITS
from livesell.domain.product import Product

SheetCell = str | int | Decimal | None

_TEXTS = frozenset({"id", "title", "sku", "badges", "currency", "image", "story"})

# The choice of a list in the sheet is 255 characters at most; these fit.
_CURRENCIES = list(MINOR_DIGITS)
_ROWS_WITH_CHOICE = 5000


def template_csv(language: str) -> bytes:
    return products_csv(EXAMPLES[language], language)


def template_xlsx(language: str) -> bytes:
    """The template, with a second sheet that says what each column means."""
    return products_xlsx(EXAMPLES[language], language)


def products_csv(products: Iterable[Product], language: str) -> bytes:
    """In UTF-8 with a byte order mark, which Chinese Excel needs."""
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(HEADINGS[language][name] for name in FIELDS)
    writer.writerows([_csv_cell(cell) for cell in _cells(one)] for one in products)
    return BOM + text.getvalue().encode()


def products_xlsx(products: Iterable[Product], language: str) -> bytes:
    """A workbook with the products and a sheet of notes."""
    out = io.BytesIO()
    book = xlsxwriter.Workbook(
        out,
        {
            "in_memory": True,
            "strings_to_formulas": False,
            "strings_to_numbers": False,
            "strings_to_urls": False,
        },
    )
    _write_products(book, products, language)
    _write_notes(book, language)
    book.close()
    return out.getvalue()


def _cells(product: Product) -> list[SheetCell]:
    """In the order of `FIELDS`; None is a blank cell, which leaves the field as it is."""
    return [_cell(product, name) for name in FIELDS]


def _cell(product: Product, name: str) -> SheetCell:
    value: Any = getattr(product, name)
    if name == "badges":
        return badges_cell(value)
    if name in _TEXTS or value is None:
        return value or None
    if name in ("stock", "limit"):
        return int(value)
    return Decimal(value).scaleb(-MINOR_DIGITS[product.currency])


def _csv_cell(cell: SheetCell) -> object:
    """Text that stays text; a number of thirteen digits would lose some."""
    if not isinstance(cell, str):
        return cell
    safe = guarded(cell)
    return text_cell(safe) if safe == cell else safe


def _write_products(book: Any, products: Iterable[Product], language: str) -> None:
    sheet = book.add_worksheet(SHEETS[language][0])
    text, number = book.add_format({"num_format": "@"}), book.add_format({"num_format": "0.00"})
    head = book.add_format({"bold": True, "bg_color": "#EEEBE6"})
    whole = book.add_format({"num_format": "0"})
    by_field = {"stock": whole, "limit": whole}
    for column, name in enumerate(FIELDS):
        plain = text if name in _TEXTS else by_field.get(name, number)
        sheet.set_column(column, column, WIDTHS.get(name, 12), plain)
        sheet.write_string(0, column, HEADINGS[language][name], head)
    sheet.freeze_panes(1, 0)
    column = FIELDS.index("currency")
    choice = {"validate": "list", "source": _CURRENCIES}
    sheet.data_validation(1, column, _ROWS_WITH_CHOICE, column, choice)
    for row, product in enumerate(products, 1):
        _write_row(sheet, row, _cells(product), text)


def _write_row(sheet: Any, row: int, cells: Sequence[SheetCell], text: Any) -> None:
    for column, cell in enumerate(cells):
        if isinstance(cell, str):
            is_doubtful = is_clearing(cell.lstrip("'")) or cell.startswith("'")
            sheet.write_string(row, column, guarded(cell) if is_doubtful else cell, text)
        elif cell is not None:
            sheet.write_number(row, column, float(cell))


def _write_notes(book: Any, language: str) -> None:
    sheet = book.add_worksheet(SHEETS[language][1])
    bold = book.add_format({"bold": True})
    wrapped = book.add_format({"text_wrap": True, "valign": "top"})
    sheet.set_column(0, 0, 18)
    sheet.set_column(1, 1, 90)
    row = 0
    for note in NOTES[language]:
        sheet.write_string(row, 0, "·")
        sheet.write_string(row, 1, note, wrapped)
        row += 1
    for name in FIELDS:
        sheet.write_string(row + 1, 0, HEADINGS[language][name], bold)
        sheet.write_string(row + 1, 1, HINTS[language][name], wrapped)
        row += 1
