"""The description of the socket (AsyncAPI 3.0), made from the types in `livesell/wire.py`.

Source: asyncapi.com/docs/reference/specification/v3.0.0.
"""

from typing import Any, get_args

import msgspec
from msgspec import Struct

from livesell import __version__, wire

Json = dict[str, Any]

_REF = "#/components/schemas/{name}"
_CHANNEL = "session"

_DESCRIPTION = """\
One socket for one session. JSON text frames, one object each; the field `t` names the kind. \
Money is integer minor units, time is epoch milliseconds. Ignore kinds and fields that you do not \
know: more may come within version 1.

Apply a `patch` (RFC 7396) when its `e` is yours and its `v` is yours plus one; ignore older \
ones; otherwise send `resync`. Close codes from 4000 to 4499 mean reconnect, with full jitter and \
at most 20 s; those from 4500 to 4999 mean do not."""

_QUERY: Json = {
    "type": "object",
    "required": ["token"],
    "properties": {
        "token": {"type": "string", "description": "From POST /api/v1/viewers."},
        "e": {"type": "string", "description": "The epoch that the page has, when it reconnects."},
        "v": {"type": "integer", "description": "The version that the page has of it."},
    },
}


def describe(push_origin: str) -> Json:
    """The whole document.

    Args:
        push_origin: Where sockets go, such as wss://push.example or ws://localhost:8081.
    """
    from_page, to_page = get_args(wire.AnyMessage), get_args(wire.AnyFrame)
    _, schemas = msgspec.json.schema_components((*from_page, *to_page), ref_template=_REF)
    scheme, _, rest = push_origin.partition("://")
    host, _, path = rest.partition("/")
    return {
        "asyncapi": "3.0.0",
        "info": {"title": "livesell socket", "version": __version__, "description": _DESCRIPTION},
        "defaultContentType": "application/json",
        "servers": {
            "push": {
                "host": host,
                "protocol": scheme,
                **({"pathname": f"/{path}"} if path else {}),
                "security": [{"$ref": "#/components/securitySchemes/token"}],
            }
        },
        "channels": {_CHANNEL: _channel(from_page, to_page)},
        "operations": {
            "fromPage": _operation("receive", from_page, "What a page sends."),
            "toPage": _operation("send", to_page, "What the service sends."),
        },
        "components": {
            "schemas": schemas,
            "messages": {tag(kind): _message(kind) for kind in (*from_page, *to_page)},
            "securitySchemes": {
                "token": {"type": "httpApiKey", "in": "query", "name": "token"},
            },
        },
    }


def tag(kind: type[Struct]) -> str:
    """The name of a message: who sends it and its `t`; an order goes both ways."""
    side = "page" if issubclass(kind, wire.Message) else "service"
    return f"{side}.{kind.__struct_config__.tag}"


def _channel(from_page: tuple[Any, ...], to_page: tuple[Any, ...]) -> Json:
    return {
        "address": "/v1/sessions/{session}",
        "parameters": {"session": {"description": "The session's id."}},
        "messages": {
            tag(kind): {"$ref": f"#/components/messages/{tag(kind)}"}
            for kind in (*from_page, *to_page)
        },
        "bindings": {"ws": {"method": "GET", "query": _QUERY, "bindingVersion": "0.1.0"}},
        "x-subprotocol": wire.SUBPROTOCOL,
        "x-close-codes": {str(code): reason for code, reason in wire.CLOSE_REASONS.items()},
    }


def _operation(action: str, kinds: tuple[Any, ...], summary: str) -> Json:
    return {
        "action": action,
        "summary": summary,
        "channel": {"$ref": f"#/channels/{_CHANNEL}"},
        "messages": [{"$ref": f"#/channels/{_CHANNEL}/messages/{tag(kind)}"} for kind in kinds],
    }


def _message(kind: type[Struct]) -> Json:
    return {
        "name": str(kind.__struct_config__.tag),
        "title": kind.__name__,
        "description": " ".join((kind.__doc__ or "").split()),
        "payload": {"$ref": _REF.format(name=kind.__name__)},
    }
