"""Who stands at the till in the tests, and orders as it finds them."""

from typing import Any

from livesell.domain.order import Order
from livesell.domain.person import Actor
from livesell.domain.role import Role
from livesell.store import Store
from tests.support.placed import held

ANN = Actor(name="ann", role=Role.STAFF)


BUYER = Actor(name="buyer", role=Role.VIEWER)


async def on_delivery(store: Store, **fields: Any) -> Order:
    return await held(store, hold_ms=0, **fields)


async def order_of(store: Store, order: Order) -> Order:
    found = await store.orders.find("naqu", order.id)
    assert found is not None
    return found
