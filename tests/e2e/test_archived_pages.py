"""A session that is archived beside the running service, as people see it afterwards."""

from typing import Any

import pytest
import pytest_asyncio
from playwright.async_api import expect

from tests.e2e.conftest import OpenPage
from tests.e2e.crew import signed_in
from tests.e2e.service import Service
from tests.support.build import FakeClock
from tests.support.closed import given_sealed
from tests.support.given import store_of
from tests.support.process import livesell

pytestmark = pytest.mark.asyncio(loop_scope="session")


@pytest_asyncio.fixture(loop_scope="session")
async def login(service: Service) -> Any:
    return await signed_in(service)


async def given_archived(service: Service, session: str) -> None:
    async with store_of(service.data) as store:
        await given_sealed(store, FakeClock(), session)
    done = await livesell("archive", session, "--data", service.data)
    assert done.status == 0, done.out + done.err


async def test_staff_review_it_and_see_that_its_ledger_is_whole(
    desktop: OpenPage, service: Service, login: Any
) -> None:
    await given_archived(service, "kept")
    page = await desktop(f"{service.url}/staff", storage_state=login)
    row = page.locator('.session-row[href="/staff/kept"]')
    await expect(row.locator(".session-archived")).to_have_text("Archived")
    await row.click()
    await expect(page.locator("body")).to_have_attribute("data-status", "ended")
    await expect(page.locator("ls-order-table tbody tr")).to_have_count(5)
    await page.locator("ls-recount button").first.click()
    await expect(page.locator(".recount-verdict")).to_contain_text("Exact")
    await expect(page.locator(".seal-verdict")).to_contain_text("Sealed and verified: all")
    digest = await page.locator(".digest").inner_text()
    assert len(digest) == 64
    await page.locator(".language-switch").click()
    await page.locator("ls-recount button").first.click()
    await expect(page.locator(".seal-verdict")).to_contain_text("已封存并核验")
    noted = await livesell("recount", "kept", "--digest", digest, "--data", service.data)
    assert noted.status == 0, noted.out


async def test_a_viewer_sees_that_it_is_over(phone: OpenPage, service: Service) -> None:
    await given_archived(service, "watched")
    page = await phone(f"{service.url}/s/watched")
    await expect(page.locator("body")).to_have_attribute("data-status", "ended")


async def test_its_console_says_that_it_is_over(
    desktop: OpenPage, service: Service, login: Any
) -> None:
    await given_archived(service, "done")
    page = await desktop(f"{service.url}/console/done", storage_state=login)
    await expect(page.locator("#over")).to_be_visible()
