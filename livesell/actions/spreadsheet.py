"""Orders as CSV that opens unharmed in a spreadsheet, the Chinese editions of Excel too.

Three habits of spreadsheets are met here: without a byte order mark they guess the encoding; a
cell that begins like a formula is run (Source: OWASP, "CSV Injection"); and a long number, such
as a phone's, is shown in powers of ten.
"""

import csv
import io
from collections.abc import Sequence
from datetime import UTC, datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

from livesell.domain.card import Card
from livesell.domain.money import MINOR_DIGITS
from livesell.domain.order import Contact, Order
from livesell.domain.session import Session, zone_of

BOM = b"\xef\xbb\xbf"

COLUMNS = (
    "number", "time", "order", "slot", "card", "title", "units", "price", "amount", "currency",
    "state", "name", "phone", "address", "note", "viewer",
)  # fmt: skip

# What a spreadsheet takes for the beginning of a formula, full-width forms included.
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")


def heading() -> bytes:
    return _written([COLUMNS])


def rows_as_csv(
    session: Session, cards: dict[str, Card], rows: list[tuple[Order, Contact | None]]
) -> bytes:
    """The rows as CSV in UTF-8; money in major units, times in the session's zone."""
    zone, digits = zone_of(session), MINOR_DIGITS[session.currency]
    return _written(
        [
            (
                order.n,
                _local(order.at_ms, zone),
                text_cell(order.id),
                cards[order.card].slot if order.card in cards else "",
                text_cell(order.card),
                text_cell(cards[order.card].title if order.card in cards else ""),
                order.units,
                Decimal(order.price).scaleb(-digits),
                Decimal(order.amount).scaleb(-digits),
                session.currency,
                order.state,
                *_buyer(order, contact or Contact()),
                text_cell(order.viewer),
            )
            for order, contact in rows
        ]
    )


def text_cell(text: str) -> str:
    """Text that stays text: guarded when it looks like a formula or a number.

    The guard before a number is a tab, which spreadsheets show as nothing.
    """
    if text.startswith(_FORMULA):
        return "'" + text
    return "\t" + text if _looks_like_number(text) else text


def _looks_like_number(text: str) -> bool:
    try:
        float(text.replace(" ", "").replace(",", ""))
    except ValueError:
        return False
    return True


def _buyer(order: Order, contact: Contact) -> tuple[str, ...]:
    name = contact.name or order.name
    return tuple(text_cell(text) for text in (name, contact.phone, contact.address, contact.note))


def _local(at_ms: int, zone: ZoneInfo) -> str:
    moment = datetime.fromtimestamp(at_ms / 1000, UTC).astimezone(zone)
    return moment.strftime("%Y-%m-%d %H:%M:%S")


def _written(rows: Sequence[Sequence[object]]) -> bytes:
    text = io.StringIO()
    csv.writer(text).writerows(rows)
    return text.getvalue().encode()
