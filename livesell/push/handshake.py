"""The request for an upgrade: where it wants to go, and whether its page may talk to us. Pure."""

from collections.abc import Iterable, Iterator, Sequence
from urllib.parse import unquote, unquote_plus, urlsplit

from msgspec import Struct

from livesell.config import Config

PATH = "/v1/sessions/"

# Longer than any version of a session that a page could have seen.
_MAX_VERSION_DIGITS = 15


class Target(Struct, frozen=True):
    """What the address asks for; `known` is the epoch and version that the page still has."""

    session: str
    token: str
    known: tuple[str, int]


def read_target(address: str) -> Target | None:
    """The parts of a request's address, None when it is not a session's."""
    path, _, query = address.partition("?")
    session = path.removeprefix(PATH)
    if session == path or not session or "/" in session:
        return None
    fields = dict(_fields(query)) if query.count("&") < 16 else {}
    version = fields.get("v", "")
    is_number = version.isascii() and version.isdecimal() and len(version) <= _MAX_VERSION_DIGITS
    return Target(
        session=unquote(session),
        token=fields.get("token", ""),
        known=(fields.get("e", ""), int(version) if is_number else 0),
    )


def _fields(query: str) -> Iterator[tuple[str, str]]:
    for pair in query.split("&"):
        name, _, value = pair.partition("=")
        yield name, unquote_plus(value) if "%" in value or "+" in value else value


def allowed_origins(config: Config) -> frozenset[str]:
    """The origins of pages elsewhere that the configuration names, as browsers write them."""
    listed: Iterable[str] = (*config.push.allowed_origins, config.http.public_url)
    return frozenset(_origin(address) for address in listed if address)


def is_own_page(origins: Sequence[str], host: str, allowed: frozenset[str]) -> bool:
    """Whether the page that opens this socket is ours, or the client is no browser.

    Browsers always send Origin and pages cannot forge it, so this keeps foreign pages from using
    a visitor's address. The port is not compared: pages and sockets have a port each.
    """
    if not origins:
        return True
    if len(origins) > 1:
        return False
    origin = origins[0].lower()
    own = _hostname("//" + host)
    return origin in allowed or (own is not None and _hostname(origin) == own)


def _origin(address: str) -> str:
    scheme, separator, rest = address.strip().lower().partition("://")
    return f"{scheme}{separator}{rest.partition('/')[0]}"


def _hostname(address: str) -> str | None:
    try:
        return urlsplit(address).hostname
    except ValueError:
        return None
