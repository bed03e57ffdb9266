"""The audience page in a real browser: looked at, muted, removed, and taken back."""

import re
import time
import uuid
from collections.abc import AsyncIterator
from typing import Any

import pytest
import pytest_asyncio
from playwright.async_api import Locator, Page, expect

from livesell import auth
from livesell.clock import system_clock
from livesell.domain.person import Person
from livesell.domain.role import Role
from tests.e2e.conftest import OpenPage
from tests.e2e.crew import TEA, signed_in
from tests.e2e.service import PASSWORD, Service
from tests.support.given import store_of

# Nodes tell who is there with their beats, every few seconds; a loaded machine is slower.
BEAT_WITHIN_S = 60

pytestmark = pytest.mark.asyncio(loop_scope="session")


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def login(service: Service) -> AsyncIterator[Any]:
    """One login for all tests here, because logins are throttled."""
    yield await signed_in(service)


async def given_show(service: Service) -> str:
    host = f"主播{uuid.uuid4().hex[:6]}"  # a host has one show on air at a time
    session = await service.create(title="那曲虫草专场", host=host, cards=[TEA])
    await service.command(session, "start")
    return session


async def watching(open_page: OpenPage, service: Service, session: str) -> tuple[Page, str]:
    """Somebody who watches, and the viewer's id as the page keeps it in its token."""
    page = await open_page(f"{service.url}/s/{session}")
    await expect(page.locator("body")).to_have_attribute("data-status", "live")
    async with store_of(service.data) as store:
        secret = await store.people.token_secret()
    kept = await page.evaluate("JSON.stringify({...sessionStorage, ...localStorage})")
    tokens = re.findall(r"eyJ[\w-]+\.[\w-]+\.[\w-]+", kept)
    passes = [auth.read(secret, token, system_clock()) for token in tokens]
    return page, passes[0].viewer


async def audience(open_page: OpenPage, service: Service, session: str, login: Any) -> Page:
    page = await open_page(f"{service.url}/audience/{session}", storage_state=login)
    await expect(page.locator("body")).to_have_attribute("data-status", "live")
    return page


def row(page: Page, viewer: str) -> Locator:
    return page.locator(f'.viewer-row[data-viewer="{viewer}"]')


async def until_listed(page: Page, viewer: str) -> Locator:
    """The row, once a beat has told of the viewer and the list was updated."""
    found = row(page, viewer)
    until = time.monotonic() + BEAT_WITHIN_S
    while not await found.count() and time.monotonic() < until:
        async with page.expect_response("**/viewers?*"):
            await page.locator("#refresh").click()
    await expect(found).to_be_visible()
    return found


async def mark(page: Page, one: Locator, verb: str, cause: str) -> None:
    await one.locator(f'[data-verb="{verb}"]').click()
    await page.locator('.mark-form input[name="cause"]').fill(cause)
    await page.locator('[data-verb="mark-yes"]').click()


async def test_a_removed_viewer_is_out_and_stays_out_until_it_is_undone(
    phone: OpenPage, desktop: OpenPage, service: Service, login: Any
) -> None:
    session = await given_show(service)
    viewer, viewer_id = await watching(phone, service, session)
    other, _ = await watching(phone, service, session)
    page = await audience(phone, service, session, login)
    one = await until_listed(page, viewer_id)
    await expect(one.locator(".viewer-seen")).to_have_text("Here now")
    await mark(page, one, "ban", "刷屏骂人")
    await expect(page.locator("#told-text")).to_contain_text("was removed")
    await expect(one.locator('[data-mark="banned"]')).to_be_visible()
    await expect(one.locator(".viewer-marks")).to_contain_text("admin")
    await expect(one.locator(".viewer-marks")).to_contain_text("刷屏骂人")
    told = "You have been removed from this show. Orders that you placed still stand."
    await expect(viewer.get_by_text(told).first).to_be_visible()
    await viewer.reload()
    await expect(viewer.get_by_text(told).first).to_be_visible()
    await expect(other.locator("body")).to_have_attribute("data-status", "live")
    await page.locator("#undo").click()
    await expect(one.locator('[data-mark="banned"]')).to_be_hidden()
    await viewer.reload()
    await expect(viewer.locator("body")).to_have_attribute("data-status", "live")


async def test_muting_asks_why_and_can_be_taken_back(
    phone: OpenPage, service: Service, login: Any
) -> None:
    session = await given_show(service)
    viewer, viewer_id = await watching(phone, service, session)
    page = await audience(phone, service, session, login)
    one = await until_listed(page, viewer_id)
    await mark(page, one, "mute", "  ")
    await expect(page.locator(".field-cause .field-error")).to_contain_text("Write a word")
    await page.locator(".mark-usual button").first.click()
    await expect(page.locator('input[name="cause"]')).to_have_value("Flooding")
    await page.locator('[data-verb="mark-yes"]').click()
    await expect(page.locator(".mark-form")).to_be_hidden()
    await expect(one.locator('[data-mark="muted"]')).to_be_visible()
    await expect(viewer.locator("body")).to_have_attribute("data-status", "live")
    await page.locator('input[value="muted"]').check()
    await expect(row(page, viewer_id)).to_be_visible()
    await row(page, viewer_id).locator('[data-verb="unmute"]').click()
    await expect(page.locator("#told-text")).to_contain_text("no longer muted")
    # The row stays under the thumb until the list is updated.
    await expect(row(page, viewer_id)).to_be_visible()
    await page.locator("#refresh").click()
    await expect(page.locator("#empty")).to_have_text("Nobody is muted.")


