"""Orders as an Excel workbook, written row by row so that any number of them fits.

Ids, telephone numbers and whatever begins like a formula are cells of text, and stay text when
somebody edits them; money and times are cells of their own kind, so that they can be summed and
sorted. All of it is file work: call it in a thread.
"""

import tempfile
from collections.abc import Iterator, Sequence
from datetime import datetime
from decimal import Decimal
from pathlib import Path

import xlsxwriter

from livesell.actions.spreadsheet import COLUMNS, FORMULA, Cell, Row, cells_of
from livesell.domain.card import Card
from livesell.domain.money import MINOR_DIGITS
from livesell.domain.session import Session

CHUNK_BYTES = 65_536

# Source: support.microsoft.com, "Excel specifications and limits"; one row is the heading.
MAX_ROWS = 1_048_575

_WIDTHS = {"time": 20, "hold": 20, "order": 38, "title": 28, "address": 36, "note": 28, "phone": 16}


class OrderBook:
    """A workbook with one sheet, made in a temporary directory that goes with `close`."""

    def __init__(self, session: Session, cards: dict[str, Card]) -> None:
        self._session = session
        self._cards = cards
        self._folder = tempfile.TemporaryDirectory(prefix="livesell-")
        self._path = Path(self._folder.name, "orders.xlsx")
        self._book = xlsxwriter.Workbook(
            str(self._path),
            {
                "constant_memory": True,
                "tmpdir": self._folder.name,
                "strings_to_formulas": False,
                "strings_to_numbers": False,
                "strings_to_urls": False,
            },
        )
        self._sheet = self._book.add_worksheet("orders")
        digits = MINOR_DIGITS[session.currency]
        self._text = self._book.add_format({"num_format": "@"})
        self._guarded = self._book.add_format({"num_format": "@", "quote_prefix": True})
        self._time = self._book.add_format({"num_format": "yyyy-mm-dd hh:mm:ss"})
        self._money = self._book.add_format({"num_format": "0." + "0" * digits if digits else "0"})
        self._row = 1
        self._head()

    def add(self, rows: Sequence[Row]) -> None:
        """Appends orders; those that no sheet can hold are left out, and the last row says so."""
        for row in rows:
            if self._row > MAX_ROWS:
                return
            if self._row == MAX_ROWS:
                self._sheet.write_string(self._row, 0, "… more in the CSV file", self._text)
            else:
                cells = cells_of(self._session, self._cards, row)
                for column, cell in enumerate(cells):
                    self._write(column, cell)
            self._row += 1

    def finish(self) -> None:
        """Packs the file; nothing can be added after."""
        self._book.close()

    def chunks(self) -> Iterator[bytes]:
        """The packed file."""
        with self._path.open("rb") as file:
            while chunk := file.read(CHUNK_BYTES):
                yield chunk

    def close(self) -> None:
        """Takes all files away."""
        self._folder.cleanup()

    def _head(self) -> None:
        bold = self._book.add_format({"bold": True})
        for column, name in enumerate(COLUMNS):
            self._sheet.set_column(column, column, _WIDTHS.get(name, 12))
            self._sheet.write_string(0, column, name, bold)
        self._sheet.freeze_panes(1, 0)

    def _write(self, column: int, cell: Cell) -> None:
        match cell:
            case None:
                return
            case str():
                if cell:
                    form = self._guarded if cell.startswith(FORMULA) else self._text
                    self._sheet.write_string(self._row, column, cell, form)
            case datetime():
                self._sheet.write_datetime(self._row, column, cell, self._time)
            case Decimal():
                self._sheet.write_number(self._row, column, float(cell), self._money)
            case _:
                self._sheet.write_number(self._row, column, cell)
