"""The description of the API (OpenAPI 3.1), made from the routes' table and the types on it."""

import re
from http import HTTPStatus
from typing import Any

import msgspec
from msgspec import Struct

from livesell import __version__
from livesell.web.api.route import BASE, Route
from livesell.web.api.shapes import ErrorAnswer
from livesell.web.caller import RIGHT_OF, Who, lets_viewers

Json = dict[str, Any]

_REF = "#/components/schemas/{name}"
_SEGMENT = re.compile(r"\{(\w+)\}")

_SEGMENTS: dict[str, Json] = {
    "provider": {
        "description": "The payment provider, as in [sales] provider.",
        "schema": {"type": "string", "enum": ["sandbox", "stripe"]},
    },
    "ref": {
        "description": "The reference of a payment in the sandbox, as in its page's address.",
        "schema": {"type": "string", "pattern": "^[A-Za-z0-9_.-]{1,160}$"},
    },
    "session": {
        "description": "The session's id.",
        "schema": {"type": "string", "pattern": "^[a-z0-9](?:[a-z0-9-]{0,46}[a-z0-9])?$"},
    },
    "campaign": {
        "description": "The campaign's id.",
        "schema": {"type": "string", "pattern": "^[a-z0-9](?:[a-z0-9-]{0,46}[a-z0-9])?$"},
    },
    "card": {
        "description": "The card's id.",
        "schema": {"type": "string", "pattern": "^[a-z0-9](?:[a-z0-9-]{0,46}[a-z0-9])?$"},
    },
    "product": {
        "description": "The product's id.",
        "schema": {"type": "string", "pattern": "^[a-z0-9](?:[a-z0-9-]{0,46}[a-z0-9])?$"},
    },
    "alarm": {
        "description": "The alarm's id, as in the list of alarms.",
        "schema": {"type": "string", "pattern": "^[0-9a-f]{16}$"},
    },
    "order": {
        "description": "The order's id.",
        "schema": {"type": "string", "format": "uuid"},
    },
    "refund": {
        "description": "The refund's id.",
        "schema": {"type": "string", "pattern": "^[A-Za-z0-9_.:-]{1,64}$"},
    },
    "person": {
        "description": "The login name.",
        "schema": {"type": "string", "pattern": "^[a-z0-9](?:[a-z0-9._-]{0,30}[a-z0-9])?$"},
    },
    "login": {
        "description": "The login's id.",
        "schema": {"type": "string", "pattern": "^[0-9a-f]{16}$"},
    },
    "invitation": {
        "description": "The invitation's id.",
        "schema": {"type": "string", "pattern": "^[0-9a-f]{16}$"},
    },
    "viewer": {
        "description": "The viewer's id.",
        "schema": {"type": "string", "pattern": "^[A-Za-z0-9_.:-]{1,64}$"},
    },
}

_TOKEN: list[dict[str, list[str]]] = [{"viewerToken": []}]
_LOGIN: list[dict[str, list[str]]] = [{"login": []}, {"loginCookie": []}]


def _security(who: Who) -> list[dict[str, list[str]]]:
    """What each kind of caller sends, one of the list."""
    if who is Who.ANYONE:
        return []
    return (_TOKEN if lets_viewers(who) else []) + (_LOGIN if who in RIGHT_OF else [])


_SCHEMES: Json = {
    "viewerToken": {
        "type": "http",
        "scheme": "bearer",
        "bearerFormat": "JWT",
        "description": "From POST /viewers, or signed by a shop's own backend.",
    },
    "login": {
        "type": "http",
        "scheme": "bearer",
        "description": "From POST /login with want_token.",
    },
    "loginCookie": {
        "type": "apiKey",
        "in": "cookie",
        "name": "livesell_login",
        "description": "From POST /login. Changes also need an Origin header of this host.",
    },
}

# Whatever a route does, these can come before it does anything.
_ALWAYS = (400, 429, 503)

