"""What becomes of an order, over HTTP and on the real store, with the sandbox as the provider."""

from collections.abc import AsyncIterator
from typing import Any
from urllib.parse import urlsplit

import pytest
from msgspec.structs import replace

from livesell.config import Config, Http, Sales
from livesell.domain.refund import RefundState
from livesell.domain.role import CREW
from livesell.payments.opened import open_payments
from livesell.payments.sandbox import Sandbox
from tests.support.build import a_card, given_live
from tests.web.conftest import OpenSite
from tests.web.site import SECRET, Reply, Site

PREPAID = Config(
    http=Http(requests_per_minute=1_000_000),
    sales=Sales(payment="prepaid", provider="sandbox", hold_minutes=15, orders_per_minute=6000),
)
HOLD_S = 15 * 60
NOBODYS = "3f2a1c4e-0000-4000-8000-000000000000"


@pytest.fixture
async def shop(open_site: OpenSite) -> AsyncIterator[Site]:
    """A shop that is paid in advance, with ten of "tea" on sale."""
    async with open_site(PREPAID) as one:
        one.tokens = {str(role): await one.hire(f"the-{role}", role) for role in sorted(CREW)}
        await given_live(one.store, a_card(donation=10), stock=10)
        yield one


def at(order: str, *more: str) -> str:
    return "/".join(("/sessions/naqu/orders", order, *more))


async def held(shop: Site, token: str, **fields: Any) -> str:
    reply = await shop.order(token, **fields)
    assert reply.json["order"]["state"] == "held"
    return str(reply.json["order"]["id"])


async def reference(shop: Site, token: str, order: str) -> str:
    reply = await shop.api("POST", at(order, "payment"), {}, token=token)
    assert reply.status == 200
    return str(urlsplit(reply.json["url"]).path.rpartition("/")[2])


async def paid(shop: Site, token: str, order: str) -> Reply:
    ref = await reference(shop, token, order)
    return await shop.api("POST", f"/sandbox/{ref}", {"do": "pay"})


async def told(shop: Site, ref: str, amount: int, currency: str = "CNY") -> Reply:
    """What the provider would send, now or later."""
    port = (await open_payments(PREPAID, SECRET))["sandbox"]
    assert isinstance(port, Sandbox)
    headers, body = port.event(ref, "paid", amount, currency, shop.clock())
    return await shop.api("POST", "/payments/sandbox/webhook", data=body, headers=headers)


async def order_of(shop: Site, order: str) -> dict[str, Any]:
    found: dict[str, Any] = (await shop.as_admin("GET", at(order))).json["order"]
    return found


async def agrees(shop: Site) -> None:
    """Every total is what the facts say."""
    recount = (await shop.as_admin("GET", "/sessions/naqu/recount")).json
    assert recount["differences"] == []


async def test_an_order_is_held_paid_fulfilled_and_refunded_in_parts(shop: Site) -> None:
    buyer = await shop.viewer(name="卓玛")
    order = await held(shop, buyer, units=3)
    first = (await shop.api("GET", at(order), token=buyer)).json["order"]
    assert first["hold_until"] == "2023-11-14T22:28:20Z"
    assert first["lines"] == [["tea", 3]]
    assert (await paid(shop, buyer, order)).json["state"] == "paid"
    staff = shop.tokens["staff"]
    done = await shop.api("POST", at(order, "fulfil"), {}, token=staff)
    again = await shop.api("POST", at(order, "fulfil"), token=staff)
    assert (done.status, again.json) == (200, done.json)
    body = {"restock": True, "units": 1, "cause": "少了一件"}
    part = await shop.api("POST", at(order, "refund"), body, token=staff)
    row = part.json["order"]
    assert (row["state"], row["refunded"], row["returned"]) == ("fulfilled", 500, 1)
    rest = await shop.api("POST", at(order, "refund"), {"restock": False}, token=staff)
    row = rest.json["order"]
    assert (row["state"], row["refunded"], row["returned"]) == ("refunded", 1500, 3)
    assert row["payment"].startswith("sandbox.")
    assert [step["by"] for step in row["history"]] == [
        "sandbox", "the-staff", "the-staff", "the-staff",
    ]  # fmt: skip
    seen = (await shop.api("GET", at(order), token=buyer)).json["order"]
    assert [step["by"] for step in seen["history"]] == ["payment", "shop", "shop", "shop"]
    assert seen["history"][2]["cause"] == "少了一件"
    assert "payment" not in seen
    truth = await shop.store.sessions.pull("naqu", shop.clock())
    stock = truth.units["tea"]
    assert (stock.free, stock.sold, stock.written_off) == (8, 0, 2)
    refunds = (await shop.as_admin("GET", "/sessions/naqu/refunds")).json["refunds"]
    assert [(one["amount"], one["units"], one["state"]) for one in refunds].count(
        (500, 1, "done")
    ) == 1
    await agrees(shop)


