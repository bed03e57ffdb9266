"""The web server over a real store, on a free port."""

import contextlib
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager
from pathlib import Path

import aiohttp
import pytest
from prometheus_client import CollectorRegistry

from livesell.actions.cashier import Cashier
from livesell.config import Config
from livesell.domain.role import CREW
from livesell.payments.opened import open_payments
from livesell.store import Store
from livesell.web import WebServer
from tests.support.build import FakeClock
from tests.web.site import PATIENT, PUSH_PORT, SECRET, Site

OpenSite = Callable[[Config], AbstractAsyncContextManager[Site]]


@pytest.fixture
def open_site(store: Store, clock: FakeClock, tmp_path: Path) -> OpenSite:
    """Starts a server with a configuration of the test's own."""

    @contextlib.asynccontextmanager
    async def opened(config: Config) -> AsyncIterator[Site]:
        registry = CollectorRegistry()
        payments = await open_payments(config, SECRET)
        cashier = Cashier(store, clock, payments, config.sales)
        server = WebServer(
            store=store,
            config=config,
            secret=SECRET,
            clock=clock,
            registry=registry,
            push_port=lambda: PUSH_PORT,
            cashier=cashier,
            payments=payments,
            photos=tmp_path / "photos",
        )
        port = await server.start("127.0.0.1", 0)
        jar = aiohttp.DummyCookieJar()
        async with aiohttp.ClientSession(f"http://127.0.0.1:{port}", cookie_jar=jar) as client:
            yield Site(server, store, clock, registry, port, client, cashier)
        await server.stop()
        for port_of_payments in payments.values():
            await port_of_payments.close()

    return opened


@pytest.fixture
async def site(open_site: OpenSite) -> AsyncIterator[Site]:
    """A server with an admin, a host and a member of staff who are signed in."""
    async with open_site(PATIENT) as one:
        one.tokens = {str(role): await one.hire(f"the-{role}", role) for role in sorted(CREW)}
        yield one
