"""A viewer's way through the page, in a real browser on the real service."""

import asyncio
import time
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from playwright.async_api import Locator, Page, Route, expect

from tests.e2e.conftest import OpenPage
from tests.e2e.service import Service

pytestmark = pytest.mark.asyncio(loop_scope="session")

CONTACT = {"name": "卓玛", "phone": "13800000000", "address": "西藏那曲市色尼区 1 号"}


def card(card_id: str, slot: int, title: str, price: int, **fields: Any) -> dict[str, Any]:
    return {"id": card_id, "slot": slot, "title": title, "price": price, "open": True, **fields}


TEA = card("tea", 1, "清风度西藏凉茶", 500, stock=1000, donation=20, badges=["公益 0.2 元"])
YAK = card("yak", 3, "娘亚牦牛肉 1 kg", 16800, stock=20, was=19800, limit=5)


async def live_show(service: Service, *cards: dict[str, Any], **fields: Any) -> str:
    session = await service.create(title="那曲好物直播专场", cards=list(cards), **fields)
    await service.command(session, "start")
    return session


async def order_through_sheet(page: Page, card_id: str) -> None:
    await page.locator(f'.shelf [data-card="{card_id}"] .card-order').click()
    await page.locator(".order-submit").click()


def counter(page: Page, name: str) -> Locator:
    return page.locator(f'ls-counter[data-count="{name}"] .counter-number')


async def test_a_viewer_watches_the_show_begin(service: Service, phone: OpenPage) -> None:
    start = datetime.now(UTC) + timedelta(hours=2, minutes=30)
    session = await service.create(
        title="虫草采挖季",
        cards=[TEA, YAK],
        planned_start=start.isoformat(),
        planned_end=(start + timedelta(hours=1)).isoformat(),
    )
    page = await phone(f"{service.url}/s/{session}")
    await expect(page.locator("body")).to_have_attribute("data-status", "live")
    await expect(page.locator('[data-unit="hours"] .countdown-number')).to_have_text("02")
    await expect(page.locator(".centre-name")).to_have_text("虫草采挖季")
    order = page.locator('[data-card="tea"] .card-order')
    await expect(order).to_be_disabled()
    await service.command(session, "start")
    await expect(page.locator("body")).to_have_attribute("data-phase", "during")
    await expect(order).to_be_enabled()


async def test_the_countdown_follows_the_servers_clock(service: Service, phone: OpenPage) -> None:
    start = datetime.now(UTC) + timedelta(hours=2, minutes=30)
    end = start + timedelta(hours=1)
    session = await service.create(
        title="虫草采挖季", planned_start=start.isoformat(), planned_end=end.isoformat()
    )
    page = await phone("about:blank")
    await page.clock.install(time=time.time() + 3 * 3600)
    await page.goto(f"{service.url}/s/{session}")
    await expect(page.locator('[data-unit="hours"] .countdown-number')).to_have_text("02")
    await expect(page.locator('[data-unit="minutes"] .countdown-number')).to_have_text("29")


async def test_a_shown_card_slides_in_and_leaves(service: Service, phone: OpenPage) -> None:
    session = await live_show(service, TEA, YAK)
    page = await phone(f"{service.url}/s/{session}", locale="zh-CN")
    shown = page.locator('[data-look="shown"]')
    await expect(page.locator("body")).to_have_attribute("data-status", "live")
    await expect(shown).to_have_count(0)
    await service.command(session, "show", card="yak")
    await expect(shown.locator(".card-title")).to_have_text("娘亚牦牛肉 1 kg")
    await expect(shown.locator(".card-slot")).to_have_text("3 号")
    await expect(shown.locator(".card-order")).to_have_text("立即下单")
    await service.command(session, "price", card="yak", price=15800)
    await expect(shown.locator(".price-whole")).to_have_text("158")
    await service.command(session, "hide")
    await expect(shown).to_have_count(0)


