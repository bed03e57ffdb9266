"""Orders over the socket: placed once, answered always, refused with a reason."""

import asyncio
import uuid

import pytest

from livesell.config import Config, Push, Sales
from livesell.domain.command import Close, End, Pause, Price
from livesell.domain.role import Role
from livesell.store import Store
from tests.push.conftest import Start
from tests.push.pages import page
from tests.support.build import a_card, command, given_live
from tests.support.wait import wait_until


async def test_an_order_is_acknowledged_and_counted(store: Store, start: Start) -> None:
    await given_live(store)
    push = await start()
    async with page(push.port, name="丹增") as one:
        contact = {"name": "丹增", "phone": "139", "address": "那曲", "note": ""}
        answer = await one.order(units=2, contact=contact)
        assert answer["ok"]
        assert answer["order"]["n"] == 1
        assert answer["order"]["amount"] == 1000
        assert "dup" not in answer
        await one.until_document(lambda d: d["tally"]["orders"] == 1, "the count")
        assert one.d["cards"]["tea"]["stock"] == 98
        assert one.d["ticker"][0]["name"] == "丹**"
        order_id = answer["order"]["id"]
        kept = await store.orders.contacts("naqu", [order_id])
        assert kept[order_id].address == "那曲"


async def test_a_resend_gets_the_first_answer(store: Store, start: Start) -> None:
    await given_live(store)
    push = await start()
    order_id = str(uuid.uuid4())
    async with page(push.port) as one:
        first = await one.order(id=order_id)
        second = await one.order(id=order_id.upper())
        assert second["order"] == first["order"]
        assert second["dup"]
        assert second["id"] == order_id.upper()
        other = await one.order(id=order_id, units=2)
        assert other["code"] == "id_reused"
    async with page(push.port) as again:
        assert (await again.order(id=order_id))["dup"]


async def test_every_refusal_has_its_code(store: Store, start: Start) -> None:
    shelf = [a_card(), a_card(id="last", slot=2), a_card(id="few", slot=3, limit=1)]
    await given_live(store, *shelf, stock={"tea": 100, "last": 1, "few": 9})
    push = await start()
    async with page(push.port) as one:

        async def code(**fields: object) -> str:
            answer = await one.order(**fields)
            assert not answer["ok"]
            assert answer["message"]
            return str(answer["code"])

        assert await code(card="nothing") == "no_such_card"
        assert await code(card=7) == "no_such_card"
        for units in (0, -1, 1.5, "1", 10**9, True, None):
            assert await code(units=units) == "bad_units"
        assert await code(price="5") == "bad_price"
        assert await code(id="no uuid") == "bad_id"
        assert await code(contact={"name": "<b>"}) == "markup"
        assert (await one.order(card="last", units=2))["left"] == 1
        assert await code(card="last", units=2) == "sold_out"
        assert (await one.order(card="few"))["ok"]
        assert await code(card="few") == "limit"
        await command(store, Price(card="tea", price=450))
        changed = await one.order()
        assert (changed["code"], changed["price"]) == ("price_changed", 450)
        await command(store, Close(card="tea"))
        assert await code(price=450) == "closed"
        await command(store, Pause())
        assert await code(price=450) == "not_live"
    truth = await store.sessions.pull("naqu", 0)
    assert truth.tally.orders == 1


async def test_orders_of_one_viewer_have_a_pace(store: Store, start: Start) -> None:
    await given_live(store)
    push = await start(base=Config(push=Push(tick_ms=20), sales=Sales(orders_per_minute=2)))
    async with page(push.port) as one, page(push.port, viewer="other") as other:
        assert (await one.order())["ok"]
        assert (await one.order())["ok"]
        third = await one.order()
        assert (third["code"], third["retry_ms"]) == ("rate", 1000)
        assert (await other.order())["ok"]


async def test_ask_tells_what_became_of_ones_own_order(store: Store, start: Start) -> None:
    await given_live(store)
    push = await start()
    async with page(push.port) as one, page(push.port, viewer="other") as other:
        placed = await one.order()
        for sent, expected in ((placed["id"], True), (str(uuid.uuid4()), False)):
            await one.send(t="ask", id=sent)
            answer = await one.until("order", len(one.of_kind("order")) + 1)
            assert (answer["ok"], answer["id"]) == (expected, sent)
        await other.send(t="ask", id=placed["id"])
        assert (await other.until("order"))["code"] == "no_such_order"
        await other.send(t="ask", id="rubbish")
        assert (await other.until("order", 2))["code"] == "bad_id"


@pytest.mark.parametrize("role", [Role.STAFF, Role.OVERLAY])
async def test_only_viewers_like_and_order(role: Role, store: Store, start: Start) -> None:
    await given_live(store)
    push = await start()
    async with page(push.port, role=role) as one:
        await one.until("state")
        await one.send(t="like", n=3)
        await one.send(t="order", id=str(uuid.uuid4()), card="tea", units=1, price=500)
        assert (await one.until("error", 2))["code"] == "not_allowed"
        assert one.of_kind("order") == []
    assert (await store.sessions.pull("naqu", 0)).tally.orders == 0


async def test_an_order_without_an_id_is_an_error(store: Store, start: Start) -> None:
    await given_live(store)
    push = await start()
    async with page(push.port) as one:
        await one.send(t="order", card="tea", units=1, price=500)
        assert (await one.until("error"))["code"] == "bad_message"
        await one.send(t="ask")
        await one.until("error", 2)


async def test_a_rush_is_answered_to_the_last_order(store: Store, start: Start) -> None:
    """More buyers than goods, on two nodes, every tap sent twice."""
    await given_live(store, stock=100)
    nodes = [await start("node-1"), await start("node-2")]

    async def buy(number: int) -> list[bool]:
        order_id = str(uuid.uuid4())
        async with page(nodes[number % 2].port, viewer=f"buyer-{number}") as one:
            await one.until("state")
            for _ in range(2):
                await one.send(t="order", id=order_id, card="tea", units=1, price=500)
            await one.until("order", 2, timeout_s=20)
            return [answer["ok"] for answer in one.of_kind("order")]

    answers = await asyncio.gather(*(buy(number) for number in range(150)))
    assert sum(all(pair) for pair in answers) == 100
    assert sum(any(pair) for pair in answers) == 100
    truth = await store.sessions.pull("naqu", 0)
    assert truth.units["tea"].free == 0
    assert truth.tally.orders == 100


async def test_the_end_refuses_orders_and_still_answers_asks(store: Store, start: Start) -> None:
    await given_live(store)
    push = await start()
    async with page(push.port) as one:
        placed = await one.order()
        await command(store, End())
        assert (await one.order())["code"] == "not_live"
        await one.send(t="ask", id=placed["id"])
        await wait_until(lambda: len(one.of_kind("order")) == 3, "the answer")
        assert one.of_kind("order")[2]["ok"]
