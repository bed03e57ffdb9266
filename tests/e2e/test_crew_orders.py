"""What the crew does with orders and with the shelf, in a real browser on the real service."""

import re
from collections.abc import AsyncIterator
from typing import Any

import pytest
import pytest_asyncio
from playwright.async_api import Locator, Page, expect

from tests.e2e.conftest import DESKTOP, PHONE, OpenPage
from tests.e2e.crew import TEA, YAK, crew_document, signed_in
from tests.e2e.pictures import picture
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
    await panel.locator('form:visible [name="cause"]').fill("torn packet")
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


async def show_to_run(service: Service, **tea: Any) -> str:
    session = await service.create(title="那曲好物专场", cards=[{**TEA, **tea}, YAK])
    await service.command(session, "start")
    return session


def card_row(page: Page, card: str) -> Locator:
    return page.locator(f'ls-rundown-card[data-card="{card}"]')


@pytest.mark.parametrize("viewport", SIZES)
async def test_a_price_below_the_floor_is_asked_about(
    viewport: Any, open_page: OpenPage, service: Service, login: Any
) -> None:
    session = await show_to_run(service, floor=450)
    url = f"{service.url}/console/{session}"
    page = await open_at(open_page, url, login, viewport=viewport)
    row = card_row(page, "tea")
    await verb(row, "edit").click()
    price = row.locator(".editor-price input").first
    await price.fill("4")
    await price.press("Enter")
    await expect(page.locator("#ask-text")).to_contain_text("¥4 is below the floor price ¥4.50")
    await picture(page, f"floor-{viewport['width']}")
    await page.locator("ls-ask .row button").first.click()
    await expect(row.locator("ls-problem")).to_be_hidden()
    assert (await crew_document(service, session))["cards"]["tea"]["price"] == 500
    await price.press("Enter")
    await page.locator("ls-ask .danger").click()
    await expect(row.locator(".rd-price")).to_have_text("¥4")
    await no_overflow(page)


async def test_sold_out_by_hand_in_one_tap(phone: OpenPage, service: Service, login: Any) -> None:
    session = await show_to_run(service)
    page = await open_at(phone, f"{service.url}/console/{session}", login)
    row = card_row(page, "tea")
    await verb(row, "sell").tap()
    await expect(row.locator('[data-claim="by_hand"]')).to_be_visible()
    await expect(verb(row, "sell")).to_have_text("Sell again")
    await picture(page, "sold-out")
    assert (await crew_document(service, session))["cards"]["tea"]["sold_out"] is True
    await verb(row, "sell").tap()
    await expect(row.locator('[data-claim="by_hand"]')).to_have_count(0)
    assert "sold_out" not in (await crew_document(service, session))["cards"]["tea"]


async def test_limits_are_set_and_safety_stock_is_released(
    desktop: OpenPage, service: Service, login: Any
) -> None:
    session = await show_to_run(service, safety=40)
    page = await open_at(desktop, f"{service.url}/console/{session}", login)
    row = card_row(page, "tea")
    await expect(row.locator('[data-claim="safety"]')).to_have_text("safety 40")
    await verb(row, "edit").click()
    await verb(row, "release-some").click()
    await expect(row.locator('[data-claim="safety"]')).to_have_text("safety 30")
    await row.locator("ls-card-limits summary").click()
    await row.locator('[name="limit"]').fill("0")
    await verb(row, "limits").click()
    await expect(row.locator(".field-limit .field-error")).to_have_text("Above 0, or empty")
    await row.locator('[name="limit"]').fill("5")
    await row.locator('[name="per_order"]').fill("3")
    await row.locator('[name="floor"]').fill("4.50")
    await picture(page, "limits")
    await verb(row, "limits").click()
    await expect(row.locator('[data-claim="per_order"]')).to_have_text("3 an order")
    await verb(row, "release").click()
    await expect(row.locator('[data-claim="safety"]')).to_have_count(0)
    tea = (await crew_document(service, session))["cards"]["tea"]
    assert [tea[name] for name in ("limit", "per_order", "floor", "safety")] == [5, 3, 450, 0]


