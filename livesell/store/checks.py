"""What the store promises, asked of the server itself, for start-up and `livesell doctor`."""

import time
from typing import Any

from msgspec import Struct

from livesell.clock import Clock
from livesell.errors import BadConfig, CannotStart
from livesell.store.appendonly import Cut
from livesell.store.connect import Link

# Functions that the scripts need came with this version. Valkey counts on from 7.2.
OLDEST_VERSION = (7, 0)

# Leases and timers compare times of several machines.
MAX_SKEW_MS = 1000

# What `store.allow_weak` may accept, and what is then lost.
WEAKNESSES: dict[str, str] = {
    "version": "a server older than 7.0",
    "no-aof": "losing everything since the last snapshot when the store is killed",
    "fsync": "losing about a second of acknowledged orders at a power cut",
    "eviction": "losing whole keys when the store's memory is full",
    "unknown": "whatever the store's settings are, because it does not tell them",
}


class Check(Struct, frozen=True, kw_only=True):
    """One thing looked at.

    Attributes:
        says: What was found.
        do: What to do about it; empty when it is good.
        weakness: The word for `store.allow_weak` that accepts it; empty for what does not stop
            a start.
    """

    name: str
    is_good: bool
    says: str
    do: str = ""
    weakness: str = ""


async def inspect(link: Link, clock: Clock) -> list[Check]:
    """Asks the server for its version, its settings and its time."""
    info = parse_info((await link.read(("INFO", "server")))[0])
    settings = await _settings(link)
    return [
        _version(info),
        *(_hidden() if settings is None else _durability(settings)),
        await _skew(link, clock),
    ]


def refuse_weak(checks: list[Check], allow_weak: str) -> None:
    """Raises `CannotStart` (`weak_store`) for each weakness that is not accepted in words."""
    accepted = _words(allow_weak)
    refused = [one for one in checks if not one.is_good and one.weakness not in ("", *accepted)]
    if not refused:
        return
    sentences = [f"{one.says} {one.do}" for one in refused]
    words = ",".join(dict.fromkeys([*accepted, *(one.weakness for one in refused)]))
    losses = "; ".join(WEAKNESSES[one.weakness] for one in refused)
    raise CannotStart(
        "weak_store",
        "The store is weaker than livesell promises. " + " ".join(sentences) + " Or accept "
        f'{losses} with allow_weak = "{words}" in [store].',
    )


def _words(allow_weak: str) -> list[str]:
    words = [word.strip() for word in allow_weak.split(",") if word.strip()]
    for word in words:
        if word not in WEAKNESSES:
            raise BadConfig(
                "bad_allow_weak",
                f"store.allow_weak: {word!r} is not known. Known are: {', '.join(WEAKNESSES)}.",
            )
    return words


def parse_info(text: bytes) -> dict[str, str]:
    lines = (line.partition(":") for line in text.decode().splitlines() if ":" in line)
    return {name: value for name, _, value in lines}


def version_of(info: dict[str, str]) -> str:
    """The server's name and version, such as Valkey 9.1.2."""
    if "valkey_version" in info:
        return f"Valkey {info['valkey_version']}"
    return f"Redis {info.get('redis_version', 'of an unknown version')}"


async def _settings(link: Link) -> dict[str, str] | None:
    """The settings that matter; None when the server does not tell them, as managed ones may."""
    settings: dict[str, str] = {}
    for name in ("appendonly", "appendfsync", "maxmemory-policy", "no-appendfsync-on-rewrite"):
        flat: list[Any] | None = await link.read_if_allowed(("CONFIG", "GET", name))
        if not flat:
            return None
        settings[name] = flat[1].decode()
    return settings


def _hidden() -> list[Check]:
    return [
        Check(
            name="settings",
            is_good=False,
            says="The store does not tell its settings (CONFIG GET is forbidden).",
            do="Make sure yourself that it has appendonly yes, appendfsync always and "
            "maxmemory-policy noeviction.",
            weakness="unknown",
        )
    ]


def _version(info: dict[str, str]) -> Check:
    numbers = info.get("redis_version", "0").split(".")
    major, minor = (int(part) if part.isdecimal() else 0 for part in (*numbers, "0")[:2])
    is_good = (major, minor) >= OLDEST_VERSION
    return Check(
        name="version",
        is_good=is_good,
        says=f"The store is {version_of(info)}.",
        do="" if is_good else "Use Valkey, or Redis 7.0 or newer.",
        weakness="version",
    )


def _durability(settings: dict[str, str]) -> list[Check]:
    has_aof = settings["appendonly"] == "yes"
    is_synced = (
        settings["appendfsync"] == "always" and settings["no-appendfsync-on-rewrite"] == "no"
    )
    policy = settings["maxmemory-policy"]
    checks = [
        Check(
            name="append-only file",
            is_good=has_aof,
            says=f"The store has appendonly {settings['appendonly']}.",
            do="" if has_aof else "Set appendonly yes.",
            weakness="no-aof",
        ),
        Check(
            name="eviction",
            is_good=policy == "noeviction",
            says=f"The store has maxmemory-policy {policy}.",
            do="" if policy == "noeviction" else "Set maxmemory-policy noeviction.",
            weakness="eviction",
        ),
    ]
    if has_aof:
        checks.insert(
            1,
            Check(
                name="fsync",
                is_good=is_synced,
                says=f"The store has appendfsync {settings['appendfsync']}, "
                f"no-appendfsync-on-rewrite {settings['no-appendfsync-on-rewrite']}.",
                do="" if is_synced else "Set appendfsync always and no-appendfsync-on-rewrite no.",
                weakness="fsync",
            ),
        )
    return checks


def whole_file(cut: Cut | None) -> Check:
    """The embedded store's file as its server found it. A cut is told and is no weakness: what
    was cut off had no answer yet.
    """
    says = "The store's file was whole when the store was started." if cut is None else str(cut)
    return Check(name="file", is_good=True, says=says)


async def _skew(link: Link, clock: Clock) -> Check:
    """Half the round trip is taken for the way back."""
    asked = time.monotonic()
    ((seconds, micros),) = await link.read(("TIME",))
    half_ms = (time.monotonic() - asked) * 500
    skew_ms = round(int(seconds) * 1000 + int(micros) / 1000 + half_ms - clock())
    is_good = abs(skew_ms) <= MAX_SKEW_MS
    return Check(
        name="clock",
        is_good=is_good,
        says=f"The store's clock differs from this machine's by {abs(skew_ms)} ms.",
        do="" if is_good else "Set both clocks by NTP.",
    )
