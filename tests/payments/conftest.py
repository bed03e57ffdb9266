"""Stripe's stand-in and the port that asks it, and orders to pay for."""

from collections.abc import AsyncIterator
from typing import Any

import pytest

from livesell.config import StripeConfig
from livesell.domain.order import Order
from livesell.payments.sandbox import Sandbox
from livesell.payments.stripe import Stripe, open_stripe
from tests.support.build import NOW_MS, FakeClock
from tests.support.stripe_stand_in import SECRET_KEY, WEBHOOK_SECRET, StandIn

ORDER = "3f2a1c4e-0000-4000-8000-000000000001"
RETURN_URL = f"https://live.example.org/pay/return?session=naqu&order={ORDER}&to=viewer"


def an_order(**fields: Any) -> Order:
    """Two units of tea at 500, held for 15 minutes, unless told otherwise."""
    blank: dict[str, Any] = {
        "id": ORDER,
        "n": 1,
        "viewer": "buyer",
        "card": "tea",
        "units": 2,
        "price": 500,
        "amount": 1000,
        "at_ms": NOW_MS,
        "name": "",
        "state": "held",
        "hold_until_ms": NOW_MS + 15 * 60_000,
    }
    return Order(**{**blank, **fields})


@pytest.fixture
async def stand_in(clock: FakeClock) -> AsyncIterator[StandIn]:
    one = StandIn(now_s=lambda: clock() // 1000)
    await one.start()
    yield one
    await one.stop()


@pytest.fixture
async def port(stand_in: StandIn) -> AsyncIterator[Stripe]:
    """The real port with the official library, asking the stand-in."""
    config = StripeConfig(
        secret_key=SECRET_KEY, webhook_secret=WEBHOOK_SECRET, base_url=stand_in.url
    )
    one = await open_stripe(config)
    yield one
    await one.close()


@pytest.fixture
def sandbox() -> Sandbox:
    return Sandbox("a secret that only the tests have, long enough")
