"""What a request says of where it came from, and how this service looks from there.

`X-Forwarded-*` counts only with `http.trust_forwarded`, because anyone can send it.
"""

import ipaddress
import re
from urllib.parse import urlsplit

from aiohttp import web

from livesell.config import Config

# A host name, an IPv4 address or an IPv6 address in brackets. Anything else in a Host header
# never reaches a header or a page of ours.
_HOST = re.compile(r"(\[[0-9A-Fa-f:.]{2,45}\]|[A-Za-z0-9_.-]{1,253})(?::(\d{1,5}))?")


def address(request: web.Request, config: Config) -> str:
    """Whose requests are counted together: an IPv4 address, or the /64 of an IPv6 one.

    Behind a proxy it is the last entry of `X-Forwarded-For`, the one that the proxy itself added.
    """
    found = request.remote or ""
    forwarded = request.headers.getall("X-Forwarded-For", [])
    if config.http.trust_forwarded and forwarded:
        found = forwarded[-1].rpartition(",")[2].strip()
    try:
        parsed = ipaddress.ip_address(found)
    except ValueError:
        return "unknown"
    if isinstance(parsed, ipaddress.IPv6Address):
        mapped = parsed.ipv4_mapped
        # One household has a /64, so a single address there limits nobody (Source: RFC 6177).
        return str(mapped or ipaddress.ip_network((parsed, 64), strict=False))
    return str(parsed)


def is_secure(request: web.Request, config: Config) -> bool:
    """Whether the browser's side of this connection is TLS."""
    if config.http.trust_forwarded:
        forwarded = request.headers.get("X-Forwarded-Proto", "")
        if forwarded:
            return forwarded.rpartition(",")[2].strip().lower() == "https"
    return request.secure or config.http.public_url.startswith("https://")


def host(request: web.Request) -> str:
    """The Host header, "name" or "name:port", or the address that was reached if it is odd."""
    given = request.headers.get("Host", "")
    if _HOST.fullmatch(given):
        return given.lower()
    return "localhost"


def hostname(request: web.Request) -> str:
    """The Host header without its port; an IPv6 address keeps its brackets."""
    found = _HOST.fullmatch(host(request))
    return found.group(1) if found else "localhost"


def public_origin(request: web.Request, config: Config) -> str:
    """`http.public_url` without a final slash, else how this request reached us."""
    if config.http.public_url:
        return config.http.public_url.rstrip("/")
    return f"{'https' if is_secure(request, config) else 'http'}://{host(request)}"


def return_path(session: str, order: str, page: str = "viewer") -> str:
    """The page to which a buyer comes back from paying; its address holds no secret.

    Args:
        page: Where that page goes on to: "viewer", the show, or "order", the order's own page.
    """
    return f"/pay/return?session={session}&order={order}&to={page}"


def push_origin(request: web.Request, config: Config, push_port: int) -> str:
    """Where this client's sockets go: `push.public_url`, else this host at the push port."""
    if config.push.public_url:
        return config.push.public_url.rstrip("/")
    scheme = "wss" if is_secure(request, config) else "ws"
    return f"{scheme}://{hostname(request)}:{push_port}"


def is_own_origin(origin: str, request: web.Request, config: Config) -> bool:
    """Whether an `Origin` header names this host or `http.public_url`.

    Compared by host and port: behind a proxy the scheme that we see is not the browser's. Where
    the browser's side is TLS, a page that came without it may be anybody's on the way.
    """
    try:
        asked = urlsplit(origin)
        port = asked.port
    except ValueError:
        return False
    if asked.scheme not in ("http", "https") or not asked.hostname:
        return False
    if asked.scheme == "http" and is_secure(request, config):
        return False
    own = {_pair(f"{asked.scheme}://{host(request)}")}
    if config.http.public_url:
        own.add(_pair(config.http.public_url))
    return (asked.hostname, port or _default_port(asked.scheme)) in own


def _pair(url: str) -> tuple[str | None, int]:
    parts = urlsplit(url)
    try:
        return parts.hostname, parts.port or _default_port(parts.scheme)
    except ValueError:
        return None, 0


def _default_port(scheme: str) -> int:
    return 443 if scheme == "https" else 80
