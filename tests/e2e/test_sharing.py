"""Handing a show on: the device's own sharing where there is one, else our sheet."""

import pytest
from playwright.async_api import expect

from tests.e2e.conftest import OpenPage
from tests.e2e.pictures import picture
from tests.e2e.service import Service
from tests.e2e.test_viewer_page import TEA, live_show

pytestmark = pytest.mark.asyncio(loop_scope="session")

# What a phone's browser has and headless Chromium does not; it keeps what it is given.
PHONES_SHARING = """
navigator.share = async (what) => {
  if (!navigator.userActivation.isActive) throw new DOMException("", "NotAllowedError");
  window.handedOn = what;
  throw new DOMException("The person changed their mind.", "AbortError");
};
"""


async def test_a_desktop_gets_the_address_and_its_code(
    service: Service, desktop: OpenPage, phone: OpenPage
) -> None:
    session = await live_show(service, TEA)
    page = await desktop(f"{service.url}/s/{session}?lang=en&from=chat#top")
    await page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    await page.get_by_role("button", name="Share this show").click()
    sheet = page.get_by_role("dialog", name="Share this show")
    code = sheet.get_by_role("img", name="QR code")
    await expect(code).to_be_visible()
    await expect(code).to_have_js_property("complete", value=True)
    assert await code.evaluate("(image) => image.naturalWidth") > 0
    await expect(sheet.get_by_label("Address")).to_have_value(f"{service.url}/s/{session}")
    await sheet.get_by_role("button", name="Copy").click()
    await expect(sheet.get_by_text("copied")).to_be_visible()
    assert await page.evaluate("navigator.clipboard.readText()") == f"{service.url}/s/{session}"
    await picture(page, "share-sheet")

    # Without a clipboard, as on plain http, the field itself is copied.
    page = await phone(f"{service.url}/s/{session}", locale="zh-CN")
    await page.evaluate("Object.defineProperty(navigator, 'clipboard', {value: undefined})")
    await page.get_by_role("button", name="分享这场直播").click()
    await page.get_by_role("button", name="复制").click()
    await expect(page.get_by_text("地址已复制")).to_be_visible()
    await picture(page, "share-sheet-phone")


async def test_a_phone_shares_in_its_own_way(service: Service, phone: OpenPage) -> None:
    session = await live_show(service, TEA)
    page = await phone("about:blank")
    await page.add_init_script(PHONES_SHARING)
    await page.goto(f"{service.url}/s/{session}?lang=en")
    await expect(page.locator("body")).to_have_attribute("data-status", "live")
    await page.get_by_role("button", name="Share this show").click()
    handed = await page.evaluate("window.handedOn")
    assert handed["url"] == f"{service.url}/s/{session}"
    assert handed["title"] == "那曲好物直播专场"
    await expect(page.get_by_role("dialog")).to_have_count(0)
