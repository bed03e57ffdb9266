"""What a buyer sees of an order, from the price on the shelf to the page of the order.

Two services: one that is paid on delivery, and one that is paid in advance through the sandbox.
"""

import re
from typing import Any

import pytest
from playwright.async_api import expect

from tests.e2e.buyers import (
    CUP,
    TEA,
    TEN,
    WATCH_SHIFTS,
    changed,
    ordered,
    orders_of,
    remember_contact,
    shelf,
    show_of,
    soon,
)
from tests.e2e.conftest import DESKTOP, PHONE, OpenPage
from tests.e2e.service import Service
from tests.e2e.test_every_page_fits import FAULTS
from tests.e2e.test_viewer_page import CONTACT, card

pytestmark = pytest.mark.asyncio(loop_scope="session")


async def test_packs_and_gifts_are_told_where_the_price_is(
    service: Service, desktop: OpenPage
) -> None:
    session = await show_of(service, TEA, TEN, CUP)
    page = await desktop(f"{service.url}/s/{session}")
    extra = shelf(page, "ten", ".card-extra")
    await expect(extra).to_have_text("Pack of 10 · With it: 2 × 搪瓷杯")
    await shelf(page, "ten", ".card-order").click()
    await expect(page.locator(".order-extra")).to_have_text("Pack of 10 · With it: 2 × 搪瓷杯")
    await page.keyboard.press("Escape")
    await shelf(page, "tea", ".card-order").click()
    await expect(page.locator(".order-limit")).to_have_text(
        "Limit 24 each · at most 10 in one order"
    )
    await page.locator(".order-sheet ls-stepper input").fill("99")
    await expect(page.locator(".order-submit")).to_have_text("Place order · ¥50.00")


async def test_sold_out_by_hand_is_sold_out(service: Service, desktop: OpenPage) -> None:
    session = await show_of(service, TEA)
    page = await desktop(f"{service.url}/s/{session}")
    await expect(shelf(page, "tea", ".card-order")).to_have_text("Order")
    await service.command(session, "sell_out", card="tea")
    await expect(shelf(page, "tea", ".card-stock")).to_have_text("Sold out")
    await service.command(session, "sell_on", card="tea")
    await expect(shelf(page, "tea", ".card-order")).to_have_text("Order")


@pytest.mark.parametrize("viewport", [PHONE, DESKTOP], ids=["390", "1440"])
async def test_a_flash_sale_comes_and_goes_without_moving_anything(
    viewport: dict[str, int], service: Service, open_page: OpenPage
) -> None:
    session = await show_of(service, TEA, CUP)
    await service.command(session, "show", card="tea")
    await service.command(session, "prepare_flash", card="tea", price=300, units=2, id="f")
    page = await open_page(f"{service.url}/s/{session}", viewport=viewport)
    look = page.locator('[data-look="shown"]')
    await expect(look.locator(".card-stock")).to_be_visible()
    await page.evaluate(WATCH_SHIFTS)
    await service.command(session, "start_flash", flash="f")
    await expect(look.locator(".card-flash")).to_contain_text("then ¥3")
    await expect(look.locator(".price-whole")).to_have_text("5")
    await expect(look.locator("ls-left")).to_have_text(re.compile(r"00:0\d"))
    # It begins by the clock: no frame says so.
    await expect(look.locator(".price-whole")).to_have_text("3", timeout=15_000)
    await expect(look.locator(".card-was")).to_have_text("¥5")
    await expect(look.locator(".card-flash")).to_contain_text("2 left")
    await look.locator(".card-order").click()
    await expect(page.locator(".order-flash ls-left")).to_have_text(re.compile(r"0[45]:\d\d"))
    await page.locator(".order-submit").click()
    await expect(page.locator(".outcome-text")).to_contain_text("¥3.00")
    await page.keyboard.press("Escape")
    await service.order(session, await service.buyer(), "tea", 1, 300)
    await expect(look.locator(".card-flash")).to_have_text(re.compile("sold out"))
    await expect(look.locator(".price-whole")).to_have_text("5")
    await service.command(session, "end_flash", flash="f")
    await expect(look.locator(".card-stock")).to_be_visible()
    assert await page.evaluate("window.shifts") < 0.001


