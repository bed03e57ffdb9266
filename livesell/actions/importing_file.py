"""A file of products as a preview: pure work on bytes, done in a process of its own.

A stranger's file may be made to take all time and memory there is, so `importing_child.py` runs
this under limits. Nothing here waits, reads a clock or asks the store.
"""

import hashlib
from collections.abc import Iterator, Sequence

from msgspec import Struct

from livesell.actions.importing_columns import Heading, heading_of, no_heading
from livesell.actions.importing_csv import csv_tables
from livesell.actions.importing_preview import Counts, Note, Preview, Row, counted
from livesell.actions.importing_rows import Judge, own_entries
from livesell.actions.importing_shopify import shopify_entries
from livesell.actions.importing_table import Table, Told, shortened
from livesell.actions.importing_words import sentence
from livesell.actions.importing_xlsx import OLE, ZIP, old_excel, xlsx_tables
from livesell.domain.product import MAX_PRODUCTS, Product
from livesell.errors import BadInput

_SHOWN_COLUMNS = 12


class Question(Struct, frozen=True, kw_only=True):
    """What a preview is made from, beside the file.

    Attributes:
        currency: That of new products whose row names none.
    """

    currency: str
    products: tuple[Product, ...]


def preview_of(data: bytes, question: Question) -> Preview:
    """What an import of the file would do.

    Raises:
        BadInput: It is no spreadsheet, is broken, or has no heading that is known.
        TooLarge: It has too many rows or columns, or unpacks to too much.
    """
    table, heading = _chosen(data)
    judge = Judge(question.products, heading, question.currency)
    told = list(table.told)
    if heading.is_shopify:
        entries, pictures = shopify_entries(table, heading)
        told.append(Told("is_shopify"))
        told += [Told("pictures_skipped", {"n": pictures})] if pictures else []
    else:
        entries = list(own_entries(table, heading))
    rows = tuple(judge.row(entry) for entry in sorted(entries, key=lambda one: one.n))
    if not rows:
        raise BadInput("no_rows", "There is a heading, but no product below it. Add some rows.")
    counts = counted(rows)
    told += _unknown(heading) + _full(counts, question.products)
    return Preview(
        rows=rows,
        counts=counts,
        notes=tuple(
            Note(code=one.code, message=sentence(one.code, one.data), data=one.data) for one in told
        ),
        digest=_digest(data, rows, question),
    )


def _chosen(data: bytes) -> tuple[Table, Heading]:
    """The first sheet with a heading, or the reading of a CSV whose heading makes most sense."""
    if data.startswith(OLE):
        raise old_excel()
    if data.startswith(ZIP):
        return _first(xlsx_tables(data))
    tables = list(csv_tables(data))
    found = [(table, heading) for table, heading in _headed(tables) if heading is not None]
    if not found:
        raise no_heading(tables)
    return max(found, key=lambda pair: len(pair[1].columns))


def _first(tables: Iterator[Table]) -> tuple[Table, Heading]:
    seen: list[Table] = []
    for table, heading in _headed(tables):
        if heading is not None:
            return table, heading
        seen.append(table)
    raise no_heading(seen)


def _headed(tables: Iterator[Table] | Sequence[Table]) -> Iterator[tuple[Table, Heading | None]]:
    for table in tables:
        yield table, heading_of(table)


def _unknown(heading: Heading) -> list[Told]:
    if not heading.unknown:
        return []
    names = list(heading.unknown[:_SHOWN_COLUMNS])
    if len(heading.unknown) > _SHOWN_COLUMNS:
        names.append(f"… (+{len(heading.unknown) - _SHOWN_COLUMNS})")
    return [Told("unknown_columns", {"columns": ", ".join(shortened(one, 30) for one in names)})]


def _full(counts: Counts, products: Sequence[Product]) -> list[Told]:
    would = counts.new + len(products)
    if would <= MAX_PRODUCTS:
        return []
    return [Told("catalogue_full", {"most": MAX_PRODUCTS, "would": would})]


def _digest(data: bytes, rows: Sequence[Row], question: Question) -> str:
    """The file, and what it means for which versions of which products."""
    versions = {one.id: one.version for one in question.products}
    plan = hashlib.sha256(question.currency.encode())
    for row in rows:
        plan.update(f"{row.row} {row.id} {row.change} {versions.get(row.id, 0)}\n".encode())
    return f"{hashlib.sha256(data).hexdigest()[:24]}-{plan.hexdigest()[:24]}"
