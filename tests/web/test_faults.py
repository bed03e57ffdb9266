"""A surprise is logged with its traceback, and its answer gives nothing away but an id."""

import asyncio
import logging
from collections.abc import AsyncIterator

import aiohttp
import pytest
from aiohttp import web

from livesell.errors import SURFACES, LivesellError
from livesell.web.faults import answer_errors, error_response, quiet_strangers
from livesell.web.security import add_headers


async def broken(_request: web.Request) -> web.Response:
    raise RuntimeError("the inside of the machine")


@pytest.fixture
async def url() -> AsyncIterator[str]:
    app = web.Application(middlewares=[answer_errors])
    app.router.add_get("/api/broken", broken)
    app.on_response_prepare.append(add_headers)
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    yield f"http://127.0.0.1:{runner.addresses[0][1]}"
    await runner.cleanup()


async def test_a_surprise_has_an_id_in_the_answer_and_in_the_log(
    url: str, caplog: pytest.LogCaptureFixture
) -> None:
    async with (
        aiohttp.ClientSession() as client,
        client.get(f"{url}/api/broken?token=secret") as reply,
    ):
        assert reply.status == 500
        error = (await reply.json())["error"]
    assert error["code"] == "internal"
    assert "inside" not in str(error)
    assert error["id"] in error["message"]
    [record] = [one for one in caplog.records if one.levelno == logging.ERROR]
    assert error["id"] in record.getMessage()
    assert record.exc_info is not None
    assert "secret" not in record.getMessage()


async def test_what_is_no_http_is_answered_but_not_logged(
    url: str, caplog: pytest.LogCaptureFixture
) -> None:
    quiet_strangers()
    port = int(url.rpartition(":")[2])
    for line in (b"GET /x?token=secret HTTP/9.9", b"GET /x?token=secret\x00 HTTP/1.1"):
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        writer.write(line + b"\r\nHost: x\r\n\r\n")
        assert (await reader.readline()).split()[1] == b"400"
        writer.close()
        await writer.wait_closed()
    assert "secret" not in caplog.text
    assert [one for one in caplog.records if one.levelno >= logging.ERROR] == []


def test_every_kind_of_error_has_its_status_and_the_one_shape() -> None:
    known = LivesellError.__subclasses__()
    kinds = [kind for kind in known if kind.__module__ == LivesellError.__module__]
    assert {kind.kind for kind in kinds} == set(SURFACES)
    for kind in kinds:
        made = kind("code", "A sentence.", data={"left": 3})
        response = error_response(made)
        assert response.status == made.http_status
        assert response.body == (
            b'{"error":{"code":"code","message":"A sentence.","fields":{},"left":3}}'
        )
        assert ("Retry-After" in response.headers) == (response.status in (429, 503, 504))
