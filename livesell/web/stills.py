"""What a session looks like elsewhere: overlay, still, poster, share card, calendar, QR code."""

from functools import partial
from io import BytesIO

import segno
from aiohttp import web

from livesell.domain.role import CREW
from livesell.domain.session import State
from livesell.domain.truth import Truth
from livesell.errors import NotFound
from livesell.pictures import (
    load_theme,
    lower_third,
    poster_of,
    result_poster,
    scene_of,
    share_card,
    share_card_of,
)
from livesell.web import client
from livesell.web.assets import REVALIDATE, Asset, Assets, asset, respond
from livesell.web.booking import respond_calendar
from livesell.web.caller import Caller
from livesell.web.guests import visible_session
from livesell.web.pages import Pages, with_policy
from livesell.web.services import Services
from livesell.web.studio import Studio

DEFAULT_THEME = "plateau"
_PAGE = "lower-third.html"


class Stills:
    """Serves overlays from the themes, and pictures from the studio.

    Args:
        themes: The files of each theme, by its name.
    """

    def __init__(self, pages: Pages, studio: Studio, themes: dict[str, Assets]) -> None:
        self._studio = studio
        self._themes = themes
        self._overlays: dict[str, Asset] = {
            name: asset(_filled(pages, name, files.find(_PAGE).body), ".html")
            for name, files in themes.items()
            if _PAGE in files.names
        }

    def register(self, app: web.Application) -> None:
        app.router.add_get("/overlay/{session}/lower-third", self.overlay)
        app.router.add_get("/overlay/{session}/lower-third.png", self.still)
        app.router.add_get("/overlay-assets/{theme}/{name:.+}", self.theme_file)
        app.router.add_get("/poster/{session}.png", self.poster)
        app.router.add_get("/s/{session}/card.png", self.share_card)
        app.router.add_get("/s/{session}/calendar.ics", respond_calendar)
        app.router.add_get("/qr/{session}.svg", self.qr)

    async def overlay(self, request: web.Request) -> web.Response:
        """The browser source: a transparent page that may stand in any frame."""
        await visible_session(request)
        theme = _theme(request)
        if theme not in self._overlays:
            raise NotFound("no_such_theme", "There is no such theme. Check the address.")
        response = respond(request, self._overlays[theme], REVALIDATE)
        return with_policy(request, response, may_be_framed=True)

    async def theme_file(self, request: web.Request) -> web.Response:
        files = self._themes.get(request.match_info["theme"])
        name = request.match_info["name"]
        if files is None or name.endswith(".html"):
            raise NotFound("no_such_file", "There is no such file in the overlays.")
        return respond(request, files.find(name), REVALIDATE)

    async def still(self, request: web.Request) -> web.Response:
        """The card that is shown now; wholly transparent while none is."""
        _, _, truth = await visible_session(request)
        theme = load_theme(_theme(request))
        scene = scene_of(truth, _language(request))
        picture = await self._studio.picture(
            ("still", theme.name, scene), partial(lower_third, theme, scene)
        )
        return _png(picture, "no-cache")

    async def poster(self, request: web.Request) -> web.Response:
        """Of an ended session; with sales for the crew, and for all when the session says so."""
        services, caller, truth = await visible_session(request)
        if truth.session.state is not State.ENDED:
            raise NotFound(
                "no_poster_yet", "The poster is made when the session has ended. Come back then."
            )
        theme, language = load_theme(_theme(request)), _language(request)
        with_gross, address = _may_see_gross(caller, truth), _address(request, services, truth)
        data = poster_of(
            truth,
            await services.staff.figures(truth.session.id),
            language,
            with_gross=with_gross,
            address=address,
        )
        # Not the data itself: it says when it was counted, and would never be the same twice.
        key = (theme.name, language, with_gross, address, truth.version, truth.tally)
        picture = await self._studio.picture(key, partial(result_poster, theme, data))
        return _png(picture, "private, no-cache")

    async def share_card(self, request: web.Request) -> web.Response:
        """What chats and timelines show of a link to the viewer's page."""
        _, _, truth = await visible_session(request)
        theme = load_theme(_theme(request))
        shown = share_card_of(truth, _language(request))
        picture = await self._studio.picture(
            ("share", theme.name, shown), partial(share_card, theme, shown)
        )
        return _png(picture, "no-cache")

    async def qr(self, request: web.Request) -> web.Response:
        """The address of the viewer page, to be scanned off a screen."""
        services, _, truth = await visible_session(request)
        out = BytesIO()
        code = segno.make_qr(_address(request, services, truth), error="m")
        code.save(out, kind="svg", border=4, light="#fff", xmldecl=False, omitsize=True)
        return respond(request, asset(out.getvalue(), ".svg"), REVALIDATE)


def _filled(pages: Pages, theme: str, html: bytes) -> bytes:
    return pages.filled(html).replace(b"{{theme}}", f"/overlay-assets/{theme}".encode())


def _may_see_gross(caller: Caller, truth: Truth) -> bool:
    is_crew = caller.actor is not None and caller.actor.role in CREW
    return is_crew or truth.session.public_gross


def _address(request: web.Request, services: Services, truth: Truth) -> str:
    return f"{client.public_origin(request, services.config)}/s/{truth.session.id}"


def _theme(request: web.Request) -> str:
    return request.query.get("theme", DEFAULT_THEME)


def _language(request: web.Request) -> str:
    """What `?lang` says; Chinese without it, as most hosts speak it."""
    return "zh" if request.query.get("lang", "zh").lower().startswith("zh") else "en"


def _png(picture: bytes, cache: str) -> web.Response:
    return web.Response(
        body=picture, content_type="image/png", headers={"Cache-Control": cache, "Vary": "Cookie"}
    )