async def test_a_refund_with_a_key_is_made_once(shop: Site) -> None:
    buyer = await shop.viewer()
    order = await held(shop, buyer, units=3)
    await paid(shop, buyer, order)
    body, headers = {"restock": True, "amount": 100}, {"Idempotency-Key": "r1"}
    replies = [
        await shop.as_admin("POST", at(order, "refund"), body, headers=headers) for _ in range(3)
    ]
    assert [reply.json["order"]["refunded"] for reply in replies] == [100, 100, 100]
    other = await shop.as_admin(
        "POST", at(order, "refund"), {**body, "amount": 200}, headers=headers
    )
    assert (other.status, other.code) == (409, "refund_known")


@pytest.mark.parametrize(
    ("body", "status", "code", "left"),
    [
        ({"restock": True, "amount": 1001}, 422, "refund_beyond", 1000),
        ({"restock": True, "units": 3}, 422, "return_beyond", 2),
        ({"restock": True, "amount": 2**53 - 1}, 422, "refund_beyond", 1000),
        ({"restock": True, "amount": 2**53}, 400, "bad_input", None),
        ({"restock": True, "amount": -1}, 400, "bad_input", None),
        ({"restock": True, "amount": 1.5}, 400, "bad_input", None),
        ({"restock": True, "amount": "5"}, 400, "bad_input", None),
        ({"restock": True, "units": True}, 400, "bad_input", None),
        ({"restock": True, "amount": 0, "units": 0}, 400, "empty_refund", None),
        ({"restock": 1}, 400, "bad_input", None),
        ({}, 400, "bad_input", None),
        ({"restock": True, "cause": "<b>"}, 400, "markup", None),
        ({"restock": True, "cause": "x" * 201}, 400, "bad_input", None),
        ({"restock": True, "money": 1}, 400, "bad_input", None),
        ([], 400, "bad_input", None),
    ],
)
async def test_a_refund_that_does_not_fit_changes_nothing(
    shop: Site, body: Any, status: int, code: str, left: int | None
) -> None:
    buyer = await shop.viewer()
    order = await held(shop, buyer, units=2)
    await paid(shop, buyer, order)
    before = await order_of(shop, order)
    reply = await shop.as_admin("POST", at(order, "refund"), body)
    assert (reply.status, reply.code) == (status, code)
    assert reply.json["error"].get("left") == left
    assert await order_of(shop, order) == before


async def test_a_hold_that_was_not_paid_expires_and_a_late_payment_takes_it_again(
    shop: Site,
) -> None:
    buyer = await shop.viewer()
    order = await held(shop, buyer, units=10)
    ref = await reference(shop, buyer, order)
    shop.clock.advance(s=HOLD_S)
    late = await shop.api("POST", at(order, "payment"), {}, token=buyer)
    assert (late.status, late.code) == (409, "wrong_order_state")
    assert late.json["error"]["state"] == "expired"
    assert (await told(shop, ref, 5000)).status == 200
    row = await order_of(shop, order)
    assert (row["state"], row["paid"]) == ("paid", 5000)
    assert (await told(shop, ref, 5000)).status == 200
    assert (await order_of(shop, order)) == row
    await agrees(shop)


async def test_a_late_payment_without_stock_is_given_back_and_alarmed(shop: Site) -> None:
    buyer = await shop.viewer()
    order = await held(shop, buyer, units=10)
    ref = await reference(shop, buyer, order)
    shop.clock.advance(s=HOLD_S)
    await shop.cashier.expire("naqu")
    await held(shop, await shop.viewer(), key="other", units=1)
    assert (await told(shop, ref, 5000)).status == 200
    assert (await order_of(shop, order))["state"] == "expired"
    [refund] = (await shop.as_admin("GET", "/sessions/naqu/refunds")).json["refunds"]
    assert (refund["amount"], refund["state"], refund["cause"]) == (5000, "done", "paid_late")
    [alarm] = (await shop.as_admin("GET", "/sessions/naqu/alarms")).json["alarms"]
    assert (alarm["kind"], alarm["order"]) == ("paid_late", order)
    metrics = (await shop.call("GET", "/metrics")).text
    assert 'livesell_payment_alarms_total{kind="paid_late"} 1.0' in metrics
    await agrees(shop)


