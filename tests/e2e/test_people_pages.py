"""Who belongs to the crew, in a browser: invited, signed up, signed in with a code, and ended."""

import re
from collections.abc import Awaitable, Callable
from typing import Any

import pyotp
import pytest
from playwright.async_api import Page, Route, expect

from tests.e2e.conftest import OpenPage
from tests.e2e.crew import signed_in
from tests.e2e.service import Service

pytestmark = pytest.mark.asyncio(loop_scope="session")

PASSWORD = "yak butter tea"
XSS = "<img src=x onerror=alert(1)>"


async def invite(page: Page, role: str) -> str:
    """Makes a link on the page of people."""
    await page.locator("ls-invite-form select").select_option(role)
    await page.locator("ls-invite-form [type=submit]").click()
    await expect(page.locator(".invite-made")).to_be_visible()
    return await page.locator(".invite-address").input_value()


def saying(answer: Any) -> Callable[[Route], Awaitable[None]]:
    """What the service would say, said by the browser test."""

    async def fulfil(route: Route) -> None:
        await route.fulfill(json=answer)

    return fulfil


async def fill(page: Page, **fields: str) -> None:
    for name, value in fields.items():
        await page.locator(f"#{name}").fill(value)
    await page.locator("[type=submit]").click()


async def test_a_host_is_invited_signs_up_switches_on_codes_and_is_ended(
    phone: OpenPage, own_service: Service
) -> None:
    url = own_service.url
    admin = await phone(f"{url}/people", storage_state=await signed_in(own_service))
    link = await invite(admin, "host")

    host = await phone(link)
    await expect(host.locator("#lead")).to_contain_text("host")
    assert "#" not in host.url
    await fill(host, name="suyun", password="short", repeated="short")
    await expect(host.locator("#password-problem")).to_contain_text("10 characters")
    await fill(host, name=XSS, password=PASSWORD, repeated=PASSWORD)
    await expect(host.locator("#name-problem")).not_to_be_empty()
    await fill(host, name="suyun", password=PASSWORD, repeated=PASSWORD)
    await host.wait_for_url(f"{url}/console")

    await host.goto(f"{url}/account")
    step = host.locator("ls-second-step")
    await step.locator("[name=password]").fill("not my password")
    await step.locator("[type=submit]").click()
    await expect(step.locator(".field-error").first).to_contain_text("not your password")
    await step.locator("[name=password]").fill(PASSWORD)
    await step.locator("[type=submit]").click()
    secret = step.locator(".totp-secret")
    await expect(secret).not_to_be_empty()
    app = pyotp.TOTP(re.sub(r"\s", "", await secret.inner_text()))
    picture = step.locator(".totp-picture")
    await expect(picture).to_be_visible()
    assert app.secret not in str(await picture.get_attribute("src"))
    await step.locator("[name=code]").nth(1).fill(app.now())
    await step.locator("[type=submit]").click()
    await expect(step.locator(".totp-codes li")).to_have_count(10)
    recovery = await step.locator(".totp-codes li").first.inner_text()
    await step.get_by_role("button", name="I have noted them").click()
    await expect(step).to_contain_text("10 recovery codes left")
    assert recovery not in await host.content()

    again = await phone(f"{url}/login")
    await fill(again, name="suyun", password=PASSWORD)
    await expect(again.locator("#code")).to_be_focused()
    await fill(again, code="000000")
    await expect(again.locator("#code-problem")).to_contain_text("wrong")
    await fill(again, code=recovery)
    await again.wait_for_url(f"{url}/console")

    await admin.reload()
    row = admin.locator(".person").filter(has_text="suyun")
    await row.locator("summary").click()
    await expect(row).to_contain_text("Second step on")
    await expect(row).to_contain_text("2 logins now")
    await row.locator('[data-act="end"]').click()
    await admin.get_by_role("dialog").get_by_role("button", name="Sign out everywhere").click()
    await expect(admin.locator("#done")).to_contain_text("signed out everywhere")
    # An open list says so as well, at its next question at the latest.
    await again.evaluate("document.dispatchEvent(new Event('visibilitychange'))")
    await expect(again).to_have_url(re.compile(r"/login\?next="))
    await expect(again.locator("#lead")).to_contain_text("Your login has ended")
    for page in (host, again):
        await page.goto(f"{url}/account")
        await expect(page).to_have_url(re.compile(r"/login\?next=/account"))

    used = await phone(link)
    await expect(used.locator("#broken")).to_contain_text("was used")


async def test_the_record_tells_it_and_a_host_does_not_see_it(
    desktop: OpenPage, own_service: Service
) -> None:
    state = await signed_in(own_service)
    admin = await desktop(f"{own_service.url}/people#links", storage_state=state)
    link = await invite(admin, "moderator")
    await expect(admin.locator("ls-invitations .login-row")).to_have_count(1)
    await admin.locator("ls-invitations button").click()
    await admin.get_by_role("dialog").get_by_role("button", name="Withdraw").click()
    await expect(admin.locator("ls-invitations .empty")).to_be_visible()
    withdrawn = await desktop(link)
    await expect(withdrawn.locator("#broken")).to_be_visible()
    await admin.locator('[data-view="audit"]').click()
    await expect(admin.locator(".audit-row").first).to_contain_text("withdrew a link")
    await admin.locator("ls-audit [name=did]").select_option("invited")
    await expect(admin.locator(".audit-row")).to_have_count(1)
    await admin.locator("ls-audit [name=session]").fill(XSS)
    await admin.locator("ls-audit [type=submit]").click()
    await expect(admin.locator("ls-audit .message")).to_be_visible()

    code = (await own_service.call("POST", "/invitations", {"role": "host"}))["link"]
    joined = await desktop(code)
    await fill(joined, name="zhaxi", password=PASSWORD, repeated=PASSWORD)
    await joined.wait_for_url("**/console")
    await expect(joined.locator(".nav-menu [href='/console']")).to_be_visible()
    await expect(joined.locator(".nav-menu [href='/people']")).to_be_hidden()
    await joined.goto(f"{own_service.url}/people")
    await expect(joined.locator("#loading")).to_contain_text("Only administrators")


async def test_hostile_words_stay_words(desktop: OpenPage, own_service: Service) -> None:
    """The service refuses markup in every name; the pages would show it as text all the same."""
    at = "2026-06-27T12:00:00Z"
    answers = {
        "people": {"people": [{
            "name": XSS, "role": XSS, "created": at, "last_login": at, "totp": True, "logins": 1,
        }]},
        "invitations": {"invitations": [{
            "id": "0" * 16, "kind": "reset", "role": "host", "by": XSS, "at": at, "until": at,
            "name": XSS,
        }]},
        "audit": {"next": "", "deeds": [
            {"at": at, "by": XSS, "did": XSS, "about": XSS, "data": {XSS: XSS, "role": XSS}},
        ]},
    }  # fmt: skip
    page = await desktop(f"{own_service.url}/people", storage_state=await signed_in(own_service))
    dialogs: list[str] = []
    page.on("dialog", lambda dialog: dialogs.append(dialog.message))
    for name, answer in answers.items():
        await page.route(re.compile(rf"/api/v1/{name}(\?.*)?$"), saying(answer))
    await page.reload()
    for view, row in (("crew", ".person-name"), ("links", ".login-row"), ("audit", ".audit-row")):
        await page.locator(f'[data-view="{view}"]').click()
        await expect(page.locator(row).first).to_contain_text(XSS)
    assert await page.locator("main img").count() == 0
    assert dialogs == []
