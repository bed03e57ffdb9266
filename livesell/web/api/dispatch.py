"""From a line of the table to an aiohttp handler: throttle, who, origin, decode, do, answer.

The order matters: nothing is decoded for a caller who may not, and nothing is done before the
whole request is understood.
"""

from collections.abc import Awaitable, Callable
from contextlib import aclosing
from typing import Any

import msgspec
from aiohttp import web

from livesell.web import client
from livesell.web.api.route import BASE, Call, Reply, Route
from livesell.web.bodies import convert_query, explained, read_body, read_raw
from livesell.web.caller import Caller, Who, find_caller, require
from livesell.web.cookie import clear_login, set_login
from livesell.web.device_cookie import set_device
from livesell.web.guests import check_entry, set_invitation
from livesell.web.security import check_origin
from livesell.web.services import SERVICES, Services
from livesell.web.throttle import too_many

_encoder = msgspec.json.Encoder()

WebHandler = Callable[[web.Request], Awaitable[web.StreamResponse]]


def register(app: web.Application, routes: tuple[Route, ...]) -> None:
    for route in routes:
        app.router.add_route(route.method, BASE + route.path, web_handler(route))
        if route.method == "GET":
            app.router.add_route("HEAD", BASE + route.path, web_handler(route))


def web_handler(route: Route) -> WebHandler:
    """The aiohttp handler of one route."""

    async def handle(request: web.Request) -> web.StreamResponse:
        services = request.app[SERVICES]
        caller = await find_caller(request, services.crew, services.viewers)
        if route.is_paced:
            _check_pace(request, services, caller)
        require(caller, route.who)
        await check_entry(request, services, caller)
        is_by_cookie = caller.is_by_cookie and route.who is not Who.ANYONE
        check_origin(request, services.config, is_by_cookie=is_by_cookie)
        call = await _understood(route, request, services, caller)
        return await _sent(await route.handler(call), request, services, route.media)

    return handle


def _check_pace(request: web.Request, services: Services, caller: Caller) -> None:
    """Counts by address; the crew is known by name and works through bursts."""
    if caller.is_crew:
        return
    wait_s = services.throttles.requests.take(client.address(request, services.config))
    if wait_s:
        raise too_many(wait_s)


async def _understood(
    route: Route, request: web.Request, services: Services, caller: Caller
) -> Call[Any]:
    max_bytes = services.config.http.max_body_bytes
    body: Any = None
    if route.raw_bytes:
        body = await read_raw(request, route.most_raw_bytes(services.config), route.read_s)
    elif route.body:
        body = await read_body(request, route.body, max_bytes)
    return Call(
        services=services,
        caller=caller,
        request=request,
        query=convert_query(request, route.query) if route.query else None,
        headers=_headers(request, route.headers) if route.headers else None,
        body=body,
    )


def _headers(request: web.Request, kind: type[msgspec.Struct]) -> msgspec.Struct:
    names = [field.encode_name for field in msgspec.structs.fields(kind)]
    found = {name: request.headers[name] for name in names if name in request.headers}
    try:
        return msgspec.convert(found, kind)
    except msgspec.ValidationError as error:
        raise explained(error, kind) from error


async def _sent(
    reply: Reply, request: web.Request, services: Services, media: str
) -> web.StreamResponse:
    if reply.chunks is not None:
        return await _streamed(reply, request, media)
    body = b"" if reply.answer is None else _encoder.encode(reply.answer)
    response = web.Response(
        body=body, status=reply.status, content_type=media, headers=reply.headers
    )
    if reply.login:
        set_login(response, request, services.config, reply.login)
    elif reply.login is not None:
        clear_login(response, request, services.config)
    if reply.guest is not None:
        set_invitation(response, request, services.config, *reply.guest)
    if reply.device:
        set_device(response, request, services.config, reply.device)
    return response


async def _streamed(reply: Reply, request: web.Request, media: str) -> web.StreamResponse:
    """The first chunk is made before the status is sent, so that an error still gets its own."""
    if reply.chunks is None:
        raise AssertionError  # the caller looked
    async with aclosing(reply.chunks) as chunks:  # a client that leaves must not leave files
        first = await anext(chunks, b"")
        response = web.StreamResponse(status=reply.status, headers=reply.headers)
        response.content_type = media
        await response.prepare(request)
        if request.method != "HEAD":
            await response.write(first)
            async for chunk in chunks:
                await response.write(chunk)
        await response.write_eof()
        return response
