"""Headers that every answer carries, and the check that a changing request is our own page's.

Pages load scripts and styles from here only; pictures and video may come from anywhere, because
a shop's goods are photographed elsewhere. Nothing is ever inlined, so no nonce is needed.
"""

from aiohttp import web

from livesell.config import Config
from livesell.errors import NotAllowed
from livesell.web import client

SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})

_COMMON = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
}

# An answer that is no page runs nothing, whatever a browser takes it for.
_NO_PAGE = "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"


def page_policy(push_origin: str, *, may_be_framed: bool = False) -> str:
    """The Content-Security-Policy of a page.

    Args:
        push_origin: Where the page's socket goes, such as ws://localhost:8081.
        may_be_framed: An overlay may stand in a frame of any scene collection.
    """
    return "; ".join(
        (
            "default-src 'self'",
            "img-src 'self' https: http: data:",
            "media-src 'self' https: http: blob:",
            # Without its path: a path without a final slash would allow that one address alone.
            f"connect-src 'self' {'/'.join(push_origin.split('/')[:3])}",
            "frame-src https:",
            "object-src 'none'",
            "base-uri 'none'",
            "form-action 'self'",
            f"frame-ancestors {'*' if may_be_framed else chr(39) + 'none' + chr(39)}",
        )
    )


async def add_headers(_request: web.Request, response: web.StreamResponse) -> None:
    """Completes an answer's headers just before they are sent; what a handler set stays."""
    for name, value in _COMMON.items():
        response.headers.setdefault(name, value)
    response.headers.setdefault("Content-Security-Policy", _NO_PAGE)
    response.headers.setdefault("Cache-Control", "no-store")
    response.headers["Server"] = "livesell"


def check_origin(request: web.Request, config: Config, *, is_by_cookie: bool) -> None:
    """Refuses a changing request that another site's page may have sent.

    A browser adds the login cookie by itself, so a request that relies on it has to prove that
    one of our pages sent it. Other clients send no Origin; they are believed only without cookie.

    Raises:
        NotAllowed: `foreign_origin`.
    """
    if request.method in SAFE_METHODS:
        return
    origin = request.headers.get("Origin")
    site = request.headers.get("Sec-Fetch-Site")
    if origin is not None:
        is_own = client.is_own_origin(origin, request, config)
    else:
        is_own = site == "same-origin" or (site is None and not is_by_cookie)
    if not is_own:
        raise NotAllowed(
            "foreign_origin",
            "This request did not come from a page of this service, so nothing was changed. "
            "Open the page on this service and try again.",
        )
