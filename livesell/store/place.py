"""Where the store is, read from its address; what people see of it holds no password."""

from typing import Any
from urllib.parse import parse_qs, urlsplit

from msgspec import Struct
from redis.asyncio.connection import UnixDomainSocketConnection, parse_url

from livesell.errors import BadConfig

# What an address may ask of the connection. The rest is ours to decide, above all retries.
_URL_OPTIONS = frozenset(
    {"db", "ssl_ca_certs", "ssl_certfile", "ssl_keyfile", "ssl_cert_reqs", "ssl_check_hostname"}
)


class Place(Struct, frozen=True):
    """Where the store is. `address` is for people and holds no password."""

    address: str
    kwargs: dict[str, Any]


def unix_place(path: str) -> Place:
    return Place(f"unix:{path}", {"connection_class": UnixDomainSocketConnection, "path": path})


def url_place(url: str) -> Place:
    """Reads `redis://`, `rediss://` or `unix://`.

    Raises:
        BadConfig: It is none of these; the sentence does not repeat the address, which may
            hold a password.
    """
    try:
        parts = urlsplit(url)
        unknown = set(parse_qs(parts.query)) - _URL_OPTIONS
        kwargs = dict(parse_url(url))
        port = parts.port
    except ValueError:
        raise _bad_url() from None
    if unknown:
        raise BadConfig(
            "bad_store_url",
            f"store.url has options that are not known: {', '.join(sorted(unknown))}. Known are: "
            f"{', '.join(sorted(_URL_OPTIONS))}.",
        )
    if parts.scheme == "unix":
        if not parts.path:
            raise _bad_url()
        return Place(f"unix:{parts.path}", kwargs)
    if not parts.hostname:
        raise _bad_url()
    return Place(f"{parts.scheme}://{parts.hostname}:{port or 6379}/{kwargs.get('db', 0)}", kwargs)


def _bad_url() -> BadConfig:
    return BadConfig(
        "bad_store_url",
        "store.url has to be like redis://host:6379/0, rediss://user:password@host:6380 or "
        "unix:///run/valkey.sock. Leave it out to use the embedded store.",
    )
