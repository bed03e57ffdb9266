"""A whole show by mouse at a desk: every step that a broadcast needs, and nothing by key."""

import re

import pytest
from playwright.async_api import expect

from tests.e2e.conftest import OpenPage
from tests.e2e.crew import hire, signed_in
from tests.e2e.pictures import picture
from tests.e2e.service import Service
from tests.e2e.show import CARDS, course, ended_well, open_console, pad, prepared, prepares_flash

pytestmark = pytest.mark.asyncio(loop_scope="session")


async def test_a_whole_show_by_mouse(desktop: OpenPage, service: Service) -> None:
    session = await prepared(service)
    page = await open_console(desktop, service, session, await signed_in(service))
    state, slot = page.locator(".state-chip"), page.locator(".onair-slot")

    await course(page, "start").click()
    await page.locator("ls-ask .primary").click()
    await expect(state).to_have_text("Live")

    await page.locator('ls-rundown-card[data-card="tea"] [data-verb="show"]').click()
    await expect(slot).to_have_text("3")
    await expect(page.locator(".onair-script-text")).to_contain_text("公益金")
    await expect(page.locator(".onair-since")).to_contain_text("of 02:00")

    # Price and stock in two taps.
    await pad(page, "price").click()
    await page.locator('ls-card-sheet [data-price="450"]').click()
    await expect(page.locator(".onair-price")).to_have_text("¥4.50")
    await expect(page.locator("ls-card-sheet dialog")).to_be_hidden()
    await pad(page, "restock").click()
    await page.locator('ls-card-sheet [data-units="50"]').click()
    await expect(page.locator(".onair-stock")).to_contain_text("1,050")
    await picture(page, "onair-desk")

    await page.locator('ls-flashes [data-verb="prepare"]').click()
    await prepares_flash(page)
    await page.locator('[data-verb="start_flash"]').click()
    await page.locator('[data-verb="end_flash"]').click()
    await expect(page.locator('ls-flash[data-state="ended"]')).to_have_count(1)

    await pad(page, "next").click()
    await expect(slot).to_have_text("12")
    await pad(page, "sell").click()
    await expect(page.locator(".onair-stock")).to_have_text("Sold out")
    await pad(page, "next").click()
    await expect(slot).to_have_text("15")
    await pad(page, "open").click()
    await expect(page.locator(".onair-prices .card-state")).to_have_text("Open")
    await pad(page, "gifts").click()
    sheet = page.locator("ls-card-sheet")
    await sheet.locator("select:visible").select_option("tea")
    await sheet.locator("[type=submit]:visible").click()
    await expect(sheet.locator(".gift-line")).to_contain_text("清风度")
    await sheet.locator('[data-verb="drop-gift"]').click()
    await expect(sheet.locator(".gift-line")).to_have_count(0)
    await sheet.locator(".card-sheet-head button").click()
    await pad(page, "hide").click()
    await expect(page.locator(".onair-nothing")).to_be_visible()

    await page.locator("#notice-text").fill("公益金 0.2 元一罐")
    await page.locator(".notice-form [type=submit]").click()
    await expect(page.locator(".notice-now")).to_have_text("公益金 0.2 元一罐")
    await course(page, "pause").click()
    await expect(state).to_have_text("Paused")
    await course(page, "resume").click()
    await expect(state).to_have_text("Live")

    await course(page, "end").click()
    await expect(page.locator("#ask-text")).to_contain_text("0 viewers are watching")
    await expect(page.locator(".ask-points")).to_contain_text("not sold out")
    await page.locator("ls-ask .danger").click()
    await ended_well(service, page, session)


async def test_a_moderator_reads_and_posts_the_notice(desktop: OpenPage, service: Service) -> None:
    session = await prepared(service)
    await service.command(session, "start")
    await service.command(session, "show", card="tea")
    await hire(service, "xiaochang", "moderator", "another long password")
    login = await signed_in(service, "xiaochang", "another long password")
    page = await desktop(f"{service.url}/console/{session}", storage_state=login)
    await expect(page.locator("#read-only")).to_contain_text("moderate")
    await expect(page.locator(".onair-slot")).to_have_text("3")
    await expect(page.locator("ls-pad")).to_be_hidden()
    for key in ("h", "n", "c", "a", "Shift+E"):
        await page.keyboard.press(key)
    await expect(page.locator("dialog[open]")).to_have_count(0)
    await page.locator("#notice-text").fill("请文明发言")
    await page.locator(".notice-form [type=submit]").click()
    await expect(page.locator(".notice-now")).to_have_text("请文明发言")
    await page.locator(".undo-button").click()
    await expect(page.locator(".notice-now")).not_to_have_text("请文明发言")
    await service.command(session, "hide")
    await expect(page.locator(".undo-text")).to_contain_text("Hid")
    await expect(page.locator(".undo-button")).to_be_disabled()
    await page.locator("#session-menu summary").click()
    await expect(page.locator("#audience")).to_have_attribute("href", f"/audience/{session}")
    await expect(page.locator("#prepare")).to_be_hidden()
    # The page learns of another role, and of the end of its login, while it is open.
    await service.call("PUT", "/people/xiaochang/role", {"role": "operator"})
    await expect(page.locator("#read-only")).to_be_hidden()
    await expect(page.locator("ls-pad")).to_be_visible()
    await service.call("DELETE", "/people/xiaochang/logins")
    await expect(page).to_have_url(re.compile("/login"))


async def test_a_host_on_air_twice_is_asked_about(desktop: OpenPage, service: Service) -> None:
    login = await signed_in(service)
    for title in ("上半场", "下半场"):
        session = await service.create(title=title, host="才旦", cards=CARDS)
        if title == "上半场":
            await service.command(session, "start")
    page = await open_console(desktop, service, session, login)
    await course(page, "start").click()
    await page.locator("ls-ask .primary").click()
    await expect(page.locator("#ask-text")).to_contain_text("上半场")
    await page.locator("ls-ask .danger").click()
    await expect(page.locator(".state-chip")).to_have_text("Live")
