"""What the tests of a show on air share: its cards, its console, and what the service holds."""

import uuid
from typing import Any

from playwright.async_api import Locator, Page, expect

from tests.e2e.conftest import OpenPage
from tests.e2e.crew import PIG, TEA, YAK, crew_document
from tests.e2e.service import Service

CARDS: list[dict[str, Any]] = [
    {**TEA, "was": 600, "script": "先讲产地,再讲公益金。", "plan_s": 120},
    {**YAK, "plan_s": 60},
    {**PIG, "stock": 30},
]


async def prepared(service: Service) -> str:
    """A session with slots 3, 12 and 15 that nobody has started."""
    host = f"主播 {uuid.uuid4().hex[:6]}"
    return await service.create(title="那曲好物专场", host=host, cards=CARDS)


async def open_console(open_page: OpenPage, service: Service, session: str, login: Any) -> Page:
    page = await open_page(f"{service.url}/console/{session}", storage_state=login)
    await expect(page.locator("body")).to_have_attribute("data-status", "live")
    await expect(page.locator("ls-pad")).to_be_visible()
    return page


def pad(page: Page, verb: str) -> Locator:
    return page.locator(f'ls-pad [data-verb="{verb}"]')


def course(page: Page, verb: str) -> Locator:
    return page.locator(f'ls-state-bar [data-verb="{verb}"]')


async def prepares_flash(page: Page) -> None:
    """Fills the open form: the shown card at 300 for 20 pieces."""
    form = page.locator("ls-flash-form dialog")
    await form.locator('[name="price"]').fill("3")
    await form.locator('[name="units"]').fill("20")
    await form.locator('[name="units"]').press("Enter")
    await expect(form).to_be_hidden()


async def ended_well(service: Service, page: Page, session: str) -> None:
    """The show is over, and all that was done in it is what the service holds."""
    await expect(page.locator("body")).to_have_attribute("data-status", "ended")
    await expect(page.locator("#review")).to_be_visible()
    document = await crew_document(service, session)
    tea, yak, pig = (document["cards"][one] for one in ("tea", "yak", "pig"))
    assert document["session"]["state"] == "ended"
    assert (tea["price"], tea["allocated"], tea["windows"]) == (450, 1050, 1)
    assert (yak["sold_out"], yak["windows"]) == (True, 1)
    assert (pig["open"], pig["windows"]) == (True, 1)
    assert document["notice"] == "公益金 0.2 元一罐"
    assert [flash["state"] for flash in document["flashes"].values()] == ["ended"]
