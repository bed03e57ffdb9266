"""What a viewer sees before any script, and what all of the page costs on the way there."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from playwright.async_api import Page, expect

from tests.e2e.conftest import OpenPage
from tests.e2e.pictures import picture
from tests.e2e.service import Service
from tests.e2e.test_viewer_page import TEA, YAK, live_show

pytestmark = pytest.mark.asyncio(loop_scope="session")

# Compressed, before images and video, with everything that buying loads.
MAX_BYTES = 60_000
# The page, its style, icon and module, the visit; buying, its style and words; what was ordered.
MAX_REQUESTS = 12

SAID = ("title", "host", "initial", "state-text", "centre-name", "centre-title", "centre-text")


async def said(page: Page) -> dict[str, str]:
    """What the page says in the places that the service fills too, and in which look."""
    body = page.locator("body")
    shown = {name: await page.locator(f'[data-out="{name}"]').inner_text() for name in SAID}
    looks = {name: await body.get_attribute(f"data-{name}") or "" for name in ("phase", "state")}
    words = " ".join(await page.locator("[data-t]").all_inner_texts())
    return {**shown, **looks, "page": await page.title(), "words": words}


async def sessions(service: Service) -> dict[str, str]:
    """One session in each state that viewers meet."""
    start = datetime.now(UTC) + timedelta(days=1, hours=2)
    planned = {"planned_start": start.isoformat(), "zone": "Asia/Shanghai"}
    planned["planned_end"] = (start + timedelta(hours=1)).isoformat()
    made = {
        "scheduled": await service.create(title="虫草采挖季", cards=[TEA], **planned),
        "cancelled": await service.create(title="虫草采挖季", cards=[TEA], **planned),
        "live": await live_show(service, TEA, YAK),
        "paused": await live_show(service, TEA),
        "ended": await live_show(service, TEA),
    }
    for state, verb in (("cancelled", "cancel"), ("paused", "pause"), ("ended", "end")):
        await service.command(made[state], verb)
    return made


@pytest.mark.parametrize("locale", ["zh-CN", "en"])
async def test_the_service_says_what_the_script_says_later(
    service: Service, phone: OpenPage, locale: str
) -> None:
    options = {"locale": locale, "timezone_id": "Asia/Shanghai"}
    for state, session in (await sessions(service)).items():
        address = f"{service.url}/s/{session}"
        plain = await phone(address, java_script_enabled=False, **options)
        first = await said(plain)
        await picture(plain, f"first-{state}-{locale}")
        page = await phone(address, **options)
        await expect(page.locator(".language-switch")).to_be_visible()
        then = await said(page)
        # Only a script knows the viewer's zone, and how its dates are written.
        if state == "scheduled":
            assert "(UTC+8)" in first.pop("centre-text")
            assert "UTC" not in then.pop("centre-text")
            # The seconds run, and before the script there are none.
            await expect(page.locator("ls-countdown")).to_be_visible()
        assert first == then, state
        await plain.context.close()
        await page.context.close()


async def test_a_page_with_its_buying_keeps_its_weight(service: Service, phone: OpenPage) -> None:
    session = await live_show(service, TEA, YAK)
    await service.command(session, "show", card="yak")
    page = await phone("about:blank", locale="zh-CN")
    came = await on_the_wire(page)
    await page.goto(f"{service.url}/s/{session}")
    await expect(page.locator("body")).to_have_attribute("data-status", "live")
    await page.locator('[data-look="shown"] .card-order').tap()
    await expect(page.locator(".order-submit")).to_be_visible()
    told = "\n".join(f"{size:8.0f} {name}" for name, size in came)
    assert sum(size for _, size in came) <= MAX_BYTES, f"The page has become too heavy:\n{told}"
    assert len(came) <= MAX_REQUESTS, f"The page asks for too much:\n{told}"


async def on_the_wire(page: Page) -> list[tuple[str, float]]:
    """Fills with what the page loads: what it is, and its bytes with headers, compressed."""
    wire = await page.context.new_cdp_session(page)
    names: dict[str, str] = {}
    came: list[tuple[str, float]] = []

    def answered(event: dict[str, Any]) -> None:
        if event["type"] not in ("Image", "Media", "WebSocket"):
            names[event["requestId"]] = event["response"]["url"].rpartition("/")[2]

    def loaded(event: dict[str, Any]) -> None:
        if event["requestId"] in names:
            came.append((names[event["requestId"]], event["encodedDataLength"]))

    wire.on("Network.responseReceived", answered)
    wire.on("Network.loadingFinished", loaded)
    await wire.send("Network.enable")
    return came
