"""Payments over HTTP with the real store: webhooks, the sandbox's page, the page after paying."""

from collections.abc import AsyncIterator
from typing import Any

import pytest

from livesell.actions.cashier import Cashier
from livesell.config import Config, Http, Sales, StripeConfig
from livesell.domain.order import Order, Placed
from livesell.domain.person import Actor
from livesell.domain.role import Role
from livesell.payments.sandbox import Sandbox
from tests.support.build import FakeClock, a_request, given_live
from tests.support.stripe_stand_in import (
    SECRET_KEY,
    WEBHOOK_SECRET,
    Fault,
    Refusal,
    StandIn,
)
from tests.web.conftest import OpenSite
from tests.web.site import PATIENT, SECRET, Reply, Site

HTML = {"Accept": "text/html"}
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


# --- Stripe's webhook -------------------------------------------------------------------------


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


def cashier_of(site: Site) -> Cashier:
    return site.server._services.cashier


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


# --- the sandbox ------------------------------------------------------------------------------


@pytest.fixture
async def rehearsal(open_site: OpenSite) -> AsyncIterator[Site]:
    config = Config(http=PATIENT.http, sales=Sales(payment="prepaid", provider="sandbox"))
    async with open_site(config) as one:
        await given_live(one.store, stock=10)
        yield one


async def page_of(site: Site, order: Order) -> str:
    """The reference of the order's payment in the sandbox."""
    await cashier_of(site).checkout("naqu", order.viewer, order.id, RETURN_URL)
    return (await order_of(site, order)).payment


async def test_the_sandbox_shows_the_order(rehearsal: Site) -> None:
    order = await held(rehearsal)
    ref = await page_of(rehearsal, order)
    page = await rehearsal.call("GET", f"/pay/sandbox/{ref}", headers=HTML)
    assert page.status == 200
    assert "不会扣款" in page.text
    assert "no real money" in page.text
    assert "default-src 'self'" in page.headers["Content-Security-Policy"]
    assert "{{" not in page.text
    assert (await rehearsal.api("GET", f"/sandbox/{ref}")).json == {
        "session": "naqu",
        "show": "那曲专场",
        "order": order.id,
        "n": order.n,
        "title": "清风度西藏凉茶",
        "units": 2,
        "amount": 1000,
        "currency": "CNY",
        "state": "held",
        "hold_until": "2023-11-14T22:28:20Z",
        "now": "2023-11-14T22:13:20Z",
        "back": f"/pay/return?session=naqu&order={order.id}&to=viewer",
    }


async def test_paying_in_the_sandbox_goes_the_way_of_a_real_webhook(rehearsal: Site) -> None:
    order = await held(rehearsal)
    ref = await page_of(rehearsal, order)
    reply = await rehearsal.api("POST", f"/sandbox/{ref}", {"do": "pay"})
    assert (reply.status, reply.json["state"], reply.json["hold_until"]) == (200, "paid", None)
    after = await order_of(rehearsal, order)
    assert (after.state, after.paid, after.payment) == ("paid", 1000, ref)
    assert await counted(rehearsal, event_line("sandbox", "paid")) == 1
    # A second tap, or another tab: paid already, and nothing is told again.
    again = await rehearsal.api("POST", f"/sandbox/{ref}", {"do": "pay"})
    assert (again.status, again.json["state"]) == (200, "paid")
    assert await counted(rehearsal, event_line("sandbox", "paid")) == 1
    refused = await rehearsal.api("POST", f"/sandbox/{ref}", {"do": "decline"})
    assert (refused.status, refused.code) == (409, "payment_over")


async def test_declining_keeps_the_hold(rehearsal: Site) -> None:
    order = await held(rehearsal)
    ref = await page_of(rehearsal, order)
    reply = await rehearsal.api("POST", f"/sandbox/{ref}", {"do": "decline"})
    assert (reply.status, reply.json["state"]) == (200, "held")
    assert (await rehearsal.api("POST", f"/sandbox/{ref}", {"do": "pay"})).json["state"] == "paid"


async def test_an_order_whose_hold_is_over_cannot_be_paid_there(rehearsal: Site) -> None:
    order = await held(rehearsal)
    ref = await page_of(rehearsal, order)
    rehearsal.clock.advance(minutes=16)
    await cashier_of(rehearsal).expire("naqu")
    shown = await rehearsal.api("GET", f"/sandbox/{ref}")
    assert (shown.json["state"], shown.json["hold_until"]) == ("expired", None)
    reply = await rehearsal.api("POST", f"/sandbox/{ref}", {"do": "pay"})
    assert (reply.status, reply.code, reply.json["error"]["state"]) == (
        409, "payment_over", "expired",
    )  # fmt: skip


async def test_an_event_of_the_sandbox_may_come_late_and_twice(rehearsal: Site) -> None:
    order = await held(rehearsal)
    ref = await page_of(rehearsal, order)
    rehearsal.clock.advance(minutes=16)
    await cashier_of(rehearsal).expire("naqu")
    headers, body = Sandbox(SECRET).event(ref, "paid", 1000, "CNY", rehearsal.clock())
    for _ in range(2):
        reply = await rehearsal.api("POST", "/payments/sandbox/webhook", data=body, headers=headers)
        assert reply.status == 200
    assert (await order_of(rehearsal, order)).state == "paid"


async def test_a_reference_that_was_made_up_shows_nothing(rehearsal: Site) -> None:
    order = await held(rehearsal)
    right = Sandbox(SECRET).ref_of("naqu", order.id)
    unknown = Sandbox(SECRET).ref_of("naqu", "3f2a1c4e-0000-4000-8000-00000000ffff")
    for ref in (right[:-2] + "AA", unknown, "sandbox", "%00"):
        assert (await rehearsal.api("GET", f"/sandbox/{ref}")).status == 404
        assert (await rehearsal.api("POST", f"/sandbox/{ref}", {"do": "pay"})).status == 404
    assert (await rehearsal.call("GET", "/pay/sandbox/nope", headers=HTML)).status == 404
    wrong = await rehearsal.api("POST", f"/sandbox/{right}", {"do": "steal"})
    assert wrong.status == 400
    assert (await order_of(rehearsal, order)).state == "held"


async def test_another_site_cannot_press_the_button(rehearsal: Site) -> None:
    ref = await page_of(rehearsal, await held(rehearsal))
    evil = {"Origin": "https://evil.example"}
    reply = await rehearsal.api("POST", f"/sandbox/{ref}", {"do": "pay"}, headers=evil)
    assert (reply.status, reply.code) == (403, "foreign_origin")