async def test_buying_in_three_taps(service: Service, phone: OpenPage) -> None:
    session = await live_show(service, TEA, YAK, fund="援藏公益基金")
    await service.command(session, "show", card="yak")
    page = await phone(f"{service.url}/s/{session}")
    await page.locator('[data-look="shown"] .card-order').tap()
    for name, value in CONTACT.items():
        await page.locator(f"#contact-{name}").fill(value)
    await page.locator(".order-sheet ls-stepper button").last.tap()
    await expect(page.locator(".order-submit")).to_have_text("Place order · ¥336.00")
    await page.locator(".order-submit").tap()
    await expect(page.locator(".outcome-title")).to_have_text("Order placed")
    listed = await service.call("GET", f"/sessions/{session}/orders")
    assert [(one["card"], one["units"], one["amount"]) for one in listed["orders"]] == [
        ("yak", 2, 33600)
    ]
    assert listed["orders"][0]["contact"]["name"] == "卓玛"
    await expect(counter(page, "orders")).to_have_text("1")
    await page.locator(".outcome-buttons button").last.tap()
    await expect(page.locator(".my-order-amount")).to_have_text("¥336.00")
    # A second order of the same person: the details are there and folded away.
    await page.keyboard.press("Escape")
    await page.locator('[data-look="shown"] .card-order').tap()
    await expect(page.locator(".contact-brief")).to_contain_text("卓玛 13800000000")


async def test_orders_are_still_there_after_a_reload(service: Service, desktop: OpenPage) -> None:
    session = await live_show(service, TEA)
    page = await desktop(f"{service.url}/s/{session}")
    await order_through_sheet(page, "tea")
    await expect(page.locator(".outcome-title")).to_have_text("Order placed")
    await page.reload()
    await expect(page.locator('[data-out="order-count"]')).to_have_text("1")
    await page.locator('[data-do="my-orders"]').click()
    await expect(page.locator(".my-order-state")).to_have_text("Placed")


async def test_a_price_that_moves_under_the_thumb_is_asked_again(
    service: Service, desktop: OpenPage
) -> None:
    session = await live_show(service, YAK)
    page = await desktop(f"{service.url}/s/{session}")
    await page.locator('[data-card="yak"] .card-order').click()
    await service.command(session, "price", card="yak", price=17900)
    change = page.locator(".order-change")
    await expect(change).to_contain_text("¥168")
    await expect(change).to_contain_text("¥179")
    await expect(page.locator(".order-submit")).to_have_text("Order for ¥179.00")
    await page.locator(".order-submit").click()
    await expect(page.locator(".outcome-text")).to_contain_text("¥179.00")


async def test_the_price_at_the_tap_is_the_price_seen(service: Service, desktop: OpenPage) -> None:
    session = await live_show(service, YAK)
    page = await desktop(f"{service.url}/s/{session}")
    may_load = asyncio.Event()

    async def late(route: Route) -> None:
        await may_load.wait()
        await route.continue_()

    await page.route("**/*buying.js", late)
    await page.reload()
    await page.locator('[data-card="yak"] .card-order').click()
    await service.command(session, "price", card="yak", price=17900)
    await expect(page.locator('[data-card="yak"] .card-price')).to_have_attribute(
        "data-amount", "¥179"
    )
    may_load.set()
    await expect(page.locator(".order-change")).to_contain_text("¥168")
    await expect(page.locator(".order-submit")).to_have_text("Order for ¥179.00")


async def test_sold_out_says_what_is_left(service: Service, desktop: OpenPage) -> None:
    session = await live_show(service, card("last", 9, "藏香猪", 29900, stock=4))
    page = await desktop(f"{service.url}/s/{session}")
    await page.locator('[data-card="last"] .card-order').click()
    await page.locator(".order-sheet ls-stepper input").fill("3")
    # Cut the patches off, so that the page cannot know of the other buyer in time.
    await page.evaluate(FREEZE_PATCHES)
    await service.order(session, await service.buyer(), "last", 3, 29900)
    await page.locator(".order-submit").click()
    await expect(page.locator(".order-form [role=alert]")).to_have_text("Only 1 left.")
    await page.locator(".order-submit").click()
    await expect(page.locator(".outcome-title")).to_have_text("Order placed")


