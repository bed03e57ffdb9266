"""What Stripe tells: signed by Stripe, lately, and about an order of ours; or it is nothing."""

import json
from typing import Any

import pytest

from livesell.errors import BadInput, NotSignedIn
from livesell.payments import PaymentEvent
from livesell.payments.stripe import Stripe
from tests.payments.conftest import ORDER
from tests.payments.test_stripe import a_refund, opened, paid
from tests.support.build import NOW_MS, FakeClock
from tests.support.stripe_stand_in import StandIn


def heard(port: Stripe, stand_in: StandIn, event: Any, now_ms: int = NOW_MS) -> PaymentEvent:
    return port.read_event(*stand_in.signed(event), now_ms)


async def test_a_payment(port: Stripe, stand_in: StandIn) -> None:
    ref = (await opened(port)).ref
    event = stand_in.pay(ref)
    told = heard(port, stand_in, event)
    assert told == PaymentEvent(
        id=event["id"], provider="stripe", kind="paid", session="naqu", order=ORDER,
        amount=1000, currency="CNY", ref=ref,
    )  # fmt: skip
    assert heard(port, stand_in, event) == told


async def test_a_payment_by_bank_counts_when_the_bank_has_paid(
    port: Stripe, stand_in: StandIn
) -> None:
    ref = (await opened(port)).ref
    assert heard(port, stand_in, stand_in.pay_by_bank(ref)).kind == "ignored"
    assert heard(port, stand_in, stand_in.bank_refuses(ref)).kind == "failed"
    told = heard(port, stand_in, stand_in.bank_pays(ref))
    assert (told.kind, told.ref) == ("paid", ref)


async def test_a_page_that_ended_unpaid(port: Stripe, stand_in: StandIn) -> None:
    ref = (await opened(port)).ref
    event = stand_in.event("checkout.session.expired", stand_in.sessions[ref])
    assert heard(port, stand_in, event).kind == "failed"


async def test_what_became_of_a_refund(port: Stripe, stand_in: StandIn) -> None:
    ref = await paid(port, stand_in)
    stand_in.refund_status = "pending"
    await port.refund(a_refund(ref), "CNY")
    [made] = stand_in.refunds.values()
    assert heard(port, stand_in, stand_in.event("refund.created", made)).kind == "ignored"
    told = heard(port, stand_in, stand_in.refund_ends(made["id"], "succeeded"))
    assert (told.kind, told.session, told.order) == ("refunded", "naqu", ORDER)
    assert (told.refund, told.ref, told.amount, told.currency) == ("r-1", ref, 400, "CNY")
    assert heard(port, stand_in, stand_in.refund_ends(made["id"], "failed")).kind == "refund_failed"
    assert (
        heard(port, stand_in, stand_in.refund_ends(made["id"], "canceled")).kind == "refund_failed"
    )


async def test_a_charge_that_was_refunded(port: Stripe, stand_in: StandIn) -> None:
    """Only old versions of Stripe's API name the refund in it; the refund's own event does."""
    ref = await paid(port, stand_in)
    await port.refund(a_refund(ref), "CNY")
    charge: dict[str, Any] = {"id": "ch_1", "object": "charge", "amount_refunded": 400}
    assert heard(port, stand_in, stand_in.event("charge.refunded", charge)).kind == "ignored"
    charge["refunds"] = {"object": "list", "data": list(stand_in.refunds.values())}
    assert heard(port, stand_in, stand_in.event("charge.refunded", charge)).refund == "r-1"


async def test_a_refund_by_hand_is_told_in_the_log(
    port: Stripe, stand_in: StandIn, caplog: pytest.LogCaptureFixture
) -> None:
    ref = await paid(port, stand_in)
    await port.refund(a_refund(ref), "CNY")
    [made] = stand_in.refunds.values()
    by_hand = {**made, "metadata": {}}
    assert heard(port, stand_in, stand_in.event("refund.created", by_hand)).kind == "ignored"
    assert made["id"] in caplog.text


@pytest.mark.parametrize(
    "change",
    [
        {"metadata": {}},
        {"metadata": None},
        {"metadata": {"session": "naqu", "order": "17"}},
        {"metadata": {"session": "../naqu", "order": ORDER}},
        {"metadata": {"session": "naqu"}},
        {"metadata": {"session": "naqu", "order": ORDER.upper()}},
        {"payment_status": "unpaid"},
        {"payment_status": "no_payment_required"},
    ],
)
async def test_what_is_not_ours_is_nothing_to_us(
    port: Stripe, stand_in: StandIn, change: dict[str, Any]
) -> None:
    ref = (await opened(port)).ref
    event = stand_in.pay(ref)
    event["data"]["object"] |= change
    assert heard(port, stand_in, event).kind == "ignored"


