"""What an order frame says of an order: its state and its hold, and nobody's name."""

from livesell.actions.cashier import Cashier
from livesell.clock import Clock
from livesell.config import Config, Push, Sales
from livesell.domain.card import Gift
from livesell.domain.person import Actor
from livesell.domain.role import Role
from livesell.store import Store
from tests.push.conftest import Start
from tests.push.pages import page
from tests.support.build import a_card, given_live

PREPAID = Config(push=Push(tick_ms=20), sales=Sales(payment="prepaid", provider="sandbox"))
BOB = Actor(name="bob", role=Role.STAFF)


async def test_a_prepaid_order_is_held_and_says_until_when(
    store: Store, start: Start, clock: Clock
) -> None:
    cup = a_card(id="cup", slot=2)
    await given_live(store, a_card(gifts=(Gift(card="cup", units=1),)), cup)
    push = await start(base=PREPAID)
    async with page(push.port) as one:
        order = (await one.order(units=2))["order"]
        assert order["state"] == "held"
        assert 0 < order["hold_until_ms"] - order["at_ms"] == 15 * 60_000
        assert order["lines"] == [["tea", 2], ["cup", 2]]
        assert "history" not in order
        await Cashier(store, clock, {}, PREPAID.sales).cancel(
            "naqu", order["id"], by=BOB, cause="卖家取消"
        )
        await one.send(t="ask", id=order["id"])
        now = (await one.until("order", 2))["order"]
    assert now["state"] == "cancelled"
    assert "hold_until_ms" not in now
    [step] = now["history"]
    assert (step["what"], step["by"], step["cause"]) == ("cancelled", "shop", "卖家取消")
    assert "bob" not in str(now)


async def test_an_order_on_delivery_is_placed_and_waits_for_nothing(
    store: Store, start: Start
) -> None:
    await given_live(store)
    push = await start()
    async with page(push.port) as one:
        order = (await one.order())["order"]
    assert order["state"] == "placed"
    assert "hold_until_ms" not in order
