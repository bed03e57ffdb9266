"""A host's way through the console, in a real browser on the real service."""

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import pytest
import pytest_asyncio
from playwright.async_api import Locator, Page, Route, expect

from tests.e2e.conftest import OpenPage
from tests.e2e.crew import PIG, TEA, YAK, crew_document, hire, signed_in
from tests.e2e.service import Service

pytestmark = pytest.mark.asyncio(loop_scope="session")

# What reaches over the right edge of the window, but for what scrolls by itself.
OVER_THE_EDGE = """
  [...document.querySelectorAll("body *")]
    .filter((one) => one.getBoundingClientRect().right > screen.width + 1)
    .filter((one) => one.closest(".table-scroll, .filters, .skip-link") === null)
    .map((one) => `${one.tagName} ${one.className} ${one.textContent.slice(0, 30)}`)
"""


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def login(service: Service) -> AsyncIterator[Any]:
    """One login for all tests here, because logins are throttled."""
    yield await signed_in(service)


async def show_on_air(service: Service, *, shown: str = "") -> str:
    session = await service.create(title="那曲好物专场", cards=[TEA, YAK, PIG])
    await service.command(session, "start")
    if shown:
        await service.command(session, "show", card=shown)
    return session


async def open_console(open_page: OpenPage, service: Service, session: str, login: Any) -> Page:
    page = await open_page(f"{service.url}/console/{session}", storage_state=login)
    await expect(page.locator("body")).to_have_attribute("data-status", "live")
    await expect(page.locator("#read-only")).to_be_hidden()
    return page


def row(page: Page, card: str) -> Locator:
    return page.locator(f'ls-rundown-card[data-card="{card}"]')


def button(place: Locator | Page, verb: str) -> Locator:
    return place.locator(f'[data-verb="{verb}"]')


async def test_a_session_is_created_in_the_form(
    desktop: OpenPage, service: Service, login: Any
) -> None:
    page = await desktop(f"{service.url}/console", storage_state=login)
    await page.locator("#new").click()
    form = page.locator("ls-create-form")
    await form.locator("[type=submit]").click()
    await expect(form.locator('[name="title"]').first).to_have_attribute("aria-invalid", "true")
    await form.locator('[name="title"]').first.fill("虫草专场")
    await form.locator('ls-card-fields [name="title"]').fill("虫草")
    await form.locator('ls-card-fields [name="price"]').fill("12.50")
    await form.locator('ls-card-fields [name="stock"]').fill("40")
    await form.locator("[type=submit]").click()
    await page.wait_for_url("**/prepare/2*")
    await expect(page.locator("#title")).to_have_text("虫草专场")
    document = await crew_document(service, page.url.rsplit("/", 1)[1])
    assert document["session"]["state"] == "scheduled"
    assert [(one["price"], one["stock"]) for one in document["cards"].values()] == [(1250, 40)]


async def test_the_service_says_at_which_field_it_is_wrong(
    desktop: OpenPage, service: Service, login: Any
) -> None:
    page = await desktop(f"{service.url}/console#new", storage_state=login)
    form = page.locator("ls-create-form")
    await form.locator('[name="title"]').first.fill("好物")
    await form.locator('ls-card-fields [name="title"]').fill("<b>虫草</b>")
    await form.locator('ls-card-fields [name="price"]').fill("1")
    await form.locator('ls-card-fields [name="stock"]').fill("1")
    await form.locator("[type=submit]").click()
    problem = form.locator("ls-card-fields .field-title .field-error")
    await expect(problem).to_contain_text("markup")


async def test_price_and_stock_on_a_phone(phone: OpenPage, service: Service, login: Any) -> None:
    session = await show_on_air(service)
    page = await open_console(phone, service, session, login)
    await button(row(page, "yak"), "edit").tap()
    editor = row(page, "yak").locator("ls-card-editor")
    await editor.locator("input").nth(0).fill("12,50")
    await editor.locator("form").nth(0).locator("[type=submit]").tap()
    await expect(editor.locator(".field-problem").nth(0)).to_be_visible()
    await editor.locator("input").nth(0).fill("150.50")
    await editor.locator("form").nth(0).locator("[type=submit]").tap()
    await expect(row(page, "yak").locator(".rd-price")).to_have_text("¥150.50")
    await button(row(page, "yak"), "edit").tap()
    await editor.locator('[data-units="50"]').tap()
    await expect(row(page, "yak").locator(".rd-left")).to_have_text("70")
    card = (await crew_document(service, session))["cards"]["yak"]
    assert (card["price"], card["stock"], card["allocated"]) == (15050, 70, 70)


async def test_a_price_that_looks_like_a_slip_is_asked_about(
    desktop: OpenPage, service: Service, login: Any
) -> None:
    session = await show_on_air(service)
    page = await open_console(desktop, service, session, login)
    await button(row(page, "yak"), "edit").click()
    editor = row(page, "yak").locator("ls-card-editor")
    await editor.locator("input").nth(0).fill("16.8")
    await editor.locator("form").nth(0).locator("[type=submit]").click()
    await expect(page.locator("#ask-text")).to_contain_text("From ¥168 to ¥16.80")
    await page.locator("ls-ask button").first.click()
    assert (await crew_document(service, session))["cards"]["yak"]["price"] == 16800


