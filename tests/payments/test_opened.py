"""Which ports a service has: no sandbox where money is taken, Stripe wherever it has keys."""

import pytest

from livesell.config import Config, Sales, StripeConfig
from livesell.payments.opened import open_payments

KEYS = StripeConfig(secret_key="sk_test_1", webhook_secret="whsec_1")


@pytest.mark.parametrize(
    ("config", "names"),
    [
        (Config(), set()),
        (Config(sales=Sales(payment="prepaid", provider="sandbox")), {"sandbox"}),
        (Config(sales=Sales(payment="prepaid", provider="stripe"), stripe=KEYS), {"stripe"}),
        (Config(stripe=KEYS), {"stripe"}),
        (Config(sales=Sales(provider="sandbox"), stripe=KEYS), {"sandbox", "stripe"}),
    ],
)
async def test_ports(config: Config, names: set[str]) -> None:
    opened = await open_payments(config, "secret")
    assert set(opened) == names
    assert {port.name for port in opened.values()} == names
    for port in opened.values():
        await port.close()
