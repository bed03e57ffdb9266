"""Slips, colleagues and cut links on the console, in a real browser on the real service."""

import asyncio
import json
import signal
import sys
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio
from playwright.async_api import BrowserContext, Locator, Page, Route, expect

from tests.e2e.conftest import OpenPage
from tests.e2e.crew import PIG, TEA, YAK, crew_document, signed_in
from tests.e2e.service import Service

pytestmark = pytest.mark.asyncio(loop_scope="session")

PASSWORDS = {"pema": "a long password of pema", "suyun": "a long password of suyun"}


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def logins(service: Service) -> AsyncIterator[dict[str, Any]]:
    """Two operators, each with a login."""
    for name, password in PASSWORDS.items():
        await add_operator(service, name, password)
    yield {name: await signed_in(service, name, password) for name, password in PASSWORDS.items()}


async def add_operator(service: Service, name: str, password: str) -> None:
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "livesell", "user", "add", name, "--role", "operator",
        "--password-stdin", "--data", str(service.data),
        stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE,
    )  # fmt: skip
    await process.communicate(password.encode())
    assert process.returncode == 0


async def show_on_air(service: Service) -> str:
    session = await service.create(title="那曲好物专场", cards=[TEA, YAK, PIG])
    await service.command(session, "start", overrule="a show for a test", confirm=True)
    return session


async def open_console(open_page: OpenPage, service: Service, session: str, login: Any) -> Page:
    page = await open_page(f"{service.url}/console/{session}", storage_state=login)
    await is_ready(page)
    return page


async def is_ready(page: Page) -> None:
    await expect(page.locator("body")).to_have_attribute("data-status", "live")
    await expect(page.locator("#read-only")).to_be_hidden()


def row(page: Page, card: str) -> Locator:
    return page.locator(f'ls-rundown-card[data-card="{card}"]')


def button(place: Locator | Page, verb: str) -> Locator:
    return place.locator(f'[data-verb="{verb}"]')


async def price_of(service: Service, session: str, card: str) -> Any:
    return (await crew_document(service, session))["cards"][card]["price"]


async def set_price(page: Page, card: str, price: str) -> None:
    await button(row(page, card), "edit").click()
    editor = row(page, card).locator("ls-card-editor")
    await editor.locator("input").nth(0).fill(price)
    await editor.locator("form").nth(0).locator("[type=submit]").click()


async def test_a_slip_is_taken_back_and_done_again(
    desktop: OpenPage, service: Service, logins: Any
) -> None:
    session = await show_on_air(service)
    page = await open_console(desktop, service, session, logins["suyun"])
    await set_price(page, "yak", "179")
    await expect(page.locator(".undo-text")).to_contain_text("You: Price of 12")
    await expect(page.locator(".undo-text")).to_contain_text("¥168 → ¥179")
    await expect(page.locator(".undo-left")).to_contain_text(" s")
    await page.locator(".undo-button").click()
    await expect(row(page, "yak").locator(".rd-price")).to_have_text("¥168")
    await expect(page.locator(".undo-text")).to_contain_text("Took back")
    await expect(page.locator(".undo-button")).to_contain_text("Redo")
    # A second Z in a hurry does not do it again; Shift does.
    await page.keyboard.press("z")
    await page.keyboard.press("Shift+Z")
    await expect(row(page, "yak").locator(".rd-price")).to_have_text("¥179")
    await expect(page.locator(".undo-button")).to_be_hidden()
    await expect(page.locator("ls-doings li")).to_have_count(4)


async def test_the_other_operators_command_is_seen_and_taken_back(
    desktop: OpenPage, phone: OpenPage, service: Service, logins: Any
) -> None:
    session = await show_on_air(service)
    first = await open_console(desktop, service, session, logins["pema"])
    second = await open_console(phone, service, session, logins["suyun"])
    await button(row(first, "tea"), "show").click()
    await expect(second.locator(".undo-text")).to_have_text(f"pema: Showed 3 · {TEA['title']}")
    await second.locator(".undo-button").tap()
    await expect(first.locator(".onair-nothing")).to_be_visible()
    await expect(first.locator(".undo-text")).to_contain_text("suyun: Took back: Showed 3")
    await expect(first.locator("ls-doings li").nth(1)).to_contain_text("You")
    assert "shown" not in await crew_document(service, session)


