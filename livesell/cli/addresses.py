"""The addresses that are printed for people to open."""

from livesell.config import Config
from livesell.config.rules import address
from livesell.datadir import Running

# A service that listens everywhere can be opened on its own machine here.
_EVERYWHERE = {"0.0.0.0": "127.0.0.1", "::": "[::1]"}  # noqa: S104 - a name, nothing listens here


def pages_address(config: Config, found: Running | None) -> str:
    """Where the pages are, without a slash at the end."""
    if config.http.public_url:
        return config.http.public_url.rstrip("/")
    return f"http://{_openable(found.http if found else config.http.listen)}"


def sockets_address(config: Config, found: Running) -> str:
    """Where the sockets are, without a slash at the end."""
    return config.push.public_url.rstrip("/") or f"ws://{_openable(found.push)}"


def _openable(listen: str) -> str:
    host, port = address(listen, "address")
    shown = _EVERYWHERE.get(host, f"[{host}]" if ":" in host else host)
    return f"{shown}:{port}"
