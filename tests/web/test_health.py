"""Whether the service is well, what it counts, and what it never writes down."""

import logging
from pathlib import Path

import aiohttp
import pytest
from prometheus_client import CollectorRegistry

from livesell.actions.cashier import Cashier
from livesell.config import Sales, StoreConfig
from livesell.store import open_store
from livesell.web import WebServer
from tests.support.build import FakeClock, given_live
from tests.support.store import plain_server
from tests.web.site import PATIENT, SECRET, Site


async def test_up_and_ready(site: Site) -> None:
    assert (await site.call("GET", "/healthz")).json == {"status": "up"}
    ready = (await site.call("GET", "/readyz")).json
    assert ready["status"] == "ready"
    assert ready["store_ms"] > 0


async def test_without_the_store_it_is_up_but_not_ready(tmp_path: Path, clock: FakeClock) -> None:
    with plain_server(tmp_path, "--appendonly", "yes", "--appendfsync", "always") as path:
        store = await open_store(StoreConfig(url=f"unix://{path}", timeout_ms=500), tmp_path)
        server = WebServer(
            store=store,
            config=PATIENT,
            secret=SECRET,
            clock=clock,
            registry=CollectorRegistry(),
            cashier=Cashier(store, clock, {}, Sales()),
            payments={},
            push_port=lambda: 1,
            photos=tmp_path / "photos",
        )
        port = await server.start("127.0.0.1", 0)
    async with aiohttp.ClientSession(f"http://127.0.0.1:{port}") as client:
        async with client.get("/healthz") as up:
            assert up.status == 200
        async with client.get("/readyz") as ready:
            assert ready.status == 503
            assert (await ready.json())["error"]["code"] == "not_ready"
        async with client.get("/api/v1/sessions") as busy:
            assert busy.status == 503
            assert busy.headers["Retry-After"] == "1"
        async with client.get("/s/naqu", headers={"Accept": "text/html"}) as page:
            assert page.status == 503
            assert page.content_type == "text/plain"
    await server.stop()
    await store.close()


async def test_requests_are_counted_by_route_and_never_by_address(site: Site) -> None:
    await given_live(site.store)
    for _ in range(3):
        await site.api("GET", "/sessions/naqu")
    await site.call("GET", "/no/such/thing")
    text = (await site.call("GET", "/metrics")).text
    counted = 'method="GET",route="/api/v1/sessions/{session}",status="200"} 3.0'
    assert f"livesell_http_requests_total{{{counted}" in text
    assert 'route="none",status="404"} 1.0' in text
    assert "naqu" not in text
    assert "such" not in text


async def test_the_log_has_no_secret_and_no_query(
    site: Site, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    await given_live(site.store)
    token = await site.viewer()
    await site.order(token, contact={"phone": "13800138000"})
    await site.api("POST", "/login", {"name": "ada", "password": "a very secret password"})
    await site.api("GET", f"/sessions/naqu?token={token}")
    await site.api("GET", "/me", headers=site.cookie("host"))
    log = caplog.text
    assert "path=/api/v1/sessions/naqu" in log
    for secret in (token, "very secret", "13800138000", site.tokens["host"], "?token", SECRET):
        assert secret not in log


async def test_a_line_of_the_log_stays_one_line(
    site: Site, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    await site.call("GET", "/x%0Ainjected status=200")
    assert all("\n" not in record.getMessage() for record in caplog.records)
