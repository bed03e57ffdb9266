"""Campaigns in a real browser: made, renamed by two at once, summed up, removed."""

from typing import Any

import pytest
from playwright.async_api import expect

from tests.e2e.axe import serious
from tests.e2e.buyers import TEA
from tests.e2e.conftest import OpenPage
from tests.e2e.crew import signed_in
from tests.e2e.service import Service

pytestmark = pytest.mark.asyncio(loop_scope="session")

EVIL = '"><img src=x onerror="document.title=`pwned`">'


async def shown(service: Service, campaign: str) -> Any:
    return await service.call("GET", f"/campaigns/{campaign}")


async def test_a_campaign_from_its_name_to_its_end(own_service: Service, phone: OpenPage) -> None:
    service = own_service
    page = await phone(
        f"{service.url}/campaigns", storage_state=await signed_in(service), locale="en-GB"
    )
    await expect(page.locator("#empty")).to_be_visible()
    await page.locator("#new").tap()
    await page.locator("ls-campaign-form [type=submit]").tap()
    await expect(page.locator(".field-title .field-error")).to_have_text(
        "Give the campaign a name."
    )
    await page.locator('ls-campaign-form [name="title"]').fill(EVIL)
    await page.locator("ls-campaign-form [type=submit]").tap()
    await expect(page.locator(".field-title .field-error")).to_contain_text("markup")
    await page.locator('ls-campaign-form [name="title"]').fill("那曲 & Friends")
    await page.locator("ls-campaign-form [type=submit]").dblclick()
    await expect(page.locator(".campaign-title")).to_have_text(["那曲 & Friends"])

    # A colleague renames it while the form is open: both are shown, a person decides.
    [made] = (await service.call("GET", "/campaigns"))["campaigns"]
    await page.get_by_role("button", name="Change").tap()
    await service.call(
        "PUT", f"/campaigns/{made['id']}", {"title": "购物节", "expected_version": 1}
    )
    await page.locator('ls-campaign-form [name="title"]').fill("那曲购物节")
    await page.locator("ls-campaign-form [type=submit]").tap()
    await expect(page.locator("ls-campaign-form [role=status]")).to_contain_text("购物节")
    await page.locator("ls-campaign-form [type=submit]").tap()
    await expect(page.locator(".campaign-title")).to_have_text(["那曲购物节"])

    # One buyer of two sessions is one buyer of the campaign.
    buyer = await service.buyer()
    for title in ("第一场", "第二场"):
        session = await service.create(title=title, campaign=made["id"], cards=[TEA])
        await service.command(session, "start", overrule="试一试")
        await service.order(session, buyer, TEA["id"], 2, TEA["price"])
    await page.reload()
    await page.locator("summary").tap()
    await expect(page.locator('[data-figure="buyers"] .figure-value')).to_have_text("1")
    await expect(page.locator('[data-figure="units"] .figure-value')).to_have_text("4")
    await expect(page.locator('[data-figure="gross"] .figure-value')).to_have_text("¥20.00")
    await expect(page.locator(".session-row")).to_have_count(2)
    assert await serious(page) == []

    # With sessions in it, it stays; without, it goes.
    remove = page.get_by_role("button", name="Remove", exact=True)
    await remove.tap()
    await page.locator("dialog.ask .danger").tap()
    await expect(page.locator("#told")).to_contain_text("2 sessions belong to this campaign")
    sessions = page.locator(".campaign-session")
    await sessions.first.get_by_role("button").tap()
    await expect(sessions).to_have_count(1)
    await page.locator(".campaign-put [type=submit]").tap()
    await expect(sessions).to_have_count(2)
    for left in (1, 0):
        await sessions.first.get_by_role("button").tap()
        await expect(sessions).to_have_count(left)
    assert (await shown(service, made["id"]))["rows"] == []
    await remove.tap()
    await page.locator("dialog.ask .danger").tap()
    await expect(page.locator("#told")).to_have_text("“那曲购物节” is removed.")
    await expect(page.locator("#empty")).to_be_visible()
