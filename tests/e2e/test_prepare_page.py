"""Preparing a whole session in a real browser: by mouse, by keyboard, by a finger, and by two."""

import re
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import pytest_asyncio
from playwright.async_api import FilePayload, Page, Route, expect

from tests.e2e.axe import serious
from tests.e2e.conftest import OpenPage
from tests.e2e.crew import PIG, TEA, YAK, crew_document, signed_in
from tests.e2e.service import Service
from tests.support.photos import a_photo
from tests.support.wait import wait_until

pytestmark = pytest.mark.asyncio(loop_scope="session")

EVIL = '"><img src=x onerror="document.title=`pwned`">'


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def login(service: Service) -> AsyncIterator[Any]:
    """One login for all tests here, because logins are throttled."""
    yield await signed_in(service)


def planned(hours: int, length: int = 1) -> dict[str, str]:
    """Times that no other test's session of the same host has."""
    start = datetime.now(UTC).replace(minute=0, second=0, microsecond=0) + timedelta(hours=hours)
    return {
        "planned_start": start.isoformat(),
        "planned_end": (start + timedelta(hours=length)).isoformat(),
    }


async def given(service: Service, **fields: Any) -> str:
    return await service.create(
        **{"title": "那曲好物专场", "cards": [TEA, YAK, PIG], "confirm": True, **fields}
    )


async def opened(open_page: OpenPage, service: Service, session: str, login: Any) -> Page:
    page = await open_page(
        f"{service.url}/prepare/{session}", storage_state=login, locale="en-GB", timezone_id="UTC"
    )
    await expect(page.locator("body")).to_have_attribute("data-status", "live")
    return page


def order(page: Page) -> Any:
    return page.locator(".plan-row .plan-title")


async def rundown_is(service: Service, session: str, *ids: str) -> None:
    async def is_so() -> bool:
        return bool((await crew_document(service, session))["rundown"] == list(ids))

    await wait_until(is_so, f"the rundown is {ids}")


async def card_says(service: Service, session: str, card: str, name: str, value: Any) -> None:
    async def is_so() -> bool:
        return bool((await crew_document(service, session))["cards"][card].get(name) == value)

    await wait_until(is_so, f"{card} has {name} {value!r}")


async def test_a_session_is_prepared_by_mouse(
    desktop: OpenPage, service: Service, login: Any
) -> None:
    session = await given(service, **planned(1000), zone="UTC")
    page = await opened(desktop, service, session, login)
    await page.locator('[name="title"]').first.fill("虫草季第一场")
    await page.locator('[name="video"]').fill("https://cdn.example.org/show.mp4")
    await expect(page.get_by_text("plays on the viewers' page")).to_be_visible()
    await expect(page.locator(".live-title").first).to_have_attribute("data-live", "saved")
    await page.locator(".plan-toggle").first.click()
    await page.locator('[name="script"]').fill("先讲海拔，再讲回甘。")
    await page.locator('[name="plan_s"]').fill("4:30")
    await page.locator('[name="allocated"]').fill("1200")
    await page.locator('[name="allocated"]').blur()
    await card_says(service, session, "tea", "script", "先讲海拔，再讲回甘。")
    await card_says(service, session, "tea", "plan_s", 270)
    await card_says(service, session, "tea", "allocated", 1200)
    second = page.locator(".plan-when").nth(1)
    start = datetime.fromisoformat(planned(1000)["planned_start"])
    await expect(second).to_have_text(f"{start + timedelta(seconds=270):%H:%M}")
    await expect(page.locator(".plan-total")).to_contain_text("4:30 of 1:00:00, 55:30 left")
    await page.locator(".plan-toggle").first.click()
    await drag(page, 0, 2)
    await rundown_is(service, session, "yak", "pig", "tea")
    document = await crew_document(service, session)
    assert document["session"]["title"] == "虫草季第一场"


