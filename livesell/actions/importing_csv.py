"""CSV as the world writes it: three encodings, three separators, quotes over several lines.

Which separator is meant is not guessed from frequencies: the table is read with each, and the one
in which the heading makes most sense is taken (`importing.py`).
"""

import csv
import io
import re
from collections.abc import Iterator

from livesell.actions.importing_table import (
    MAX_CELL_CHARS,
    MAX_LINES,
    Line,
    Table,
    Told,
    cell_too_long,
    check_width,
    is_blank,
    not_a_table,
    too_many_lines,
)
from livesell.errors import BadInput

SEPARATORS = (",", ";", "\t")

_UTF16 = (b"\xff\xfe", b"\xfe\xff")

# Documents without a zero byte: PDF, rich text, and pages that call themselves spreadsheets.
_DOCUMENTS = (b"%PDF", b"{\\rtf", b"<")

# Excel's own way to name the separator, which it does not show as a row.
_NAMED = re.compile(r"sep=(.)\r?\n", re.IGNORECASE)


def csv_tables(data: bytes) -> Iterator[Table]:
    """The file as a table, once for each separator that it may have.

    Raises:
        BadInput: It is no text, or its quotes do not close.
        TooLarge: It has too many rows, columns, or characters in a cell.
    """
    text, told = _decoded(data)
    named = _NAMED.match(text)
    if named:
        yield Table(_lines(text[named.end() :], named[1]), told)
        return
    head = text[:MAX_CELL_CHARS]
    for separator in SEPARATORS:
        if separator == "," or separator in head:
            yield Table(_lines(text, separator), told)


def _decoded(data: bytes) -> tuple[str, tuple[Told, ...]]:
    """The text, and what to say of its encoding when that was not UTF."""
    if data.lstrip().startswith(_DOCUMENTS):
        raise not_a_table()
    if data.startswith(_UTF16):
        return _text(data, "utf-16"), ()
    try:
        return _text(data, "utf-8-sig"), ()
    except BadInput:
        # Chinese Excel's "CSV" is GBK, of which GB 18030 is the whole.
        return _text(data, "gb18030"), (Told("read_as_gb18030"),)


def _text(data: bytes, encoding: str) -> str:
    try:
        text = data.decode(encoding)
    except UnicodeDecodeError as error:
        raise not_a_table() from error
    # No spreadsheet writes these; programs and pictures are full of them.
    if "\0" in text:
        raise not_a_table()
    return text


def _lines(text: str, separator: str) -> list[Line]:
    csv.field_size_limit(MAX_CELL_CHARS)
    found: list[Line] = []
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator)
    n = 0
    try:
        for n, cells in enumerate(reader, 1):
            if is_blank(cells):
                continue
            check_width(_trimmed(cells))
            found.append(Line(n, cells))
            if len(found) > MAX_LINES + 1:
                raise too_many_lines()
    except csv.Error as error:
        if "field larger" in str(error):
            raise cell_too_long(n + 1) from error
        raise _broken(n + 1) from error
    return found


def _trimmed(cells: list[str]) -> list[str]:
    """Without the empty cells at the end, which Excel writes by the hundred."""
    while cells and not cells[-1]:
        cells.pop()
    return cells


def _broken(n: int) -> BadInput:
    return BadInput(
        "broken_csv",
        f"Row {n} of this CSV file cannot be read. Open it in a spreadsheet and save it again.",
        data={"row": n},
    )
