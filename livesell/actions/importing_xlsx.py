"""XLSX, read as a stranger's archive: measured before it is unpacked, counted while it is.

Only cells are looked at. Formulas are never computed, links never followed, macros never read; XML
with entities is refused by defusedxml, which openpyxl uses when it is there.
"""

import io
import re
import warnings
import zipfile
import zlib
from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from typing import Any
from xml.etree.ElementTree import ParseError

import openpyxl
from defusedxml.common import DefusedXmlException
from openpyxl.cell.read_only import EMPTY_CELL
from openpyxl.utils.exceptions import InvalidFileException

from livesell.actions.importing_table import (
    MAX_CELL_CHARS,
    MAX_COLUMNS,
    MAX_LINES,
    DateValue,
    ErrorValue,
    Formula,
    Line,
    Table,
    Told,
    cell_too_long,
    check_width,
    column_number,
    is_blank,
    shortened,
    too_many_lines,
)
from livesell.errors import BadInput, LivesellError, TooLarge

ZIP = b"PK\x03\x04"

# The old binary format, and also what Excel makes of a workbook with a password.
OLE = b"\xd0\xcf\x11\xe0"

# A full catalogue with its stories unpacks to some 20 MB.
MAX_UNPACKED_BYTES = 80_000_000
MAX_MEMBERS = 2000
MAX_SHEETS = 20

# What the templates call the sheet that explains the columns.
NOTES_SHEETS = frozenset({"填写说明", "Notes"})

# A sheet may have formatted, empty rows below its goods; beyond these nobody scrolls.
MAX_ROWS_LOOKED_AT = 100_000

# What merged areas may be filled with, all together.
MAX_FILLED = 100_000

_CHUNK_BYTES = 1 << 16
_KINDS = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
_MERGED = re.compile(rb'<(?:\w+:)?mergeCell\s+ref="([A-Z]{1,3})(\d{1,7}):([A-Z]{1,3})(\d{1,7})"')

# Whatever a library says of a file that is not what it claims to be.
_BROKEN = (
    zipfile.BadZipFile, zlib.error, KeyError, ValueError, TypeError, IndexError, AttributeError,
    EOFError, OSError, OverflowError, NotImplementedError, AssertionError, RecursionError,
    UnicodeError, InvalidFileException, ParseError, DefusedXmlException,
)  # fmt: skip


def xlsx_tables(data: bytes) -> Iterator[Table]:
    """The visible sheets of a workbook, in their order.

    Raises:
        BadInput: It is broken, or no workbook at all.
        TooLarge: It unpacks to too much, or has too many rows or columns.
    """
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # about styles and extensions that nobody asked for
            yield from _tables(data)
    except LivesellError:
        raise
    except _BROKEN as error:
        raise _broken() from error


def old_excel() -> BadInput:
    return BadInput(
        "old_excel",
        "This is an old .xls file, or it has a password. Open it in a spreadsheet, save it as "
        ".xlsx without a password, then choose it again.",
    )


def _tables(data: bytes) -> Iterator[Table]:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        _measure(archive)
    book = openpyxl.load_workbook(io.BytesIO(data), read_only=True, keep_links=False)
    try:
        seen = [one for one in book.worksheets[:MAX_SHEETS] if one.sheet_state == "visible"]
        for sheet in seen:
            yield _table(sheet, [one.title for one in seen if one is not sheet])
    finally:
        book.close()


def _measure(archive: zipfile.ZipFile) -> None:
    """Adds up what the archive says of itself, then what really comes out of it."""
    members = archive.infolist()
    if len(members) > MAX_MEMBERS or sum(one.file_size for one in members) > MAX_UNPACKED_BYTES:
        raise _bomb()
    if any(one.compress_type not in _KINDS or one.flag_bits & 1 for one in members):
        raise _broken()
    total = 0
    for member in members:
        with archive.open(member) as opened:
            while chunk := opened.read(_CHUNK_BYTES):
                total += len(chunk)
                if total > MAX_UNPACKED_BYTES:
                    raise _bomb()


