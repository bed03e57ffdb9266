"""Paying in the sandbox, and the page after it, in a real browser on the real service."""

import json
import re
import uuid
from collections.abc import AsyncIterator
from typing import Any

import aiohttp
import pytest
import pytest_asyncio
from playwright.async_api import Page, expect

from tests.e2e.conftest import OpenPage
from tests.e2e.pictures import picture
from tests.e2e.service import Service

pytestmark = pytest.mark.asyncio(loop_scope="session")

TEA = {"id": "tea", "slot": 1, "title": "清风度西藏凉茶", "price": 39900, "open": True, "stock": 9}
FITS = "document.documentElement.scrollWidth <= innerWidth"


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def shop(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Service]:
    """A rehearsal: prepaid, with the sandbox."""
    running = Service(
        tmp_path_factory.mktemp("paying") / "data",
        LIVESELL_SALES__PAYMENT="prepaid",
        LIVESELL_SALES__PROVIDER="sandbox",
    )
    try:
        await running.start()
        yield running
    finally:
        await running.close()


class Purchase:
    """An order that waits for its payment, and the browser of its buyer."""

    def __init__(self, service: Service, session: str, token: str, order: dict[str, Any]) -> None:
        self.service, self.session, self.token, self.order = service, session, token, order
        self.back = f"/pay/return?session={session}&order={order['id']}&to=viewer"

    async def page_to_pay(self) -> str:
        path = f"/sessions/{self.session}/orders/{self.order['id']}/payment"
        answer = await self.service.call("POST", path, {}, token=self.token)
        return str(answer["url"])

    async def press(self, what: str) -> None:
        """Presses a button of the sandbox's page from elsewhere."""
        [ref] = re.findall(r"/pay/sandbox/([^?]+)", await self.page_to_pay())
        await self.service.call("POST", f"/sandbox/{ref}", {"do": what}, token=self.token)

    async def open(self, open_page: OpenPage, address: str, **options: Any) -> Page:
        """A page in the buyer's own browser, which remembers who it is."""
        page = await open_page(f"{self.service.url}/setup", **options)
        kept = json.dumps(json.dumps(self.token))
        await page.evaluate(f"localStorage.setItem('livesell.viewer', {kept})")
        await page.goto(address if "://" in address else self.service.url + address)
        return page


@pytest_asyncio.fixture(loop_scope="session")
async def purchase(shop: Service) -> Purchase:
    session = await shop.create(title="那曲好物直播专场", cards=[TEA])
    await shop.command(session, "start")
    token = await shop.buyer()
    answer = await shop.order(session, token, "tea", 2, 39900)
    assert answer["order"]["state"] == "held"
    return Purchase(shop, session, token, answer["order"])


async def fits(page: Page) -> None:
    """Nothing runs over the edge, from the smallest phone to a wide screen."""
    before = page.viewport_size
    assert before is not None
    for width in (320, 768, before["width"]):
        await page.set_viewport_size({"width": width, "height": before["height"]})
        assert await page.evaluate(FITS), width


LOOKS = [("phone", "en", "light"), ("phone", "zh-CN", "dark"), ("desktop", "en", "dark")]


@pytest.mark.parametrize(("size", "locale", "scheme"), LOOKS)
async def test_a_buyer_pays_and_comes_back(
    purchase: Purchase, phone: OpenPage, desktop: OpenPage, size: str, locale: str, scheme: str
) -> None:
    open_page = phone if size == "phone" else desktop
    look = {"locale": locale, "color_scheme": scheme}
    page = await purchase.open(open_page, await purchase.page_to_pay(), **look)
    name = f"pay-{size}-{locale}-{scheme}"
    await expect(page.locator(".pay-stripes")).to_contain_text("不会扣款")
    await expect(page.locator(".pay-stripes")).to_contain_text("no real money")
    await expect(page.locator('[data-out="product"]')).to_have_text("清风度西藏凉茶")
    await expect(page.locator('[data-out="amount"]')).to_have_text("¥798.00")
    await expect(page.locator('[data-out="left"]')).to_have_text(re.compile(r"^14:\d\d$"))
    await fits(page)
    await picture(page, f"{name}-1-open", whole=True)
    await page.locator('[data-do="decline"]').click()
    await expect(page.locator('[data-out="message"]')).to_have_attribute("data-kind", "warn")
    await picture(page, f"{name}-2-declined", whole=True)
    await page.locator('[data-do="pay"]').click()
    await expect(page.locator("body")).to_have_attribute("data-look", "good")
    await expect(page.locator("h1")).to_have_text("已支付" if locale == "zh-CN" else "Paid")
    await expect(page.locator('[data-out="amount"]')).to_have_text("¥798.00")
    await fits(page)
    await picture(page, f"{name}-3-paid", whole=True)
    await page.locator('[data-do="back"]').click()
    await expect(page).to_have_url(f"{purchase.service.url}/s/{purchase.session}")


