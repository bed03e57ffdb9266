"""The sandbox over HTTP: it goes the way of a real provider, and nobody can make one up."""

from collections.abc import AsyncIterator

import pytest

from livesell.config import Config, Sales
from livesell.domain.order import Order
from livesell.payments.sandbox import Sandbox
from tests.support.build import given_live
from tests.web.conftest import OpenSite
from tests.web.paying import RETURN_URL, cashier_of, counted, event_line, held, order_of
from tests.web.site import PATIENT, SECRET, Site

HTML = {"Accept": "text/html"}


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
