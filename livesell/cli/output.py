"""What commands print: tables for people, tab-separated lines for pipes, JSON for programs."""

import sys
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

import msgspec
import typer


def say(text: str) -> None:
    """A line for whoever reads standard output."""
    typer.echo(text)


def say_json(value: Any) -> None:
    """The value as indented JSON."""
    typer.echo(msgspec.json.format(msgspec.json.encode(value), indent=2).decode())


def table(columns: Sequence[str], rows: Iterable[Sequence[object]], title: str = "") -> None:
    """A table on a terminal; a header and tab-separated lines in a pipe."""
    texts = [[_text(cell) for cell in row] for row in rows]
    if not sys.stdout.isatty():
        for line in (columns, *texts):
            typer.echo("\t".join(line))
        return
    _rich_table(columns, texts, title)


def _rich_table(columns: Sequence[str], rows: list[list[str]], title: str) -> None:
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    grid = Table(title=title or None, title_justify="left", header_style="bold")
    for column in columns:
        grid.add_column(column, overflow="fold")
    for row in rows:
        grid.add_row(*(Text(cell) for cell in row))
    Console().print(grid)


def _text(cell: object) -> str:
    if cell is None:
        return "–"
    text = f"{cell:,}" if type(cell) is int else str(cell)
    return text.replace("\t", " ").replace("\n", " ")


def local_time(at_ms: int | None, zone: str) -> str:
    """A moment for people, in the session's zone; a dash when there is none."""
    if at_ms is None:
        return "–"
    return datetime.fromtimestamp(at_ms / 1000, ZoneInfo(zone)).strftime("%Y-%m-%d %H:%M:%S")


def iso_time(at_ms: int) -> str:
    """A moment for programs: ISO 8601 in UTC, as on the API."""
    moment = datetime.fromtimestamp(at_ms / 1000, UTC).isoformat(timespec="milliseconds")
    return moment.replace("+00:00", "Z")
