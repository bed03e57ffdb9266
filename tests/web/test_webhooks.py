"""What Stripe tells, over HTTP and with the real store: late, repeated, reordered, wrong."""

import asyncio
import random
import uuid
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import aiohttp
import pytest
from prometheus_client import CollectorRegistry

from livesell.actions.cashier import Cashier
from livesell.config import Config, Http, Sales, StoreConfig, StripeConfig
from livesell.domain.order import Order
from livesell.domain.person import Actor
from livesell.domain.role import Role
from livesell.payments.opened import open_payments
from livesell.payments.sandbox import Sandbox
from livesell.store import open_store
from livesell.web import WebServer
from tests.support.build import FakeClock, given_live
from tests.support.store import plain_server
from tests.support.stripe_stand_in import (
    SECRET_KEY,
    WEBHOOK_SECRET,
    Fault,
    Refusal,
    StandIn,
)
from tests.web.conftest import OpenSite
from tests.web.paying import RETURN_URL, alarms, cashier_of, counted, event_line, held, order_of
from tests.web.site import PATIENT, SECRET, Reply, Site

HTML = {"Accept": "text/html"}


@pytest.fixture
async def stand_in(clock: FakeClock) -> AsyncIterator[StandIn]:
    one = StandIn(now_s=lambda: clock() // 1000)
    await one.start()
    yield one
    await one.stop()


@pytest.fixture
async def shop(open_site: OpenSite, stand_in: StandIn) -> AsyncIterator[Site]:
    """A shop that sells through Stripe, with ten units of tea."""
    config = Config(
        http=PATIENT.http,
        sales=Sales(payment="prepaid", provider="stripe"),
        stripe=StripeConfig(
            secret_key=SECRET_KEY, webhook_secret=WEBHOOK_SECRET, base_url=stand_in.url
        ),
    )
    async with open_site(config) as one:
        await given_live(one.store, stock=10)
        yield one


async def opened(site: Site, order: Order) -> str:
    """The page to pay on; the id of Stripe's session."""
    await cashier_of(site).checkout("naqu", order.viewer, order.id, RETURN_URL)
    return (await order_of(site, order)).payment


async def told(
    site: Site, stand_in: StandIn, event: dict[str, Any] | bytes, secret: str = WEBHOOK_SECRET
) -> Reply:
    headers, body = stand_in.signed(event, secret)
    return await site.api("POST", "/payments/stripe/webhook", data=body, headers=headers)


async def test_a_payment_is_taken_once_however_often_it_is_told(
    shop: Site, stand_in: StandIn
) -> None:
    order = await held(shop)
    event = stand_in.pay(await opened(shop, order))
    for _ in range(3):
        reply = await told(shop, stand_in, event)
        assert (reply.status, reply.json) == (200, {})
    again = stand_in.event(event["type"], event["data"]["object"])
    assert (await told(shop, stand_in, again)).status == 200
    after = await order_of(shop, order)
    assert (after.state, after.paid) == ("paid", 1000)
    truth = await shop.store.sessions.pull("naqu", shop.clock())
    assert (truth.tally.paid_orders, truth.tally.paid) == (1, 1000)
    assert await alarms(shop) == []
    assert await counted(shop, event_line("stripe", "paid")) == 4


async def test_a_payment_after_the_hold_holds_again_or_goes_back(
    shop: Site, stand_in: StandIn
) -> None:
    late, later = await held(shop, 4), await held(shop, 6)
    events = [stand_in.pay(await opened(shop, one)) for one in (late, later)]
    shop.clock.advance(minutes=16)
    await cashier_of(shop).expire("naqu")
    assert [(await order_of(shop, one)).state for one in (late, later)] == ["expired", "expired"]
    await held(shop, 5)
    assert [(await told(shop, stand_in, event)).status for event in events] == [200, 200]
    assert (await order_of(shop, late)).state == "paid"
    assert (await order_of(shop, later)).state == "expired"
    [refund] = stand_in.refunds.values()
    assert (refund["amount"], refund["metadata"]["order"]) == (3000, later.id)
    assert "paid_late" in await alarms(shop)
    # Told again, and nothing is given back a second time.
    assert [(await told(shop, stand_in, event)).status for event in events] == [200, 200]
    assert len(stand_in.refunds) == 1


async def test_the_page_is_closed_when_the_hold_ends(shop: Site, stand_in: StandIn) -> None:
    ref = await opened(shop, await held(shop))
    shop.clock.advance(minutes=16)
    await cashier_of(shop).expire("naqu")
    assert stand_in.sessions[ref]["status"] == "expired"
    event = stand_in.event("checkout.session.expired", stand_in.sessions[ref])
    assert (await told(shop, stand_in, event)).status == 200
    assert await alarms(shop) == []


async def test_a_failure_keeps_the_hold_and_a_payment_before_it_counts(
    shop: Site, stand_in: StandIn
) -> None:
    order = await held(shop)
    ref = await opened(shop, order)
    stand_in.pay_by_bank(ref)
    refused, paid = stand_in.bank_refuses(ref), stand_in.bank_pays(ref)
    assert (await told(shop, stand_in, refused)).status == 200
    assert (await order_of(shop, order)).state == "held"
    assert (await told(shop, stand_in, paid)).status == 200
    assert (await told(shop, stand_in, refused)).status == 200
    assert (await order_of(shop, order)).state == "paid"


async def test_a_refund_that_takes_its_time_and_fails(shop: Site, stand_in: StandIn) -> None:
    order = await held(shop)
    await told(shop, stand_in, stand_in.pay(await opened(shop, order)))
    stand_in.refund_status = "pending"
    by = Actor(name="the-staff", role=Role.STAFF)
    await cashier_of(shop).refund("naqu", order.id, by=by, amount=300, refund_id="r-1")
    [made] = stand_in.refunds
    event = stand_in.refund_ends(made, "failed")
    assert (await told(shop, stand_in, event)).status == 200
    assert (await told(shop, stand_in, event)).status == 200
    refund = await shop.store.settling.refund("naqu", "r-1")
    assert refund is not None
    assert refund.state == "failed"
    assert await alarms(shop) == ["refund_failed"]
    assert await counted(shop, 'payment_alarms_total{kind="refund_failed"}') == 1


@pytest.mark.parametrize(
    ("change", "status", "code"),
    [
        ({"amount_total": 999}, 422, "wrong_amount"),
        ({"amount_total": 1001}, 422, "wrong_amount"),
        ({"currency": "usd"}, 422, "wrong_currency"),
        ({"currency": "xyz"}, 422, "wrong_currency"),
    ],
)
async def test_a_wrong_amount_or_currency_is_refused_and_alarmed_once(
    shop: Site, stand_in: StandIn, change: dict[str, Any], status: int, code: str
) -> None:
    order = await held(shop)
    event = stand_in.pay(await opened(shop, order))
    event["data"]["object"] |= change
    for _ in range(2):
        reply = await told(shop, stand_in, event)
        assert (reply.status, reply.code) == (status, code)
    assert (await order_of(shop, order)).state == "held"
    assert await alarms(shop) == [code]
    assert await counted(shop, event_line("stripe", "refused")) == 2


@pytest.mark.parametrize("which", ["session", "order"])
async def test_an_unknown_order_is_refused_and_alarmed(
    shop: Site, stand_in: StandIn, which: str
) -> None:
    event = stand_in.pay(await opened(shop, await held(shop)))
    other = {"session": "other", "order": "3f2a1c4e-0000-4000-8000-00000000ffff"}[which]
    event["data"]["object"]["metadata"][which] = other
    reply = await told(shop, stand_in, event)
    assert (reply.status, reply.code) == (404, f"no_such_{which}")
    assert await counted(shop, f'payment_alarms_total{{kind="no_such_{which}"}}') == 1


async def test_a_wrong_signature_is_refused_logged_and_counted(
    shop: Site, stand_in: StandIn, caplog: pytest.LogCaptureFixture
) -> None:
    order = await held(shop)
    event = stand_in.pay(await opened(shop, order))
    reply = await told(shop, stand_in, event, "whsec_guessed")
    assert (reply.status, reply.code) == (401, "bad_signature")
    assert (await order_of(shop, order)).state == "held"
    assert "code=bad_signature" in caplog.text
    assert await counted(shop, event_line("stripe", "bad_signature")) == 1
    plain = await shop.api("POST", "/payments/stripe/webhook", data=b"{}")
    assert plain.status == 401


async def test_what_is_signed_and_cannot_be_read(shop: Site, stand_in: StandIn) -> None:
    reply = await told(shop, stand_in, b"[]")
    assert (reply.status, reply.code) == (400, "bad_event")
    large = await told(shop, stand_in, b"[" + b" " * 262_144 + b"]")
    assert (large.status, large.code) == (413, "too_large")
    assert (await told(shop, stand_in, b" " * 262_142 + b"[]")).status == 400


async def test_what_is_nothing_to_us_is_taken_politely(shop: Site, stand_in: StandIn) -> None:
    event = stand_in.event("customer.created", {"id": "cus_1"})
    assert (await told(shop, stand_in, event)).status == 200
    assert await counted(shop, event_line("stripe", "ignored")) == 1


async def test_another_provider_has_no_address_here(shop: Site) -> None:
    for provider in ("sandbox", "paypal"):
        reply = await shop.api("POST", f"/payments/{provider}/webhook", data=b"{}")
        assert (reply.status, reply.code) == (404, "no_such_provider")
    ref = Sandbox(SECRET).ref_of("naqu", (await held(shop)).id)
    assert (await shop.api("GET", f"/sandbox/{ref}")).status == 404
    assert (await shop.api("POST", f"/sandbox/{ref}", {"do": "pay"})).status == 404
    assert (await shop.call("GET", f"/pay/sandbox/{ref}", headers=HTML)).status == 404


async def test_a_small_limit_for_bodies_does_not_keep_webhooks_out(
    open_site: OpenSite, stand_in: StandIn
) -> None:
    stripe = StripeConfig(
        secret_key=SECRET_KEY, webhook_secret=WEBHOOK_SECRET, base_url=stand_in.url
    )
    config = Config(http=Http(max_body_bytes=1024, requests_per_minute=2), stripe=stripe)
    async with open_site(config) as site:
        event = stand_in.event("customer.created", {"id": "cus_1", "note": "x" * 5000})
        for _ in range(5):
            assert (await told(site, stand_in, event)).status == 200
        # Those who guess are slowed down all the same.
        guesses = [(await told(site, stand_in, event, "guess")).status for _ in range(4)]
        assert guesses == [401, 401, 429, 429]
        assert (await told(site, stand_in, event)).status == 200


async def test_a_provider_that_is_busy_does_not_lose_the_payment(
    shop: Site, stand_in: StandIn
) -> None:
    """Stripe fails while money is to be given back: the event is taken, the refund comes later."""
    order = await held(shop, 10)
    event = stand_in.pay(await opened(shop, order))
    shop.clock.advance(minutes=16)
    await cashier_of(shop).expire("naqu")
    await held(shop, 10)
    fault = Fault(Refusal(500, "api_error", "An error occurred.", replays=False))
    stand_in.faults = [fault] * 6
    assert (await told(shop, stand_in, event)).status == 200
    stand_in.faults.clear()
    assert stand_in.refunds == {}
    again_ms = await cashier_of(shop).work_refunds("naqu")
    assert again_ms is not None
    shop.clock.set(again_ms)
    assert await cashier_of(shop).work_refunds("naqu") is None
    assert [one["amount"] for one in stand_in.refunds.values()] == [5000]


async def test_every_order_of_events_at_once_ends_the_same(shop: Site, stand_in: StandIn) -> None:
    """Three payments, each told five times by two events, all at once and in any order."""
    orders = [await held(shop, units) for units in (1, 2, 3)]
    events = []
    for order in orders:
        first = stand_in.pay(await opened(shop, order))
        second = stand_in.event(first["type"], first["data"]["object"])
        events += [first, second] * 5
    random.Random(4).shuffle(events)
    replies = await asyncio.gather(*(told(shop, stand_in, event) for event in events))
    # What could not be settled now is told again, as Stripe does.
    again = [event for event, reply in zip(events, replies, strict=True) if reply.status != 200]
    for event in again:
        assert (await told(shop, stand_in, event)).status == 200
    assert {reply.status for reply in replies} <= {200, 409, 503}
    truth = await shop.store.sessions.pull("naqu", shop.clock())
    assert (truth.tally.paid_orders, truth.tally.paid) == (3, 3000)
    assert (truth.units["tea"].sold, truth.units["tea"].held) == (6, 0)
    assert stand_in.refunds == {}
    assert await alarms(shop) == []


async def test_a_store_that_is_away_makes_the_provider_come_again(
    tmp_path: Path, clock: FakeClock, stand_in: StandIn
) -> None:
    stripe = StripeConfig(
        secret_key=SECRET_KEY, webhook_secret=WEBHOOK_SECRET, base_url=stand_in.url
    )
    config = Config(http=PATIENT.http, stripe=stripe)
    payments = await open_payments(config, SECRET)
    with plain_server(tmp_path, "--appendonly", "yes", "--appendfsync", "always") as path:
        store = await open_store(StoreConfig(url=f"unix://{path}", timeout_ms=300), tmp_path)
    server = WebServer(
        store=store,
        config=config,
        secret=SECRET,
        clock=clock,
        registry=CollectorRegistry(),
        cashier=Cashier(store, clock, payments, config.sales),
        payments=payments,
        push_port=lambda: 1,
        photos=tmp_path / "photos",
    )
    port = await server.start("127.0.0.1", 0)
    metadata = {"session": "naqu", "order": str(uuid.uuid4())}
    session = {"id": "cs_1", "payment_status": "paid", "amount_total": 1, "metadata": metadata}
    headers, body = stand_in.signed(stand_in.event("checkout.session.completed", session))
    address = f"http://127.0.0.1:{port}/api/v1/payments/stripe/webhook"
    async with (
        aiohttp.ClientSession() as client,
        client.post(address, data=body, headers=headers) as reply,
    ):
        assert reply.status == 503
        assert "Retry-After" in reply.headers
    await server.stop()
    await store.close()
    for one in payments.values():
        await one.close()


async def test_a_viewer_goes_to_pay_and_asks_what_became_of_it(
    shop: Site, stand_in: StandIn
) -> None:
    token = await shop.viewer()
    placed = await shop.order(token, units=2)
    order_id = placed.json["order"]["id"]
    assert placed.json["order"]["state"] == "held"
    path = f"/sessions/naqu/orders/{order_id}"
    page = await shop.api("POST", f"{path}/payment", {"return_to": "viewer"}, token=token)
    assert page.status == 200
    [made] = stand_in.sessions.values()
    assert page.json["url"] == made["url"]
    back = f"http://{shop.host}/pay/return?session=naqu&order={order_id}&to=viewer"
    assert made["success_url"] == back
    assert token not in made["success_url"] + made["cancel_url"] + str(made["metadata"])
    waiting = (await shop.api("GET", path, token=token)).json["order"]
    assert (waiting["state"], waiting["hold_until"]) == ("held", page.json["expires"])
    await told(shop, stand_in, stand_in.pay(made["id"]))
    after = (await shop.api("GET", path, token=token)).json["order"]
    assert (after["state"], after["paid"]) == ("paid", 1000)
    again = await shop.api("POST", f"{path}/payment", {"return_to": "viewer"}, token=token)
    assert (again.status, again.code) == (409, "wrong_order_state")


async def test_stripe_is_away_when_a_viewer_wants_to_pay(shop: Site, stand_in: StandIn) -> None:
    token = await shop.viewer()
    order_id = (await shop.order(token)).json["order"]["id"]
    path = f"/sessions/naqu/orders/{order_id}/payment"
    stand_in.faults = [Fault(Refusal(500, "api_error", "boom", replays=False))] * 2
    away = await shop.api("POST", path, {}, token=token)
    assert (away.status, away.code) == (503, "provider_busy")
    assert "boom" not in away.text
    assert (await shop.api("POST", path, {}, token=token)).status == 200
    assert len(stand_in.sessions) == 1
