"""Queueing for what is sold out, as a viewer sees it."""

import re

import pytest
from playwright.async_api import Page, expect

from tests.e2e.buyers import LAST, TEA, orders_of, remember_contact, show_of
from tests.e2e.conftest import DESKTOP, PHONE, OpenPage
from tests.e2e.service import Service
from tests.e2e.test_viewer_page import FREEZE_PATCHES

pytestmark = pytest.mark.asyncio(loop_scope="session")


async def sold_out_show(service: Service) -> str:
    session = await show_of(service, TEA, LAST)
    await service.order(session, await service.buyer(), "last", 2, 29900)
    await service.command(session, "show", card="last")
    return session


async def queued(page: Page) -> None:
    await page.locator('[data-look="shown"] .card-order').click()
    await page.locator(".queue-sheet .primary").click()
    await expect(page.locator(".queue-told")).to_contain_text("You are no. 1 in the queue")


@pytest.mark.parametrize("viewport", [PHONE, DESKTOP], ids=["390", "1440"])
async def test_a_place_in_the_queue_becomes_an_order_with_one_tap(
    viewport: dict[str, int], service: Service, open_page: OpenPage
) -> None:
    session = await sold_out_show(service)
    page = await open_page(f"{service.url}/s/{session}", viewport=viewport)
    await remember_contact(page)
    button = page.locator('[data-look="shown"] .card-order')
    await expect(button).to_have_text("Queue")
    await queued(page)
    await page.keyboard.press("Escape")
    await expect(button).to_have_text("In queue")
    stock = page.locator('[data-look="shown"] .card-stock')
    await expect(stock).to_have_text("No. 1 in the queue")
    # It is still known after a reload, and of which place.
    await page.reload()
    await expect(stock).to_have_text("No. 1 in the queue")
    await service.command(session, "restock", card="last", units=1)
    turn = page.locator("ls-turn .turn")
    await expect(turn).to_contain_text("It is your turn")
    await expect(turn.locator("ls-left")).to_have_text(re.compile(r"0[12]:\d\d"))
    # For everybody else it is as sold out as before.
    other = await open_page(f"{service.url}/s/{session}", viewport=viewport)
    await expect(other.locator('[data-look="shown"] .card-stock')).to_have_text("Sold out")
    await turn.locator(".sell").click()
    await expect(page.locator(".outcome-title")).to_have_text("Order placed")
    await expect(turn).to_have_count(0)
    assert (await orders_of(service, session))[-1]["contact"]["name"] == "卓玛"


async def test_an_offer_is_on_top_of_whatever_is_open(service: Service, phone: OpenPage) -> None:
    session = await sold_out_show(service)
    page = await phone(f"{service.url}/s/{session}")
    await queued(page)
    await page.keyboard.press("Escape")
    await page.locator('[data-do="my-orders"]').tap()
    await service.command(session, "restock", card="last", units=1)
    turn = page.locator("ls-turn .turn")
    await expect(turn).to_be_visible()
    # Where it goes when that is closed, and that it can be declined.
    await page.locator(".my-orders-sheet .sheet-close").tap()
    await expect(turn).to_be_visible()
    await turn.locator(".quiet").tap()
    await expect(turn).to_have_count(0)
    await expect(page.locator('[data-look="shown"] .card-order')).to_have_text("Order now")


async def test_an_offer_that_lapses_says_so(shop: Service, phone: OpenPage) -> None:
    session = await sold_out_show(shop)
    page = await phone(f"{shop.url}/s/{session}")
    await queued(page)
    await page.keyboard.press("Escape")
    await shop.command(session, "restock", card="last", units=1)
    await expect(page.locator("ls-turn .turn .sell")).to_be_visible()
    over = page.locator("ls-turn .turn-over")
    await expect(over).to_contain_text("is over", timeout=45_000)
    await over.locator("button").tap()
    await expect(over).to_have_count(0)


async def test_the_queue_can_be_left(service: Service, phone: OpenPage) -> None:
    session = await sold_out_show(service)
    page = await phone(f"{service.url}/s/{session}")
    await queued(page)
    await page.locator(".queue-sheet .primary").tap()
    await expect(page.locator(".queue-told")).to_contain_text("Sold out. Queue for it")
    await page.keyboard.press("Escape")
    await expect(page.locator('[data-look="shown"] .card-order')).to_have_text("Queue")


async def test_who_comes_too_late_is_offered_the_queue(service: Service, phone: OpenPage) -> None:
    session = await show_of(service, LAST)
    await service.command(session, "show", card="last")
    page = await phone(f"{service.url}/s/{session}")
    await page.locator('[data-look="shown"] .card-order').tap()
    await page.evaluate(FREEZE_PATCHES)
    await service.order(session, await service.buyer(), "last", 2, 29900)
    await page.locator(".order-submit").tap()
    await expect(page.locator(".outcome-title")).to_contain_text("Sold out")
    await page.locator(".outcome-buttons button").first.tap()
    await page.locator(".queue-sheet .primary").tap()
    await expect(page.locator(".queue-told")).to_contain_text("You are no. 1")
