"""What tests of buying share: goods, a show, the shelf, and answers changed on their way."""

import json
import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

from playwright.async_api import Locator, Page, Route

from tests.e2e.service import Service
from tests.e2e.test_viewer_page import CONTACT, card

TEA = card("tea", 1, "清风度西藏凉茶", 500, stock=100, limit=24, per_order=10)
TEN = card("ten", 2, "凉茶十罐装", 4500, of="tea", pack=10, gifts=[{"card": "cup", "units": 2}])
CUP = card("cup", 3, "搪瓷杯", 1900, stock=60)
LAST = card("last", 4, "藏香猪", 29900, stock=2)

# What moved without anybody touching anything; Source: web.dev/cls, had_recent_input is left out.
WATCH_SHIFTS = """() => {
  window.shifts = 0;
  new PerformanceObserver((list) => {
    for (const entry of list.getEntries()) if (!entry.hadRecentInput) window.shifts += entry.value;
  }).observe({ type: "layout-shift" });
}"""

# The page's clock runs on; what the service said of it is answered with this put in.
Answer = Callable[[dict[str, Any]], None]


async def show_of(service: Service, *cards: dict[str, Any]) -> str:
    session = await service.create(title="那曲好物直播专场", cards=list(cards))
    await service.command(session, "start")
    return session


def shelf(page: Page, card_id: str, part: str) -> Locator:
    return page.locator(f'.shelf [data-card="{card_id}"] {part}')


async def ordered(page: Page, card_id: str) -> None:
    await shelf(page, card_id, ".card-order").click()
    await page.locator(".order-submit").click()


async def changed(page: Page, path: str, change: Answer) -> None:
    """From here on, answers to GETs of this path are changed on their way to the page."""

    async def answer(route: Route) -> None:
        if route.request.method != "GET":
            await route.continue_()
            return
        response = await route.fetch()
        body = await response.json()
        change(body)
        await route.fulfill(response=response, body=json.dumps(body))

    await page.route(re.compile(re.escape(path) + "$"), answer)


async def remember_contact(page: Page) -> None:
    """As after an earlier order from this device."""
    text = json.dumps(CONTACT)
    await page.evaluate("text => localStorage.setItem('livesell.contact', text)", text)


def soon(seconds: float) -> str:
    return (datetime.now(UTC) + timedelta(seconds=seconds)).isoformat()


async def orders_of(service: Service, session: str) -> list[dict[str, Any]]:
    """As the crew sees them."""
    listed: dict[str, Any] = await service.call("GET", f"/sessions/{session}/orders")
    return list(listed["orders"])


# --- the shelf ---------------------------------------------------------------------------------
