"""Stripe Checkout through the official library: nothing is lost, and nothing is done twice."""

import asyncio
import logging
from typing import Any

import pytest

from livesell.config import StripeConfig
from livesell.domain.refund import Refund
from livesell.payments import Checkout, PaymentTrouble
from livesell.payments import stripe as port_module
from livesell.payments.stripe import Stripe, open_stripe
from tests.payments.conftest import ORDER, RETURN_URL, an_order
from tests.support.build import NOW_MS, FakeClock, a_card, a_session
from tests.support.stripe_stand_in import (
    SECRET_KEY,
    WEBHOOK_SECRET,
    Fault,
    Refusal,
    StandIn,
)


async def opened(port: Stripe, *, title: str = "凉茶", **fields: Any) -> Checkout:
    order = an_order(**fields)
    return await port.open(
        order,
        a_session(),
        a_card(title=title),
        return_url=RETURN_URL,
        expires_ms=order.hold_until_ms or 0,
    )


def a_refund(payment: str, **fields: Any) -> Refund:
    blank: dict[str, Any] = {
        "id": "r-1", "order": ORDER, "amount": 400, "state": "due", "provider": "stripe",
        "payment": payment, "at_ms": NOW_MS, "by": "the-staff",
    }  # fmt: skip
    return Refund(**{**blank, **fields})


async def paid(port: Stripe, stand_in: StandIn) -> str:
    ref = (await opened(port)).ref
    stand_in.pay(ref)
    return ref


def busy() -> Fault:
    return Fault(Refusal(500, "api_error", "An error occurred.", replays=False))


# --- the page to pay on ----------------------------------------------------------------------


async def test_the_page_is_for_this_order_and_its_amount(port: Stripe, stand_in: StandIn) -> None:
    page = await opened(port)
    [made] = stand_in.sessions.values()
    assert page == Checkout(ref=made["id"], url=made["url"])
    assert (made["amount_total"], made["currency"]) == (1000, "cny")
    assert made["client_reference_id"] == ORDER
    assert made["metadata"] == {"session": "naqu", "order": ORDER}
    assert (made["success_url"], made["cancel_url"]) == (RETURN_URL, f"{RETURN_URL}&left=1")
    # Stripe takes no less than 30 minutes, whenever in the hold the page is opened.
    assert made["expires_at"] == (NOW_MS + 15 * 60_000) // 1000 + 31 * 60


async def test_stripe_is_told_nothing_of_this_machine(port: Stripe, stand_in: StandIn) -> None:
    await opened(port)
    await opened(port)
    for headers in stand_in.headers:
        assert "X-Stripe-Client-Telemetry" not in headers
        assert "platform" not in headers["X-Stripe-Client-User-Agent"]


async def test_a_second_look_at_the_same_order_is_the_same_page(
    port: Stripe, stand_in: StandIn, clock: FakeClock
) -> None:
    first = await opened(port)
    clock.advance(minutes=14)
    assert await opened(port) == first
    assert await opened(port, payment=first.ref) == first
    assert await opened(port, payment=first.ref, title="new title") == first
    assert len(stand_in.sessions) == 1


async def test_two_taps_at_once_open_one_page(port: Stripe, stand_in: StandIn) -> None:
    pages = await asyncio.gather(*(opened(port) for _ in range(5)))
    assert len(stand_in.sessions) == 1
    assert len(set(pages)) == 1


async def test_a_lost_answer_opens_no_second_page(port: Stripe, stand_in: StandIn) -> None:
    stand_in.faults = [Fault(loses_answer=True)]
    page = await opened(port)
    assert [page.ref] == list(stand_in.sessions)


async def test_an_answer_that_breaks_off_may_be_asked_for_again(
    port: Stripe, stand_in: StandIn
) -> None:
    stand_in.faults = [Fault(breaks_off=True)]
    with pytest.raises(PaymentTrouble) as raised:
        await opened(port)
    assert raised.value.retry
    assert [(await opened(port)).ref] == list(stand_in.sessions)


async def test_after_a_closed_page_or_a_bank_that_refused_there_is_a_new_one(
    port: Stripe, stand_in: StandIn
) -> None:
    first = await opened(port)
    await port.abandon(first.ref)
    second = await opened(port)
    assert second.ref != first.ref
    stand_in.pay_by_bank(second.ref)
    waiting = await opened(port, payment=second.ref)
    assert waiting == Checkout(ref=second.ref, url=RETURN_URL)
    stand_in.bank_refuses(second.ref)
    third = await opened(port, payment=second.ref)
    assert third.ref not in (first.ref, second.ref)
    assert third.url.startswith("https://checkout.stripe.com/")


async def test_what_is_paid_leads_back_and_not_to_a_second_payment(
    port: Stripe, stand_in: StandIn
) -> None:
    ref = await paid(port, stand_in)
    assert await opened(port) == Checkout(ref=ref, url=RETURN_URL)