async def test_a_payment_that_does_not_fit_is_refused_and_alarmed_once(shop: Site) -> None:
    buyer = await shop.viewer()
    order = await held(shop, buyer)
    ref = await reference(shop, buyer, order)
    assert (await told(shop, ref, 499)).code == "wrong_amount"
    assert (await told(shop, ref, 500, "USD")).code == "wrong_currency"
    alarms = (await shop.as_admin("GET", "/sessions/naqu/alarms")).json["alarms"]
    assert [alarm["kind"] for alarm in alarms] == ["wrong_currency", "wrong_amount"]
    assert (await order_of(shop, order))["state"] == "held"


async def test_who_looked_at_an_alarm_is_on_record_once(shop: Site) -> None:
    buyer = await shop.viewer()
    ref = await reference(shop, buyer, await held(shop, buyer))
    await told(shop, ref, 499)
    alarms = "/sessions/naqu/alarms"
    [alarm] = (await shop.as_admin("GET", alarms)).json["alarms"]
    assert "seen" not in alarm
    seen = f"{alarms}/{alarm['id']}/seen"
    first = await shop.api("POST", seen, {}, token=shop.tokens["staff"])
    shop.clock.advance(s=60)
    again = await shop.as_admin("POST", seen, {})
    assert first.json == again.json
    assert first.json["alarm"]["seen"]["by"] == "the-staff"
    [listed] = (await shop.as_admin("GET", alarms)).json["alarms"]
    assert listed == first.json["alarm"]
    markers = (await shop.as_admin("GET", "/sessions/naqu/stats")).json["markers"]
    on_record = [(one["by"], one["data"]) for one in markers if one["kind"] == "alarm_seen"]
    assert on_record == [("the-staff", {"alarm": alarm["id"], "code": "wrong_amount"})]
    await agrees(shop)


@pytest.mark.parametrize(
    ("alarm", "status", "code"),
    [("0" * 16, 404, "no_such_alarm"), ("x", 404, "no_such_alarm"), ("%00", 404, "no_such_alarm")],
)
async def test_an_alarm_that_is_not_there_cannot_be_seen(
    shop: Site, alarm: str, status: int, code: str
) -> None:
    reply = await shop.as_admin("POST", f"/sessions/naqu/alarms/{alarm}/seen", {})
    assert (reply.status, reply.code) == (status, code)


async def test_an_alarm_of_no_session_or_for_no_eyes_stays(shop: Site) -> None:
    nowhere = await shop.as_admin("POST", "/sessions/nowhere/alarms/x/seen", {})
    assert (nowhere.status, nowhere.code) == (404, "no_such_session")
    path = "/sessions/naqu/alarms/x/seen"
    reply = await shop.api("POST", path, {}, token=shop.tokens["moderator"])
    assert reply.status == 403


async def test_a_viewer_calls_a_held_order_off_and_the_stock_is_free_again(shop: Site) -> None:
    buyer = await shop.viewer()
    order = await held(shop, buyer, units=10)
    assert (await shop.order(buyer, key="more")).code == "sold_out"
    off = await shop.api("POST", at(order, "cancel"), token=buyer)
    assert off.json["order"]["state"] == "cancelled"
    assert off.json["order"]["history"][0]["by"] == "you"
    assert (await shop.order(buyer, key="more")).status == 201
    await agrees(shop)


async def test_another_viewers_order_does_not_exist(shop: Site) -> None:
    order, stranger = await held(shop, await shop.viewer()), await shop.viewer()
    for what in ("payment", "cancel"):
        reply = await shop.api("POST", at(order, what), {}, token=stranger)
        assert (reply.status, reply.code) == (404, "no_such_order")


@pytest.mark.parametrize("what", ["fulfil", "refund", "cancel"])
async def test_what_does_not_fit_an_orders_state_is_a_conflict(shop: Site, what: str) -> None:
    buyer = await shop.viewer()
    order = await held(shop, buyer)
    await shop.api("POST", at(order, "cancel"), token=buyer)
    body = {"restock": True} if what == "refund" else {}
    reply = await shop.as_admin("POST", at(order, what), body)
    if what == "cancel":
        assert reply.json["order"]["state"] == "cancelled"
    else:
        assert (reply.status, reply.code) == (409, "wrong_order_state")
        assert reply.json["error"]["state"] == "cancelled"


async def test_an_order_that_is_not_there(shop: Site) -> None:
    for what, body in (("fulfil", {}), ("cancel", {}), ("refund", {"restock": True})):
        for order, code in ((NOBODYS, "no_such_order"), ("nope", "bad_id")):
            assert (await shop.as_admin("POST", at(order, what), body)).code == code
    missing = await shop.as_admin("POST", "/sessions/none/refunds/r1/done")
    assert missing.status == 404


