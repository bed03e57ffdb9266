"""The overlay's browser source on the real service: what a mixer would show."""

import pytest
from playwright.async_api import Page, expect

from tests.e2e.conftest import OpenPage
from tests.e2e.service import Service

pytestmark = pytest.mark.asyncio(loop_scope="session")

CANVAS = {"width": 1920, "height": 1080}
YAK = {
    "id": "yak", "slot": 3, "title": "娘亚牦牛肉 1 kg", "price": 16800, "was": 19800, "stock": 12,
    "open": True, "badges": ["国家地理标志", "冷链"],
}  # fmt: skip
TEA = {"id": "tea", "slot": 1, "title": "清风度西藏凉茶", "price": 500, "stock": 900, "open": True}


async def overlay(service: Service, open_page: OpenPage, query: str = "") -> tuple[str, Page]:
    session = await service.create(title="那曲好物直播专场", cards=[YAK, TEA])
    await service.command(session, "start")
    url = f"{service.url}/overlay/{session}/lower-third{query}"
    return session, await open_page(url, viewport=CANVAS)


def field(name: str) -> str:
    return f'[data-field="{name}"]'


async def test_the_shown_card_comes_changes_and_goes(service: Service, desktop: OpenPage) -> None:
    session, page = await overlay(service, desktop)
    card = page.locator("main")
    await expect(card).to_have_attribute("data-shown", "false")
    await service.command(session, "show", card="yak")
    await expect(card).to_have_attribute("data-shown", "true")
    expected = {
        "slot": "3 号链接", "number": "3", "title": "娘亚牦牛肉 1 kg", "price": "¥168.00",
        "was": "¥198.00", "stock": "库存 12 件",
    }  # fmt: skip
    for name, text in expected.items():
        await expect(page.locator(field(name))).to_have_text(text)
    await expect(page.locator('[data-field="badges"] > span')).to_have_count(2)
    await service.command(session, "show", card="tea")
    await expect(page.locator(field("title"))).to_have_text("清风度西藏凉茶")
    await expect(card).to_have_attribute("data-shown", "true")
    await expect(page.locator(field("was"))).to_be_hidden()
    await service.command(session, "hide")
    await expect(card).to_have_attribute("data-shown", "false")


async def test_stock_states_in_the_language_that_is_asked_for(
    service: Service, desktop: OpenPage
) -> None:
    session, page = await overlay(service, desktop, "?lang=en")
    await service.command(session, "show", card="yak")
    card, stock = page.locator("main"), page.locator(field("stock"))
    await expect(card).to_have_attribute("data-state", "open")
    buyer = await service.buyer()
    await service.order(session, buyer, "yak", 4, 16800)
    await expect(stock).to_have_text("Only 8 left")
    await expect(card).to_have_attribute("data-state", "low")
    await service.order(session, buyer, "yak", 8, 16800)
    await expect(stock).to_have_text("Sold out")
    await expect(card).to_have_attribute("data-state", "sold_out")


async def test_an_overlay_is_not_a_viewer(service: Service, desktop: OpenPage) -> None:
    session, page = await overlay(service, desktop)
    await service.command(session, "show", card="tea")
    await expect(page.locator("main")).to_have_attribute("data-shown", "true")
    answer = await service.call("GET", f"/sessions/{session}")
    assert answer["document"]["tally"]["viewers"] == 0


async def test_it_comes_back_after_a_restart(own_service: Service, desktop: OpenPage) -> None:
    session, page = await overlay(own_service, desktop)
    await own_service.command(session, "show", card="yak")
    await expect(page.locator("main")).to_have_attribute("data-shown", "true")
    await own_service.stop()
    await own_service.start()
    await own_service.command(session, "show", card="tea")
    title = page.locator(field("title"))
    await expect(title).to_have_text("清风度西藏凉茶", timeout=30_000)
