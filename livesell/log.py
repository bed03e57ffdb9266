"""The log of a service: one line an event on standard error, without secrets.

Access logs are off on purpose: the address of a socket holds the viewer's token.
"""

import logging
import sys

FORMAT = "%(asctime)s %(levelname)s %(name)s: %(message)s"

# Libraries that tell of every job and frame at "info".
QUIET = ("apscheduler", "websockets", "aiohttp.access", "asyncio")


def configure(level: str) -> None:
    """Sends everything of `level` and above to standard error; libraries from "warning" on."""
    logging.basicConfig(stream=sys.stderr, format=FORMAT, level=level.upper(), force=True)
    for name in QUIET:
        logging.getLogger(name).setLevel(logging.WARNING)
