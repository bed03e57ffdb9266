"""Ports: taking one, what to say when it cannot be had, and what to call who listens there."""

import errno
import os
import re
import socket
from collections.abc import Awaitable, Callable

from livesell.config import Config
from livesell.config.rules import address
from livesell.errors import CannotStart

Start = Callable[[tuple[str, int]], Awaitable[int]]


async def listening(start: Start, listen: str, name: str) -> int:
    """Starts a listener on HOST:PORT; returns the port that it got.

    Args:
        name: "http" or "push": the option and the table of the configuration.

    Raises:
        CannotStart: `port_in_use` or `bad_address`; names the option to change.
    """
    try:
        return await start(address(listen, f"{name}.listen"))
    except OSError as error:
        raise cannot_listen(error, listen, name) from error
    except CannotStart as error:
        if isinstance(error.__cause__, OSError):
            raise cannot_listen(error.__cause__, listen, name) from error
        raise


def cannot_listen(error: OSError, listen: str, name: str) -> CannotStart:
    where = f"--{name} (or {name}.listen in config.toml)"
    if error.errno == errno.EADDRINUSE:
        return CannotStart(
            "port_in_use",
            f"The address {listen} is in use by another program. Choose another one with {where}.",
        )
    if error.errno == errno.EACCES:
        return CannotStart(
            "port_forbidden",
            f"This account may not listen on {listen}. Choose a port above 1023 with {where}.",
        )
    if error.errno == errno.EADDRNOTAVAIL:
        why = "it has no such address"
    elif isinstance(error, socket.gaierror):
        why = "no address is known for this name"
    else:
        why = error.strerror or str(error)
    return CannotStart(
        "bad_address",
        f"This machine cannot listen on {listen}: {why}. Choose another address with {where}.",
    )


def joined(listen: str, port: int) -> str:
    """The address with the port that was really taken, where 0 was asked for."""
    return f"{listen.rpartition(':')[0]}:{port}"


def node_name(config: Config) -> str:
    """What this process is called among those that share a store.

    The same after a restart, so that it takes over its own lease instead of leaving its viewers
    counted twice until that expires.
    """
    if config.service.node:
        return config.service.node
    host = re.sub(r"[^a-z0-9-]+", "-", socket.gethostname().lower()).strip("-") or "node"
    _, port = address(config.push.listen, "push.listen")
    return f"{host[:32]}-{port or os.getpid()}"
