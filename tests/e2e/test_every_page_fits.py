"""Every page at every width, in both languages, with the longest names and the largest sums.

Nothing may run over the edge of the window, and no digit of a price, a count or a figure may be
cut off: half a number is a wrong number.
"""

from collections.abc import AsyncIterator
from typing import Any

import pytest
import pytest_asyncio
from playwright.async_api import Page, expect

from tests.e2e.conftest import OpenPage
from tests.e2e.crew import signed_in
from tests.e2e.service import Service

pytestmark = pytest.mark.asyncio(loop_scope="session")

WIDTHS_PX = (320, 360, 390, 768, 1024, 1440)
HEIGHT_PX = 844
TEN_MILLION = 1_000_000_000

PAGES = (
    "/", "/login", "/setup", "/nothing-here", "/console", "/console#new", "/console#calendar",
    "/staff", "/s/{live}", "/s/{ended}", "/console/{live}", "/console/{ended}", "/prepare/{live}",
    "/prepare/{ended}", "/products", "/staff/{live}", "/staff/{ended}", "/audience/{live}",
    "/audience/{ended}", "/people", "/people#links", "/people#audit", "/account", "/invite",
)  # fmt: skip

# Where a page is wider than its window, and what of it is cut off.
FAULTS = """() => {
  const faults = [];
  const scrolls = ".table-scroll, .filters, .skip-link, .visually-hidden, svg, ls-hearts";
  const wide = document.documentElement.scrollWidth;
  if (wide > innerWidth) faults.push(`the page is ${wide} px wide`);
  const isClipped = (one) => one && (
    getComputedStyle(one).overflowX !== "visible" || isClipped(one.parentElement));
  const numbers = ".figure-value, .counter-number, .bar-count, .rd-stock, .rd-price, .onair-price, "
    + ".card-price, .totals dd, .state-clock";
  for (const one of document.querySelectorAll("body *")) {
    const { width, right } = one.getBoundingClientRect();
    if (!one.checkVisibility({ visibilityProperty: true }) || !width || one.closest(scrolls)) {
      continue;
    }
    const said = `${one.tagName} ${one.className} ${one.textContent.slice(0, 30)}`;
    if (right > innerWidth + 1 && !isClipped(one.parentElement)) faults.push(`over: ${said}`);
    const isNumber = one.matches(numbers) || one.matches("button, .button");
    const isCut = one.clientWidth && one.scrollWidth > one.clientWidth + 1;
    if (isNumber && isCut) faults.push(`cut: ${said}`);
  }
  return faults;
}"""

# The order button must not lie on the price beside it.
COVERED = """() => {
  const card = document.querySelector("ls-card[data-look=shown]");
  const price = document.createRange();
  price.selectNodeContents(card.querySelector(".card-price"));
  const button = card.querySelector(".card-order").getBoundingClientRect();
  return price.getBoundingClientRect().right > button.left;
}"""


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def login(service: Service) -> AsyncIterator[Any]:
    """One login for all tests here, because logins are throttled."""
    yield await signed_in(service)


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def shows(service: Service) -> AsyncIterator[dict[str, str]]:
    """A show on air and one that has ended, both as long and as large as they may be."""
    ended = await great_show(service)
    # A host has one show on air at a time.
    await service.command(ended, "end")
    yield {"live": await great_show(service), "ended": ended}


async def great_show(service: Service) -> str:
    title = "那曲市电商购物节援藏直播专场虫草牦牛肉藏香猪" * 4
    cards = [
        {
            "id": f"c{slot}", "slot": slot, "title": f"{slot}{title}"[:80], "price": TEN_MILLION,
            "was": 2 * TEN_MILLION, "stock": 10_000_000, "open": True, "donation": 20_000,
            "badges": ["地理标志", "援藏公益", "限量"],
        }
        for slot in range(960, 1000)
    ]  # fmt: skip
    session = await service.create(
        title=title[:80], host="W" * 40, fund="浙江援藏扶贫公益基金", public_gross=True, cards=cards
    )
    await service.command(session, "start", confirm=True)
    await service.command(session, "show", card="c960")
    await service.command(session, "notice", text="今晚八点前下单，全场包邮。" * 15)
    await service.order(session, await service.buyer(), "c960", 1, TEN_MILLION)
    return session


@pytest.mark.parametrize("locale", ["en", "zh-CN"])
@pytest.mark.parametrize("path", PAGES)
async def test_nothing_is_cut_off(
    path: str, locale: str, open_page: OpenPage, service: Service, login: Any,
    shows: dict[str, str],
) -> None:  # fmt: skip
    is_for_all = path.startswith(("/login", "/setup", "/invite", "/s/"))
    state = None if is_for_all else login
    url = service.url + path.format(**shows)
    page = await open_page(url, locale=locale, storage_state=state)
    await settled(page, path)
    for width in WIDTHS_PX:
        await page.set_viewport_size({"width": width, "height": HEIGHT_PX})
        await frames(page)
        assert await page.evaluate(FAULTS) == [], f"{path} at {width} px"


@pytest.mark.parametrize("locale", ["en", "zh-CN"])
async def test_the_order_button_never_covers_the_price(
    locale: str, open_page: OpenPage, service: Service, shows: dict[str, str]
) -> None:
    page = await open_page(f"{service.url}/s/{shows['live']}", locale=locale)
    await expect(page.locator("ls-card[data-look=shown] .card-price")).to_be_visible()
    for width in WIDTHS_PX:
        await page.set_viewport_size({"width": width, "height": HEIGHT_PX})
        await frames(page)
        assert not await page.evaluate(COVERED), f"at {width} px"


async def settled(page: Page, path: str) -> None:
    """Waits until what the page asks the service for is there."""
    if path.startswith(("/login", "/setup", "/invite", "/nothing-here")):
        return
    await expect(page.locator("body")).not_to_have_attribute("data-status", "loading")
    if path == "/console#new":
        await expect(page.locator("#new-session")).to_be_visible()


async def frames(page: Page) -> None:
    """Two frames: sizes that elements watch are taken in by then."""
    await page.evaluate(
        "() => new Promise((go) => requestAnimationFrame(() => requestAnimationFrame(go)))"
    )