async def test_the_buyer_is_back_before_the_payment_is_told(
    purchase: Purchase, phone: OpenPage
) -> None:
    page = await purchase.open(phone, purchase.back)
    await expect(page.locator("body")).to_have_attribute("data-look", "waiting")
    await expect(page.locator("h1")).to_have_text("Waiting for the payment")
    await expect(page.locator('[data-out="hold"]')).to_contain_text("held until")
    await expect(page.locator('[data-do="pay"]')).to_be_hidden()
    await picture(page, "return-waiting", whole=True)
    await purchase.press("pay")
    await expect(page.locator("h1")).to_have_text("Paid")


async def test_without_a_confirmation_it_can_be_paid_from_there(
    purchase: Purchase, phone: OpenPage
) -> None:
    page = await purchase.open(phone, purchase.back)
    pay = page.locator('[data-do="pay"]')
    await expect(pay).to_be_visible(timeout=20_000)
    await picture(page, "return-long", whole=True)
    await pay.click()
    await expect(page).to_have_url(re.compile(r"/pay/sandbox/"))
    await page.locator('[data-do="back"]').click()
    await expect(page).to_have_url(f"{purchase.service.url}{purchase.back}&left=1")
    # Who turned back need not wait to change their mind.
    await expect(page.locator('[data-do="pay"]')).to_be_visible(timeout=3000)


async def test_what_was_cancelled_or_given_back_is_told(
    purchase: Purchase, desktop: OpenPage
) -> None:
    path = f"/sessions/{purchase.session}/orders/{purchase.order['id']}"
    await purchase.press("pay")
    await purchase.service.call("POST", f"{path}/refund", {"amount": 10000, "restock": False})
    page = await purchase.open(desktop, purchase.back)
    await expect(page.locator('[data-out="partly"]')).to_contain_text("¥100.00")
    await purchase.service.call("POST", f"{path}/refund", {"restock": True})
    await page.reload()
    await expect(page.locator("h1")).to_have_text("Refunded")
    await expect(page.locator('[data-out="text"]')).to_contain_text("¥798.00")
    await picture(page, "return-refunded", whole=True)


async def test_another_browser_is_told_nothing(purchase: Purchase, phone: OpenPage) -> None:
    await purchase.press("pay")
    page = await phone(purchase.service.url + purchase.back)
    await expect(page.locator("h1")).to_have_text("This order is not yours in this browser")
    await picture(page, "return-other", whole=True)
    page = await phone(f"{purchase.service.url}/pay/return?session=naqu")
    await expect(page.locator("h1")).to_have_text("This link is incomplete")


async def test_a_paid_order_cannot_be_paid_in_another_tab(
    purchase: Purchase, phone: OpenPage
) -> None:
    page = await purchase.open(phone, await purchase.page_to_pay())
    await expect(page.locator('[data-do="pay"]')).to_be_enabled()
    await purchase.press("pay")
    await expect(page.locator('[data-out="message"]')).to_contain_text("paid already")
    await expect(page.locator('[data-do="pay"]')).to_be_disabled()
    await picture(page, "pay-already", whole=True)


async def test_a_lost_connection_says_so_and_comes_back(
    purchase: Purchase, phone: OpenPage
) -> None:
    page = await purchase.open(phone, purchase.back)
    await expect(page.locator("h1")).to_have_text("Waiting for the payment")
    await page.context.set_offline(True)
    await expect(page.locator('[data-out="offline"]')).to_be_visible()
    await purchase.press("pay")
    await page.context.set_offline(False)
    await expect(page.locator("h1")).to_have_text("Paid")
    await expect(page.locator('[data-out="offline"]')).to_be_hidden()


async def test_the_service_has_no_sandbox_unless_it_was_chosen(service: Service) -> None:
    reference = f"sandbox.naqu.{uuid.uuid4()}.{'A' * 22}"
    address = f"{service.url}/pay/sandbox/{reference}"
    async with aiohttp.ClientSession() as client, client.get(address) as reply:
        assert reply.status == 404