@pytest.mark.parametrize("kind", ["payment_intent.succeeded", "customer.created", "of.tomorrow"])
async def test_other_events_are_nothing_to_us(port: Stripe, stand_in: StandIn, kind: str) -> None:
    event = stand_in.event(kind, {"id": 7, "currency": ["odd"], "metadata": 3})
    assert heard(port, stand_in, event).kind == "ignored"


@pytest.mark.parametrize(
    ("change", "amount", "currency"),
    [
        ({"amount_total": 999}, 999, "CNY"),
        ({"amount_total": None}, 0, "CNY"),
        ({"currency": "usd"}, 1000, "USD"),
        ({"currency": "xyz"}, 1000, "XYZ"),
        ({"currency": None}, 1000, ""),
    ],
)
async def test_another_amount_or_currency_is_told_as_it_is(
    port: Stripe, stand_in: StandIn, change: dict[str, Any], amount: int, currency: str
) -> None:
    event = stand_in.pay((await opened(port)).ref)
    event["data"]["object"] |= change
    told = heard(port, stand_in, event)
    assert (told.kind, told.amount, told.currency) == ("paid", amount, currency)


@pytest.mark.parametrize(
    "header",
    [
        None, "", "t=1", "v1=" + "0" * 64, "t=x,v1=" + "0" * 64, f"t={NOW_MS // 1000},v1=abc",
        f"t={NOW_MS // 1000},v0=" + "0" * 64, "t=1,t=2,v1=" + "0" * 64, "é", "=,=", "t" * 9000,
    ],
)  # fmt: skip
async def test_what_is_not_signed_is_refused(
    port: Stripe, stand_in: StandIn, header: str | None
) -> None:
    _, body = stand_in.signed(stand_in.pay((await opened(port)).ref))
    headers = {} if header is None else {"Stripe-Signature": header}
    with pytest.raises(NotSignedIn) as raised:
        port.read_event(headers, body, NOW_MS)
    assert raised.value.code == "bad_signature"


async def test_signed_with_another_secret_or_changed_on_the_way(
    port: Stripe, stand_in: StandIn
) -> None:
    event = stand_in.pay((await opened(port)).ref)
    with pytest.raises(NotSignedIn):
        port.read_event(*stand_in.signed(event, "whsec_other"), NOW_MS)
    headers, body = stand_in.signed(event)
    with pytest.raises(NotSignedIn):
        port.read_event(headers, body.replace(b"1000", b"1001"), NOW_MS)
    assert port.read_event({"stripe-signature": headers["Stripe-Signature"]}, body, NOW_MS)


async def test_two_signatures_while_the_secret_is_changed(port: Stripe, stand_in: StandIn) -> None:
    headers, body = stand_in.signed(stand_in.pay((await opened(port)).ref))
    when, signature = headers["Stripe-Signature"].split(",")
    rolled = {"Stripe-Signature": f"{when},v1={'0' * 64},{signature},v0=old"}
    assert port.read_event(rolled, body, NOW_MS).kind == "paid"


async def test_a_recording_is_refused_after_five_minutes(
    port: Stripe, stand_in: StandIn, clock: FakeClock
) -> None:
    signed = stand_in.signed(stand_in.pay((await opened(port)).ref))
    assert port.read_event(*signed, NOW_MS + 300_000).kind == "paid"
    for now_ms in (NOW_MS + 301_000, NOW_MS - 301_000):
        with pytest.raises(NotSignedIn):
            port.read_event(*signed, now_ms)


@pytest.mark.parametrize(
    "body",
    [
        b"", b"{", b"[]", b"7", b"null", b"\xff\xfe", b"{}", b'{"id": 1, "type": "x", "data": {}}',
        b'{"id": "evt_1", "type": "checkout.session.completed", "data": {"object": []}}',
        b'{"id": "evt_1", "type": "checkout.session.completed", "data": {"object": {"id": 7}}}',
        b'{"id": "evt_1", "type": "refund.updated", "data": {"object": {"id": "re_1"}}}',
        json.dumps({"id": "evt_1", "type": "x"}).encode(), b"[" * 100_000,
    ],
)  # fmt: skip
async def test_what_is_signed_and_no_event(port: Stripe, stand_in: StandIn, body: bytes) -> None:
    with pytest.raises(BadInput) as raised:
        heard(port, stand_in, body)
    assert raised.value.code == "bad_event"
