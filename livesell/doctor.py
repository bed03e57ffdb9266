"""Everything that a broadcast needs of this machine, looked at before it is needed.

Nothing is changed, but that an embedded store nobody runs is started for the look and stopped
again.
"""

import asyncio
import platform
import shutil
import socket
import sys
from pathlib import Path

from msgspec import to_builtins
from msgspec.structs import replace

from livesell import datadir
from livesell.config import Config, StoreConfig
from livesell.config.rules import address
from livesell.errors import LivesellError
from livesell.listening import cannot_listen
from livesell.pictures import check_fonts
from livesell.push.admission import capacity, raise_open_files
from livesell.store import Check, open_store
from livesell.store.checks import WEAKNESSES

OLDEST_PYTHON = (3, 11)

# A session of 100,000 orders takes some 200 MB with its rewrites; this leaves room for several.
MIN_FREE_BYTES = 1_000_000_000

# Below this a popular hour meets the open-file limit before anything else.
MIN_VIEWERS = 1000

# One round trip to the store on one machine or in one data centre.
MAX_PING_MS = 50


async def examine(config: Config, data: Path) -> list[Check]:
    """Every check, the good ones too, in the order in which to mend them."""
    checks = [_python(), _open_files(config.push.max_connections)]
    checks += _data_directory(data)
    checks += await _store(config.store, data)
    checks.append(await asyncio.to_thread(_fonts))
    found = datadir.running(data)
    checks.append(_port(config.http.listen, "http", found.http if found else ""))
    checks.append(_port(config.push.listen, "push", found.push if found else ""))
    return checks


def _python() -> Check:
    is_good = sys.version_info >= OLDEST_PYTHON
    return Check(
        name="python",
        is_good=is_good,
        says=f"Python {platform.python_version()} runs this.",
        do="" if is_good else "Install Python 3.11 or newer.",
    )


def _open_files(configured: int) -> Check:
    limit = raise_open_files()
    viewers = capacity(limit, configured)
    is_good = viewers >= MIN_VIEWERS
    return Check(
        name="open files",
        is_good=is_good,
        says=f"{limit:,} files may be open, so {viewers:,} viewers fit into one process.",
        do=""
        if is_good
        else "Raise the limit (ulimit -Hn, or LimitNOFILE= in the unit file), or max_connections "
        "in [push].",
    )


def _data_directory(data: Path) -> list[Check]:
    try:
        datadir.prepare(data)
    except LivesellError as error:
        return [_bad("data directory", error)]
    free = shutil.disk_usage(data).free
    is_roomy = free >= MIN_FREE_BYTES
    return [
        Check(
            name="data directory",
            is_good=is_roomy,
            says=f"{data.resolve()} is writable and has {free / 1e9:,.1f} GB free.",
            do="" if is_roomy else "Make room: a full disk stops the sale. 1 GB is the least.",
        )
    ]


async def _store(config: StoreConfig, data: Path) -> list[Check]:
    """The store's own checks; a weakness that the configuration accepts counts as good."""
    lenient = replace(config, allow_weak=",".join(WEAKNESSES))
    try:
        store = await open_store(lenient, data)
    except LivesellError as error:
        return [_bad("store", error)]
    try:
        ping_ms = await store.ping()
        checks = [_accepted(check, config.allow_weak) for check in await store.checks()]
    except LivesellError as error:
        return [_bad("store", error)]
    finally:
        await store.close()
    return [_round_trip(store.info.address, ping_ms), *checks]


def _round_trip(where: str, ping_ms: float) -> Check:
    is_good = ping_ms <= MAX_PING_MS
    return Check(
        name="store",
        is_good=is_good,
        says=f"The store at {where} answers in {ping_ms:.1f} ms.",
        do="" if is_good else "Run the store nearer: each order and each tick waits for it.",
    )


def _accepted(check: Check, allow_weak: str) -> Check:
    words = [word.strip() for word in allow_weak.split(",")]
    if check.is_good or not check.weakness or check.weakness not in words:
        return check
    return replace(check, is_good=True, says=f"{check.says} Accepted by allow_weak.", do="")


def _fonts() -> Check:
    found = to_builtins(check_fonts())
    return Check(name="fonts", is_good=found["is_good"], says=found["says"], do=found["do"])


def _port(listen: str, name: str, held: str) -> Check:
    """Whether a service could listen there, or the one of this data directory listens."""
    host, port = address(listen, f"{name}.listen")
    label = f"{name} port"
    if held:
        return Check(name=label, is_good=True, says=f"{held} is held by this livesell.")
    try:
        family, _, _, _, where = socket.getaddrinfo(
            host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE
        )[0]
        with socket.socket(family, socket.SOCK_STREAM) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind(where)
            probe.listen(1)
    except OSError as error:
        return _bad(label, cannot_listen(error, listen, name))
    return Check(name=label, is_good=True, says=f"{listen} is free.")


def _bad(name: str, error: LivesellError) -> Check:
    """A sentence for a person ends with what to do."""
    says, _, do = error.message.rpartition(". ")
    return Check(name=name, is_good=False, says=f"{says}." if says else do, do=do)
