"""The web server: puts pages, assets, pictures, health and the API on one address.

Knows no rule of its own; start with `api/routes.py` and `pages.py`.
"""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from pathlib import Path

import msgspec
from aiohttp import web
from prometheus_client import CollectorRegistry

from livesell.actions.cashier import Cashier
from livesell.clock import Clock
from livesell.config import Config
from livesell.payments import Payments
from livesell.pictures import theme_folder, theme_names
from livesell.store import Store
from livesell.web import asyncapi, client, openapi
from livesell.web.api.dispatch import register
from livesell.web.api.route import BASE
from livesell.web.api.routes import ROUTES
from livesell.web.assets import REVALIDATE, Assets, asset, read_folder, respond
from livesell.web.faults import answer_errors, not_found_pages, quiet_strangers
from livesell.web.joined import join_page
from livesell.web.metrics import Observer, health, readiness
from livesell.web.pages import Pages
from livesell.web.photos import get_photo
from livesell.web.security import add_headers
from livesell.web.services import SERVICES, Services, services_for
from livesell.web.stills import Stills
from livesell.web.studio import Studio
from livesell.web.viewer_page import FILE as VIEWER
from livesell.web.webhooks import Webhooks
from livesell.web.words import Words

ASSETS = Path(__file__).parent / "assets"

# A keep-alive connection costs memory and nothing else; browsers rarely come back later.
KEEPALIVE_S = 30

# How long requests under way may take to finish when the service stops.
FINISH_S = 5

# Thousands open a page in the second in which a session is announced.
BACKLOG = 1024

_Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


class WebServer:
    """The HTTP side of the service.

    Args:
        secret: Signs viewers' tokens.
        cashier: Settles orders.
        payments: The ports of the payment providers, by name.
        photos: The folder in which photos are kept.
        push_port: Where sockets are taken; asked late, because the port may be any free one.
    """

    def __init__(
        self,
        *,
        store: Store,
        config: Config,
        secret: str,
        clock: Clock,
        registry: CollectorRegistry,
        push_port: Callable[[], int],
        cashier: Cashier,
        payments: Mapping[str, Payments],
        photos: Path,
        assets: Path = ASSETS,
    ) -> None:
        webhooks = Webhooks(payments, cashier, clock, registry)
        self._services = services_for(
            store, config, secret, clock, push_port, cashier, payments, webhooks, photos
        )
        self._observer = Observer(registry)
        cashier.on_alarm = self._observer.alarmed
        self._folder = assets
        self._studio: Studio | None = None
        self._runner: web.AppRunner | None = None

    async def start(self, host: str, port: int) -> int:
        """Listens; port 0 takes any free one.

        Returns:
            The port.

        Raises:
            OSError: The address cannot be had.
        """
        pages = await asyncio.to_thread(_read_pages, self._folder)
        themes = await asyncio.to_thread(_read_themes)
        self._studio = Studio()
        app = self._application(pages, themes, self._studio)
        self._runner = web.AppRunner(
            app,
            access_log=None,
            # A compressed body may be a bomb, and nobody needs one: it is no JSON here.
            auto_decompress=False,
            handle_signals=False,
            keepalive_timeout=KEEPALIVE_S,
            shutdown_timeout=FINISH_S,
        )
        quiet_strangers()
        await self._runner.setup()
        try:
            await web.TCPSite(self._runner, host, port, backlog=BACKLOG).start()
        except OSError:
            await self.stop()
            raise
        return int(self._runner.addresses[0][1])

    async def stop(self) -> None:
        """Finishes what is under way, then closes. Harmless when it never started."""
        await self._services.rehearsals.close()
        if self._runner is not None:
            await self._runner.cleanup()
            self._runner = None
        if self._studio is not None:
            await asyncio.to_thread(self._studio.close)
            self._studio = None

    def _application(
        self, pages: Pages, themes: dict[str, Assets], studio: Studio
    ) -> web.Application:
        app = web.Application(
            middlewares=[
                self._observer.middleware(),
                answer_errors,
                not_found_pages(pages.not_found),
            ],
            client_max_size=self._services.config.http.max_body_bytes,
        )
        app[SERVICES] = self._services
        app.on_response_prepare.append(add_headers)
        app.router.add_get("/healthz", health)
        app.router.add_get("/readyz", readiness)
        app.router.add_get("/metrics", self._observer.metrics)
        app.router.add_get(f"{BASE}/openapi.json", _openapi())
        app.router.add_get(f"{BASE}/asyncapi.json", _asyncapi(self._services))
        register(app, ROUTES)
        pages.register(app)
        Stills(pages, studio, themes).register(app)
        app.router.add_get("/photos/{digest}/{name}", get_photo)
        return app


def _read_pages(folder: Path) -> Pages:
    """Everything for browsers: catalogues made whole, the viewer's page joined, all compressed."""
    files = read_folder(folder)
    words = Words(files)
    files |= words.completed()
    viewer = join_page(files[VIEWER].decode(), files)
    files |= {**viewer.files, VIEWER: viewer.html.encode()}
    return Pages(Assets(files, squeezed=viewer.files), words)


def _read_themes() -> dict[str, Assets]:
    return {name: Assets(read_folder(theme_folder(name))) for name in theme_names()}


def _openapi() -> _Handler:
    """Described once: it depends on the table alone."""
    described = asset(msgspec.json.encode(openapi.describe(ROUTES)), ".json")

    async def get_openapi(request: web.Request) -> web.Response:
        return respond(request, described, REVALIDATE)

    return get_openapi


def _asyncapi(services: Services) -> _Handler:
    async def get_asyncapi(request: web.Request) -> web.Response:
        push = client.push_origin(request, services.config, services.push_port())
        body = msgspec.json.encode(asyncapi.describe(push))
        return respond(request, asset(body, ".json"), REVALIDATE)

    return get_asyncapi
