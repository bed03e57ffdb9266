"""A real service and a real Chromium for the browser tests.

Every test here runs in one event loop for the whole session (mark the module with
`pytest.mark.asyncio(loop_scope="session")`), because the browser and the service are shared.
A test makes its own session on the service, so tests do not meet.
"""

import os
import shutil
from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio
from playwright.async_api import Browser, ConsoleMessage, Page, async_playwright, expect

from tests.e2e.service import Service

OpenPage = Callable[..., Awaitable[Page]]

PHONE = {"width": 390, "height": 844}
DESKTOP = {"width": 1440, "height": 900}

# Nothing that phones home, and no sandbox, because tests often run as root in a container.
CHROMIUM_FLAGS = [
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
    "--disable-background-networking", "--disable-component-update", "--disable-sync",
]  # fmt: skip


# A loaded machine is slow, not wrong: what a page does not show by then, it never shows.
PATIENCE_MS = 20_000
expect.set_options(timeout=PATIENCE_MS)


def chromium_path() -> str | None:
    """The system's Chromium, or the one that LIVESELL_TEST_CHROMIUM names."""
    wanted = os.environ.get("LIVESELL_TEST_CHROMIUM")
    return wanted or shutil.which("chromium") or shutil.which("chromium-browser")


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def service(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Service]:
    """A running service with an administrator, shared by all browser tests."""
    running = Service(tmp_path_factory.mktemp("e2e") / "data")
    try:
        await running.start()
        yield running
    finally:
        await running.close()


@pytest_asyncio.fixture(loop_scope="session")
async def own_service(tmp_path: Path) -> AsyncIterator[Service]:
    """A service for one test alone, which may stop and start it."""
    running = Service(tmp_path / "data")
    try:
        await running.start()
        yield running
    finally:
        await running.close()


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def shop(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Service]:
    """A service that wants to be paid in advance."""
    running = Service(
        tmp_path_factory.mktemp("prepaid") / "data",
        LIVESELL_SALES__PAYMENT="prepaid",
        LIVESELL_SALES__PROVIDER="sandbox",
        LIVESELL_SALES__HOLD_MINUTES="15",
        LIVESELL_SALES__OFFER_SECONDS="30",
    )
    try:
        await running.start()
        yield running
    finally:
        await running.close()


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def browser() -> AsyncIterator[Browser]:
    path = chromium_path()
    if path is None and "CI" not in os.environ:
        pytest.skip("there is no Chromium on this machine; scripts/test installs it")
    assert path is not None, "there is no Chromium, and in CI nothing may be skipped for want of it"
    async with async_playwright() as playwright:
        launched = await playwright.chromium.launch(executable_path=path, args=CHROMIUM_FLAGS)
        yield launched
        await launched.close()


@pytest_asyncio.fixture(loop_scope="session")
async def open_page(browser: Browser) -> AsyncIterator[OpenPage]:
    """Opens an address in a browser context of its own: `await open_page(url, viewport=...)`.

    Further options go to the context (locale, color_scheme, ...). After the test no page may
    have thrown anything or broken the content security policy.
    """
    faults: list[str] = []
    contexts = []

    async def open_one(url: str, **options: Any) -> Page:
        context = await browser.new_context(**{"viewport": DESKTOP, "locale": "en", **options})
        contexts.append(context)
        page = await context.new_page()
        page.set_default_timeout(PATIENCE_MS)
        page.on("pageerror", lambda error: faults.append(f"{url}: {error}"))
        page.on("console", lambda message: _note(message, faults))
        await page.goto(url)
        return page

    yield open_one
    for context in contexts:
        await context.close()
    assert faults == []


@pytest_asyncio.fixture(loop_scope="session")
async def phone(open_page: OpenPage) -> OpenPage:
    """The same at the size of a phone, with touch."""

    async def open_one(url: str, **options: Any) -> Page:
        touch = {"viewport": PHONE, "has_touch": True, "is_mobile": True, "device_scale_factor": 2}
        return await open_page(url, **{**touch, **options})

    return open_one


@pytest_asyncio.fixture(loop_scope="session")
async def desktop(open_page: OpenPage) -> OpenPage:
    """The same at the size of a laptop."""
    return open_page


def _note(message: ConsoleMessage, faults: list[str]) -> None:
    if message.type == "error" and "Content Security Policy" in message.text:
        faults.append(message.text)
