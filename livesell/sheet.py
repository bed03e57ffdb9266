"""A session sheet: the `[session]` and `[[cards]]` tables of a TOML file, read into records.

This is what `livesell session load` takes and what a scenario begins with. Nothing is ignored
silently: an unknown key is refused with "did you mean".
"""

import difflib
import re
from collections.abc import Iterable
from datetime import datetime
from pathlib import Path
from typing import Any, TypeVar

import msgspec
from msgspec import UNSET, Struct, UnsetType
from msgspec.structs import fields

from livesell.domain.card import Card, Gift, check_card, check_stock
from livesell.domain.ids import new_session_id
from livesell.domain.money import check_currency, check_price, parse_major
from livesell.domain.session import DEFAULT_GRACE_S, MAX_LENGTH_MS, Session
from livesell.errors import BadInput, NotFound, TooLarge
from livesell.wanted import sentence

DEFAULT_MINUTES = 60
_MINUTE_MS = 60_000

# 200 cards with the longest story take about 1 MB; a file beyond this is no sheet.
MAX_SHEET_BYTES = 4_194_304

# Each may be given in minor units, or in major ones under the name with `_major`.
_PRICES = ("price", "was", "floor", "donation")

_T = TypeVar("_T", bound=Struct)

_DURATION = re.compile(r"(?:(\d{1,4})h)?(?:(\d{1,5})m)?(?:(\d{1,6})s)?")


class Sheet(Struct, frozen=True, kw_only=True):
    """A session that can be created. `length_ms` is its planned length, dated or not."""

    session: Session
    cards: list[Card]
    stock: dict[str, int]
    length_ms: int


class _SessionTable(Struct, kw_only=True):
    title: str
    host: str
    id: str = ""
    zone: str = "Asia/Shanghai"
    currency: str = "CNY"
    video: str = ""
    cover: str = ""
    replay: str = ""
    fund: str = ""
    campaign: str = ""
    grace_s: int = DEFAULT_GRACE_S
    public_gross: bool = False
    start: datetime | UnsetType = UNSET
    start_in: str | UnsetType = UNSET
    minutes: int = DEFAULT_MINUTES


class _CardTable(Struct, kw_only=True):
    title: str
    stock: int | UnsetType = UNSET
    price: int | UnsetType = UNSET
    price_major: str | UnsetType = UNSET
    id: str = ""
    slot: int | None = None
    was: int | UnsetType = UNSET
    was_major: str | UnsetType = UNSET
    limit: int | None = None
    per_order: int | None = None
    of: str = ""
    pack: int = 1
    gifts: tuple[Gift, ...] = ()
    safety: int = 0
    floor: int | UnsetType = UNSET
    floor_major: str | UnsetType = UNSET
    open: bool = False
    image: str = ""
    badges: tuple[str, ...] = ()
    story: str = ""
    script: str = ""
    plan: str = ""
    donation: int | UnsetType = UNSET
    donation_major: str | UnsetType = UNSET


def read_sheet_file(path: Path, now_ms: int) -> Sheet:
    """The sheet in a file that holds nothing else.

    Raises:
        NotFound: There is no such file.
        BadInput: It is no TOML, or not a sheet.
    """
    tables = read_toml(path)
    _refuse_unknown(tables, ("session", "cards"), "The file")
    return read_sheet(tables, now_ms)


def read_toml(path: Path) -> dict[str, Any]:
    """The tables of a TOML file that a person wrote."""
    try:
        if path.stat().st_size > MAX_SHEET_BYTES:
            raise TooLarge("sheet_too_large", f"{path} is larger than 4 MB; that is no sheet.")
        tables: dict[str, Any] = msgspec.toml.decode(path.read_bytes())
    except FileNotFoundError as error:
        raise NotFound("no_such_file", f"There is no file {path}. Check the name.") from error
    except OSError as error:
        raise BadInput("bad_sheet", f"{path} cannot be read: {error.strerror}.") from error
    except UnicodeDecodeError as error:
        raise BadInput("bad_sheet", f"{path} is no text in UTF-8. Save it as UTF-8.") from error
    except (msgspec.DecodeError, RecursionError) as error:
        raise BadInput("bad_sheet", f"{path} is not valid TOML: {error}") from error
    return tables


def read_sheet(tables: dict[str, Any], now_ms: int) -> Sheet:
    """The sheet in `tables["session"]` and `tables["cards"]`; other tables are the caller's.

    The rules of sessions and of the shelf (lengths, slots taken) are checked when it is created.

    Raises:
        BadInput: `bad_sheet`, `bad_price` and the like; the sentence names the key.
    """
    table = _converted(tables.get("session"), _SessionTable, "[session]")
    session, length_ms = _session(table, now_ms)
    cards: list[Card] = []
    stock: dict[str, int] = {}
    rows = tables.get("cards", [])
    if not isinstance(rows, list):
        raise BadInput("bad_sheet", "Write each card as a [[cards]] table.")
    for number, row in enumerate(rows, start=1):
        where = f"[[cards]] number {number}"
        card_table = _converted(row, _CardTable, where)
        card, stock_of_card = _checked(card_table, number, session.currency, where)
        cards.append(card)
        stock[card.id] = stock_of_card
    return Sheet(session=session, cards=cards, stock=stock, length_ms=length_ms)