# From here on the page's sockets hear answers to orders only.
FREEZE_PATCHES = """() => {
  const parse = JSON.parse;
  JSON.parse = (text, ...rest) => {
    const value = parse(text, ...rest);
    return value?.t === "patch" || value?.t === "state" ? { t: "held-back" } : value;
  };
}"""


async def test_the_limit_counts_what_this_viewer_has(service: Service, desktop: OpenPage) -> None:
    session = await live_show(service, card("one", 1, "比如虫草", 128800, stock=9, limit=1))
    page = await desktop(f"{service.url}/s/{session}")
    await order_through_sheet(page, "one")
    await expect(page.locator(".outcome-title")).to_have_text("Order placed")
    await page.keyboard.press("Escape")
    await page.locator('[data-card="one"] .card-order').click()
    await expect(page.locator(".order-submit")).to_be_disabled()
    await expect(page.locator(".order-form [role=alert]")).to_contain_text("the limit")


async def test_likes_are_counted_once_through_reload_and_reconnect(
    service: Service, phone: OpenPage
) -> None:
    session = await live_show(service, TEA)
    page = await phone(f"{service.url}/s/{session}")
    await expect(page.locator("body")).to_have_attribute("data-status", "live")
    for _ in range(5):
        await page.locator('[data-do="like"]').tap()
    await expect(counter(page, "likes")).to_have_text("5")
    assert await page.locator(".heart").count() > 0
    await page.reload()
    await expect(counter(page, "likes")).to_have_text("5")
    await page.locator('[data-do="like"]').tap()
    await expect(counter(page, "likes")).to_have_text("6")
    other = await phone(f"{service.url}/s/{session}")
    await expect(counter(other, "likes")).to_have_text("6")


async def test_what_sold_out_and_closed_look_like(service: Service, desktop: OpenPage) -> None:
    few = card("few", 1, "虫草", 128800, stock=2)
    shut = card("shut", 2, "披肩", 36800, stock=9, open=False)
    session = await live_show(service, few, shut)
    page = await desktop(f"{service.url}/s/{session}")
    await expect(page.locator('[data-card="few"] .card-stock')).to_have_text("Only 2 left")
    await expect(page.locator('[data-card="shut"] .card-order')).to_have_text("Not open yet")
    await service.order(session, await service.buyer(), "few", 2, 128800)
    await expect(page.locator('[data-card="few"] .card-stock')).to_have_text("Sold out")
    await expect(page.locator('[data-card="few"] .card-order')).to_have_text("Queue")
    await service.command(session, "open", card="shut")
    await expect(page.locator('[data-card="shut"] .card-order')).to_be_enabled()


async def test_pause_notice_and_end(service: Service, desktop: OpenPage) -> None:
    session = await live_show(service, TEA, fund="援藏公益基金")
    await service.order(session, await service.buyer(), "tea", 3, 500)
    page = await desktop(f"{service.url}/s/{session}")
    await expect(counter(page, "donated")).to_have_text("¥0.60")
    await service.command(session, "notice", text="今晚包邮")
    await expect(page.locator(".notice")).to_have_text("今晚包邮")
    await service.command(session, "pause")
    await expect(page.locator(".centre-title")).to_have_text("The host is away for a moment")
    await expect(page.locator('[data-card="tea"] .card-order')).to_be_disabled()
    await service.command(session, "resume")
    await service.command(session, "end")
    await expect(page.locator("body")).to_have_attribute("data-status", "ended")
    await expect(page.locator(".totals")).to_contain_text("¥0.60")
    await expect(page.locator(".shelf h2")).to_have_text("What was offered")
    # Somebody who comes later sees the same.
    late = await desktop(f"{service.url}/s/{session}")
    await expect(late.locator("body")).to_have_attribute("data-status", "ended")
    await expect(late.locator(".totals")).to_contain_text("Order1")
    # What was urgent during the show is stale after it.
    await expect(late.locator(".notice")).to_be_hidden()