@pytest.mark.parametrize("viewport", SIZES)
async def test_a_flash_sale_from_its_preparation_to_its_end(
    viewport: Any, open_page: OpenPage, service: Service, login: Any
) -> None:
    session = await show_to_run(service)
    url = f"{service.url}/console/{session}"
    page = await open_at(open_page, url, login, viewport=viewport)
    await verb(page.locator("ls-flashes"), "prepare").click()
    form = page.locator(".flash-form")
    await form.locator("select").select_option("tea")
    await form.locator('[name="price"]').fill("5")
    await form.locator('[name="units"]').fill("20")
    await form.locator('[name="countdown_s"]').fill("9")
    await verb(form, "prepare-yes").click()
    await expect(form.locator(".field-price .field-error")).to_have_text("Has to be below ¥5")
    await expect(form.locator(".field-countdown_s .field-error")).to_have_text("From 10 to 300")
    await form.locator('[name="price"]').fill("3.90")
    await form.locator('[name="countdown_s"]').fill("10")
    await picture(page, f"flash-form-{viewport['width']}")
    await verb(form, "prepare-yes").click()
    await expect(form).to_be_hidden()
    flash = page.locator("ls-flash")
    await expect(flash).to_contain_text("¥3.90 · 20 units")
    await verb(flash, "start_flash").click()
    await expect(flash.locator(".flash-clock")).to_contain_text("starts in 00:")
    await picture(page, f"flash-counting-{viewport['width']}")
    await expect(flash).to_have_attribute("data-state", "running", timeout=15000)
    await expect(flash.locator(".flash-left")).to_have_text("20 of 20 left")
    await service.order(session, await service.buyer(), "tea", 2, 390)
    await expect(flash.locator(".flash-left")).to_have_text("18 of 20 left")
    await picture(page, f"flash-running-{viewport['width']}")
    await verb(flash, "end_flash").click()
    await expect(page.locator("ls-flashes summary")).to_have_text("1 has ended")
    await no_overflow(page)
    document = await crew_document(service, session)
    assert document["flashes"]["flash-1"]["state"] == "ended"
    assert document["cards"]["tea"]["stock"] == 998


async def test_a_prepared_flash_sale_is_dropped(
    desktop: OpenPage, service: Service, login: Any
) -> None:
    session = await show_to_run(service)
    await service.command(session, "prepare_flash", card="tea", price=400, units=10)
    page = await open_at(desktop, f"{service.url}/console/{session}", login)
    await verb(page.locator("ls-flash"), "drop_flash").click()
    await expect(page.locator("ls-flash")).to_have_count(0)
    assert (await crew_document(service, session))["flashes"] == {}


async def test_a_pack_is_added_that_draws_on_another_stock(
    desktop: OpenPage, service: Service, login: Any
) -> None:
    session = await show_to_run(service)
    page = await open_at(desktop, f"{service.url}/console/{session}", login)
    await page.locator("ls-rundown header .row button").last.click()
    form = page.locator(".add-card")
    await form.locator('[name="title"]').fill("凉茶十袋装")
    await form.locator('[name="price"]').fill("45")
    await form.get_by_text("More", exact=True).click()
    await form.locator('[name="of"]').select_option("tea")
    await form.locator('[name="pack"]').fill("10")
    await form.locator('[name="floor"]').fill("40")
    await picture(page, "add-card")
    await form.locator("[type=submit]").click()
    row = card_row(page, "card-1")
    await expect(row.locator('[data-claim="pack"]')).to_have_text("10 pieces a unit")
    card = (await crew_document(service, session))["cards"]["card-1"]
    assert (card["of"], card["pack"], card["floor"], card["stock"]) == ("tea", 10, 4000, 100)
