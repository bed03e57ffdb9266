"""The viewer's page: one small HTML that shows the session before any script runs.

It is made of the viewer document of this tick, once for everybody who reads the same language, and
carries that document, so the page asks for nothing before its socket. It holds what every viewer
may see: never a token, and nothing of who opened it.
"""

from collections import OrderedDict

import msgspec
from aiohttp import web
from msgspec import Raw, Struct

from livesell.domain.document import viewer_document
from livesell.errors import NotFound
from livesell.web import client
from livesell.web.assets import Asset, Assets, asset, respond
from livesell.web.caller import Caller
from livesell.web.first_view import (
    Shown,
    ShownDocument,
    about,
    centre_of,
    phase_of,
    state_text,
)
from livesell.web.photo_markup import photo_markup
from livesell.web.services import SERVICES, Services
from livesell.web.template import Data, Value, filled, flag, in_words
from livesell.web.words import Sentences, Words

FILE = "viewer.html"

# A page is the state of a moment: none is ever shown again from anybody's cache.
CACHE = "no-store"
VARY = "Accept-Encoding, Accept-Language"

# Pages that are asked for in the same tick: some sessions in some languages, by one or two names
# of this host. One is some 40 kB.
KEPT = 64

_decoder = msgspec.json.Decoder(ShownDocument)


class _Made(Struct, frozen=True):
    document: Raw
    page: Asset


class ViewerPages:
    """Makes the page in every language.

    Args:
        root: Where the assets are, such as /assets/0123456789abcdef.
    """

    def __init__(self, assets: Assets, words: Words, root: str) -> None:
        template = assets.find(FILE).body.decode()
        self._words = words
        self._root = root
        self._sentences = {one: words.sentences(one) for one in words.languages}
        self._templates = {
            one: in_words(template, sentences) for one, sentences in self._sentences.items()
        }
        self._made: OrderedDict[tuple[str, str, str], _Made] = OrderedDict()

    async def respond(self, request: web.Request, session_id: str, caller: Caller) -> web.Response:
        """The page of a session for this request.

        Raises:
            NotFound: `no_such_session`, also for a draft unless the crew asks.
        """
        services = request.app[SERVICES]
        document = await _document(services, session_id, caller)
        language = self._words.chosen(
            request.query.get("lang", ""), request.headers.get("Accept-Language", "")
        )
        origin = client.public_origin(request, services.config)
        page = self._page(session_id, language, origin, document, services.clock())
        response = respond(request, page, CACHE)
        response.headers["Vary"] = VARY
        response.headers["Content-Language"] = self._sentences[language].tag
        return response

    def _page(
        self, session_id: str, language: str, origin: str, document: Raw, now_ms: int
    ) -> Asset:
        """The page of this very document; made again when there is another one."""
        key = (session_id, language, origin)
        made = self._made.get(key)
        if made is None or made.document is not document:
            made = _Made(document, self._make(language, origin, document, now_ms))
            self._made[key] = made
            self._made.move_to_end(key)
            if len(self._made) > KEPT:
                self._made.popitem(last=False)
        return made.page

    def _make(self, language: str, origin: str, document: Raw, now_ms: int) -> Asset:
        sentences, session = self._sentences[language], _decoder.decode(document).session
        values: dict[str, Value] = {
            "assets": self._root,
            **_head(session, sentences, origin),
            **_body(session, sentences, now_ms),
            "state": Data(b'{"now":%d,"d":%b}' % (now_ms, bytes(document))),
            "words": Data(msgspec.json.encode({"language": language, "words": sentences.words})),
        }
        return asset(filled(self._templates[language], values), ".html")


async def _document(services: Services, session_id: str, caller: Caller) -> Raw:
    """The shared document; the crew also sees a draft, made for them alone."""
    try:
        return await services.viewer_document(session_id)
    except NotFound:
        if not caller.is_crew:
            raise
        truth = await services.truth(session_id, is_crew=True)
        config = services.config
        return Raw(
            msgspec.json.encode(viewer_document(truth, config.gross_kind, config.sales.hold_ms))
        )


def _head(session: Shown, sentences: Sentences, origin: str) -> dict[str, Value]:
    address = f"{origin}/s/{session.id}"
    is_public = _is_public(session)
    return {
        "lang": sentences.tag,
        "locale": sentences.locale.replace("-", "_"),
        "name": f"{session.title} · {session.host}",
        "about": about(session, sentences),
        "address": address,
        "picture": f"{address}/card.png?lang={sentences.tag}",
        "robots": "index, follow" if is_public else "noindex",
    }


def _is_public(session: Shown) -> bool:
    """Whether everybody who gets the address may see it."""
    return session.state != "draft" and not session.rehearsal_of


def _body(session: Shown, sentences: Sentences, now_ms: int) -> dict[str, Value]:
    phase, centre = phase_of(session), centre_of(session, sentences, now_ms)
    return {
        "phase": phase,
        "session_state": session.state,
        "state_text": state_text(session, sentences),
        "title": session.title,
        "calendar": f"/s/{session.id}/calendar.ics",
        "host": sentences.say("viewer.host", name=session.host),
        "initial": session.host[:1],
        "cover": photo_markup(session.cover, "100vw"),
        "share_hidden": flag("hidden", is_set=not _is_public(session)),
        "centre_hidden": flag("hidden", is_set=not centre.title),
        "centre_title": centre.title,
        "centre_text": centre.text,
        "name_hidden": flag("hidden", is_set=phase != "before"),
        "countdown_hidden": flag("hidden", is_set=not centre.has_countdown),
    }