async def test_a_cancelled_show_promises_no_products(service: Service, phone: OpenPage) -> None:
    session = await service.create(title="取消了的专场")
    await service.command(session, "cancel")
    page = await phone(f"{service.url}/s/{session}")
    await expect(page.locator(".shelf-empty")).to_have_text("Nothing was offered in this show.")


async def test_a_long_notice_can_be_scrolled_with_the_keyboard(
    service: Service, phone: OpenPage
) -> None:
    session = await live_show(service, TEA)
    page = await phone(f"{service.url}/s/{session}")
    await service.command(session, "notice", text="今晚包邮")
    await expect(page.locator(".notice")).to_have_text("今晚包邮")
    await expect(page.locator(".notice")).not_to_have_attribute("tabindex", "0")
    await service.command(session, "notice", text="今晚八点前下单，全场包邮。" * 15)
    await expect(page.locator(".notice")).to_have_attribute("tabindex", "0")


async def test_a_buyer_nobody_can_reach_is_told_what_to_do(
    service: Service, phone: OpenPage
) -> None:
    session = await live_show(service, TEA)
    await service.command(session, "show", card="tea")
    page = await phone(f"{service.url}/s/{session}")
    for phone_number, hint in (("", "Tell the host's team"), ("139", "will contact you")):
        await page.locator("[data-look=shown] .card-order").tap()
        await page.locator("#contact-phone").fill(phone_number)
        await page.locator(".order-submit").tap()
        await expect(page.locator(".outcome-hint")).to_contain_text(hint)
        await page.locator(".outcome-buttons button").first.tap()


async def test_text_from_people_stays_text(service: Service, desktop: OpenPage) -> None:
    title = "5 < 6 & \"quoted\" 'single' {{assets}} &lt;b&gt;"
    session = await live_show(service, card("odd", 1, title, 100, stock=5, badges=["&amp;"]))
    page = await desktop(f"{service.url}/s/{session}")
    await expect(page.locator('[data-card="odd"] .card-title')).to_have_text(title)
    await expect(page.locator('[data-card="odd"] .badge')).to_have_text("&amp;")


async def test_two_languages_without_a_reload(service: Service, phone: OpenPage) -> None:
    session = await live_show(service, TEA)
    page = await phone(f"{service.url}/s/{session}", locale="zh-CN")
    await expect(page.locator('[data-out="state-text"]')).to_have_text("直播中")
    await page.locator(".language-switch").tap()
    await expect(page.locator('[data-out="state-text"]')).to_have_text("Live")
    assert await page.evaluate("document.documentElement.lang") == "en"
    await page.reload()
    await expect(page.locator('[data-out="state-text"]')).to_have_text("Live")


async def test_a_restart_of_the_service_loses_nothing(
    own_service: Service, phone: OpenPage
) -> None:
    session = await live_show(own_service, TEA)
    page = await phone(f"{own_service.url}/s/{session}")
    await expect(page.locator("body")).to_have_attribute("data-status", "live")
    await page.locator('[data-do="shelf"]').tap()
    await page.locator('[data-card="tea"] .card-order').tap()
    await own_service.stop()
    await expect(page.locator("body")).to_have_attribute("data-status", "reconnecting")
    await expect(page.locator(".link-state")).to_contain_text("Reconnecting")
    await page.locator(".order-submit").tap()
    await expect(page.locator(".outcome-title")).to_have_text("Making sure…")
    await own_service.start()
    await expect(page.locator(".outcome-title")).to_have_text("Order placed", timeout=30_000)
    await expect(page.locator("body")).to_have_attribute("data-status", "live", timeout=30_000)
    listed = await own_service.call("GET", f"/sessions/{session}/orders")
    assert len(listed["orders"]) == 1


