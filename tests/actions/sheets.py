"""Spreadsheets made by code, and what an import says of them."""

import io
import zipfile
from collections.abc import Callable, Iterable, Sequence
from typing import Any

import openpyxl

from livesell.actions.importing_file import Question, preview_of
from livesell.actions.importing_preview import Preview, Row
from livesell.domain.product import Product

TEA = Product(id="tea", title="清风度西藏凉茶", price=500, sku="QFD-310", version=7)


def seen(data: bytes | str, *products: Product, currency: str = "CNY") -> Preview:
    """The preview of a file against a catalogue with these products."""
    raw = data.encode() if isinstance(data, str) else data
    return preview_of(raw, Question(currency=currency, products=products))


def only(preview: Preview) -> Row:
    [row] = preview.rows
    return row


def codes(row: Row) -> list[str]:
    return [problem.code for problem in row.problems]


def notes(preview: Preview) -> list[str]:
    return [note.code for note in preview.notes]


def workbook(rows: Iterable[Sequence[Any]], change: Callable[[Any], None] | None = None) -> bytes:
    """An XLSX with these rows; `change` does more to the workbook."""
    book = openpyxl.Workbook()
    assert book.active is not None
    for row in rows:
        book.active.append(list(row))
    if change is not None:
        change(book)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def repacked(data: bytes, change: Callable[[str, bytes], bytes], **extra: bytes) -> bytes:
    """The archive with each member changed, and further ones."""
    out = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(data)) as old,
        zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new,
    ):
        for name in old.namelist():
            new.writestr(name, change(name, old.read(name)))
        for name, content in extra.items():
            new.writestr(name, content)
    return out.getvalue()