def duration_ms(text: str, field: str) -> int:
    """A time such as "90s", "5m" or "1h30m" in milliseconds."""
    match = _DURATION.fullmatch(text.strip())
    if not match or not any(match.groups()):
        raise BadInput.field(field, f'Write {field} like "90s", "5m" or "1h30m".')
    hours, minutes, seconds = (int(part or 0) for part in match.groups())
    return ((hours * 60 + minutes) * 60 + seconds) * 1000


def _session(table: _SessionTable, now_ms: int) -> tuple[Session, int]:
    check_currency(table.currency)
    if not 1 <= table.minutes <= MAX_LENGTH_MS // _MINUTE_MS:
        raise BadInput.field("minutes", "A session lasts from 1 minute to 24 hours (1440).")
    start_ms, length_ms = _start_ms(table, now_ms), table.minutes * _MINUTE_MS
    session = Session(
        id=table.id or new_session_id(),
        title=table.title,
        host=table.host,
        zone=table.zone,
        currency=table.currency,
        video=table.video,
        cover=table.cover,
        replay=table.replay,
        fund=table.fund,
        campaign=table.campaign,
        grace_s=table.grace_s,
        public_gross=table.public_gross,
        planned_start_ms=start_ms,
        planned_end_ms=None if start_ms is None else start_ms + length_ms,
    )
    return session, length_ms


def _start_ms(table: _SessionTable, now_ms: int) -> int | None:
    """The planned start; None for a draft, which has neither `start` nor `start_in`."""
    if table.start is not UNSET and table.start_in is not UNSET:
        raise BadInput.field("start", "Give either start or start_in, not both.")
    if table.start_in is not UNSET:
        return now_ms + duration_ms(table.start_in, "start_in")
    if table.start is UNSET:
        return None
    if table.start.tzinfo is None:
        raise BadInput.field(
            "start", "Write start with its offset, such as 2026-12-01T19:00:00+08:00."
        )
    return round(table.start.timestamp() * 1000)


def _checked(table: _CardTable, number: int, currency: str, where: str) -> tuple[Card, int]:
    """The card and its stock, within bounds; a sheet has many cards, so the sentence names it."""
    try:
        card = _card(table, number, currency)
        check_card(card)
        stock = check_stock(_stock(table), card)
    except BadInput as error:
        raise BadInput(error.code, f"{where}: {error.message}", fields=error.fields) from error
    return card, stock


def _stock(table: _CardTable) -> int:
    """A card that draws on another's stock may leave its own out."""
    if table.stock is not UNSET:
        return table.stock
    if not table.of:
        raise BadInput.field("stock", "stock is missing.", "bad_sheet")
    return 0


def _card(table: _CardTable, number: int, currency: str) -> Card:
    prices = {name: _price(table, name, currency) for name in _PRICES}
    if prices["price"] is None:
        raise BadInput.field("price", "price (or price_major) is missing.")
    slot = number if table.slot is None else table.slot
    return Card(
        id=table.id or f"card-{slot}",
        slot=slot,
        title=table.title,
        price=prices["price"],
        was=prices["was"],
        donation=prices["donation"] or 0,
        limit=table.limit,
        per_order=table.per_order,
        of=table.of,
        pack=table.pack,
        gifts=table.gifts,
        safety=table.safety,
        floor=prices["floor"],
        open=table.open,
        image=table.image,
        badges=table.badges,
        story=table.story,
        script=table.script,
        plan_s=_plan_s(table),
    )


def _plan_s(table: _CardTable) -> int:
    """The planned time of the card's explanation, such as "4m30s"; 0 without one."""
    return duration_ms(table.plan, "plan") // 1000 if table.plan else 0


def _price(table: _CardTable, name: str, currency: str) -> int | None:
    minor, major = getattr(table, name), getattr(table, f"{name}_major")
    if minor is not UNSET and major is not UNSET:
        raise BadInput.field(name, f"Give either {name} or {name}_major, not both.")
    if major is not UNSET:
        return parse_major(major, currency, f"{name}_major")
    return None if minor is UNSET else check_price(minor, name)


def _converted(table: Any, shape: type[_T], where: str) -> _T:
    """The table as its struct; the sentence of an error names the table and the key."""
    if not isinstance(table, dict):
        raise BadInput("bad_sheet", f"{where} is missing. Write it as a table.")
    _refuse_unknown(table, [one.name for one in fields(shape)], where)
    try:
        return msgspec.convert(table, shape)
    except msgspec.ValidationError as error:
        raise BadInput("bad_sheet", f"{where}: {sentence(error)}") from error


def _refuse_unknown(table: dict[str, Any], known: Iterable[str], where: str) -> None:
    known = list(known)
    for key in table:
        if key not in known:
            close = difflib.get_close_matches(key, known, n=1, cutoff=0.5)
            hint = f"Did you mean {close[0]}?" if close else f"Known are: {', '.join(known)}."
            raise BadInput("unknown_key", f"{where}: {key} is not known. {hint}")