async def test_a_flash_sale_that_ends_under_the_thumb_asks_again(
    service: Service, desktop: OpenPage
) -> None:
    session = await show_of(service, TEA)
    await service.command(session, "prepare_flash", card="tea", price=300, units=2, id="f")
    await service.command(session, "start_flash", flash="f")
    page = await desktop(f"{service.url}/s/{session}")
    await expect(shelf(page, "tea", ".price-whole")).to_have_text("3", timeout=15_000)
    await shelf(page, "tea", ".card-order").click()
    await expect(page.locator(".order-submit")).to_have_text("Place order · ¥3.00")
    await service.command(session, "end_flash", flash="f")
    await expect(page.locator(".order-change")).to_contain_text("¥3")
    await expect(page.locator(".order-submit")).to_have_text("Order for ¥5.00")


async def test_buying_that_could_not_be_loaded_is_loaded_when_it_is_wanted_again(
    service: Service, phone: OpenPage
) -> None:
    session = await show_of(service, TEA)
    await service.command(session, "show", card="tea")
    page = await phone("about:blank")
    parts = re.compile("[/-](buying|ls-order-sheet)\\.(js|css)$")
    await page.route(parts, lambda route: route.abort())
    await page.goto(f"{service.url}/s/{session}")
    await page.locator('[data-look="shown"] .card-order').tap()
    await expect(page.locator(".toast")).to_be_visible()
    await page.unroute(parts)
    await page.locator('[data-look="shown"] .card-order').tap()
    await expect(page.locator(".order-submit")).to_be_visible()


# --- the buyer's details -----------------------------------------------------------------------


async def test_details_are_asked_once_and_forgotten_on_request(
    service: Service, phone: OpenPage
) -> None:
    session = await show_of(service, TEA)
    await service.command(session, "show", card="tea")
    page = await phone(f"{service.url}/s/{session}")
    order = page.locator('[data-look="shown"] .card-order')
    await order.tap()
    for name, value in CONTACT.items():
        await page.locator(f"#contact-{name}").fill(value)
    await page.locator(".order-submit").tap()
    await expect(page.locator(".outcome-title")).to_have_text("Order placed")
    # The device has lost its memory of them; the shop has not.
    await page.evaluate("localStorage.removeItem('livesell.contact')")
    await page.reload()
    await order.tap()
    # Folded away, because they are known.
    await expect(page.locator(".contact-brief")).to_contain_text("卓玛 13800000000")
    await page.locator("ls-contact summary").tap()
    await page.locator(".forget-ask").tap()
    await expect(page.locator(".forget-question")).to_contain_text(
        "can then no longer be delivered"
    )
    await page.locator(".forget-question .danger").tap()
    await expect(page.locator(".forget-told")).to_contain_text("erased")
    await expect(page.locator("#contact-name")).to_have_value("")
    assert not (await orders_of(service, session))[0].get("contact", {}).get("name")
    await page.reload()
    await order.tap()
    await expect(page.locator("#contact-name")).to_have_value("")


# --- paying in advance -------------------------------------------------------------------------


@pytest.mark.parametrize("viewport", [PHONE, DESKTOP], ids=["390", "1440"])
async def test_an_order_is_held_and_paid(
    viewport: dict[str, int], shop: Service, open_page: OpenPage
) -> None:
    session = await show_of(shop, TEA)
    await shop.command(session, "show", card="tea")
    page = await open_page(f"{shop.url}/s/{session}", viewport=viewport)
    await page.locator('[data-look="shown"] .card-order').click()
    await expect(page.locator(".order-hold")).to_contain_text("within 15 minutes")
    await page.locator(".order-submit").click()
    await expect(page.locator(".outcome-title")).to_have_text("Reserved for you")
    await expect(page.locator(".outcome-hint ls-left")).to_have_text(re.compile(r"14:\d\d|15:00"))
    await page.locator(".outcome-buttons button").last.click()
    row = page.locator(".my-order")
    await expect(row.locator(".my-order-state")).to_have_text("To be paid")
    await row.locator(".my-order-hold button").click()
    await page.wait_for_url("**/pay/sandbox/**")
    await page.locator('[data-do="pay"]').click()
    await page.wait_for_url("**/pay/return**")
    await page.locator('[data-do="back"]').click()
    await page.locator('[data-do="my-orders"]').click()
    await expect(row.locator(".my-order-state")).to_have_text("Paid")
    await row.locator(".my-order-more").click()
    await expect(page.locator('[data-out="history"]')).to_contain_text("Paid")
    await expect(page.locator('[data-out="facts"]')).to_contain_text("Paid¥5.00")