async def drag(page: Page, from_: int, to: int) -> None:
    handle = page.locator(".drag-handle").nth(from_)
    target = page.locator(".drag-handle").nth(to)
    await handle.scroll_into_view_if_needed()
    start, end = await handle.bounding_box(), await target.bounding_box()
    assert start is not None
    assert end is not None
    await page.mouse.move(start["x"] + 20, start["y"] + 30)
    await page.mouse.down()
    await page.mouse.move(start["x"] + 20, start["y"] + 40)
    await page.mouse.move(end["x"] + 20, end["y"] + end["height"] - 4, steps=6)
    await page.mouse.up()


async def test_the_rundown_is_put_in_order_by_keyboard(
    desktop: OpenPage, service: Service, login: Any
) -> None:
    session = await given(service)
    page = await opened(desktop, service, session, login)
    first = page.locator(".plan-row").filter(has_text="清风度").locator(".drag-handle")
    told = page.locator("ls-plan-list > .visually-hidden")
    await first.focus()
    await page.keyboard.press("Space")
    await expect(told).to_contain_text("number 1 of 3")
    await page.keyboard.press("ArrowDown")
    await expect(told).to_contain_text("number 2 of 3")
    await page.keyboard.press("Escape")
    await expect(told).to_contain_text("back as number 1")
    await expect(order(page).first).to_have_text(TEA["title"])
    await page.keyboard.press("Space")
    await page.keyboard.press("End")
    await page.keyboard.press("Space")
    await expect(told).to_contain_text("put down as number 3")
    await expect(first).to_be_focused()
    await rundown_is(service, session, "yak", "pig", "tea")


async def test_the_rundown_is_put_in_order_by_a_finger(
    phone: OpenPage, service: Service, login: Any
) -> None:
    session = await given(service)
    page = await opened(phone, service, session, login)
    handles = page.locator(".drag-handle")
    await handles.first.scroll_into_view_if_needed()
    start, end = await handles.nth(0).bounding_box(), await handles.nth(1).bounding_box()
    assert start is not None
    assert end is not None
    touch = await page.context.new_cdp_session(page)
    x, y = start["x"] + 20, start["y"] + 20
    points = [(x, y), (x, y + 12), (x, end["y"] + end["height"] - 4)]
    await touch.send(
        "Input.dispatchTouchEvent", {"type": "touchStart", "touchPoints": [{"x": x, "y": y}]}
    )
    for px, py in points[1:]:
        await touch.send(
            "Input.dispatchTouchEvent", {"type": "touchMove", "touchPoints": [{"x": px, "y": py}]}
        )
    await touch.send("Input.dispatchTouchEvent", {"type": "touchEnd", "touchPoints": []})
    await rundown_is(service, session, "yak", "tea", "pig")


async def test_what_a_colleague_changes_is_on_the_page_at_once(
    desktop: OpenPage, service: Service, login: Any
) -> None:
    session = await given(service)
    page = await opened(desktop, service, session, login)
    await page.locator(".plan-toggle").first.click()
    await service.command(session, "edit_card", card="tea", script="同事写的", plan_s=120)
    await expect(page.locator('[name="script"]')).to_have_value("同事写的")
    await expect(page.locator('[name="plan_s"]')).to_have_value("2:00")
    await service.command(session, "reorder", rundown=["pig", "tea", "yak"])
    await expect(order(page).first).to_have_text(PIG["title"])


async def test_a_gift_is_added_and_taken_away_again(
    phone: OpenPage, service: Service, login: Any
) -> None:
    session = await given(service)
    page = await opened(phone, service, session, login)
    await page.locator(".plan-toggle").first.click()
    gifts = page.locator("ls-plan-gifts").first
    units = gifts.locator("input")
    for typed in ("0", "1.", "-1"):
        await units.fill(typed)
        await gifts.locator("[type=submit]").click()
        await expect(gifts.locator(".field-problem")).not_to_be_empty()
    await gifts.locator("select").select_option("yak")
    await units.fill("2")
    await gifts.locator("[type=submit]").click()
    await expect(gifts.locator(".gift-line")).to_contain_text(YAK["title"])
    assert await serious(page) == []
    await gifts.locator('[data-verb="drop-gift"]').click()
    await expect(gifts.locator(".gift-line")).to_have_count(0)
    shelf = await service.call("GET", f"/sessions/{session}?audience=crew")
    assert "gifts" not in shelf["document"]["cards"]["tea"]