def _table(sheet: Any, others: list[str]) -> Table:
    # What the file says of its size may be wrong, or meant to make readers pad a million rows.
    sheet.reset_dimensions()
    lines: list[Line] = []
    rows = sheet.iter_rows(max_col=MAX_COLUMNS + 1)
    for n, row in enumerate(rows, 1):
        if n > MAX_ROWS_LOOKED_AT:
            raise too_many_lines()
        cells = _cells(row, n)
        if is_blank(cells):
            continue
        check_width(cells)
        lines.append(Line(n, cells))
        if len(lines) > MAX_LINES + 1:
            raise too_many_lines()
    filled = _fill_merged(sheet, lines)
    told = [Told("merged_filled", {"n": filled})] if filled else []
    return Table(lines, (*told, *_left(sheet.title, others)))


def _left(title: str, others: list[str]) -> list[Told]:
    """Says that other sheets were not read; that of the template holds no goods."""
    goods = [shortened(one, 30) for one in others if one not in NOTES_SHEETS]
    if not goods:
        return []
    return [Told("sheet_used", {"sheet": shortened(title, 30), "others": ", ".join(goods[:5])})]


def _cells(row: tuple[Any, ...], n: int) -> list[str]:
    width = len(row)
    while width and row[width - 1] is EMPTY_CELL:
        width -= 1
    cells = [_text(cell) for cell in row[:width]]
    if any(len(cell) > MAX_CELL_CHARS for cell in cells):
        raise cell_too_long(n)
    return cells


def _text(cell: Any) -> str:
    """A cell as it is seen: "12.5", never 12.500000000000001."""
    value = cell.value
    if value is None:
        return ""
    if cell.data_type == "f":
        return Formula(getattr(value, "text", None) or value)
    if cell.data_type == "e":
        return ErrorValue(value)
    if isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, float):
        # Fifteen digits are what Excel itself keeps and shows.
        return format(value, ".15g") if abs(value) < 1e15 else repr(value)
    if isinstance(value, datetime | date | time | timedelta):
        return DateValue(value)
    return str(value)


def _fill_merged(sheet: Any, lines: list[Line]) -> int:
    """Gives the value of a merged area to all its rows; returns how many cells that were."""
    by_number = {line.n: line for line in lines}
    filled = 0
    for column, top, bottom in _merged(sheet):
        first = by_number.get(top)
        if first is None or not first.at(column):
            continue
        for n in range(top + 1, bottom + 1):
            line = by_number.get(n)
            if line is not None and not line.at(column):
                line.cells.extend([""] * (column + 1 - len(line.cells)))
                line.cells[column] = first.cells[column]
                filled += 1
    return filled


def _merged(sheet: Any) -> list[tuple[int, int, int]]:
    """Areas over several rows: the column, the first and the last row."""
    with sheet._get_source() as source:  # noqa: SLF001  (openpyxl tells of areas only without read_only)
        found = _MERGED.findall(source.read())
    areas = [
        (column_number(left.decode()), int(top), min(int(bottom), MAX_ROWS_LOOKED_AT))
        for left, top, _, bottom in found
    ]
    tall = [area for area in areas if area[2] > area[1]]
    if sum(bottom - top for _, top, bottom in tall) > MAX_FILLED:
        raise _broken()
    return [area for area in tall if area[0] < MAX_COLUMNS]


def _bomb() -> TooLarge:
    return TooLarge(
        "workbook_too_large",
        "This workbook unpacks to far more than a list of products needs. Copy the products into "
        "an empty workbook, without pictures, then choose that one.",
    )


def _broken() -> BadInput:
    return BadInput(
        "broken_workbook",
        "This workbook is damaged or is no XLSX file. Open it in a spreadsheet, save it again as "
        ".xlsx, then choose it again.",
    )
