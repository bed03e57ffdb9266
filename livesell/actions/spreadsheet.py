"""Orders as rows of a spreadsheet, and as CSV that opens unharmed, in Chinese Excel too.

Three habits of spreadsheets are met here: without a byte order mark they guess the encoding; a
cell that begins like a formula is run (Source: OWASP, "CSV Injection"); and a long number, such
as a phone's, is shown in powers of ten. The workbook of the same rows is `actions/workbook.py`.
"""

import csv
import io
from collections.abc import Sequence
from datetime import UTC, datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

from livesell.domain.card import Card
from livesell.domain.money import MINOR_DIGITS
from livesell.domain.order import Contact, Order, lines_of
from livesell.domain.session import Session, zone_of

BOM = b"\xef\xbb\xbf"

# What stood here first stays where it was: shops have macros that count columns.
COLUMNS = (
    "number", "time", "order", "slot", "card", "title", "units", "price", "amount", "currency",
    "state", "name", "phone", "address", "note", "viewer", "way", "by", "lines", "flash", "hold",
    "paid", "refunded", "returned", "payment",
)  # fmt: skip

# What a spreadsheet takes for the beginning of a formula, full-width forms included.
FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")

# Text stays text, whatever it looks like; None is an empty cell. Times are in the session's zone.
Cell = str | int | Decimal | datetime | None
Row = tuple[Order, Contact | None]


def heading() -> bytes:
    return _written([COLUMNS])


def cells_of(session: Session, cards: dict[str, Card], row: Row) -> tuple[Cell, ...]:
    """One order's cells, in the order of `COLUMNS`; money in major units."""
    order, known = row
    zone, digits = zone_of(session), MINOR_DIGITS[session.currency]
    contact = known or Contact()
    card = cards.get(order.card)
    return (
        order.n,
        _local(order.at_ms, zone),
        order.id,
        card.slot if card else None,
        order.card,
        card.title if card else "",
        order.units,
        _major(order.price, digits),
        _major(order.amount, digits),
        session.currency,
        order.state,
        contact.name or order.name,
        contact.phone,
        contact.address,
        contact.note,
        order.viewer,
        order.way,
        order.by,
        " ".join(f"{source}*{pieces}" for source, pieces in lines_of(order)),
        order.flash,
        None if order.hold_until_ms is None else _local(order.hold_until_ms, zone),
        _major(order.paid, digits),
        _major(order.refunded, digits),
        order.returned,
        order.payment,
    )


def rows_as_csv(session: Session, cards: dict[str, Card], rows: Sequence[Row]) -> bytes:
    """The rows as CSV in UTF-8."""
    return _written([[_as_text(cell) for cell in cells_of(session, cards, row)] for row in rows])


def text_cell(text: str) -> str:
    """Text that stays text: guarded when it looks like a formula or a number.

    The guard before a number is a tab, which spreadsheets show as nothing.
    """
    if text.startswith(FORMULA):
        return "'" + text
    return "\t" + text if _looks_like_number(text) else text


def _as_text(cell: Cell) -> object:
    if isinstance(cell, str):
        return text_cell(cell)
    return cell.strftime("%Y-%m-%d %H:%M:%S") if isinstance(cell, datetime) else cell


def _looks_like_number(text: str) -> bool:
    try:
        float(text.replace(" ", "").replace(",", ""))
    except ValueError:
        return False
    return True


def _major(minor: int, digits: int) -> Decimal:
    return Decimal(minor).scaleb(-digits)


def _local(at_ms: int, zone: ZoneInfo) -> datetime:
    """Without its zone, which no cell can hold; a time beyond the year 9999 is its last day."""
    last_ms = 253_402_300_799_000 - 86_400_000
    moment = datetime.fromtimestamp(min(at_ms, last_ms) / 1000, UTC).astimezone(zone)
    return moment.replace(tzinfo=None, microsecond=0)


def _written(rows: Sequence[Sequence[object]]) -> bytes:
    text = io.StringIO()
    csv.writer(text).writerows(rows)
    return text.getvalue().encode()
