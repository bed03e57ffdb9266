"""axe-core on the pages of the crew and their dialogs, dark and light, at a desk and on a phone."""

from collections.abc import AsyncIterator
from typing import Any

import pytest
import pytest_asyncio
from playwright.async_api import Page, expect

from tests.e2e.axe import serious
from tests.e2e.conftest import DESKTOP, PHONE, OpenPage
from tests.e2e.crew import signed_in
from tests.e2e.service import Service
from tests.e2e.show import prepared

pytestmark = pytest.mark.asyncio(loop_scope="session")

THEMES = pytest.mark.parametrize("theme", ["dark", "light"])
SIZES = pytest.mark.parametrize("viewport", [PHONE, DESKTOP], ids=["phone", "desktop"])

PAGES = ("/login", "/setup", "/console", "/staff", "/console/{live}", "/staff/{live}")

# Keys that open what a page folds away.
DIALOGS = ("c", "r", "g", "a", "?", "Shift+E")


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def login(service: Service) -> AsyncIterator[Any]:
    yield await signed_in(service)


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def live(service: Service) -> AsyncIterator[str]:
    """A show on air with an order, a notice, a flash sale and a card that is sold out."""
    session = await prepared(service)
    await service.command(session, "start")
    await service.command(session, "show", card="tea")
    await service.command(session, "notice", text="公益金 0.2 元一罐")
    await service.command(session, "sell_out", card="yak")
    flash = {"card": "tea", "price": 300, "units": 10, "countdown_s": 10, "lasts_s": 300}
    await service.command(session, "prepare_flash", **flash)
    await service.order(session, await service.buyer(), "tea", 900, 500)
    yield session


async def opened(open_page: OpenPage, url: str, theme: str, **options: Any) -> Page:
    page = await open_page(url, color_scheme=theme, **options)
    await page.evaluate("(theme) => localStorage.setItem('livesell.theme', `\"${theme}\"`)", theme)
    await page.reload()
    await expect(page.locator("h1, h2").first).not_to_be_empty()
    return page


@THEMES
@SIZES
@pytest.mark.parametrize("path", PAGES)
async def test_a_page_shuts_nobody_out(
    open_page: OpenPage, service: Service, login: Any, live: str, path: str,
    viewport: dict[str, int], theme: str,
) -> None:  # fmt: skip
    keeps = {} if path in ("/login", "/setup") else {"storage_state": login}
    url = service.url + path.format(live=live)
    page = await opened(open_page, url, theme, viewport=viewport, **keeps)
    if keeps:
        await expect(page.locator("body")).to_have_attribute("data-status", "live")
    assert await serious(page) == []


@pytest.mark.parametrize(("theme", "viewport"), [("dark", PHONE), ("light", DESKTOP)])
async def test_the_pages_about_people_shut_nobody_out(
    open_page: OpenPage, service: Service, login: Any, live: str,
    viewport: dict[str, int], theme: str,
) -> None:  # fmt: skip
    await service.call("POST", "/invitations", {"role": "moderator"})
    options = {"viewport": viewport, "storage_state": login}
    page = await opened(open_page, f"{service.url}/invite#x", theme, **options)
    assert await serious(page) == [], "/invite"
    for path in ("/people", "/people#links", "/people#audit", "/account", f"/audience/{live}"):
        # A new address alone changes the view of /people, so it is loaded from elsewhere.
        await page.goto("about:blank")
        await page.goto(service.url + path)
        await expect(page.locator("body"), path).to_have_attribute("data-status", "live")
        assert await serious(page) == [], path


@THEMES
async def test_what_the_console_folds_away_shuts_nobody_out(
    desktop: OpenPage, service: Service, login: Any, live: str, theme: str
) -> None:
    page = await opened(desktop, f"{service.url}/console/{live}", theme, storage_state=login)
    await expect(page.locator("ls-pad")).to_be_visible()
    for key in DIALOGS:
        await page.keyboard.press(key)
        await expect(page.locator("dialog[open]"), key).to_have_count(1)
        assert await serious(page) == [], key
        await page.keyboard.press("Escape")
        await expect(page.locator("dialog[open]")).to_have_count(0)
    await page.locator('ls-rundown-card [data-verb="edit"]').first.click()
    for summary in await page.locator("ls-card-editor summary:visible").all():
        await summary.click()
    await page.locator("#session-menu summary").click()
    assert await serious(page) == []
