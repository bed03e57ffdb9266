"""Minor units: ours are ISO 4217's, Stripe's are its own."""

import pytest

from livesell.domain import money
from livesell.domain.money import MINOR_DIGITS
from livesell.errors import BadInput
from livesell.payments import stripe_amount
from livesell.payments.stripe_amount import from_stripe, stripe_digits, to_stripe


@pytest.mark.parametrize("currency", MINOR_DIGITS)
def test_every_currency_of_a_shop_there_and_back(currency: str) -> None:
    for amount in (0, 1, 99, 100, 123_456_789):
        assert from_stripe(to_stripe(amount, currency), currency) == amount
    # As the table stands, Stripe counts all of them as we do.
    assert to_stripe(1234, currency) == 1234


@pytest.mark.parametrize(("currency", "digits"), [("JPY", 0), ("CNY", 2), ("ISK", 2), ("KWD", 3)])
def test_digits_at_stripe(currency: str, digits: int) -> None:
    assert stripe_digits(currency) == digits


def test_where_the_two_differ(monkeypatch: pytest.MonkeyPatch) -> None:
    """ISK has no minor unit in ISO 4217 and two digits at Stripe."""
    monkeypatch.setattr(stripe_amount, "MINOR_DIGITS", {**money.MINOR_DIGITS, "ISK": 0})
    assert to_stripe(5, "ISK") == 500
    assert from_stripe(500, "ISK") == 5
    with pytest.raises(BadInput):
        from_stripe(501, "ISK")