async def test_a_conflict_shows_theirs_and_keeps_what_is_chosen(
    desktop: OpenPage, service: Service, login: Any
) -> None:
    session = await given(service)
    page = await opened(desktop, service, session, login)
    await page.locator(".plan-toggle").first.click()
    # Without a link nothing is saved while it is typed, so the colleague is surely first.
    await page.context.set_offline(True)
    await page.locator('[name="script"]').fill("我的话")
    await expect(page.locator(".live-script")).to_have_attribute("data-live", "offline")
    await service.command(session, "edit_card", card="tea", script="同事的话")
    await page.context.set_offline(False)
    question = page.locator(".live-script .live-question")
    await expect(question).to_contain_text("同事的话")
    await expect(page.locator('[name="script"]')).to_have_value("我的话")
    await card_says(service, session, "tea", "script", "同事的话")
    await question.get_by_role("button", name="Use mine").click()
    await card_says(service, session, "tea", "script", "我的话")


async def test_a_card_is_added_and_removed_and_a_shown_one_stays(
    desktop: OpenPage, service: Service, login: Any
) -> None:
    session = await given(service, cards=[TEA])
    page = await opened(desktop, service, session, login)
    await page.locator("#add-card").click()
    dialog = page.locator("dialog.add-card")
    await dialog.locator('[name="title"]').fill("藏香猪")
    await dialog.locator('[name="price"]').fill("268")
    await dialog.locator('[name="stock"]').fill("9")
    await dialog.get_by_role("button", name="Add").last.click()
    await expect(order(page)).to_have_count(2)
    row = page.locator(".plan-row").filter(has_text="藏香猪")
    await row.locator('[data-verb="remove"]').click()
    await page.locator("dialog.ask[open] .danger").click()
    await expect(order(page)).to_have_count(1)
    await service.command(session, "start", overrule="for a test", confirm=True)
    await service.command(session, "show", card="tea")
    await page.locator(".plan-toggle").first.click()
    await page.locator('[data-verb="remove"]').first.click()
    await page.locator("dialog.ask[open] .danger").click()
    await expect(page.locator("#problem")).to_contain_text("has been shown")


async def test_a_photo_is_taken_for_a_card_and_for_the_cover(
    desktop: OpenPage, service: Service, login: Any
) -> None:
    session = await given(service, cards=[TEA])
    page = await opened(desktop, service, session, login)
    await page.locator(".plan-toggle").first.click()
    photo = FilePayload(name="tea.jpg", mimeType="image/jpeg", buffer=a_photo())
    for field in (".live-cover", ".live-image"):
        await page.locator(f"{field} [type=file]").first.set_input_files(photo)
        await expect(page.locator(field)).to_have_attribute("data-live", "saved")
    document = await crew_document(service, session)
    for address in (document["session"]["cover"], document["cards"]["tea"]["image"]):
        assert re.fullmatch(r"/photos/[0-9a-f]+/\d+\.webp", address)
    await expect(page.locator(".plan-picture")).to_be_visible()


