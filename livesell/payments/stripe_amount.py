"""Our minor units and Stripe's: the same for nearly all currencies, but not by definition.

Ours follow ISO 4217. Stripe counts some currencies that have no minor unit in hundredths all the
same, and the reverse. Source: https://docs.stripe.com/currencies, "Zero-decimal currencies" and
"Special cases".
"""

from livesell.domain.money import MINOR_DIGITS
from livesell.errors import BadInput

_ZERO_DIGITS = frozenset({
    "BIF", "CLP", "DJF", "GNF", "JPY", "KMF", "KRW", "MGA", "PYG", "RWF", "VND", "VUV", "XAF",
    "XOF", "XPF",
})  # fmt: skip
_THREE_DIGITS = frozenset({"BHD", "JOD", "KWD", "OMR", "TND"})


def stripe_digits(currency: str) -> int:
    """Minor digits at Stripe. ISK and UGX have two there, and none in ISO 4217."""
    if currency in _ZERO_DIGITS:
        return 0
    return 3 if currency in _THREE_DIGITS else 2


def to_stripe(amount: int, currency: str) -> int:
    """Our minor units as Stripe's. Raises `BadInput` where Stripe has none so small."""
    return _scaled(amount, stripe_digits(currency) - MINOR_DIGITS[currency], currency)


def from_stripe(amount: int, currency: str) -> int:
    """Stripe's minor units as ours. Raises `BadInput` where we have none so small."""
    return _scaled(amount, MINOR_DIGITS[currency] - stripe_digits(currency), currency)


def _scaled(amount: int, digits: int, currency: str) -> int:
    if digits >= 0:
        return amount * int(10**digits)
    whole, rest = divmod(amount, int(10**-digits))
    if rest:
        raise BadInput("bad_amount", f"The amount {amount} cannot be expressed in {currency}.")
    return whole