async def test_a_refund_that_failed_is_asked_again_or_given_by_hand(shop: Site) -> None:
    buyer = await shop.viewer()
    order = await held(shop, buyer, units=2)
    await paid(shop, buyer, order)
    await shop.as_admin("POST", at(order, "refund"), {"restock": True, "amount": 100})
    path = f"/sessions/naqu/refunds/{(await shop.store.settling.refunds('naqu'))[0].id}"
    again = await shop.as_admin("POST", f"{path}/retry", {})
    assert (again.status, again.code) == (409, "wrong_refund_state")
    assert (await shop.as_admin("POST", f"{path}/done")).json["refund"]["state"] == "done"
    for way in ("retry", "done"):
        await put_refund(shop, "failed")
        mended = await shop.api("POST", f"{path}/{way}", {}, token=shop.tokens["staff"])
        assert mended.json["refund"]["state"] == "done"
    for state in ("due", "sent"):
        await put_refund(shop, state)
        early = await shop.as_admin("POST", f"{path}/done")
        assert (early.status, early.code) == (409, "wrong_refund_state")


async def put_refund(shop: Site, state: RefundState) -> None:
    """As the provider's word would have left the one refund."""
    [before] = await shop.store.settling.refunds("naqu")
    after = replace(before, state=state)
    now_ms = shop.clock()
    assert await shop.store.settling.put_refund("naqu", before, after, None, by="t", now_ms=now_ms)


async def test_an_order_for_a_caller_stands_apart(shop: Site) -> None:
    body = {
        "card": "tea", "units": 2, "price": 400, "name": "电话客人", "contact": {"phone": "139"},
    }  # fmt: skip
    staff, headers = shop.tokens["staff"], {"Idempotency-Key": "1"}

    async def entered(**fields: Any) -> Reply:
        return await shop.api(
            "POST", "/sessions/naqu/offline-orders", {**body, **fields},
            token=staff, headers=headers,
        )  # fmt: skip

    first, again = await entered(), await entered()
    row = first.json["order"]
    assert (first.status, again.status, again.json["dup"]) == (201, 200, True)
    assert (row["way"], row["by"], row["state"], row["amount"]) == (
        "offline", "the-staff", "placed", 800,
    )  # fmt: skip
    assert row["contact"] == {"name": "电话客人", "phone": "139"}
    assert (await entered(units=3)).code == "id_reused"
    totals = (await shop.as_admin("GET", "/sessions/naqu/stats")).json["figures"]
    assert (totals["orders"], totals["units"], totals["buyers"]) == (0, 0, 0)
    truth = await shop.store.sessions.pull("naqu", shop.clock())
    assert (truth.tally.offline_orders, truth.tally.offline_amount) == (1, 800)
    assert truth.units["tea"].free == 8
    await agrees(shop)


@pytest.mark.parametrize(
    ("fields", "status", "code"),
    [
        ({"card": []}, 422, "no_such_card"),
        ({"card": "nothing"}, 422, "no_such_card"),
        ({"units": "1"}, 422, "bad_units"),
        ({"units": 0}, 422, "bad_units"),
        ({"units": 11}, 422, "sold_out"),
        ({"price": -4}, 400, "bad_price"),
        ({"price": 2**53}, 400, "bad_price"),
        ({"contact": {"name": "\x00"}}, 400, "control_characters"),
        ({"contact": 5}, 400, "bad_input"),
    ],
)
async def test_what_is_mistyped_for_a_caller_takes_no_key(
    shop: Site, fields: dict[str, Any], status: int, code: str
) -> None:
    path, headers = "/sessions/naqu/offline-orders", {"Idempotency-Key": "1"}
    good = {"card": "tea", "units": 1}
    wrong = await shop.as_admin("POST", path, {**good, **fields}, headers=headers)
    assert (wrong.status, wrong.code) == (status, code)
    if code != "sold_out":
        right = await shop.as_admin("POST", path, good, headers=headers)
        assert (right.status, right.json["order"]["price"]) == (201, 500)


async def test_a_shop_that_is_paid_on_delivery_has_no_page_to_pay_on(site: Site) -> None:
    await given_live(site.store)
    buyer = await site.viewer()
    order = (await site.order(buyer)).json["order"]
    assert order["state"] == "placed"
    reply = await site.api("POST", at(order["id"], "payment"), {}, token=buyer)
    assert (reply.status, reply.code) == (409, "wrong_order_state")
    off = await site.api("POST", at(order["id"], "cancel"), token=buyer)
    assert (off.status, off.code) == (403, "not_allowed")
    taken = await site.as_admin("POST", at(order["id"], "fulfil"))
    assert (taken.json["order"]["state"], taken.json["order"]["paid"]) == ("fulfilled", 500)