async def test_what_the_page_does_not_know_it_does_not_claim(
    shop: Service, desktop: OpenPage
) -> None:
    session = await show_of(shop, TEA)
    page = await desktop(f"{shop.url}/s/{session}")
    await ordered(page, "tea")
    await page.locator(".outcome-buttons .sell").click()
    await page.wait_for_url("**/pay/sandbox/**")
    await page.go_back()
    await page.locator('[data-do="my-orders"]').click()
    await expect(page.locator(".my-order-told")).to_contain_text("No payment is confirmed yet")
    paid_by: list[dict[str, Any]] = []

    def paid(body: dict[str, Any]) -> None:
        for order in body["orders"]:
            order.update(state="paid", paid=order["amount"])
            order.pop("hold_until", None)
        paid_by.extend(body["orders"])

    # The news comes by asking; nobody has to press anything.
    await changed(page, f"/sessions/{session}/orders", paid)
    await expect(page.locator(".my-order-state")).to_have_text("Paid", timeout=10_000)
    await expect(page.locator(".my-order-hold")).to_have_count(0)


async def test_a_hold_runs_out_calmly(shop: Service, desktop: OpenPage) -> None:
    session = await show_of(shop, TEA)
    page = await desktop(f"{shop.url}/s/{session}")
    await ordered(page, "tea")
    await expect(page.locator(".outcome-title")).to_have_text("Reserved for you")
    end = soon(4)
    is_expired = False

    def ending(body: dict[str, Any]) -> None:
        for order in body["orders"]:
            order["hold_until"] = end
            if is_expired:
                order.update(state="expired")
                order.pop("hold_until")

    await changed(page, f"/sessions/{session}/orders", ending)
    await page.reload()
    await page.locator('[data-do="my-orders"]').click()
    told = page.locator(".my-order-told")
    await expect(told).to_contain_text("Time left to pay: 00:0")
    await expect(told).to_contain_text("Asking the shop how it stands", timeout=8000)
    await expect(page.locator(".my-order-hold button")).to_have_count(0)
    is_expired = True
    await expect(page.locator(".my-order-state")).to_have_text("Expired", timeout=30_000)


async def test_an_order_has_a_page_of_its_own(shop: Service, phone: OpenPage) -> None:
    session = await show_of(shop, TEA, TEN, CUP)
    page = await phone(f"{shop.url}/s/{session}")
    await page.locator('[data-do="shelf"]').tap()
    await shelf(page, "ten", ".card-order").tap()
    await page.locator(".order-submit").tap()
    await page.locator(".outcome-buttons button").last.tap()
    await page.locator(".my-order-more").tap()
    await expect(page.locator('[data-out="title"]')).to_have_text("Order no. 1")
    await expect(page.locator('[data-out="state"]')).to_have_text("To be paid")
    await expect(page.locator("ls-left")).to_have_text(re.compile(r"14:\d\d"))
    await expect(page.locator('[data-out="facts"]')).to_contain_text("2 × 搪瓷杯")
    await page.locator('[data-do="cancel"]').tap()
    await expect(page.locator('[data-out="ask"]')).to_contain_text("Cancel this order?")
    await page.locator('[data-do="cancel-no"]').tap()
    await expect(page.locator('[data-out="state"]')).to_have_text("To be paid")
    await page.locator('[data-do="cancel"]').tap()
    await page.locator('[data-do="cancel-yes"]').tap()
    await expect(page.locator('[data-out="state"]')).to_have_text("Cancelled")
    await expect(page.locator('[data-out="history"]')).to_contain_text("Cancelled by you")
    await expect(page.locator('[data-out="ways"]')).to_be_hidden()
    await page.locator('[data-out="back"]').tap()
    await expect(page.locator("body")).to_have_attribute("data-status", "live")
    # It is free again.
    await expect(shelf(page, "ten", ".card-order")).to_have_text("Order")


