"""The check and the rehearsal, by a host with a browser; and whoever was invited, on a phone."""

import re
from typing import Any

import pytest
from playwright.async_api import Page, expect

from tests.e2e.axe import serious
from tests.e2e.conftest import OpenPage
from tests.e2e.crew import TEA, YAK, crew_document, signed_in
from tests.e2e.service import Service

pytestmark = pytest.mark.asyncio(loop_scope="session")

PLAN = {
    "planned_start": "2099-01-01T12:00:00Z", "planned_end": "2099-01-01T13:00:00Z", "confirm": True,
}  # fmt: skip


async def given_planned(service: Service, *cards: dict[str, Any]) -> str:
    return await service.create(title="那曲虫草专场", cards=cards or [TEA, YAK], **PLAN)


async def measured(page: Page) -> None:
    """Until the link was measured, which is the last that a look does."""
    await expect(page.locator('.preflight-point[data-code="link_measuring"]')).to_have_count(0)
    await expect(page.get_by_role("button", name="Check again")).to_be_enabled()


async def test_the_check_says_what_is_in_the_way_and_turns_green_when_it_is_mended(
    service: Service, desktop: OpenPage
) -> None:
    session = await given_planned(service, {**TEA, "price": 0, "image": "/photos/none.webp"})
    page = await desktop(f"{service.url}/prepare/{session}", storage_state=await signed_in(service))
    await expect(page.locator(".preflight-verdict")).to_contain_text("1 point stands in the way")
    price = page.locator('.preflight-point[data-code="price_zero"]')
    await expect(price).to_contain_text("These cost nothing: 3 清风度西藏凉茶")
    await expect(price).to_have_attribute("data-state", "bad")
    await measured(page)
    broken = page.locator('.preflight-point[data-code="photo_broken"]')
    await expect(broken).to_contain_text("does not load in this browser: 3 清风度西藏凉茶")
    await price.get_by_role("button", name="Go there").click()
    await expect(page.locator('.plan-row[data-card="tea"] [aria-expanded="true"]')).to_be_visible()
    link = page.locator('.preflight-point[data-code^="link_"]')
    await expect(link).to_contain_text(re.compile(r"\d+ ms there and back"))
    await service.command(session, "price", card="tea", price=500)
    # Whatever changes is looked at by itself, and again when it is asked for.
    await expect(page.locator(".preflight-verdict")).to_contain_text("Nothing stands in the way")
    await expect(price).to_have_count(0)
    await page.get_by_role("button", name="Check again").click()
    await measured(page)
    await expect(page.locator(".preflight-verdict")).to_contain_text("Nothing stands in the way")
    await page.get_by_role("button", name="中文").click()
    await expect(page.locator(".preflight-verdict")).to_contain_text("可以开播")


async def test_a_start_against_the_check_wants_words(service: Service, desktop: OpenPage) -> None:
    session = await given_planned(service, {**TEA, "stock": 0})
    page = await desktop(f"{service.url}/console/{session}", storage_state=await signed_in(service))
    start = page.get_by_role("button", name="Go live").first
    asked = page.locator("dialog.overrule")

    async def press_start() -> None:
        await start.click()
        await page.locator("ls-ask dialog[open] button.primary").click()
        await expect(asked).to_contain_text("Not one product can be ordered.")

    await press_start()
    await asked.get_by_role("button", name="Not now").click()
    await expect(asked).to_have_count(0)
    assert (await crew_document(service, session))["session"]["state"] == "scheduled"
    await press_start()
    await asked.get_by_role("button", name="Start all the same").click()
    await expect(asked.locator(".field-error")).to_have_text("Write 3 characters or more.")
    await asked.get_by_label("Why you start all the same").fill("<b>只聊天")
    await page.keyboard.press("Enter")
    await expect(page.get_by_text("contains markup", exact=False).first).to_be_visible()
    await press_start()
    await asked.get_by_label("Why you start all the same").fill("只聊天，不卖货")
    await page.keyboard.press("Enter")
    await expect(page.get_by_role("button", name="End", exact=True).first).to_be_visible()
    markers = (await service.call("GET", f"/sessions/{session}/stats"))["markers"]
    started = next(one["data"] for one in markers if one["kind"] == "started")
    assert started == {"bad": ["nothing_to_order"], "overruled": "只聊天，不卖货"}


