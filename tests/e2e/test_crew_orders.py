"""What the crew does with orders and with the shelf, in a real browser on the real service."""

import os
import re
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio
from playwright.async_api import Locator, Page, expect

from tests.e2e.conftest import DESKTOP, PHONE, OpenPage
from tests.e2e.crew import TEA, YAK, crew_document, signed_in
from tests.e2e.service import Service

pytestmark = pytest.mark.asyncio(loop_scope="session")

SIZES = [pytest.param(PHONE, id="phone"), pytest.param(DESKTOP, id="desktop")]
CONTACT = {"name": "卓玛", "phone": "13900000000", "address": "那曲市色尼区 1 号", "note": "晚上送"}


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def login(service: Service) -> AsyncIterator[Any]:
    """One login for all tests here, because logins are throttled."""
    yield await signed_in(service)


async def show_with_order(service: Service, units: int = 3) -> tuple[str, str]:
    """A show on air and one order of tea in it."""
    session = await service.create(title="那曲好物专场", cards=[TEA, YAK])
    await service.command(session, "start")
    key = {"Idempotency-Key": "the-first"}
    body = {"card": "tea", "units": units, "price": 500, "contact": CONTACT}
    token = await service.buyer()
    path = f"/sessions/{session}/orders"
    answer = await service.call("POST", path, body, token=token, headers=key)
    return session, str(answer["order"]["id"])


async def open_at(open_page: OpenPage, url: str, login: Any, **options: Any) -> Page:
    page = await open_page(url, storage_state=login, **options)
    await expect(page.locator("body")).to_have_attribute("data-status", "live")
    return page


def verb(place: Locator | Page, name: str) -> Locator:
    return place.locator(f'[data-verb="{name}"]')


async def order_of(service: Service, session: str, order: str) -> Any:
    return (await service.call("GET", f"/sessions/{session}/orders/{order}"))["order"]


async def no_overflow(page: Page) -> None:
    wide = await page.evaluate("document.documentElement.scrollWidth - innerWidth")
    assert wide <= 0


async def picture(page: Page, name: str) -> None:
    """Keeps a picture where LIVESELL_TEST_PICTURES says, for people to look at."""
    if folder := os.environ.get("LIVESELL_TEST_PICTURES"):
        await page.screenshot(path=Path(folder) / f"{name}.png")


@pytest.mark.parametrize("viewport", SIZES)
async def test_an_order_is_delivered_and_refunded_in_part(
    viewport: Any, open_page: OpenPage, service: Service, login: Any
) -> None:
    session, order = await show_with_order(service)
    url = f"{service.url}/staff/{session}"
    page = await open_at(open_page, url, login, viewport=viewport)
    row = page.locator(f'.orders-table tr[data-id="{order}"]')
    await expect(row.locator(".order-chip")).to_have_text("Pay on delivery")
    await row.locator(".order-open").click()
    panel = page.locator(".order-panel")
    await expect(panel).to_contain_text("13900000000")
    await verb(panel, "fulfil").click()
    await expect(panel.locator(".order-chip")).to_have_text("Delivered")
    await expect(panel.locator(".order-steps li")).to_have_count(2)
    await verb(panel, "refund").click()
    await expect(panel.locator('[name="refund_amount"]')).to_have_value("15")
    await panel.locator('[name="refund_units"]').fill("9")
    await verb(panel, "refund-yes").click()
    await expect(panel.locator(".field-refund_units .field-error")).to_contain_text("0 to 3")
    await panel.locator('[name="refund_units"]').fill("1")
    await expect(verb(panel, "refund-yes")).to_have_text("Refund ¥5.00")
    await panel.locator('[value="write_off"]').check()
    await panel.locator('[name="cause"]').fill("torn packet")
    await picture(page, f"refund-{viewport['width']}")
    await verb(panel, "refund-yes").click()
    await expect(panel.locator('[data-step="refunded"]')).to_contain_text("torn packet")
    await picture(page, f"panel-{viewport['width']}")
    await no_overflow(page)
    await verb(panel, "close").click()
    net = page.locator('ls-figures [data-figure="net"] .figure-value')
    await expect(net).to_have_text("¥10.00")
    await expect(page.locator("ls-refunds")).to_be_visible()
    await picture(page, f"review-{viewport['width']}")
    stands = await order_of(service, session, order)
    assert (stands["state"], stands["paid"], stands["refunded"]) == ("fulfilled", 1500, 500)
    assert (stands["returned"], stands["history"][-1]["cause"]) == (1, "torn packet")
    tea = (await crew_document(service, session))["cards"]["tea"]
    assert (tea["free"], tea["sold"]) == (997, 3)


