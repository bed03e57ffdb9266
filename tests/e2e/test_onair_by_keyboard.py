"""A whole show by keyboard alone: single keys, digits, Tab, Enter, Escape; no mouse anywhere."""

import pytest
from playwright.async_api import Locator, Page, expect

from tests.e2e.conftest import OpenPage
from tests.e2e.crew import crew_document, signed_in
from tests.e2e.service import Service
from tests.e2e.show import ended_well, open_console, prepared, prepares_flash

pytestmark = pytest.mark.asyncio(loop_scope="session")

# From the head of the page to its end.
MOST_TABS = 120


async def test_a_whole_show_by_keyboard(desktop: OpenPage, service: Service) -> None:
    session = await prepared(service)
    page = await open_console(desktop, service, session, await signed_in(service))
    state, slot = page.locator(".state-chip"), page.locator(".onair-slot")
    keys, sheet = page.keyboard, page.locator("ls-card-sheet dialog")

    await keys.press("?")
    await expect(page.locator(".key-map")).to_be_visible()
    await keys.press("Escape")
    await expect(page.locator(".key-map")).to_be_hidden()
    await keys.press("Shift+S")
    await expect(page.locator("ls-ask dialog")).to_be_visible()
    await keys.press("Tab")
    await keys.press("Enter")
    await expect(state).to_have_text("Live")

    await keys.press("3")
    await expect(slot).to_have_text("3")
    await keys.press("c")
    await expect(sheet.locator("input").first).to_be_focused()
    await keys.type("4.50")
    await keys.press("Enter")
    await expect(page.locator(".onair-price")).to_have_text("¥4.50")
    await expect(sheet).to_be_hidden()
    await keys.press("r")
    await expect(sheet.locator("ls-stock-form input")).to_be_focused()
    await keys.type("50")
    await keys.press("Enter")
    await expect(page.locator(".onair-stock")).to_contain_text("1,050")
    await expect(sheet).to_be_hidden()

    await keys.press("f")
    await prepares_flash(page)
    await keys.press("f")
    end = page.locator('[data-verb="end_flash"]')
    await expect(end).to_be_visible()
    await tab_to(page, end)
    await keys.press("Enter")
    await expect(page.locator('ls-flash[data-state="ended"]')).to_have_count(1)

    await keys.type("12")
    await keys.press("Enter")
    await expect(slot).to_have_text("12")
    await keys.press("x")
    await expect(page.locator(".onair-stock")).to_have_text("Sold out")
    await keys.press("n")
    await expect(slot).to_have_text("15")
    await keys.press("o")
    await expect(page.locator(".onair-prices .card-state")).to_have_text("Open")
    await keys.press("h")
    await expect(page.locator(".onair-nothing")).to_be_visible()
    await keys.type("99")
    await expect(page.locator(".slot-hint")).to_have_text("There is no slot 99.")

    await keys.press("m")
    await expect(page.locator("#notice-text")).to_be_focused()
    await keys.insert_text("公益金 0.2 元一罐")
    await keys.press("Control+Enter")
    await expect(page.locator(".notice-now")).to_have_text("公益金 0.2 元一罐")
    await keys.press("Tab")
    await keys.press("p")
    await expect(state).to_have_text("Paused")
    await keys.press("p")
    await expect(state).to_have_text("Live")

    await keys.press("j")
    await expect(page.locator("ls-rundown-card").first).to_be_focused()
    await keys.press("Alt+ArrowDown")
    await expect(page.locator("ls-rundown-card").first).to_have_attribute("data-card", "yak")
    assert (await crew_document(service, session))["rundown"] == ["yak", "tea", "pig"]

    await keys.press("Shift+E")
    await expect(page.locator("#ask-text")).to_contain_text("0 viewers are watching")
    await keys.press("Tab")
    await keys.press("Enter")
    await ended_well(service, page, session)


async def tab_to(page: Page, wanted: Locator) -> None:
    """Reaches an element as somebody without a mouse does."""
    for _ in range(MOST_TABS):
        await page.keyboard.press("Tab")
        if await wanted.evaluate("(one) => one === document.activeElement"):
            return
    raise AssertionError(f"{MOST_TABS} times Tab do not reach {wanted}")


async def test_no_key_acts_while_a_notice_is_written(desktop: OpenPage, service: Service) -> None:
    session = await prepared(service)
    await service.command(session, "start")
    await service.command(session, "show", card="tea")
    page = await open_console(desktop, service, session, await signed_in(service))
    await page.keyboard.press("m")
    await page.keyboard.type("hnoxcp3?")
    await expect(page.locator("#notice-text")).to_have_value("hnoxcp3?")
    await page.evaluate(COMPOSE)
    await expect(page.locator("dialog[open]")).to_have_count(0)
    document = await crew_document(service, session)
    assert (document["shown"], document["session"]["state"]) == ("tea", "live")


# What a Chinese input method sends on a page whose focus is nowhere: keys that are its own.
COMPOSE = """() => {
  document.activeElement.blur();
  for (const key of ["h", "p", "3", "c", "?"]) {
    const composing = { key, bubbles: true, cancelable: true, isComposing: true };
    document.body.dispatchEvent(new KeyboardEvent("keydown", composing));
    const last = new KeyboardEvent("keydown", { key, keyCode: 229, bubbles: true });
    document.body.dispatchEvent(last);
  }
}"""