async def test_a_title_that_changed_after_a_lost_answer(port: Stripe, stand_in: StandIn) -> None:
    await opened(port)
    page = await opened(port, title="another title")
    assert page.url == stand_in.sessions[page.ref]["url"]


async def test_a_reference_of_another_account_is_forgotten(port: Stripe) -> None:
    assert (await opened(port, payment="cs_live_elsewhere")).ref.startswith("cs_test_")


async def test_an_order_is_not_tried_for_ever(port: Stripe) -> None:
    for _ in range(port_module.ATTEMPTS):
        await port.abandon((await opened(port)).ref)
    with pytest.raises(PaymentTrouble, match="Place a new one") as raised:
        await opened(port)
    assert not raised.value.retry


@pytest.mark.parametrize(
    ("refusal", "retry", "code", "status"),
    [
        (Refusal(500, "api_error", "x", replays=False), True, "provider_busy", 503),
        (Refusal(503, "api_error", "x", replays=False), True, "provider_busy", 503),
        (Refusal(429, "invalid_request_error", "x", replays=False), True, "provider_busy", 503),
        (Refusal(401, "invalid_request_error", "x", replays=False), True, "provider_denied", 503),
        (Refusal(403, "invalid_request_error", "x", replays=False), True, "provider_denied", 503),
        (Refusal(400, "invalid_request_error", "x"), False, "provider_refused", 422),
        (Refusal(402, "card_error", "x"), False, "provider_refused", 422),
    ],
)
async def test_what_went_wrong_says_whether_to_try_again(
    port: Stripe, stand_in: StandIn, refusal: Refusal, retry: bool, code: str, status: int
) -> None:
    stand_in.faults = [Fault(refusal), Fault(refusal)]
    with pytest.raises(PaymentTrouble) as raised:
        await opened(port)
    assert (raised.value.retry, raised.value.code) == (retry, code)
    assert raised.value.http_status == status
    stand_in.faults.clear()
    if retry:
        assert (await opened(port)).ref in stand_in.sessions


async def test_an_amount_that_stripe_does_not_take(port: Stripe) -> None:
    with pytest.raises(PaymentTrouble, match="amount_too_small"):
        await opened(port, units=1, price=49, amount=49)


async def test_nobody_there(clock: FakeClock) -> None:
    config = StripeConfig(
        secret_key=SECRET_KEY, webhook_secret=WEBHOOK_SECRET, base_url="http://127.0.0.1:9"
    )
    port = await open_stripe(config)
    with pytest.raises(PaymentTrouble) as raised:
        await opened(port)
    assert (raised.value.retry, raised.value.code) == (True, "provider_away")
    await port.close()


