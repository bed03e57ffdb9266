"""Signing in, the first set-up, the list and the review, in a real browser on the real service."""

import re
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio
from playwright.async_api import Page, expect

from tests.e2e.conftest import OpenPage
from tests.e2e.crew import TEA, YAK, signed_in
from tests.e2e.service import ADMIN, PASSWORD, Service

pytestmark = pytest.mark.asyncio(loop_scope="session")


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def login(service: Service) -> AsyncIterator[Any]:
    """One login for all tests here, because logins are throttled."""
    yield await signed_in(service)


class FreshService(Service):
    """A service without an administrator, as on its first start."""

    async def _add_admin(self) -> None:
        """Nobody is there yet."""


@pytest_asyncio.fixture(loop_scope="session")
async def fresh_service(tmp_path: Path) -> AsyncIterator[Service]:
    running = FreshService(tmp_path / "data")
    try:
        await running.start()
        yield running
    finally:
        await running.close()


async def past_show(service: Service, orders: int) -> str:
    session = await service.create(title="藏香猪专场", cards=[TEA, YAK], fund="援藏公益基金")
    await service.command(session, "start")
    await service.command(session, "show", card="tea")
    buyer = await service.buyer()
    for units in range(1, orders + 1):
        await service.order(session, buyer, "tea", units, 500)
    await service.command(session, "end")
    return session


async def open_review(open_page: OpenPage, service: Service, session: str, login: Any) -> Page:
    page = await open_page(f"{service.url}/staff/{session}", storage_state=login)
    await expect(page.locator("body")).not_to_have_attribute("data-status", "loading")
    return page


def figure(page: Page, name: str) -> Any:
    return page.locator(f'ls-figures [data-figure="{name}"] .figure-value')


async def test_signing_in_leads_to_where_one_wanted_to_go(
    desktop: OpenPage, service: Service
) -> None:
    page = await desktop(f"{service.url}/staff")
    await expect(page).to_have_url(re.compile(r"/login\?next="))
    await page.locator("#name").fill(ADMIN)
    await page.locator("#password").fill("not the password")
    await page.locator("[type=submit]").click()
    await expect(page.locator('[role="alert"].message')).to_contain_text("wrong")
    await page.locator("#password").fill(PASSWORD)
    await page.locator("[type=submit]").click()
    await page.wait_for_url(f"{service.url}/staff")
    await expect(page.locator(".nav-name")).to_have_text(ADMIN)
    await page.locator('[data-do="logout"]').click()
    await page.wait_for_url("**/login")


async def test_next_never_leads_to_another_site(desktop: OpenPage, service: Service) -> None:
    page = await desktop(f"{service.url}/login?next=//evil.example/")
    await page.locator("#name").fill(ADMIN)
    await page.locator("#password").fill(PASSWORD)
    await page.locator("[type=submit]").click()
    await page.wait_for_url(f"{service.url}/console")


async def test_the_first_start_makes_an_administrator_once(
    desktop: OpenPage, fresh_service: Service
) -> None:
    log = (fresh_service.data.parent / "serve.log").read_text()
    found = re.search(r"/setup#(\S+)", log)
    assert found is not None
    page = await desktop(f"{fresh_service.url}/setup#{found[1]}")
    assert "#" not in page.url
    await page.locator("#name").fill("zhuoma")
    await page.locator("#password").fill("long enough for us")
    await page.locator("#repeated").fill("something else")
    await page.locator("[type=submit]").click()
    await expect(page.locator("#repeated-problem")).to_have_text("The two passwords differ.")
    await page.locator("#repeated").fill("long enough for us")
    await page.locator("[type=submit]").click()
    await page.wait_for_url("**/console")
    await expect(page.locator(".nav-name")).to_have_text("zhuoma")
    again = await desktop(f"{fresh_service.url}/setup#{found[1]}")
    for name in ("name", "password", "repeated"):
        await again.locator(f"#{name}").fill("second-person")
    await again.locator("[type=submit]").click()
    await expect(again.locator('[role="alert"].message')).to_be_visible()


async def test_a_setup_address_without_its_code_says_so(
    desktop: OpenPage, service: Service
) -> None:
    page = await desktop(f"{service.url}/setup")
    await expect(page.locator("#no-code")).to_contain_text("lacks its set-up code")