async def test_wrong_times_are_told_at_their_field(
    desktop: OpenPage, service: Service, login: Any
) -> None:
    session = await given(service, zone="Europe/Berlin")
    page = await opened(desktop, service, session, login)
    start, end = page.locator('[name="planned_start"]'), page.locator('[name="planned_end"]')
    send = page.locator("ls-session-times [type=submit]")
    for times, words in (
        (("2033-06-01T20:00", "2033-06-01T19:00"), "after the start"),
        (("2033-03-27T02:30", "2033-03-27T05:00"), "summer time"),
        (("2033-06-01T20:00", "2033-06-03T19:00"), "24 hours"),
    ):
        await start.fill(times[0])
        await end.fill(times[1])
        await send.click()
        await expect(page.locator("ls-session-times .field-error:not(:empty)")).to_contain_text(
            words
        )
    assert (await crew_document(service, session))["session"]["state"] == "draft"


async def test_an_overlap_is_asked_about(desktop: OpenPage, service: Service, login: Any) -> None:
    await given(service, title="先定的一场", host="重叠主播", **planned(2000), zone="UTC")
    session = await given(service, host="重叠主播", zone="UTC")
    page = await opened(desktop, service, session, login)
    times = planned(2000)
    await page.locator('[name="planned_start"]').fill(times["planned_start"][:16])
    await page.locator('[name="planned_end"]').fill(times["planned_end"][:16])
    await page.locator("ls-session-times [type=submit]").click()
    ask = page.locator("dialog.ask[open]")
    await expect(ask).to_contain_text("先定的一场")
    await ask.locator(".primary").click()
    await expect(page.locator(".times-told")).to_have_text("The times are saved.")
    assert (await crew_document(service, session))["session"]["state"] == "scheduled"


async def test_ones_own_times_are_never_taken_for_a_colleagues(
    desktop: OpenPage, service: Service, login: Any
) -> None:
    session = await given(service, host="独自一人", **planned(2100), zone="UTC")
    page = await opened(desktop, service, session, login)
    end, told = page.locator('[name="planned_end"]'), page.locator(".times-told")
    was = planned(2100, length=2)["planned_end"][:16]
    await end.fill(was)
    colleague = planned(2100, length=3)
    await service.command(session, "schedule", **colleague, confirm=True)
    await expect(told).to_contain_text("A colleague has just planned it")
    assert await end.input_value() == was

    async def answer_late(route: Route) -> None:
        answer = await route.fetch()
        await expect(told).to_have_text("The times are not saved yet.")
        await route.fulfill(response=answer)

    await page.route("**/commands", answer_late)
    await end.fill(planned(2100, length=4)["planned_end"][:16])
    await page.locator("ls-session-times [type=submit]").click()
    await expect(told).to_have_text("The times are saved.")
    await page.unroute("**/commands")
    await service.command(session, "schedule", **planned(2100, length=5), confirm=True)
    await expect(end).to_have_value(planned(2100, length=5)["planned_end"][:16])


async def test_markup_in_any_field_is_only_text(
    desktop: OpenPage, service: Service, login: Any
) -> None:
    session = await given(service)
    page = await opened(desktop, service, session, login)
    await page.locator(".plan-toggle").first.click()
    for name in ("title", "host", "video", "fund"):
        field = page.locator(f"ls-session-form .live-{name}")
        await field.locator(f'[name="{name}"]').fill(EVIL)
        await expect(field).to_have_attribute("data-live", "refused")
        await expect(field.locator(".field-error")).not_to_be_empty()
    for form, name in (("ls-session-form", "cover"), ("ls-plan-fields", "image")):
        field = page.locator(f"{form} .live-{name}")
        await field.locator("summary").click()
        await field.locator(".photo-address input").fill(EVIL)
        await field.locator(".photo-address input").blur()
        await expect(field.locator(".field-error")).not_to_be_empty()
    for name in ("script", "title", "badges", "story", "price", "plan_s"):
        field = page.locator(f"ls-plan-fields .live-{name}")
        await field.locator(f'[name="{name}"]').fill(EVIL)
        await field.locator(f'[name="{name}"]').blur()
        await expect(field.locator(".field-error")).not_to_be_empty()
    assert "pwned" not in await page.title()
    assert (await crew_document(service, session))["session"]["title"] == "那曲好物专场"