async def test_an_answer_that_does_not_come(
    port: Stripe, stand_in: StandIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The loop is not held up meanwhile, and the page is there when it is asked for again."""
    late = asyncio.Event()
    stand_in.faults = [Fault(late=late), Fault(late=late)]
    monkeypatch.setattr(port_module, "TIMEOUT_S", 0.2)
    config = StripeConfig(
        secret_key=SECRET_KEY, webhook_secret=WEBHOOK_SECRET, base_url=stand_in.url
    )
    hasty = await open_stripe(config)
    asking = asyncio.create_task(opened(hasty))
    ticks = 0
    while not asking.done():
        await asyncio.sleep(0.01)
        ticks += 1
    assert ticks > 10
    with pytest.raises(PaymentTrouble) as raised:
        await asking
    assert raised.value.retry
    late.set()
    assert (await opened(port)).ref in stand_in.sessions
    await hasty.close()


async def test_nothing_that_was_sent_is_logged(
    port: Stripe, stand_in: StandIn, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    stand_in.faults = [busy(), busy()]
    with pytest.raises(PaymentTrouble) as raised:
        await opened(port, title="秘密商品")
    assert "秘密商品" not in caplog.text
    assert SECRET_KEY not in caplog.text + str(raised.value)


# --- closing it ------------------------------------------------------------------------------


async def test_a_closed_page_takes_no_money(port: Stripe, stand_in: StandIn) -> None:
    ref = (await opened(port)).ref
    await port.abandon(ref)
    assert stand_in.sessions[ref]["status"] == "expired"
    await port.abandon(ref)
    await port.abandon("cs_test_unknown")


async def test_what_is_paid_stays_paid(port: Stripe, stand_in: StandIn) -> None:
    ref = await paid(port, stand_in)
    await port.abandon(ref)
    assert stand_in.sessions[ref]["payment_status"] == "paid"


async def test_a_page_that_could_not_be_closed_says_so(port: Stripe, stand_in: StandIn) -> None:
    ref = (await opened(port)).ref
    stand_in.faults = [busy(), busy()]
    with pytest.raises(PaymentTrouble) as raised:
        await port.abandon(ref)
    assert raised.value.retry


# --- giving back -----------------------------------------------------------------------------


async def test_money_goes_back_once_for_each_refund(port: Stripe, stand_in: StandIn) -> None:
    ref = await paid(port, stand_in)
    assert await port.refund(a_refund(ref), "CNY") == "done"
    assert await port.refund(a_refund(ref), "CNY") == "done"
    assert await port.refund(a_refund(ref, tries=3), "CNY") == "done"
    [made] = stand_in.refunds.values()
    assert made["amount"] == 400
    assert made["metadata"] == {
        "session": "naqu", "order": ORDER, "refund": "r-1", "payment": ref,
    }  # fmt: skip
    assert await port.refund(a_refund(ref, id="r-2", amount=600), "CNY") == "done"
    assert sorted(one["amount"] for one in stand_in.refunds.values()) == [400, 600]


async def test_the_same_refund_from_several_processes_at_once(
    port: Stripe, stand_in: StandIn
) -> None:
    ref = await paid(port, stand_in)
    await asyncio.gather(
        *(port.refund(a_refund(ref), "CNY") for _ in range(5)), return_exceptions=True
    )
    assert len(stand_in.refunds) == 1
    assert await port.refund(a_refund(ref), "CNY") == "done"
    assert len(stand_in.refunds) == 1


async def test_a_refund_whose_answer_was_lost(port: Stripe, stand_in: StandIn) -> None:
    ref = await paid(port, stand_in)
    stand_in.faults = [Fault(), Fault(), Fault(loses_answer=True), Fault(loses_answer=True)]
    with pytest.raises(PaymentTrouble) as raised:
        await port.refund(a_refund(ref), "CNY")
    assert raised.value.retry
    assert await port.refund(a_refund(ref, tries=1), "CNY") == "done"
    assert len(stand_in.refunds) == 1


async def test_a_day_later_stripe_has_forgotten_the_key_but_not_the_refund(
    port: Stripe, stand_in: StandIn
) -> None:
    ref = await paid(port, stand_in)
    await port.refund(a_refund(ref), "CNY")
    stand_in._kept.clear()
    assert await port.refund(a_refund(ref, tries=9), "CNY") == "done"
    assert len(stand_in.refunds) == 1


@pytest.mark.parametrize("fails_at", [0, 1, 2])
async def test_a_refund_is_tried_again_when_stripe_is_busy(
    port: Stripe, stand_in: StandIn, fails_at: int
) -> None:
    ref = await paid(port, stand_in)
    stand_in.faults = [*(Fault() for _ in range(fails_at)), busy(), busy()]
    with pytest.raises(PaymentTrouble) as raised:
        await port.refund(a_refund(ref), "CNY")
    assert raised.value.retry
    assert await port.refund(a_refund(ref, tries=1), "CNY") == "done"
    assert len(stand_in.refunds) == 1


async def test_a_refund_that_takes_its_time(port: Stripe, stand_in: StandIn) -> None:
    ref = await paid(port, stand_in)
    stand_in.refund_status = "pending"
    assert await port.refund(a_refund(ref), "CNY") == "sent"
    assert await port.refund(a_refund(ref, state="sent"), "CNY") == "sent"
    [made] = stand_in.refunds
    stand_in.refund_ends(made, "succeeded")
    assert await port.refund(a_refund(ref, state="sent"), "CNY") == "done"
    assert len(stand_in.refunds) == 1


async def test_a_refund_that_failed_is_made_again_only_when_a_person_asks(
    port: Stripe, stand_in: StandIn
) -> None:
    ref = await paid(port, stand_in)
    stand_in.refund_status = "pending"
    await port.refund(a_refund(ref), "CNY")
    stand_in.refund_ends(next(iter(stand_in.refunds)), "failed")
    with pytest.raises(PaymentTrouble, match="expired_or_canceled_card") as raised:
        await port.refund(a_refund(ref, state="sent"), "CNY")
    assert not raised.value.retry
    assert len(stand_in.refunds) == 1
    stand_in.refund_status = "succeeded"
    assert await port.refund(a_refund(ref, state="due"), "CNY") == "done"
    assert [one["status"] for one in stand_in.refunds.values()] == ["failed", "succeeded"]


async def test_more_than_was_paid_is_not_given_back(port: Stripe, stand_in: StandIn) -> None:
    ref = await paid(port, stand_in)
    await port.refund(a_refund(ref, id="all", amount=1000), "CNY")
    with pytest.raises(PaymentTrouble, match="charge_already_refunded") as raised:
        await port.refund(a_refund(ref, id="more", amount=1), "CNY")
    assert not raised.value.retry


async def test_nothing_is_given_back_of_what_was_never_paid(port: Stripe) -> None:
    ref = (await opened(port)).ref
    for payment in (ref, "cs_test_unknown"):
        with pytest.raises(PaymentTrouble) as raised:
            await port.refund(a_refund(payment), "CNY")
        assert not raised.value.retry
