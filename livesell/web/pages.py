"""The pages: which file stands at which address, and for whom.

A page is a static file; all that is put into it is where its assets are. What a page shows it
fetches from the API, so a page itself holds nothing that would have to be escaped or hidden. The
viewer's page alone is made for its session: see `viewer_page.py`.
"""

import re
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from urllib.parse import quote

from aiohttp import web

from livesell.errors import NotFound
from livesell.payments.sandbox import Sandbox
from livesell.web import client
from livesell.web.assets import IMMUTABLE, REVALIDATE, Assets, asset, respond
from livesell.web.caller import find_caller
from livesell.web.guests import check_entry
from livesell.web.security import page_policy
from livesell.web.services import SERVICES, Services
from livesell.web.viewer_page import FILE as VIEWER
from livesell.web.viewer_page import ViewerPages
from livesell.web.words import Words

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]

_PLACE = b"{{assets}}"
_NOT_FOUND = "not-found.html"
_LOCAL = re.compile(r"/(?:[A-Za-z0-9_.~-][A-Za-z0-9_.~/?&=%-]*)?")


@dataclass(frozen=True, slots=True)
class Page:
    """One address; with a {session} in it the session has to exist."""

    path: str
    file: str
    is_for_crew: bool = False


PAGES = (
    Page("/", "index.html"),
    Page("/s/{session}/orders/{order}", "order.html"),
    Page("/pay/return", "pay-return.html"),
    Page("/s/{session}", VIEWER),
    Page("/rehearsal", "rehearsal.html"),
    Page("/setup", "setup.html"),
    Page("/invite", "invite.html"),
    Page("/people", "people.html", is_for_crew=True),
    Page("/account", "account.html", is_for_crew=True),
    Page("/console", "console-list.html", is_for_crew=True),
    Page("/console/{session}", "console.html", is_for_crew=True),
    Page("/prepare/{session}", "prepare.html", is_for_crew=True),
    Page("/audience/{session}", "audience.html", is_for_crew=True),
    Page("/products", "products.html", is_for_crew=True),
    Page("/campaigns", "campaigns.html", is_for_crew=True),
    Page("/staff", "staff.html", is_for_crew=True),
    Page("/staff/{session}", "review.html", is_for_crew=True),
)


class Pages:
    """Serves the pages and their assets from memory."""

    def __init__(self, assets: Assets, words: Words) -> None:
        self._assets = assets
        self.root = f"/assets/{assets.digest}"
        self._viewer = ViewerPages(assets, words, self.root)
        self._pages = {
            name: asset(self.filled(assets.find(name).body), ".html")
            for name in assets.names
            if name.endswith(".html") and name != VIEWER
        }

    def filled(self, html: bytes) -> bytes:
        """The page with the address of its assets put in."""
        return html.replace(_PLACE, self.root.encode())

    def register(self, app: web.Application) -> None:
        app.router.add_get("/assets/{digest}/{name:.+}", self._asset)
        app.router.add_get("/favicon.ico", self._icon)
        app.router.add_get("/login", self._login)
        app.router.add_get("/pay/sandbox/{ref}", self._sandbox)
        for page in PAGES:
            app.router.add_get(page.path, self._handler(page))

    def _handler(self, page: Page) -> Handler:
        async def show(request: web.Request) -> web.StreamResponse:
            return await self._show(request, page)

        return show

    async def _show(self, request: web.Request, page: Page) -> web.StreamResponse:
        services = request.app[SERVICES]
        caller = await find_caller(request, services.crew, services.viewers)
        if page.is_for_crew and not caller.is_crew:
            return redirect(f"/login?next={quote(request.rel_url.raw_path, safe='/')}")
        await check_entry(request, services, caller)
        if page.file == VIEWER:
            shown = await self._viewer.respond(request, request.match_info["session"], caller)
            return with_policy(request, shown)
        if "session" in request.match_info:
            await _check_known(request.match_info["session"], services, is_crew=caller.is_crew)
        return self.page(request, page.file)

    async def _login(self, request: web.Request) -> web.StreamResponse:
        """Whoever is signed in goes on; the page itself only ever sees a local `next`."""
        services = request.app[SERVICES]
        target = request.query.get("next", "")
        caller = await find_caller(request, services.crew, services.viewers)
        if caller.is_crew:
            return redirect(target if is_local(target) else "/console")
        if target and not is_local(target):
            return redirect("/login")
        return self.page(request, "login.html")

    async def _sandbox(self, request: web.Request) -> web.StreamResponse:
        """The page on which nobody pays; a service without the sandbox has none."""
        found = request.app[SERVICES].payments.get(Sandbox.name)
        if isinstance(found, Sandbox):
            found.till(request.match_info["ref"])
            return self.page(request, "pay-sandbox.html")
        raise NotFound("no_such_page", "There is no page at this address.")

    def page(self, request: web.Request, file: str) -> web.Response:
        """A page's file with the headers of a page."""
        if file not in self._pages:
            raise NotFound("no_such_page", "There is no page at this address.")
        return with_policy(request, respond(request, self._pages[file], REVALIDATE))

    def not_found(self, request: web.Request) -> web.Response:
        """What a person sees at an address with nothing behind it."""
        found = self._pages.get(_NOT_FOUND)
        body = b"There is nothing at this address." if found is None else found.body
        response = web.Response(body=body, status=404, content_type="text/html", charset="utf-8")
        return with_policy(request, response)

    async def _asset(self, request: web.Request) -> web.Response:
        """An asset of this version; pages of another one have to be loaded again."""
        name = request.match_info["name"]
        if request.match_info["digest"] != self._assets.digest or name.endswith(".html"):
            raise NotFound("no_such_file", "There is no such file. Load the page again.")
        return respond(request, self._assets.find(name), IMMUTABLE)

    async def _icon(self, _request: web.Request) -> web.StreamResponse:
        return redirect(f"{self.root}/icon.svg")


async def _check_known(session_id: str, services: Services, *, is_crew: bool) -> None:
    if is_crew:
        await services.truth(session_id, is_crew=True)
    else:
        await services.viewer_document(session_id)


def with_policy(
    request: web.Request, response: web.Response, *, may_be_framed: bool = False
) -> web.Response:
    services = request.app[SERVICES]
    push = client.push_origin(request, services.config, services.push_port())
    response.headers["Content-Security-Policy"] = page_policy(push, may_be_framed=may_be_framed)
    return response


def redirect(location: str) -> web.Response:
    """303: whatever was asked, the browser goes on with a GET."""
    return web.Response(status=303, headers={"Location": location})


def is_local(target: str) -> bool:
    """Whether an address leads to a page of this service, whatever a browser makes of it.

    Browsers take a backslash for a slash and drop tabs and line feeds (Source: WHATWG URL, 4.4),
    so only plain characters pass, and never two slashes first.
    """
    return _LOCAL.fullmatch(target) is not None
