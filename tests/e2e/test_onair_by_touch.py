"""A whole show on a phone by touch, with one thumb: what sells is at the lower edge."""

from collections.abc import AsyncIterator
from typing import Any

import pytest
import pytest_asyncio
from playwright.async_api import Page, expect

from tests.e2e.conftest import OpenPage
from tests.e2e.crew import signed_in
from tests.e2e.pictures import picture
from tests.e2e.service import Service
from tests.e2e.show import course, ended_well, open_console, pad, prepared, prepares_flash

pytestmark = pytest.mark.asyncio(loop_scope="session")


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def login(service: Service) -> AsyncIterator[Any]:
    """One login for all tests here, because logins are throttled."""
    yield await signed_in(service)


# Of what can be tapped on the pad: how small the smallest is, and whether all of it is in reach.
REACH = """() => {
  const boxes = [...document.querySelectorAll("ls-pad button, ls-pad input")]
    .map((one) => one.getBoundingClientRect()).filter(({ width }) => width > 0);
  return {
    smallest: Math.min(...boxes.flatMap(({ width, height }) => [width, height])),
    lowerHalf: boxes.every(({ top, bottom }) => top >= innerHeight / 2 && bottom <= innerHeight),
    wide: document.documentElement.scrollWidth - innerWidth,
  };
}"""


async def test_a_whole_show_by_touch(phone: OpenPage, service: Service, login: Any) -> None:
    session = await prepared(service)
    page = await open_console(phone, service, session, login)
    state, slot = page.locator(".state-chip"), page.locator(".onair-slot")

    await course(page, "start").tap()
    await page.locator("ls-ask .primary").tap()
    await expect(state).to_have_text("Live")

    await page.locator("#slot-number").tap()
    await page.locator("#slot-number").fill("3")
    await page.locator(".slot-form [type=submit]").tap()
    await expect(slot).to_have_text("3")
    await picture(page, "onair-phone")

    await pad(page, "price").tap()
    await page.locator('ls-card-sheet [data-price="450"]').tap()
    await expect(page.locator(".onair-price")).to_have_text("¥4.50")
    await expect(page.locator("ls-card-sheet dialog")).to_be_hidden()
    await pad(page, "restock").tap()
    await page.locator('ls-card-sheet [data-units="50"]').tap()
    await expect(page.locator(".onair-stock")).to_contain_text("1,050")
    await expect(page.locator("ls-card-sheet dialog")).to_be_hidden()

    await page.locator('ls-flashes [data-verb="prepare"]').tap()
    await prepares_flash(page)
    await page.locator('[data-verb="start_flash"]').tap()
    await page.locator('[data-verb="end_flash"]').tap()
    await expect(page.locator('ls-flash[data-state="ended"]')).to_have_count(1)

    await pad(page, "next").tap()
    await expect(slot).to_have_text("12")
    await pad(page, "sell").tap()
    await expect(page.locator(".onair-stock")).to_have_text("Sold out")
    await pad(page, "next").tap()
    await expect(slot).to_have_text("15")
    await pad(page, "open").tap()
    await expect(page.locator(".onair-prices .card-state")).to_have_text("Open")
    await pad(page, "hide").tap()
    await expect(page.locator(".onair-nothing")).to_be_visible()

    await page.locator("#notice-text").fill("公益金 0.2 元一罐")
    await page.locator(".notice-form [type=submit]").tap()
    await expect(page.locator(".notice-now")).to_have_text("公益金 0.2 元一罐")
    await course(page, "pause").tap()
    await expect(state).to_have_text("Paused")
    await course(page, "resume").tap()
    await expect(state).to_have_text("Live")

    await course(page, "end").tap()
    await expect(page.locator("#ask-text")).to_contain_text("0 viewers are watching")
    await page.locator("ls-ask .danger").tap()
    await ended_well(service, page, session)


@pytest.mark.parametrize("size", [(320, 568), (390, 844), (430, 932), (844, 390)])
@pytest.mark.parametrize("locale", ["zh-CN", "en"])
async def test_the_pad_is_in_reach_of_the_thumb(
    phone: OpenPage, service: Service, login: Any, size: tuple[int, int], locale: str
) -> None:
    session = await prepared(service)
    await service.command(session, "start")
    await service.command(session, "show", card="tea")
    viewport = {"width": size[0], "height": size[1]}
    url = f"{service.url}/console/{session}"
    page: Page = await phone(url, storage_state=login, viewport=viewport, locale=locale)
    await expect(pad(page, "next")).to_be_enabled()
    reach = await page.evaluate(REACH)
    assert reach["smallest"] >= 44
    assert (reach["lowerHalf"], reach["wide"]) == (True, 0)