_DESCRIPTION = """\
Livestream commerce: sessions, cards, commands, orders and figures.

Money is integer minor units of the session's currency. Times are ISO 8601 in UTC with a Z; only \
inside a `document`, which is the same as on the socket, they are epoch milliseconds. Every error \
has one shape, a stable `code` and a sentence for a person. Live changes come over the socket: \
see /api/v1/asyncapi.json."""


def describe(routes: tuple[Route, ...]) -> Json:
    """The whole document. Its `info.version` is this package's."""
    kinds = _kinds(routes)
    schemas, components = msgspec.json.schema_components(kinds, ref_template=_REF)
    by_kind = dict(zip(kinds, schemas, strict=True))
    paths: dict[str, Json] = {}
    for route in routes:
        paths.setdefault(route.path, {})[route.method.lower()] = _operation(
            route, by_kind, components
        )
    return {
        "openapi": "3.1.0",
        "info": {"title": "livesell", "version": __version__, "description": _DESCRIPTION},
        "servers": [{"url": BASE}],
        "paths": paths,
        "components": {"schemas": components, "securitySchemes": _SCHEMES},
    }


def _kinds(routes: tuple[Route, ...]) -> list[Any]:
    """Every type on the table, once, in its order."""
    found: dict[Any, None] = {ErrorAnswer: None}
    for route in routes:
        for kind in (route.body, route.query, route.headers, *route.answers.values()):
            if kind not in (None, bytes):
                found[kind] = None
    return list(found)


def _operation(route: Route, by_kind: dict[Any, Json], components: Json) -> Json:
    operation: Json = {
        "operationId": route.operation,
        "summary": route.summary,
        "tags": [route.handler.__module__.rpartition(".")[2]],
        "parameters": _parameters(route, components),
        "responses": _responses(route, by_kind),
        "security": _security(route.who),
    }
    if told := _told(route):
        operation["description"] = told
    if route.body is not None:
        operation["requestBody"] = {
            "required": bool(_required(route.body)),
            "content": {"application/json": {"schema": by_kind[route.body]}},
        }
    if route.raw_bytes:
        operation["requestBody"] = {
            "required": True,
            "content": {media: {"schema": _raw_schema(media)} for media in route.raw_media},
        }
    return operation


def _raw_schema(media: str) -> Json:
    return {"type": "object"} if media == "application/json" else {}


def _told(route: Route) -> str:
    doc = " ".join((route.handler.__doc__ or "").split())
    return f"{doc} For: {route.who}.".strip()


def _parameters(route: Route, components: Json) -> list[Json]:
    found = [
        {"name": name, "in": "path", "required": True, **_SEGMENTS[name]}
        for name in _SEGMENT.findall(route.path)
    ]
    for place, kind in (("query", route.query), ("header", route.headers)):
        if kind is None:
            continue
        schema = components[kind.__name__]
        found += [
            {
                "name": name,
                "in": place,
                "required": name in schema.get("required", ()),
                "schema": {key: value for key, value in part.items() if key != "default"},
            }
            for name, part in schema["properties"].items()
        ]
    return found


def _required(kind: type[Struct]) -> list[str]:
    return [field.name for field in msgspec.structs.fields(kind) if field.required]


def _responses(route: Route, by_kind: dict[Any, Json]) -> Json:
    error = {"application/json": {"schema": by_kind[ErrorAnswer]}}
    statuses = {*_ALWAYS, *route.refusals}
    if route.who is not Who.ANYONE:
        statuses |= {401, 403}
    if route.method != "GET":
        statuses |= {403}
    if route.body is not None or route.raw_bytes:
        statuses |= {413}
    answers: Json = {
        str(status): {
            "description": HTTPStatus(status).phrase,
            "content": {route.media: {"schema": by_kind.get(kind, {"type": "string"})}},
        }
        for status, kind in sorted(route.answers.items())
    }
    refusals = {
        str(status): {"description": HTTPStatus(status).phrase, "content": error}
        for status in sorted(statuses)
    }
    return {**answers, **refusals, "default": {"description": "Any error.", "content": error}}