async def test_the_list_is_filtered_by_state_and_words(
    desktop: OpenPage, service: Service, login: Any
) -> None:
    past = await past_show(service, 0)
    coming = await service.create(
        title="虫草采挖直播",
        planned_start="2099-06-27T12:00:00Z",
        planned_end="2099-06-27T13:00:00Z",
    )
    page = await desktop(f"{service.url}/staff", storage_state=login)
    row = page.locator("ls-session-list a")
    await expect(row.and_(page.locator(f'[href="/staff/{past}"]'))).to_be_visible()
    await page.locator('input[value="coming"]').check()
    await expect(row.and_(page.locator(f'[href="/staff/{past}"]'))).to_have_count(0)
    await expect(row.and_(page.locator(f'[href="/staff/{coming}"]'))).to_be_visible()
    await page.reload()
    await expect(page.locator('input[value="coming"]')).to_be_checked()
    await page.locator("#search").fill("nothing has this name")
    await expect(page.locator("ls-session-list .empty")).to_have_text("No session matches.")


async def test_the_review_of_a_session(desktop: OpenPage, service: Service, login: Any) -> None:
    session = await past_show(service, 3)
    page = await open_review(desktop, service, session, login)
    await expect(page.locator("body")).to_have_attribute("data-status", "ended")
    await expect(figure(page, "gross")).to_have_text("¥30.00")
    await expect(figure(page, "orders")).to_have_text("3")
    await expect(figure(page, "per_buyer")).to_have_text("¥30.00")
    await expect(figure(page, "conversion")).to_have_text("–")
    sold = page.locator('ls-card-table [data-card="tea"] [data-column="sold"]')
    await expect(sold).to_have_text("6")
    await expect(page.locator("ls-order-table tbody tr")).to_have_count(3)
    await expect(page.locator("ls-order-table tbody tr").first).to_contain_text("¥15.00")
    await expect(page.locator("timeline-chart .chart-window")).to_have_count(1)
    poster = f"/poster/{session}.png?lang="
    await expect(page.locator("#poster")).to_have_attribute("href", poster + "en")
    await page.locator(".language-switch").click()
    await expect(page.locator("#poster")).to_have_attribute("href", poster + "zh")
    await page.locator(".language-switch").click()
    await page.locator("ls-recount button").first.click()
    await expect(page.locator(".recount-verdict")).to_contain_text("Exact")


async def test_the_orders_come_as_a_spreadsheet(
    desktop: OpenPage, service: Service, login: Any
) -> None:
    session = await past_show(service, 2)
    page = await open_review(desktop, service, session, login)
    async with page.expect_download() as waiting:
        await page.locator("#csv").click()
    path = await (await waiting.value).path()
    text = path.read_bytes()
    assert text.startswith(b"\xef\xbb\xbf")
    assert text.count("清风度西藏凉茶".encode()) == 2


async def test_a_review_before_the_first_order(
    phone: OpenPage, service: Service, login: Any
) -> None:
    session = await service.create(title="牦牛认养专场", cards=[])
    page = await open_review(phone, service, session, login)
    await expect(page.locator("ls-order-table .empty")).to_have_text("No orders yet.")
    await expect(page.locator("#no-chart")).to_be_visible()
    await expect(figure(page, "average_order")).to_have_text("–")
    await expect(page.locator("#csv")).to_be_hidden()
    assert await page.evaluate("document.documentElement.scrollWidth") <= 390


async def test_a_live_review_keeps_up_and_says_when_it_cannot(
    desktop: OpenPage, service: Service, login: Any
) -> None:
    session = await service.create(title="那曲专场", cards=[TEA])
    await service.command(session, "start")
    page = await open_review(desktop, service, session, login)
    await expect(page.locator("body")).to_have_attribute("data-status", "live")
    await service.order(session, await service.buyer(), "tea", 2, 500)
    await page.evaluate("dispatchEvent(new Event('online'))")
    await expect(figure(page, "gross")).to_have_text("¥10.00")
    await page.route("**/stats", lambda route: route.abort())
    await page.evaluate("dispatchEvent(new Event('online'))")
    await expect(page.locator("body")).to_have_attribute("data-status", "reconnecting")
    await expect(figure(page, "gross")).to_have_text("¥10.00")
    await page.unroute("**/stats")
    await expect(page.locator("body")).to_have_attribute("data-status", "live")


async def test_the_language_switches_at_once(
    desktop: OpenPage, service: Service, login: Any
) -> None:
    session = await past_show(service, 1)
    page = await open_review(desktop, service, session, login)
    await page.locator(".language-switch").click()
    await expect(page.locator(".review-figures h2")).to_have_text("数据总览")
    await expect(page.locator('ls-figures [data-figure="likers"] .figure-label')).to_have_text(
        "点赞人数"
    )
    await expect(page.locator("html")).to_have_attribute("lang", "zh-CN")