async def test_a_rehearsal_from_its_start_to_its_removal(
    service: Service, phone: OpenPage, desktop: OpenPage
) -> None:
    session = await given_planned(service)
    before = await crew_document(service, session)
    host = await phone(f"{service.url}/prepare/{session}", storage_state=await signed_in(service))
    await host.get_by_role("button", name="Rehearse now, on air").click()
    await expect(host.locator(".rehearsal-state")).to_have_text("On air")
    link = await host.get_by_role("textbox", name="Invitation link").input_value()
    await host.get_by_text("The invitation as a QR code").click()
    await expect(host.locator(".invitation-qr")).to_be_visible()

    guest = await phone(link)
    await expect(guest.locator(".rehearsal-ribbon")).to_have_text("Rehearsal: nothing is sold")
    assert "#" not in guest.url
    await guest.get_by_role("button", name="Like", exact=True).tap()
    count = host.locator(".rehearsal-counts dd")
    await expect(host.locator('dd[data-count="viewers"]')).to_have_text("1")
    await expect(host.locator('dd[data-count="likes"]')).to_have_text("1")
    await guest.reload()
    await expect(guest.locator(".rehearsal-ribbon")).to_be_visible()
    await expect(guest.locator('[data-count="likes"]').first).to_contain_text("1")

    stranger = await desktop(guest.url)
    await expect(stranger.get_by_role("heading")).to_have_text("There is nothing here")

    await host.get_by_label("How many (1 to 500)").fill("0")
    await host.get_by_role("button", name="Let them come").click()
    await expect(host.get_by_text("Choose 1 to 500 viewers.")).to_be_visible()
    await host.get_by_label("How many (1 to 500)").fill("20")
    await host.get_by_label("How eager").select_option("eager")
    await host.get_by_role("button", name="Let them come").click()
    await expect(host.locator(".simulated-report")).to_contain_text(
        re.compile(r"[1-9]\d* of 20 are there"), timeout=60_000
    )
    await expect(host.locator('dd[data-count="orders"]')).not_to_have_text("0", timeout=60_000)
    await host.get_by_role("button", name="Send them home").click()
    await expect(host.get_by_text("They have gone home.")).to_be_visible()

    console = await desktop(
        f"{service.url}/console/{guest.url.rpartition('/')[2]}",
        storage_state=await signed_in(service),
    )
    await expect(console.locator(".rehearsal-ribbon")).to_be_visible()

    await host.get_by_role("button", name="End and remove it").click()
    await host.get_by_role("button", name="End and remove", exact=True).click()
    await expect(host.locator(".rehearsal-last")).to_contain_text("The rehearsal is gone.")
    await expect(count.first).to_be_visible()
    await expect(console.locator("#loading")).to_contain_text("was removed")
    await expect(console.locator("ls-pad")).to_be_hidden()
    await expect(host.get_by_role("button", name="Prepare a rehearsal")).to_be_visible()
    late = await phone(link)
    await expect(late.get_by_text("This rehearsal is over.")).to_be_visible()
    after = await crew_document(service, session)
    assert {**after, "nodes": {}} == {**before, "nodes": {}}


@pytest.mark.parametrize("scheme", ["dark", "light"])
async def test_everybody_can_use_the_check_and_the_rehearsal(
    service: Service, desktop: OpenPage, scheme: str
) -> None:
    session = await given_planned(service, {**TEA, "price": 0})
    await service.call("POST", f"/sessions/{session}/rehearsal", {"live": True})
    page = await desktop(f"{service.url}/prepare/{session}", storage_state=await signed_in(service))
    if scheme == "light":
        await page.locator('[data-do="theme"]').first.click()
    await expect(page.locator(".rehearsal-state")).to_have_text("On air")
    await measured(page)
    assert await serious(page) == []


async def test_the_crew_finds_the_viewers_page_without_an_invitation(
    service: Service, desktop: OpenPage
) -> None:
    session = await given_planned(service)
    started = await service.call("POST", f"/sessions/{session}/rehearsal", {"live": True})
    copy = started["rehearsal"]["id"]
    page = await desktop(f"{service.url}/s/{copy}", storage_state=await signed_in(service))
    await expect(page.locator(".rehearsal-ribbon")).to_be_visible()
    await expect(page.locator("body")).to_have_attribute("data-status", "live")
    overlay = await desktop(
        started["rehearsal"]["link"].replace("/rehearsal#", "/rehearsal?to=overlay#")
    )
    await overlay.wait_for_url("**/overlay/**")
    await service.command(copy, "show", card="tea")
    await expect(overlay.locator("main")).to_have_attribute("data-shown", "true")


async def test_a_broken_invitation_says_so_in_the_language_of_the_guest(
    service: Service, phone: OpenPage
) -> None:
    page = await phone(f"{service.url}/rehearsal#nonsense", locale="zh-CN")
    await expect(page.locator("[data-out=text]")).to_contain_text("邀请已失效")
    await page.get_by_role("link", name="看直播列表").tap()
    await page.wait_for_url(f"{service.url}/")