async def test_a_conflict_says_who_changed_what(
    desktop: OpenPage, service: Service, logins: Any
) -> None:
    session = await show_on_air(service)
    page = await open_console(desktop, service, session, logins["suyun"])
    other = await open_console(desktop, service, session, logins["pema"])
    await page.route("**/commands", held_until(other))
    await set_price(page, "yak", "150")
    problem = row(page, "yak").locator("ls-problem")
    await expect(problem).to_contain_text("pema: Price of 12 · 娘亚牦牛肉 1 kg: ¥168 → ¥160")
    await expect(problem).to_contain_text("Yours: Price of 12 · 娘亚牦牛肉 1 kg: ¥150")
    assert await price_of(service, session, "yak") == 16000
    await problem.get_by_role("button", name="Do mine all the same").click()
    await expect(row(page, "yak").locator(".rd-price")).to_have_text("¥150")
    assert await price_of(service, session, "yak") == 15000


def held_until(other: Page) -> Any:
    """The first command of a page meets a price that the other operator set on the way."""
    raced = asyncio.Event()

    async def race(route: Route) -> None:
        if not raced.is_set():
            raced.set()
            await set_price(other, "yak", "160")
            await expect(row(other, "yak").locator(".rd-price")).to_have_text("¥160")
        await route.continue_()

    return race


async def test_colleagues_on_different_cards_do_not_meet(
    desktop: OpenPage, service: Service, logins: Any
) -> None:
    session = await show_on_air(service)
    page = await open_console(desktop, service, session, logins["suyun"])
    other = await open_console(desktop, service, session, logins["pema"])
    await page.route("**/commands", held_until(other))
    await button(row(page, "pig"), "open").click()
    await expect(button(row(page, "pig"), "open")).to_have_text("Close")
    await expect(page.locator("ls-problem:visible")).to_have_count(0)
    assert await price_of(service, session, "yak") == 16000


async def test_the_link_is_cut_in_mid_show_and_back(
    phone: OpenPage, service: Service, logins: Any
) -> None:
    session = await show_on_air(service)
    page = await open_console(phone, service, session, logins["suyun"])
    await service.command(session, "show", card="tea")
    await expect(page.locator(".onair-slot")).to_have_text("3")
    bar = page.locator(".safety-bar")
    before = await bar.bounding_box()
    await page.context.set_offline(True)
    await expect(page.locator("ls-stale")).to_be_visible()
    await expect(page.locator("ls-stale")).to_contain_text("What you press waits here")
    await expect(page.locator("body")).to_have_attribute("data-status", "reconnecting")
    assert await bar.bounding_box() == before
    await button(row(page, "yak"), "show").tap()
    await button(row(page, "pig"), "open").tap()
    dock = page.locator("ls-command-dock")
    await expect(dock).to_contain_text("2 commands wait for the link")
    assert (await crew_document(service, session))["shown"] == "tea"
    # A colleague at a desk goes on meanwhile: a price that both of these have nothing to do with,
    # and the very card that is to be opened.
    await service.command(session, "price", card="tea", price=600)
    await service.command(session, "sell_out", card="pig")
    await page.context.set_offline(False)
    await expect(page.locator(".onair-slot")).to_have_text("12")
    await expect(dock).to_contain_text("1 command was not done")
    await expect(dock).to_contain_text("admin: Marked 15 · 藏香猪 as sold out")
    await expect(page.locator("body")).to_have_attribute("data-status", "live")
    await expect(page.locator("ls-stale")).to_be_hidden()
    await dock.get_by_role("button", name="Do mine all the same").tap()
    await expect(button(row(page, "pig"), "open")).to_have_text("Close")
    await expect(dock).to_be_hidden()
    document = await crew_document(service, session)
    assert [one["do"] for one in document["doings"][:4]] == ["open", "show", "sell_out", "price"]


async def cut(context: BrowserContext) -> None:
    """Only what is sent is cut, so that the page itself can be loaded again."""
    await context.route("**/commands", lambda route: route.abort())


async def test_a_reload_while_commands_wait_loses_none(
    desktop: OpenPage, service: Service, logins: Any
) -> None:
    session = await show_on_air(service)
    page = await open_console(desktop, service, session, logins["suyun"])
    await cut(page.context)
    await set_price(page, "tea", "6")
    await button(row(page, "yak"), "show").click()
    dock = page.locator("ls-command-dock")
    await expect(dock.locator(".dock-list li")).to_have_count(2)
    await page.reload()
    await is_ready(page)
    await expect(dock.locator(".dock-list li")).to_have_count(2)
    # The second tab of the same person shows the same, and what it takes back is gone in both.
    tab = await page.context.new_page()
    await tab.goto(page.url)
    await is_ready(tab)
    await expect(tab.locator("ls-command-dock .dock-list li")).to_have_count(2)
    await tab.locator("ls-command-dock [data-asks=take-back]").nth(1).click()
    await expect(dock.locator(".dock-list li")).to_have_count(1)
    await page.context.unroute("**/commands")
    await expect(row(page, "tea").locator(".rd-price")).to_have_text("¥6")
    await expect(dock).to_be_hidden()
    await expect(tab.locator("ls-command-dock")).to_be_hidden()
    doings = (await crew_document(service, session))["doings"]
    assert [one["do"] for one in doings] == ["price", "start"]