async def test_an_order_is_cancelled_with_its_cause(
    phone: OpenPage, service: Service, login: Any
) -> None:
    session, order = await show_with_order(service)
    page = await open_at(phone, f"{service.url}/staff/{session}", login)
    await page.locator(".order-open").click()
    panel = page.locator(".order-panel")
    await verb(panel, "cancel").click()
    await panel.locator('form:visible [name="cause"]').fill("called off by phone")
    await verb(panel, "cancel-yes").click()
    await expect(panel.locator(".order-chip")).to_have_text("Cancelled")
    await expect(verb(panel, "fulfil")).to_be_hidden()
    stands = await order_of(service, session, order)
    assert (stands["state"], stands["history"][-1]["cause"]) == ("cancelled", "called off by phone")


async def test_details_are_erased_only_after_a_question(
    desktop: OpenPage, service: Service, login: Any
) -> None:
    session, order = await show_with_order(service)
    page = await open_at(desktop, f"{service.url}/staff/{session}", login)
    await page.locator(".order-open").click()
    panel = page.locator(".order-panel")
    await verb(panel, "erase").click()
    assert "contact" in await order_of(service, session, order)
    await expect(panel.locator("form:visible")).to_contain_text("This cannot be undone")
    await picture(page, "erase")
    await verb(panel, "erase-yes").click()
    await expect(panel).to_contain_text("Details erased, in 1 order.")
    await expect(panel).not_to_contain_text("13900000000")
    assert "contact" not in await order_of(service, session, order)


@pytest.mark.parametrize("viewport", SIZES)
async def test_an_order_for_a_caller(
    viewport: Any, open_page: OpenPage, service: Service, login: Any
) -> None:
    session, _ = await show_with_order(service)
    url = f"{service.url}/staff/{session}"
    page = await open_at(open_page, url, login, viewport=viewport)
    await page.locator("#offline").click()
    form = page.locator(".offline-dialog")
    await form.locator("select").select_option("yak")
    await expect(form.locator('[name="price"]')).to_have_value("168")
    await form.locator('[name="units"]').fill("21")
    await form.locator('[name="phone"]').fill("13800000000")
    await verb(form, "send").click()
    await expect(form.locator("ls-problem")).to_contain_text("not that many left")
    await form.locator('[name="units"]').fill("2")
    await expect(form.locator(".offline-total")).to_contain_text("¥336.00")
    await picture(page, f"offline-{viewport['width']}")
    await verb(form, "send").click()
    await expect(form.locator(".message:visible")).to_contain_text("Ordered: number 2, ¥336.00")
    await page.keyboard.press("Escape")
    await expect(page.locator(".way-chip:visible")).to_have_count(1)
    amount = page.locator('ls-figures [data-figure="offline_amount"] .figure-value')
    await expect(amount).to_have_text("¥336.00")
    ordered = page.locator('ls-figures [data-figure="ordered"] .figure-value')
    await expect(ordered).to_have_text("¥15.00")
    await no_overflow(page)


async def test_a_lost_answer_does_not_order_twice(
    desktop: OpenPage, service: Service, login: Any
) -> None:
    session, _ = await show_with_order(service)
    page = await open_at(desktop, f"{service.url}/staff/{session}", login)
    await page.locator("#offline").click()
    form = page.locator(".offline-dialog")
    await form.locator("select").select_option("yak")

    async def lose(route: Any) -> None:
        await route.fetch()
        await route.abort()

    await page.route("**/offline-orders", lose)
    await verb(form, "send").click()
    await expect(form).to_contain_text("It is not certain")
    await expect(form.locator('[name="units"]')).to_be_disabled()
    await page.unroute("**/offline-orders")
    await verb(form, "send").click()
    await expect(form).to_contain_text(re.compile("ordered before: number 2"))
    assert (await crew_document(service, session))["figures"]["offline_orders"] == 1


async def test_both_files_are_offered(desktop: OpenPage, service: Service, login: Any) -> None:
    session, _ = await show_with_order(service)
    page = await open_at(desktop, f"{service.url}/staff/{session}", login)
    for name in ("csv", "xlsx"):
        async with page.expect_download() as got:
            await page.locator(f"#{name}").click()
        assert (await got.value).suggested_filename == f"orders-{session}.{name}"