async def test_the_page_of_an_order_follows_the_shop(service: Service, phone: OpenPage) -> None:
    session = await show_of(service, TEA)
    page = await phone(f"{service.url}/s/{session}")
    await page.locator('[data-do="shelf"]').tap()
    await ordered(page, "tea")
    await expect(page.locator(".outcome-title")).to_have_text("Order placed")
    order = (await orders_of(service, session))[0]["id"]
    await page.goto(f"{service.url}/s/{session}/orders/{order}")
    await expect(page.locator('[data-out="state"]')).to_have_text("Placed")
    path = f"/sessions/{session}/orders/{order}"
    await service.call("POST", f"{path}/fulfil", {})
    await page.reload()
    await expect(page.locator('[data-out="state"]')).to_have_text("Handed over")
    refund = {"amount": 200, "restock": False, "cause": "杯子有划痕"}
    await service.call("POST", f"{path}/refund", refund)
    await page.reload()
    facts, history = page.locator('[data-out="facts"]'), page.locator('[data-out="history"]')
    await expect(facts).to_contain_text("¥2.00")
    await expect(history).to_contain_text("杯子有划痕")
    await service.call("POST", f"{path}/refund", {"restock": True})
    await page.reload()
    await expect(page.locator('[data-out="state"]')).to_have_text("Refunded")


async def test_somebody_elses_order_is_not_shown(service: Service, phone: OpenPage) -> None:
    session = await show_of(service, TEA)
    placed = await service.order(session, await service.buyer(), "tea", 1, 500)
    for order in (placed["order"]["id"], "no-order-at-all"):
        page = await phone(f"{service.url}/s/{session}/orders/{order}")
        await expect(page.locator('[data-out="message"]')).to_contain_text("no such order")
        await expect(page.locator('[data-out="paper"]')).to_be_hidden()


@pytest.mark.parametrize("locale", ["en", "zh-CN"])
async def test_nothing_of_buying_runs_over_the_edge(
    locale: str, shop: Service, open_page: OpenPage
) -> None:
    title = "那曲市电商购物节援藏直播专场虫草牦牛肉藏香猪" * 3
    dear = card("dear", 999, title[:80], 1_000_000_000, stock=3, per_order=2, limit=3, pack=1)
    session = await show_of(shop, {**dear, "gifts": [{"card": "cup", "units": 2}]}, CUP)
    await shop.command(session, "show", card="dear")
    await shop.command(session, "prepare_flash", card="dear", price=999_999_900, units=2, id="f")
    await shop.command(session, "start_flash", flash="f")
    narrow = {"width": 320, "height": 640}
    page = await open_page(f"{shop.url}/s/{session}", viewport=narrow, locale=locale)
    await remember_contact(page)
    look = page.locator('[data-look="shown"]')
    await expect(look.locator(".price-whole")).to_have_text("9,999,999", timeout=15_000)
    assert await page.evaluate(FAULTS) == []
    await look.locator(".card-order").click()
    await page.locator("ls-contact summary").click()
    await page.locator(".forget-ask").click()
    assert await page.evaluate(FAULTS) == []
    await page.locator(".order-submit").click()
    await expect(page.locator(".outcome-buttons .sell")).to_be_visible()
    assert await page.evaluate(FAULTS) == []
    await page.locator(".outcome-buttons button").last.click()
    await expect(page.locator(".my-order-hold button")).to_be_visible()
    assert await page.evaluate(FAULTS) == []
    await page.locator(".my-order-more").click()
    await expect(page.locator('[data-do="pay"]')).to_be_visible()
    await page.locator('[data-do="cancel"]').click()
    assert await page.evaluate(FAULTS) == []
    await page.goto(f"{shop.url}/s/{session}")
    await shop.command(session, "end_flash", flash="f")
    await shop.order(session, await shop.buyer(), "dear", 2, 1_000_000_000)
    await look.locator(".card-order").click()
    await page.locator(".queue-sheet .primary").click()
    await expect(page.locator(".queue-told")).to_contain_text("1")
    assert await page.evaluate(FAULTS) == []
    await shop.command(session, "restock", card="dear", units=1)
    await expect(page.locator("ls-turn .turn")).to_be_visible()
    assert await page.evaluate(FAULTS) == []
    await page.keyboard.press("Escape")
    await expect(page.locator("ls-turn .turn")).to_be_visible()
    assert await page.evaluate(FAULTS) == []


# --- the waitlist ------------------------------------------------------------------------------
