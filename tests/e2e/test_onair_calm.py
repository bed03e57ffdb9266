"""Nothing moves while numbers change: the layout shift of a console under a stream of patches."""

from typing import Any

import pytest
from playwright.async_api import Page, expect

from tests.e2e.conftest import DESKTOP, PHONE, OpenPage
from tests.e2e.crew import signed_in
from tests.e2e.service import Service
from tests.e2e.show import open_console, prepared

pytestmark = pytest.mark.asyncio(loop_scope="session")

# A shift that a page's user sees at all is worth about a tenth; half of it is the most here.
# Source: web.dev, "Cumulative Layout Shift": good is at most 0.1.
MOST_SHIFT = 0.05
ROUNDS = 24

WATCH_SHIFTS = """() => {
  window.shifts = [];
  const about = ({ node, previousRect: from, currentRect: to }) =>
    `${node?.nodeName} ${node?.className} ${from.x},${from.y} to ${to.x},${to.y}`;
  new PerformanceObserver((list) => {
    for (const { value, sources } of list.getEntries()) {
      window.shifts.push({ value, at: sources.map(about) });
    }
  }).observe({ type: "layout-shift" });
}"""

UNTIL_SEEN = """() => new Promise((seen) => {
  const look = () => (window.shifts.length > 0 ? seen() : requestAnimationFrame(look));
  look();
})"""


@pytest.mark.parametrize("viewport", [PHONE, DESKTOP], ids=["phone", "desktop"])
async def test_numbers_change_and_nothing_moves(
    open_page: OpenPage, service: Service, viewport: dict[str, int]
) -> None:
    session = await prepared(service)
    await service.command(session, "start")
    await service.command(session, "show", card="tea")

    async def sized(url: str, **options: Any) -> Page:
        return await open_page(url, viewport=viewport, **options)

    page = await open_console(sized, service, session, await signed_in(service))
    await expect(page.locator(".pulse-viewers")).not_to_be_empty()
    await page.evaluate("document.fonts.ready")
    await page.evaluate(WATCH_SHIFTS)
    for round_ in range(ROUNDS):
        buyer = await service.buyer()
        await service.order(session, buyer, "tea", 1 + round_ * 3 % 99, 500)
        if round_ == 0:
            await service.order(session, buyer, "yak", 18, 16800)
    left = 1000 - sum(1 + round_ * 3 % 99 for round_ in range(ROUNDS))
    await expect(page.locator(".onair-stock")).to_have_text(f"{left} of 1,000 left")
    await expect(page.locator('ls-state-bar [data-figure="orders"]')).to_contain_text("25")
    shifts = await page.evaluate("window.shifts")
    assert sum(one["value"] for one in shifts) < MOST_SHIFT, shifts


async def test_the_measure_sees_what_moves(desktop: OpenPage, service: Service) -> None:
    """The same measure on a page that is made to jump: a test that cannot fail is none."""
    session = await prepared(service)
    page = await open_console(desktop, service, session, await signed_in(service))
    await page.evaluate(WATCH_SHIFTS)
    await page.evaluate("document.querySelector('ls-watch').style.height = '400px'")
    await page.evaluate(UNTIL_SEEN)
    assert sum(one["value"] for one in await page.evaluate("window.shifts")) > MOST_SHIFT
