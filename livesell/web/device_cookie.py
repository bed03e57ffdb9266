"""Marks a browser in which somebody has signed in, so that guessing elsewhere cannot slow it down.

The mark lets nobody in: whoever steals it gets a pace of their own for trying one account's
password, and nothing else.
"""

from aiohttp import web

from livesell.auth import mint_mark, read_mark
from livesell.config import Config
from livesell.web import client

NAME = "livesell_device"
LIFETIME_S = 365 * 24 * 3600
_MAX_CHARS = 200


def mark_of(secret: str, name: str, now_ms: int) -> str:
    """A mark for the browser in which this account has just signed in."""
    return mint_mark(secret, name, now_ms // 1000 + LIFETIME_S)


def known_device(request: web.Request, secret: str, name: str, now_ms: int) -> str:
    """The device's own word when its mark is for this account; empty for any other."""
    mark = request.cookies.get(NAME, "")
    if len(mark) > _MAX_CHARS or not mark.isascii():
        return ""
    return read_mark(secret, mark, name, now_ms)


def set_device(
    response: web.StreamResponse, request: web.Request, config: Config, mark: str
) -> None:
    response.set_cookie(
        NAME,
        mark,
        max_age=LIFETIME_S,
        path="/api/v1/",
        httponly=True,
        samesite="Strict",
        secure=client.is_secure(request, config),
    )
