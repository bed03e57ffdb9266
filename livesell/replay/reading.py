"""A scenario's TOML, read and checked.

`[session]` and `[[cards]]` are those of a session sheet (`livesell/sheet.py`); what the other
tables mean stands in the shipped `scenarios/naqu.toml`.
"""

import re
from collections.abc import Iterable
from importlib import resources
from pathlib import Path
from typing import Any, TypeVar, get_args

import msgspec
from msgspec import Struct
from msgspec.structs import fields, replace

from livesell.domain.command import AnyCommand
from livesell.errors import BadInput, NotFound
from livesell.replay.rules import check, near
from livesell.replay.scenario import Audience, Basket, Likes, Move, Orders, Rush, Scenario, bad
from livesell.sheet import read_sheet, read_toml
from livesell.wanted import sentence

# The timer starts and ends a replayed session, and its cards come from the sheet.
HOST_MOVES = frozenset(
    {"show", "hide", "open", "close", "price", "restock", "notice", "reorder", "pause", "resume",
     "edit"}
)  # fmt: skip

_SHAPES = {str(shape.__struct_config__.tag): shape for shape in get_args(AnyCommand)}

_TABLES = ("session", "cards", "moves", "audience", "likes", "orders", "rushes")
_AT = re.compile(r"(\d{1,4}):([0-5]\d)")
_T = TypeVar("_T", bound=Struct)


def known_scenarios() -> list[str]:
    """The names of the scenarios that travel with livesell."""
    shelf = resources.files("livesell.replay") / "scenarios"
    return sorted(
        entry.name.removesuffix(".toml")
        for entry in shelf.iterdir()
        if entry.name.endswith(".toml")
    )


def find_scenario(name: str) -> Scenario:
    """A shipped scenario by its name, or one's own by the path of its file.

    Raises:
        NotFound: There is neither; the sentence lists the shipped ones.
        BadInput: The file is not a scenario; the sentence says where.
    """
    if name in known_scenarios():
        shelf = resources.files("livesell.replay") / "scenarios"
        with resources.as_file(shelf / f"{name}.toml") as path:
            return read_scenario(read_toml(path), name)
    if name.endswith(".toml") or "/" in name:
        return read_scenario(read_toml(Path(name)), _slug(Path(name).stem))
    raise NotFound(
        "no_such_scenario",
        f"There is no scenario {name!r}. Known are: {', '.join(known_scenarios())}. "
        "For your own, give the path of its .toml file.",
    )


def read_scenario(tables: dict[str, Any], name: str) -> Scenario:
    """The scenario in these tables.

    Raises:
        BadInput: The first thing that is wrong, with the table and the key that hold it.
    """
    _refuse_unknown(tables, _TABLES, "the scenario")
    sheet = read_sheet(tables, now_ms=0)
    if "audience" not in tables:
        raise bad("[audience] is missing. Say how many viewers there are and when.")
    scenario = Scenario(
        name=name,
        # A replay gives each of its sessions an id of its own.
        session=replace(sheet.session, id=name, planned_start_ms=None, planned_end_ms=None),
        cards={card.id: card for card in sheet.cards},
        stock=sheet.stock,
        minutes=sheet.length_ms // 60_000,
        moves=tuple(sorted(_moves(_rows(tables, "moves")), key=lambda move: move.at)),
        audience=_converted(tables["audience"], Audience, "[audience]"),
        likes=_converted(tables.get("likes", {}), Likes, "[likes]"),
        orders=_orders(tables.get("orders", {})),
        rushes=_rushes(_rows(tables, "rushes")),
    )
    check(scenario, len(sheet.cards))
    return scenario


def _moves(rows: list[Any]) -> list[Move]:
    moves = []
    for number, row in enumerate(rows, start=1):
        where = f"[[moves]] number {number}"
        if not isinstance(row, dict) or "at" not in row or "do" not in row:
            raise bad(f'{where}: write at = "MM:SS" and do = "...".')
        if row["do"] not in HOST_MOVES:
            raise bad(
                f"{where}: {row['do']!r} is no move of a host here.{near(row['do'], HOST_MOVES)} "
                "The session goes live and ends by itself."
            )
        moves.append(Move(at=_minute(row["at"], where), command=_command(row, where)))
    return moves


def _command(row: dict[str, Any], where: str) -> AnyCommand:
    content = {key: value for key, value in row.items() if key != "at"}
    known = [one.name for one in fields(_SHAPES[row["do"]])]
    _refuse_unknown({key: 0 for key in content if key != "do"}, known, where)
    try:
        command: AnyCommand = msgspec.convert(content, AnyCommand)
    except msgspec.ValidationError as error:
        raise bad(f"{where}: {sentence(error)}") from error
    return command


def _minute(value: object, where: str) -> float:
    match = _AT.fullmatch(value) if isinstance(value, str) else None
    if match is None:
        raise bad(f'{where}: write the time as at = "MM:SS", minutes and seconds.')
    return (int(match[1]) * 60 + int(match[2])) / 60


def _orders(table: Any) -> Orders:
    rows = table.get("cards", []) if isinstance(table, dict) else []
    for number, row in enumerate(rows if isinstance(rows, list) else [], start=1):
        _converted(row, Basket, f"[[orders.cards]] number {number}")
    return _converted(table, Orders, "[orders]")


def _rushes(rows: list[Any]) -> tuple[Rush, ...]:
    rushes = []
    for number, row in enumerate(rows, start=1):
        where = f"[[rushes]] number {number}"
        if not isinstance(row, dict):
            raise bad("Write each of the rushes as a [[rushes]] table.")
        table = {**row, "at": _minute(row.get("at"), where)}
        rushes.append(_converted(table, Rush, where))
    return tuple(sorted(rushes, key=lambda rush: rush.at))


def _rows(tables: dict[str, Any], name: str) -> list[Any]:
    rows = tables.get(name, [])
    if not isinstance(rows, list):
        raise bad(f"Write each of the {name} as a [[{name}]] table.")
    return rows


def _converted(table: Any, shape: type[_T], where: str) -> _T:
    if not isinstance(table, dict):
        raise bad(f"{where} has to be a table.")
    _refuse_unknown(table, [one.name for one in fields(shape)], where)
    try:
        return msgspec.convert(table, shape)
    except msgspec.ValidationError as error:
        raise bad(f"{where}: {sentence(error)}") from error


def _refuse_unknown(table: dict[str, Any], known: Iterable[str], where: str) -> None:
    for key in table:
        if key not in known:
            raise BadInput("unknown_key", f"{where}: {key} is not known.{near(key, known)}")


def _slug(stem: str) -> str:
    slug = re.sub(r"[^a-z0-9]+", "-", stem.lower()).strip("-")
    return slug[:20].strip("-") or "scenario"