async def test_notice_times_and_a_new_card(desktop: OpenPage, service: Service, login: Any) -> None:
    session = await show_on_air(service)
    page = await open_console(desktop, service, session, login)
    await page.locator("#notice-text").fill("公益金 0.2 元一罐")
    await page.locator(".notice-form [type=submit]").click()
    await expect(page.locator(".notice-now")).to_have_text("公益金 0.2 元一罐")
    await page.locator('[data-minutes="30"]').click()
    await expect(page.locator(".state-plan")).to_contain_text("29:")
    await page.keyboard.press("Escape")
    await page.locator("ls-rundown .panel-head button").last.click()
    dialog = page.locator(".add-card")
    await dialog.locator('[name="slot"]').fill("3")
    await dialog.locator('[name="title"]').fill("藏药材")
    await dialog.locator('[name="price"]').fill("88")
    await dialog.locator('[name="stock"]').fill("9")
    await dialog.locator("[type=submit]").click()
    await expect(dialog.locator(".field-slot .field-error")).to_have_text("3 is taken")
    await dialog.locator('[name="slot"]').fill("4")
    await dialog.locator("[type=submit]").click()
    await expect(dialog).to_be_hidden()
    await expect(row(page, "card-4").locator(".rd-price")).to_have_text("¥88")


async def test_a_colleagues_change_is_never_overwritten(
    desktop: OpenPage, service: Service, login: Any
) -> None:
    session = await show_on_air(service)
    page = await open_console(desktop, service, session, login)
    raced = asyncio.Event()

    async def race(route: Route) -> None:
        if not raced.is_set():
            raced.set()
            await service.command(session, "price", card="tea", price=700)
        await route.continue_()

    await page.route("**/commands", race)
    await button(row(page, "tea"), "show").click()
    problem = row(page, "tea").locator("ls-problem")
    await expect(problem).to_contain_text("colleague")
    await expect(row(page, "tea").locator(".rd-price")).to_have_text("¥7")
    assert "shown" not in await crew_document(service, session)
    await problem.locator("button").first.click()
    await expect(page.locator(".onair-price")).to_have_text("¥7")
    await expect(problem).to_be_hidden()


async def test_commands_without_a_link_wait_and_are_sent(
    desktop: OpenPage, service: Service, login: Any
) -> None:
    session = await show_on_air(service)
    page = await open_console(desktop, service, session, login)
    await page.route("**/commands", lambda route: route.abort())
    await button(row(page, "tea"), "show").click()
    await button(row(page, "pig"), "open").click()
    dock = page.locator("ls-command-dock")
    await expect(dock.locator("li")).to_have_count(2)
    await expect(dock).to_contain_text("Show 3")
    await dock.locator("li").nth(1).locator("[data-asks=take-back]").click()
    await expect(dock.locator("li")).to_have_count(1)
    await page.unroute("**/commands")
    await expect(page.locator(".onair-slot")).to_have_text("3")
    await expect(dock).to_be_hidden()
    assert (await crew_document(service, session))["cards"]["pig"]["open"] is False


async def test_the_console_outlives_a_restart_of_the_service(
    desktop: OpenPage, own_service: Service
) -> None:
    session = await show_on_air(own_service, shown="tea")
    page = await open_console(desktop, own_service, session, await signed_in(own_service))
    await own_service.stop()
    await expect(page.locator("body")).to_have_attribute("data-status", "reconnecting")
    await expect(page.locator(".link-age")).to_contain_text("old")
    await button(row(page, "yak"), "show").click()
    await expect(page.locator("ls-command-dock li")).to_have_count(1)
    await own_service.start()
    await page.evaluate("dispatchEvent(new Event('online'))")
    await expect(page.locator(".onair-slot")).to_have_text("12", timeout=20_000)
    await expect(page.locator("ls-command-dock")).to_be_hidden()
    await expect(page.locator("body")).to_have_attribute("data-status", "live", timeout=20_000)


async def test_staff_can_look_but_not_run_it(desktop: OpenPage, own_service: Service) -> None:
    session = await show_on_air(own_service, shown="tea")
    await hire(own_service, "xiaoli", "staff", "another long password")
    login = await signed_in(own_service, "xiaoli", "another long password")
    page = await desktop(f"{own_service.url}/console/{session}", storage_state=login)
    await expect(page.locator("#read-only")).to_be_visible()
    await expect(page.locator(".onair-slot")).to_have_text("3")
    for verb in ("end", "show", "open", "next"):
        await expect(button(page, verb).first).to_be_hidden()


async def test_an_unknown_session_says_so(desktop: OpenPage, service: Service, login: Any) -> None:
    page = await desktop(f"{service.url}/console/nobody", storage_state=login)
    await expect(page.locator("body")).to_contain_text("There is nothing here")


@pytest.mark.parametrize("locale", ["zh-CN", "en"])
async def test_nothing_runs_over_the_edge_of_a_phone(
    phone: OpenPage, service: Service, login: Any, locale: str
) -> None:
    session = await show_on_air(service, shown="yak")
    for path in ("/console", f"/console/{session}"):
        page = await phone(f"{service.url}{path}", storage_state=login, locale=locale)
        await expect(page.locator("body")).to_have_attribute("data-status", "live")
        assert await page.evaluate(OVER_THE_EDGE) == []