async def test_the_list_of_shows(service: Service, phone: OpenPage) -> None:
    session = await live_show(service, TEA)
    page = await phone(service.url)
    show = page.locator(f'[data-group="live"] a[href="/s/{session}"]')
    await expect(show).to_contain_text("那曲好物直播专场")
    await show.tap()
    await expect(page.locator("body")).to_have_attribute("data-status", "live")


async def test_an_unknown_show_says_so(service: Service, phone: OpenPage) -> None:
    page = await phone(f"{service.url}/s/no-such-show")
    await expect(page.locator("h1")).to_have_text("There is nothing here")


async def test_nothing_moves_when_numbers_change(service: Service, phone: OpenPage) -> None:
    """Source of the bound: web.dev/cls, "good" is 0.1; ours is half of that."""
    session = await live_show(service, TEA, YAK)
    await service.command(session, "show", card="tea")
    page = await phone(f"{service.url}/s/{session}")
    await expect(page.locator('[data-look="shown"]')).to_be_visible()
    await page.evaluate(WATCH_SHIFTS)
    buyer = await service.buyer()
    for _ in range(12):
        await service.order(session, buyer, "tea", 1, 500)
    await expect(counter(page, "orders")).to_have_text("12")
    assert await page.evaluate("window.shifts") < 0.05


WATCH_SHIFTS = """() => {
  window.shifts = 0;
  new PerformanceObserver((list) => {
    for (const entry of list.getEntries()) window.shifts += entry.value;
  }).observe({ type: "layout-shift" });
}"""


async def test_by_keyboard_alone(service: Service, desktop: OpenPage) -> None:
    session = await live_show(service, TEA)
    page = await desktop(f"{service.url}/s/{session}")
    await expect(page.locator('[data-card="tea"] .card-order')).to_be_enabled()
    for _ in range(12):
        await page.keyboard.press("Tab")
        if await page.evaluate("document.activeElement.matches('.card-order')"):
            break
    await page.keyboard.press("Enter")
    await expect(page.locator(".order-submit")).to_be_focused()
    await page.keyboard.press("Enter")
    await expect(page.locator(".outcome-title")).to_have_text("Order placed")
    await page.keyboard.press("Escape")
    await expect(page.locator('[data-card="tea"] .card-order')).to_be_focused()


async def test_a_player_of_another_site_is_kept_in_a_sandbox(
    service: Service, phone: OpenPage
) -> None:
    session = await live_show(service, TEA, video="https://player.example/embed/1")
    page = await phone("about:blank")
    await page.route("https://player.example/**", lambda route: route.fulfill(body="a player"))
    await page.goto(f"{service.url}/s/{session}")
    frame = page.locator("ls-video iframe")
    await expect(frame).to_have_attribute("src", "https://player.example/embed/1")
    assert "allow-top-navigation" not in (await frame.get_attribute("sandbox") or "")


async def test_a_video_that_does_not_play_can_be_opened_elsewhere(
    service: Service, phone: OpenPage
) -> None:
    session = await live_show(service, TEA, video="/assets/none/show.mp4")
    page = await phone(f"{service.url}/s/{session}")
    link = page.locator(".video-link a")
    await expect(link).to_have_text("Watch in a new page")


async def test_a_token_that_is_no_longer_good_is_replaced(
    service: Service, phone: OpenPage
) -> None:
    session = await live_show(service, TEA)
    page = await phone(f"{service.url}/s/{session}")
    await expect(page.locator("body")).to_have_attribute("data-status", "live")
    await page.evaluate(SPOIL_TOKENS)
    await page.reload()
    await expect(page.locator("body")).to_have_attribute("data-status", "live")
    await page.locator('[data-do="like"]').tap()
    await expect(counter(page, "likes")).to_have_text("1")


SPOIL_TOKENS = """() => {
  const visit = JSON.parse(sessionStorage.getItem("livesell.visit"));
  sessionStorage.setItem("livesell.visit", JSON.stringify({ ...visit, token: "spoilt" }));
  localStorage.setItem("livesell.viewer", JSON.stringify("spoilt"));
}"""