async def test_whoever_is_new_waits_until_the_list_is_updated(
    phone: OpenPage, service: Service, login: Any
) -> None:
    session = await given_show(service)
    _, first = await watching(phone, service, session)
    page = await audience(phone, service, session, login)
    await until_listed(page, first)
    before = await row(page, first).bounding_box()
    _, second = await watching(phone, service, session)
    await expect(page.locator("#refresh")).to_have_text("Update the list · 1 new")
    assert await row(page, second).count() == 0
    assert await row(page, first).bounding_box() == before
    await page.locator("#refresh").click()
    await expect(row(page, second)).to_be_visible()
    await expect(page.locator("#refresh")).to_have_text("Update the list")


async def test_an_order_number_finds_its_buyer(
    desktop: OpenPage, service: Service, login: Any
) -> None:
    session = await given_show(service)
    _, watcher = await watching(desktop, service, session)
    async with store_of(service.data) as store:
        secret = await store.people.token_secret()
    buyer = auth.mint(
        secret, viewer=watcher, visit="x", role=Role.VIEWER, now_ms=system_clock(),
        lifetime_s=600, session=None, name="苗伟伦",
    )  # fmt: skip
    await service.order(session, buyer, "tea", 3, 500)
    page = await audience(desktop, service, session, login)
    await until_listed(page, watcher)
    await page.locator("#find").fill("#2")
    await expect(page.locator("#empty")).to_contain_text("Nothing found for “#2”")
    await page.locator("#find").fill("#1")
    found = row(page, watcher)
    await expect(found.locator(".viewer-name")).to_have_text("苗**")
    await expect(found.locator('[data-fact="orders"] dd')).to_have_text("1 · 3 pcs")
    await expect(found.locator('[data-fact="amount"] dd')).to_have_text("¥15.00")


async def test_without_a_link_nothing_is_lost_that_was_typed(
    phone: OpenPage, service: Service, login: Any
) -> None:
    session = await given_show(service)
    _, viewer_id = await watching(phone, service, session)
    page = await audience(phone, service, session, login)
    one = await until_listed(page, viewer_id)
    await page.context.set_offline(True)
    await mark(page, one, "ban", "骂人")
    await expect(page.locator(".mark-form .message")).to_contain_text("cannot be reached")
    await expect(page.locator('input[name="cause"]')).to_have_value("骂人")
    await expect(page.locator("body")).to_have_attribute("data-status", "reconnecting")
    await expect(one).to_be_visible()
    await page.context.set_offline(False)
    await page.locator('[data-verb="mark-yes"]').click()
    await expect(one.locator('[data-mark="banned"]')).to_be_visible()
    await expect(page.locator("body")).to_have_attribute("data-status", "live")


async def test_hostile_names_and_causes_are_text(
    desktop: OpenPage, service: Service, login: Any
) -> None:
    session = await given_show(service)
    evil = '<img src=x onerror="document.title=`owned`">'
    async with store_of(service.data) as store:
        secret = await store.people.token_secret()
        # A name with markup makes no token; one with quotes does.
        token = auth.mint(
            secret, viewer="evil:1", visit="x", role=Role.VIEWER, now_ms=system_clock(),
            lifetime_s=600, session=None, name='"onload=alert(1) &lt;b&gt;',
        )  # fmt: skip
        await service.order(session, token, "tea", 1, 500)
        # The API refuses such a cause; whatever stands in the store is text all the same.
        await store.audience.moderate(
            session, "mute", "evil:1", by="admin", cause=evil, now_ms=system_clock()
        )
    page = await audience(desktop, service, session, login)
    await page.locator('input[value="muted"]').check()
    found = row(page, "evil:1")
    await expect(found.locator(".viewer-name")).to_have_text('"**')
    await expect(found.locator(".viewer-marks")).to_contain_text(evil)
    await mark(page, found, "ban", evil)
    await expect(page.locator(".field-cause .field-error")).to_contain_text("markup")
    assert await page.locator("ls-viewer-list img").count() == 0
    assert "owned" not in await page.title()


async def test_a_moderator_sees_no_money_and_staff_no_list(
    desktop: OpenPage, service: Service
) -> None:
    session = await given_show(service)
    await service.order(session, await service.buyer(), "tea", 1, 500)
    async with store_of(service.data) as store:
        hashed = auth.hash_password(PASSWORD)
        for role in (Role.MODERATOR, Role.STAFF):
            person = Person(
                name=f"{role}-{session}"[:30], role=role, password_hash=hashed, created_ms=0
            )
            await store.people.add(person)
    _, viewer_id = await watching(desktop, service, session)
    moderator = await signed_in(service, f"moderator-{session}"[:30])
    page = await audience(desktop, service, session, moderator)
    one = await until_listed(page, viewer_id)
    await expect(one.locator('[data-fact="orders"]')).to_be_visible()
    await expect(one.locator('[data-fact="amount"]')).to_be_hidden()
    await mark(page, one, "ban", "刷屏")
    await expect(one.locator('[data-mark="banned"]')).to_be_visible()
    staff = await signed_in(service, f"staff-{session}"[:30])
    refused = await desktop(f"{service.url}/audience/{session}", storage_state=staff)
    await expect(refused.locator("#loading")).to_contain_text("Your role cannot do this")
    await expect(refused.locator("ls-link")).to_be_hidden()


async def test_before_anybody_came_and_in_both_languages(
    phone: OpenPage, service: Service, login: Any
) -> None:
    session = await service.create(title="藏香猪专场", cards=[TEA])
    page = await audience(phone, service, session, login)
    await expect(page.locator("#empty")).to_contain_text("Nobody has come yet.")
    await expect(page.locator("#more")).to_be_hidden()
    await page.locator(".nav-toggle").click()
    await page.locator(".language-switch").click()
    await expect(page.locator("#empty")).to_contain_text("还没有观众来过")
    await expect(page.locator("#refresh")).to_have_text("更新名单")
