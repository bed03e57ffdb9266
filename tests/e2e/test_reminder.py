"""A viewer who leaves the preview open is told when the show begins."""

from datetime import UTC, datetime, timedelta

import pytest
from playwright.async_api import expect

from tests.e2e.conftest import OpenPage
from tests.e2e.pictures import picture
from tests.e2e.service import Service
from tests.e2e.test_viewer_page import TEA

pytestmark = pytest.mark.asyncio(loop_scope="session")

# Headless Chromium shows no notification; this one has a permission and keeps what is told.
NOTIFICATIONS = """
window.told = [];
window.Notification = class extends EventTarget {
  static get permission() { return localStorage.getItem("permission") ?? "default"; }
  static async requestPermission() {
    if (!navigator.userActivation.isActive) return "default";
    localStorage.setItem("permission", "granted");
    return "granted";
  }
  constructor(title, { body }) { super(); window.told.push([title, body]); }
};
"""


async def test_the_wish_is_kept_and_the_start_is_told(service: Service, phone: OpenPage) -> None:
    start = datetime.now(UTC) + timedelta(hours=2)
    planned = {
        "planned_start": start.isoformat(),
        "planned_end": (start + timedelta(hours=1)).isoformat(),
    }
    session = await service.create(title="虫草采挖季", cards=[TEA], **planned)
    page = await phone("about:blank")
    await page.add_init_script(NOTIFICATIONS)
    await page.goto(f"{service.url}/s/{session}?lang=en")
    wish = page.get_by_role("button", name="Remind me on this page")
    await wish.click()
    cancel = page.get_by_role("button", name="Do not remind me")
    await expect(cancel).to_have_attribute("aria-pressed", "true")
    await page.reload()
    await expect(page.get_by_text("Keep this page open")).to_be_visible()
    await picture(page, "reminder-on")
    await service.command(session, "start")
    await expect(page.locator("body")).to_have_attribute("data-state", "live")
    assert await page.evaluate("window.told") == [["虫草采挖季", "The show has started."]]

    # A phone's browser that cannot is honest about it.
    session = await service.create(title="虫草采挖季", cards=[TEA], **planned)
    old = await phone(f"{service.url}/s/{session}", user_agent="Android", locale="zh-CN")
    await expect(old.get_by_text("这个浏览器不能提醒，请用日历。")).to_be_visible()
    await expect(old.locator("ls-reminder button")).to_be_hidden()
    await picture(old, "reminder-not-here")
