"""The product in a dozen short tests, in the order of an evening. Start reading here.

A shop sells live: a broadcast is scheduled, goes live by itself, the host shows cards, viewers
like and order, a card sells out, the show ends, and its figures stand up to a recount.
"""

import asyncio
import uuid

from tests.story.conftest import PASSWORD, YAK, Shop
from tests.support.wait import wait_until


async def test_whoever_starts_the_shop_becomes_its_administrator(anyone: Shop) -> None:
    code = await anyone.app.setup_code()
    body = {"code": code, "name": "miao", "password": PASSWORD}
    assert (await anyone.call("POST", "/setup", body))["role"] == "admin"
    assert await anyone.call("POST", "/setup", {**body, "name": "thief"}) == "already_set_up"


async def test_a_scheduled_broadcast_goes_live_and_ends_by_itself(shop: Shop) -> None:
    await shop.schedule(start_in_s=0.5, minutes=0.03)
    async with await shop.viewer() as viewer:
        assert viewer.state == "scheduled"
        await viewer.sees("live")
        await viewer.sees("ended")


async def test_a_shown_card_is_on_every_screen_at_once(shop: Shop) -> None:
    await shop.on_air()
    async with await shop.viewer() as one, await shop.viewer() as other:
        await shop.command("show", card="yak")
        await wait_until(
            lambda: one.document.get("shown") == other.document.get("shown") == "yak",
            "both viewers see the card",
        )
        await shop.command("hide")
        await wait_until(lambda: "shown" not in one.document, "the card is hidden")


async def test_a_viewer_orders_and_everyone_sees_what_is_left(shop: Shop) -> None:
    await shop.on_air()
    async with await shop.viewer() as buyer, await shop.viewer() as other:
        answer = await buyer.order("yak", units=2)
        assert answer["ok"]
        assert (answer["order"]["units"], answer["order"]["amount"]) == (2, 25_600)
        await wait_until(lambda: other.card("yak")["stock"] == 1, "the other page counts down")


async def test_a_second_tap_is_the_same_order(shop: Shop) -> None:
    await shop.on_air()
    async with await shop.viewer() as buyer:
        order_id = str(uuid.uuid4())
        first = await buyer.order("tea", id=order_id)
        again = await buyer.order("tea", id=order_id)
        assert again["order"] == first["order"]
        assert again["dup"]
    await shop.has_counted(orders=1)


async def test_the_last_unit_is_sold_once(shop: Shop) -> None:
    await shop.on_air()
    buyers = [await shop.viewer() for _ in range(8)]
    for buyer in buyers:
        await buyer.__aenter__()
    answers = await asyncio.gather(*(buyer.order("yak") for buyer in buyers))
    assert sum(answer["ok"] for answer in answers) == YAK["stock"]
    refused = [answer for answer in answers if not answer["ok"]]
    assert {(answer["code"], answer["left"]) for answer in refused} == {("sold_out", 0)}
    for buyer in buyers:
        await buyer.__aexit__(None, None, None)


async def test_nobody_gets_more_than_the_limit(shop: Shop) -> None:
    await shop.on_air()
    async with await shop.viewer() as buyer:
        assert (await buyer.order("yak", units=2))["ok"]
        refused = await buyer.order("yak")
        assert (refused["code"], refused["left"]) == ("limit", 0)


async def test_a_price_that_changed_is_asked_about(shop: Shop) -> None:
    await shop.on_air()
    async with await shop.viewer() as buyer:
        await shop.command("price", card="tea", price=450)
        refused = await buyer.order("tea", price=500)
        assert (refused["code"], refused["price"]) == ("price_changed", 450)
        await wait_until(lambda: buyer.card("tea")["price"] == 450, "the page has the new price")
        assert (await buyer.order("tea"))["order"]["amount"] == 450


async def test_likes_are_counted_once_however_often_they_are_sent(shop: Shop) -> None:
    await shop.on_air()
    async with await shop.viewer() as viewer:
        for taps in (3, 3, 5, 5):
            await viewer.likes(taps)
        await wait_until(lambda: viewer.tally["likes"] == 5, "five likes are on the page")


async def test_while_paused_nothing_is_sold(shop: Shop) -> None:
    await shop.on_air()
    async with await shop.viewer() as buyer:
        await shop.command("pause")
        assert (await buyer.order("tea"))["code"] == "not_live"
        await shop.command("resume")
        assert (await buyer.order("tea"))["ok"]


async def test_each_can_sold_gives_to_the_fund(shop: Shop) -> None:
    await shop.on_air()
    async with await shop.viewer() as buyer:
        await buyer.order("tea", units=10)
        await wait_until(lambda: buyer.tally["donated"] == 200, "CNY 2.00 for ten cans")


async def test_staff_may_look_and_only_hosts_may_touch(shop: Shop) -> None:
    await shop.on_air()
    await shop.app.crew.add("lhamo", "staff", PASSWORD)
    lhamo = await shop.sign_in("lhamo")
    assert (await lhamo.figures())["orders"] == 0
    assert await lhamo.command("end") == "not_allowed"


async def test_after_the_show_the_figures_stand_up_to_a_recount(shop: Shop) -> None:
    await shop.on_air()
    await shop.command("show", card="tea")
    async with await shop.viewer() as one, await shop.viewer() as other:
        await one.order("tea", units=3)
        await other.order("yak", units=1)
        await other.likes(7)
        await shop.has_counted(viewers=2, orders=2, likes=7)
        await shop.command("end")
        await one.sees("ended")
        assert (await one.order("tea"))["code"] == "not_live"
    figures = await shop.figures()
    assert (figures["gross"], figures["units"], figures["buyers"]) == (14_300, 4, 2)
    assert (figures["peak"], figures["conversion"]) == (2, 1.0)
    recount = await shop.call("GET", "/sessions/naqu/recount")
    assert recount["differences"] == []
