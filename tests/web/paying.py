"""Orders that wait for their payment, and what became of them, for the tests of payments."""

from typing import Any

from livesell.actions.cashier import Cashier
from livesell.domain.order import Order, Placed
from tests.support.build import a_request
from tests.web.site import Site

HOLD_MS = 15 * 60_000
RETURN_URL = "https://live.example.org/pay/return?session=naqu&order=x&to=viewer"


async def held(site: Site, units: int = 2, **fields: Any) -> Order:
    """An order that waits for its payment."""
    request = a_request(units=units, **fields)
    [placed] = await site.store.orders.place("naqu", [request], site.clock(), HOLD_MS)
    assert isinstance(placed, Placed), placed
    assert placed.order.state == "held"
    return placed.order


async def order_of(site: Site, order: Order) -> Order:
    found = await site.store.orders.find("naqu", order.id)
    assert found is not None
    return found


async def alarms(site: Site) -> list[str]:
    return [one.code for one in await site.store.settling.alarms("naqu")]


async def counted(site: Site, name: str) -> float:
    """A line of the metrics, such as 'payment_events_total{...}'; 0 when it is not there."""
    text = (await site.call("GET", "/metrics")).text
    lines = [line for line in text.splitlines() if line.startswith(f"livesell_{name} ")]
    return float(lines[0].split()[-1]) if lines else 0.0


def event_line(provider: str, outcome: str) -> str:
    return f'payment_events_total{{outcome="{outcome}",provider="{provider}"}}'


def cashier_of(site: Site) -> Cashier:
    return site.server._services.cashier
