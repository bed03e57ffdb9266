"""What viewers find when a show is over: the recording, and the next show."""

from datetime import UTC, datetime, timedelta

import pytest
from playwright.async_api import expect

from tests.e2e.axe import serious
from tests.e2e.conftest import OpenPage
from tests.e2e.pictures import picture
from tests.e2e.service import Service
from tests.e2e.test_viewer_page import TEA, YAK, live_show

pytestmark = pytest.mark.asyncio(loop_scope="session")


async def test_the_recording_and_the_next_show(
    service: Service, phone: OpenPage, desktop: OpenPage
) -> None:
    start = datetime.now(UTC) + timedelta(days=3)
    host = "卓玛 of the next show"
    coming = await service.create(
        title="虫草采挖季：海拔 4,500 米",
        host=host,
        planned_start=start.isoformat(),
        planned_end=(start + timedelta(hours=1)).isoformat(),
    )
    over = await live_show(service, TEA, YAK, host=host)
    await service.command(over, "end")
    page = await phone(f"{service.url}/s/{over}?lang=en", timezone_id="Asia/Shanghai")
    card = page.locator(".after-card")
    await expect(card).to_have_attribute("href", f"/s/{coming}")
    await expect(card).to_contain_text("虫草采挖季")
    await expect(page.get_by_role("link", name="to the calendar")).to_be_visible()
    watch = page.get_by_role("link", name="Watch the replay")
    await expect(watch).to_have_count(0)
    await service.command(over, "edit", replay="https://video.example/naqu")
    await expect(watch).to_have_attribute("rel", "noopener noreferrer")
    await expect(watch).to_have_attribute("href", "https://video.example/naqu")
    assert await serious(page) == []
    await picture(page, "after-phone", whole=True)

    # A recording that cannot be played after all becomes a link.
    await service.command(over, "edit", replay=f"{service.url}/none.mp4")
    await page.get_by_role("button", name="Watch the replay").click()
    await expect(page.get_by_role("link", name="Open the replay")).to_be_visible()
    wide = await desktop(f"{service.url}/s/{over}?lang=zh", color_scheme="dark")
    await expect(wide.locator(".after-card")).to_be_visible()
    await picture(wide, "after-desktop")
