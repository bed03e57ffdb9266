"""What a cell means: text, money, a whole number, a list. What is not certain is refused.

"12,50" is twelve and a half to some and 1250 to others, so it is neither. Full-width digits, a
currency sign that fits, and thousands in threes are certain. Money never passes through a float.
"""

import re

from livesell.actions.importing_table import DateValue, ErrorValue, Formula
from livesell.actions.spreadsheet import FORMULA
from livesell.domain.money import MINOR_DIGITS, parse_major
from livesell.errors import BadInput

# What a person writes into a cell to empty the field; a blank cell leaves it as it is.
CLEARING = frozenset({"-", "－", "–", "—", "无", "不限", "none"})

# What stands between badges in one cell.
_BETWEEN = re.compile(r"[,，;；、|]")

_THOUSANDS = re.compile(r"\d{1,3}(?:,\d{3})+(?:\.\d+)?", re.ASCII)
_WHOLE = re.compile(r"\d{1,12}(?:\.0+)?", re.ASCII)
_UNIT = re.compile(r"^(?P<sign>[^\d.,\-]{0,5}?)\s*(?P<number>[\d.,]+)\s*(?P<unit>[^\d.,\-]{0,5})$")
# Full-width signs and their plain ones. Not the whole of NFKC, which makes 102 of 10².
_FULL_WIDTH = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)}
_FULL_WIDTH |= {
    ord(wide): ord(plain) for wide, plain in zip("\u3000。￥￡￦", " .¥£₩", strict=True)
}
_BREAKS = re.compile(r"\s*[\r\n\t\v\f\u0085\u2028\u2029]+\s*")

# How each currency is written; the code itself always is.
_SIGNS: dict[str, frozenset[str]] = {
    "CNY": frozenset({"¥", "元", "rmb", "人民币", "圆", "块"}),
    "JPY": frozenset({"¥", "円", "日元", "yen"}),
    "USD": frozenset({"$", "us$", "美元"}),
    "EUR": frozenset({"€", "欧元", "euro"}),
    "GBP": frozenset({"£", "英镑"}),
    "HKD": frozenset({"$", "hk$", "港币", "港元"}),
    "TWD": frozenset({"$", "nt$", "新台币"}),
    "MOP": frozenset({"$", "mop$"}),
    "KRW": frozenset({"₩", "원", "韩元"}),
    "AUD": frozenset({"$", "a$"}),
    "CAD": frozenset({"$", "c$"}),
    "SGD": frozenset({"$", "s$"}),
}


class WrongCell(Exception):
    """A cell that cannot be taken; `code` is one of `importing_words.WRONG`."""

    def __init__(self, code: str, **data: str | int) -> None:
        super().__init__(code)
        self.code = code
        self.data = data


def check_kind(cell: str) -> None:
    """Raises `WrongCell` for what is not what it looks like."""
    if isinstance(cell, Formula):
        raise WrongCell("formula")
    if isinstance(cell, ErrorValue):
        raise WrongCell("error_value")
    if isinstance(cell, DateValue):
        raise WrongCell("date")


def is_clearing(cell: str) -> bool:
    return cell.strip().casefold() in CLEARING


def guarded(text: str) -> str:
    """Text under an apostrophe when a spreadsheet would run it, or when it would clear a field."""
    bare = text.lstrip("'")
    return "'" + text if bare.startswith(FORMULA) or is_clearing(bare) else text


def unguarded(cell: str) -> str:
    """The text that `guarded` was given."""
    bare = cell.lstrip("'")
    is_guard = bare.startswith(FORMULA) or is_clearing(bare)
    return cell[1:] if is_guard and cell.startswith("'") else cell


def line_of(cell: str) -> str:
    """One line of text; lines of a cell are joined by a blank."""
    return _BREAKS.sub(" ", unguarded(cell.strip())).strip()


def block_of(cell: str) -> str:
    """Text of several lines."""
    return unguarded(cell.strip()).replace("\r\n", "\n").replace("\r", "\n").replace("\t", " ")


def money_of(cell: str, currency: str) -> int:
    """A price in minor units."""
    text = _plain(cell)
    parts = _UNIT.match(text)
    if parts is None:
        raise _bad_price(text, currency)
    for sign in (parts["sign"], parts["unit"]):
        _check_sign(sign.strip(), currency)
    number = parts["number"]
    if "," in number:
        if not _THOUSANDS.fullmatch(number):
            raise WrongCell("comma")
        number = number.replace(",", "")
    try:
        return parse_major(number, currency)
    except BadInput as error:
        raise _bad_price(number, currency) from error


def whole_of(cell: str) -> int:
    """A whole number from 0."""
    text = _plain(cell)
    if _THOUSANDS.fullmatch(text):
        text = text.replace(",", "")
    if not _WHOLE.fullmatch(text):
        raise WrongCell("bad_whole")
    return int(text.partition(".")[0])


def currency_of(cell: str) -> str:
    """The code of a currency."""
    code = _plain(cell).upper()
    if code in MINOR_DIGITS:
        return code
    meant = [one for one, signs in _SIGNS.items() if code.casefold() in signs]
    if len(meant) == 1:
        return meant[0]
    raise WrongCell("bad_currency", known=", ".join(MINOR_DIGITS))


def badges_of(cell: str) -> tuple[str, ...]:
    """Badges on lines of their own, or else with a comma, a semicolon or 、 between them."""
    text = unguarded(cell.lstrip()).replace("\r", "\n")
    parts = text.splitlines() if "\n" in text else _BETWEEN.split(text)
    return tuple(badge for part in parts if (badge := line_of(part)))


def badges_cell(badges: tuple[str, ...]) -> str:
    """The cell that `badges_of` reads as these badges."""
    if any(_BETWEEN.search(badge) or guarded(badge) != badge for badge in badges):
        return "".join(f"{guarded(badge)}\n" for badge in badges)
    return "、".join(badges)


def _plain(cell: str) -> str:
    """Without the differences that mean nothing: full-width signs, blanks, 。 for a point."""
    return unguarded(cell.strip()).translate(_FULL_WIDTH).strip()


def _check_sign(sign: str, currency: str) -> None:
    known = {currency.casefold()} | _SIGNS.get(currency, frozenset())
    if sign and sign.casefold() not in known:
        raise WrongCell("other_currency", currency=currency)


def _bad_price(text: str, currency: str) -> WrongCell:
    if text.startswith("-"):
        return WrongCell("negative")
    return WrongCell("bad_price_whole" if MINOR_DIGITS[currency] == 0 else "bad_price")
