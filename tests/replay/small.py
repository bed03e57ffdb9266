"""A scenario that is as small as one can be, for tests that change one thing in it."""

import copy
from typing import Any

from livesell.replay.reading import read_scenario
from livesell.replay.scenario import Scenario

TABLES: dict[str, Any] = {
    "session": {"title": "小场", "host": "苗伟伦", "minutes": 10, "public_gross": True},
    "cards": [
        {"id": "tea", "title": "凉茶", "price": 500, "stock": 1000, "open": True, "donation": 20},
        {"id": "yak", "title": "牦牛肉", "price": 20000, "stock": 20, "limit": 4},
    ],
    "moves": [
        {"at": "01:00", "do": "show", "card": "tea"},
        {"at": "02:00", "do": "open", "card": "yak"},
        {"at": "04:00", "do": "restock", "card": "yak", "units": 10},
        {"at": "06:00", "do": "price", "card": "tea", "price": 400},
        {"at": "08:00", "do": "hide"},
    ],
    "audience": {
        "viewers": 100, "curve": [[0, 0.4], [5, 0.9], [10, 0.5]], "returns": 0.1, "away": [1, 2],
        "reconnects": 0.1,
    },
    "likes": {"total": 800, "curve": [[0, 1], [5, 10], [6, 1]], "burst": 4},
    "orders": {
        "total": 60, "buyers": 0.5, "resent": 0.2, "dropped": 0.1, "shown": 4,
        "cards": [{"card": "tea", "weight": 1, "units": [1, 2]}],
    },
    "rushes": [
        {"card": "yak", "at": "02:30", "buyers": 45, "units": 2, "seconds": 30, "resent": 0.2},
        {"card": "yak", "at": "05:00", "buyers": 25, "units": 2, "seconds": 30},
    ],
}  # fmt: skip


def tables() -> dict[str, Any]:
    """A copy to change."""
    return copy.deepcopy(TABLES)


def small(**changed: Any) -> Scenario:
    return read_scenario({**tables(), **changed}, "small")