async def test_whoever_signs_in_next_sees_nothing_of_it(
    desktop: OpenPage, service: Service, logins: Any
) -> None:
    session = await show_on_air(service)
    page = await open_console(desktop, service, session, logins["suyun"])
    await cut(page.context)
    await set_price(page, "tea", "6")
    await expect(page.locator("ls-command-dock .dock-list li")).to_have_count(1)
    await page.context.add_cookies(logins["pema"]["cookies"])
    await page.reload()
    await is_ready(page)
    await expect(page.locator("ls-doings li")).to_have_count(1)
    await expect(page.locator("ls-command-dock")).to_be_hidden()
    await page.context.unroute("**/commands")
    await button(row(page, "yak"), "show").click()
    await expect(page.locator(".onair-slot")).to_have_text("12")
    assert await price_of(service, session, "tea") == 500
    # The same person is back, and what waited goes.
    await page.context.add_cookies(logins["suyun"]["cookies"])
    await page.reload()
    await expect(row(page, "tea").locator(".rd-price")).to_have_text("¥6")
    assert (await crew_document(service, session))["doings"][0]["by"] == "suyun"


async def test_a_service_killed_between_sending_and_the_answer_does_it_once(
    desktop: OpenPage, own_service: Service
) -> None:
    session = await show_on_air(own_service)
    page = await open_console(desktop, own_service, session, await signed_in(own_service))
    done = asyncio.Event()

    async def kill(route: Route) -> None:
        if not done.is_set():
            await route.fetch()
            await own_service.stop(signal.SIGKILL)
            done.set()
        await route.abort()

    await page.route("**/commands", kill)
    await button(row(page, "yak"), "edit").click()
    await row(page, "yak").locator('ls-card-editor [data-units="50"]').click()
    await done.wait()
    await expect(page.locator("ls-command-dock .dock-list li")).to_have_count(1)
    await expect(page.locator("ls-stale")).to_be_visible()
    await page.unroute("**/commands")
    await own_service.start()
    await expect(page.locator("body")).to_have_attribute("data-status", "live")
    await expect(page.locator("ls-command-dock")).to_be_hidden()
    document = await crew_document(own_service, session)
    assert document["cards"]["yak"]["allocated"] == 70
    assert [one["do"] for one in document["doings"]] == ["restock", "start"]


async def test_the_window_ends_on_the_page_too(desktop: OpenPage, tmp_path: Path) -> None:
    service = Service(tmp_path / "data", LIVESELL_CONSOLE__UNDO_S="4")
    try:
        await service.start()
        session = await show_on_air(service)
        page = await open_console(desktop, service, session, await signed_in(service))
        await button(row(page, "tea"), "close").or_(button(row(page, "tea"), "open")).first.click()
        await expect(page.locator(".undo-button")).to_be_visible()
        await expect(page.locator(".undo-button")).to_be_hidden()
        await expect(page.locator(".undo-text")).to_contain_text("You: Closed 3")
    finally:
        await service.close()


async def test_what_stands_in_the_devices_memory_is_text(
    desktop: OpenPage, service: Service, logins: Any
) -> None:
    session = await show_on_air(service)
    page = await open_console(desktop, service, session, logins["suyun"])
    evil = '<img src=x onerror="document.title=1">'
    entry = {
        "id": "evil", "place": "notice", "base": 1, "nth": 1, "madeAt": 1,
        "command": {"do": "notice", "text": evil},
        "error": {"code": "x", "message": evil, "data": {"since": [{"by": evil, "do": evil}]}},
    }  # fmt: skip
    for kind in ("waiting", "dropped"):
        key = f"livesell.{kind}/suyun/{session}/evil"
        await page.evaluate("([k, v]) => localStorage.setItem(k, v)", [key, json.dumps(entry)])
    await page.reload()
    await is_ready(page)
    dock = page.locator("ls-command-dock")
    await expect(dock.locator("[data-state=asking]")).to_contain_text(evil)
    await expect(dock.locator(".dock-why")).to_have_text(evil)
    assert await dock.locator("img").count() == 0
