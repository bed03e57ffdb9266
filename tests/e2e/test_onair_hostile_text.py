"""Markup in every text that reaches the console stays text: nothing runs, nothing is drawn.

The service refuses markup in most fields; what it lets pass, and what never passed it (an older
record, a patch from a broken node), is put into the document here as it comes over the socket.
"""

import json
from typing import Any

import pytest
from playwright.async_api import WebSocketRoute, expect

from tests.e2e.conftest import OpenPage
from tests.e2e.crew import signed_in
from tests.e2e.service import Service
from tests.e2e.show import prepared

pytestmark = pytest.mark.asyncio(loop_scope="session")

HOSTILE = (
    '"><img src=x onerror="window.broken=1"><script>window.broken=1</script>'
    "<svg onload=window.broken=1></svg>${window.broken=1}{{broken}}"
)


def poisoned(frame: dict[str, Any]) -> dict[str, Any]:
    """The whole document with the text in every field that is somebody's words."""
    document = frame["d"]
    document["session"].update(title=HOSTILE, host=HOSTILE, fund=HOSTILE)
    document["notice"] = HOSTILE
    for card in document["cards"].values():
        card.update(title=HOSTILE, story=HOSTILE, script=HOSTILE, badges=[HOSTILE])
        card.update(image='/nothing-here.webp" onerror="window.broken=1')
    document["ticker"] = [
        {"n": 1, "at": document["session"]["started"], "name": HOSTILE, "card": "tea", "units": 1}
    ]
    document["nodes"] = {HOSTILE: {"viewers": 1, "crew": 1, "lag_ms": 1}}
    return frame


async def test_markup_stays_text_wherever_it_stands(open_page: OpenPage, service: Service) -> None:
    session = await prepared(service)
    await service.command(session, "start")
    await service.command(session, "show", card="tea")

    async def through(socket: WebSocketRoute) -> None:
        server = socket.connect_to_server()

        def to_page(message: str | bytes) -> None:
            frame = json.loads(message)
            socket.send(json.dumps(poisoned(frame)) if frame["t"] == "state" else message)

        server.on_message(to_page)

    login = await signed_in(service)
    page = await open_page(f"{service.url}/login", storage_state=login)
    await page.route_web_socket("**/v1/sessions/**", through)
    await page.goto(f"{service.url}/console/{session}")
    await expect(page.locator("#title")).to_have_text(HOSTILE)
    for place in (".onair-title", ".onair-script-text", ".notice-now", ".ticker-name", "#host"):
        await expect(page.locator(place).first).to_have_text(HOSTILE)
    for place in (".rd-title", ".node-list", ".pad-next-name", ".rd-badges"):
        await expect(page.locator(place).first).to_contain_text("<script>")
    await expect(page.locator("ls-pad")).to_be_visible()
    # Where the words are said once more: dialogs, sheets, menus.
    for key in ("c", "r", "g", "f", "?"):
        await page.keyboard.press(key)
        await expect(page.locator("dialog[open]"), key).to_have_count(1)
        await page.keyboard.press("Escape")
        await expect(page.locator("dialog[open]")).to_have_count(0)
    await page.keyboard.press("Shift+E")
    await expect(page.locator("ls-ask dialog")).to_be_visible()
    assert await page.evaluate("window.broken") is None
    drawn = "document.querySelectorAll('body img[src=x], body script, body svg[onload]').length"
    assert await page.evaluate(drawn) == 0


@pytest.mark.parametrize("text", [HOSTILE, "<b>公告</b>"])
async def test_a_hostile_notice_is_refused_or_stays_text(
    desktop: OpenPage, service: Service, text: str
) -> None:
    session = await prepared(service)
    await service.command(session, "start")
    login = await signed_in(service)
    page = await desktop(f"{service.url}/console/{session}", storage_state=login)
    await page.locator("#notice-text").fill(text)
    await page.locator(".notice-form [type=submit]").click()
    await expect(page.locator("ls-notice-form ls-problem")).to_be_visible()
    assert await page.evaluate("window.broken") is None
