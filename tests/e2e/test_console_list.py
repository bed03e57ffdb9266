"""The list and the calendar of sessions in a real browser."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import pytest_asyncio
from playwright.async_api import Page, expect

from tests.e2e.conftest import OpenPage
from tests.e2e.crew import TEA, signed_in
from tests.e2e.service import Service

pytestmark = pytest.mark.asyncio(loop_scope="session")


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def login(service: Service) -> AsyncIterator[Any]:
    """One login for all tests here, because logins are throttled."""
    yield await signed_in(service)


async def opened(open_page: OpenPage, service: Service, login: Any, path: str = "") -> Page:
    page = await open_page(
        f"{service.url}/console{path}", storage_state=login, locale="en-GB", timezone_id="UTC"
    )
    await expect(page.locator("body")).to_have_attribute("data-status", "live")
    return page


def row(page: Page, title: str) -> Any:
    return page.locator(".session-entry").filter(has_text=title)


async def test_a_session_is_copied_cancelled_and_a_draft_removed(
    desktop: OpenPage, service: Service, login: Any
) -> None:
    start = datetime.now(UTC) + timedelta(hours=3000)
    times = {
        "planned_start": start.isoformat(),
        "planned_end": (start + timedelta(hours=1)).isoformat(),
    }
    await service.create(title="要复制的一场", host="列表主播", cards=[TEA], **times)
    page = await opened(desktop, service, login)
    await page.locator("#search").fill("要复制的")
    await row(page, "要复制的一场").locator('[data-verb="duplicate"]').click()
    await page.wait_for_url("**/prepare/**")
    await expect(page.locator("#title")).to_have_text("要复制的一场 (copy)")
    await expect(page.locator(".plan-row")).to_have_count(1)
    page = await opened(desktop, service, login)
    await page.locator("#search").fill("列表主播")
    await expect(page.locator(".session-entry")).to_have_count(2)
    await row(page, "(copy)").locator('[data-verb="remove"]').click()
    await page.locator("dialog.ask .danger").click()
    await expect(page.locator(".session-entry")).to_have_count(1)
    await row(page, "要复制的一场").locator('[data-verb="cancel"]').click()
    await page.locator("dialog.ask .danger").click()
    await expect(page.locator('[data-part="past"] .session-entry')).to_have_count(1)


async def test_the_list_goes_on_page_by_page(
    desktop: OpenPage, service: Service, login: Any
) -> None:
    for n in range(23):
        await service.create(title=f"翻页 {n}", host="翻页主播")
    page = await opened(desktop, service, login)
    await page.locator("#host").select_option("翻页主播")
    entries = page.locator('[data-part="next"] .session-entry')
    await expect(page.locator('[data-part="next"] > button')).to_contain_text("(3 left)")
    await expect(entries).to_have_count(20)
    await page.locator('[data-part="next"] > button').click()
    await expect(entries).to_have_count(23)


async def test_a_free_time_of_the_calendar_becomes_a_session(
    desktop: OpenPage, service: Service, login: Any
) -> None:
    page = await opened(desktop, service, login, "#calendar")
    await page.locator('[data-mode="week"]').click()
    await page.get_by_role("button", name="Later").click()
    track = page.locator(".calendar-track").nth(2)
    day = await track.get_attribute("data-track")
    await track.click(position={"x": 20, "y": 815})
    await expect(page.locator('[name="planned_start"]')).to_have_value(f"{day}T20:00")
    await page.locator('ls-create-form [name="title"]').first.fill("日历里的一场")
    await page.locator('ls-create-form [name="host"]').fill("日历主播")
    await page.locator("ls-create-form [type=submit]").click()
    await page.wait_for_url("**/prepare/**")
    page = await opened(desktop, service, login, "#calendar")
    await page.locator('[data-mode="week"]').click()
    await page.get_by_role("button", name="Later").click()
    await expect(page.locator(".calendar-block").filter(has_text="日历里的一场")).to_be_visible()


async def test_the_calendar_is_walked_by_keyboard(
    desktop: OpenPage, service: Service, login: Any
) -> None:
    page = await opened(desktop, service, login, "#calendar")
    today = datetime.now(UTC).date()
    first = page.locator(f'[data-day="{today}"]')
    await first.focus()
    for key, days in (("ArrowDown", 7), ("ArrowRight", 8), ("ArrowUp", 1), ("ArrowLeft", 0)):
        await page.keyboard.press(key)
        await expect(page.locator(f'[data-day="{today + timedelta(days=days)}"]')).to_be_focused()
    await page.keyboard.press("Enter")
    await expect(page.locator('[name="planned_start"]')).to_have_value(f"{today}T20:00")
