"""Money as integer minor units (fen, cents) with an ISO 4217 currency. Floats are refused."""

import re
from decimal import Decimal

from livesell.errors import BadInput

# Minor digits per currency. Source: ISO 4217 table A.1; these are the ones a shop can choose.
MINOR_DIGITS = {
    "CNY": 2, "HKD": 2, "TWD": 2, "MOP": 2, "USD": 2, "EUR": 2, "GBP": 2, "AUD": 2, "CAD": 2,
    "CHF": 2, "SGD": 2, "MYR": 2, "THB": 2, "INR": 2, "NPR": 2, "JPY": 0, "KRW": 0, "VND": 0,
}  # fmt: skip
_SIGNS = {"CNY": "¥", "JPY": "¥", "USD": "$", "EUR": "€", "GBP": "£", "HKD": "HK$", "KRW": "₩"}

# One price at most 10^10 minor units (CNY 100 million): a sum of 900,000 such lines still fits
# into the 2^53 that Lua and JavaScript count exactly.
MAX_PRICE_MINOR = 10**10

_LABELS = {"was": "price struck through"}

_MAJOR = re.compile(r"\d{1,12}(?:\.\d{1,4})?")


def check_currency(value: str) -> str:
    if value not in MINOR_DIGITS:
        raise BadInput.field(
            "currency",
            f"The currency {value!r} is not known. Use one of: {', '.join(MINOR_DIGITS)}.",
            "bad_currency",
        )
    return value


def check_price(value: object, field: str) -> int:
    """A price or amount in minor units, from 0 to `MAX_PRICE_MINOR`."""
    if type(value) is not int or not 0 <= value <= MAX_PRICE_MINOR:
        raise BadInput.field(
            field,
            f"The {_LABELS.get(field, field.replace('_', ' '))} has to be a whole number of minor "
            f"units (fen, cents) from 0 to {MAX_PRICE_MINOR}.",
            "bad_price",
        )
    return value


def parse_major(text: str, currency: str, field: str = "price") -> int:
    """What a person types ("12.5") as minor units (1250); never through a float."""
    digits = MINOR_DIGITS[check_currency(currency)]
    amount = Decimal(text.strip()) if _MAJOR.fullmatch(text.strip()) else None
    scaled = None if amount is None else amount.scaleb(digits)
    if scaled is None or scaled != scaled.to_integral_value():
        like = f"12.50, with at most {digits} decimals" if digits else "1250, without decimals"
        raise BadInput.field(field, f"Write the {field} like {like}.", "bad_price")
    return check_price(int(scaled), field)


def format_minor(amount_minor: int, currency: str) -> str:
    """An amount for people: "¥1,070,000.00"."""
    digits = MINOR_DIGITS[currency]
    sign = "-" if amount_minor < 0 else ""
    whole, rest = divmod(abs(amount_minor), 10**digits)
    decimals = f".{rest:0{digits}d}" if digits else ""
    return f"{sign}{_SIGNS.get(currency, currency + ' ')}{whole:,}{decimals}"
