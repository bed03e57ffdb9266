"""The login's cookie: unreadable to scripts, sent to this host only, on same-site requests only."""

from aiohttp import web

from livesell.config import Config
from livesell.web import client

NAME = "livesell_login"

# A login is 43 characters; a longer cookie is none of ours and is not worth a digest.
_MAX_CHARS = 128


def login_cookie(request: web.Request) -> str:
    """The login in the cookie, or an empty text."""
    found = request.cookies.get(NAME, "")
    return found if len(found) <= _MAX_CHARS and found.isascii() else ""


def set_login(
    response: web.StreamResponse, request: web.Request, config: Config, secret: str
) -> None:
    response.set_cookie(
        NAME,
        secret,
        max_age=config.auth.login_hours * 3600,
        path="/",
        httponly=True,
        samesite="Strict",
        secure=client.is_secure(request, config),
    )


def clear_login(response: web.StreamResponse, request: web.Request, config: Config) -> None:
    response.del_cookie(
        NAME,
        path="/",
        httponly=True,
        samesite="Strict",
        secure=client.is_secure(request, config),
    )
