"""Medians, ratios and verdicts of a run, as data and as tables."""

from collections.abc import Mapping, Sequence
from statistics import median
from typing import Any

import msgspec
from msgspec import Struct
from rich.console import Console
from rich.table import Table

from bench.measure import FLOOR, OURS, Figures

# The loops of one library: what it can do is the better of them, figure by figure.
STOCK = ("websockets", "websockets-uvloop")

Medians = dict[str, dict[str, float]]


class Goal(Struct, frozen=True):
    """A ratio of ours to a peer that is to be reached."""

    figure: str
    against: str
    most: float


STOCK_BEST = "websockets (better loop)"

GOALS = (
    Goal("frame_us", STOCK_BEST, 0.66),
    Goal("frame_us", "aiohttp", 1.0),
    Goal("frame_us", "aiohttp-uvloop", 1.0),
    Goal("frame_us", "starlette", 1.0),
    Goal("frame_us", "picows", 1.0),
    Goal("idle_bytes", STOCK_BEST, 0.5),
    Goal("join_us", STOCK_BEST, 0.6),
    Goal("like_us", STOCK_BEST, 0.5),
)

# What a server adds to the system call that sends a frame: the part that is a library's.
OWN = "own_us"

# A server that wants a whole core and gets less than this was not alone on it.
_LEAST_BUSY = 0.8

# Ratios are told of costs, where less is better.
COSTS = ("frame_us", OWN, "busy_frame_us", "join_us", "idle_bytes", "like_us", "p50_ms", "p99_ms")

_COLUMNS = {
    "rest_ms": ("ms/s at rest", 1, 1.0),
    "frame_us": ("us a frame", 2, 1.0),
    OWN: ("above floor", 2, 1.0),
    "busy_frame_us": ("busy: us a frame", 2, 1.0),
    "frames_per_s": ("frames a core-s", 0, 1.0),
    "busy": ("core got", 2, 1.0),
    "softirq_us": ("softirq us", 1, 1.0),
    "join_us": ("us a join", 0, 1.0),
    "idle_bytes": ("KiB a socket", 2, 1 / 1024),
    "like_us": ("us a like", 2, 1.0),
    "p50_ms": ("p50 ms", 1, 1.0),
    "p99_ms": ("p99 ms", 1, 1.0),
    "max_ms": ("max ms", 1, 1.0),
    "delivered": ("delivered", 2, 1.0),
}


def medians(rounds: Mapping[str, Sequence[Figures]]) -> Medians:
    """Of each server's rounds, figure by figure."""
    found: Medians = {}
    for name, figures in rounds.items():
        measured = [msgspec.to_builtins(one) for one in figures]
        keys = {key for one in measured for key in one}
        found[name] = {
            key: median(one[key] for one in measured if key in one)
            for key in _COLUMNS
            if key in keys
        }
    _take_off_the_floor(found)
    return found


def _take_off_the_floor(found: Medians) -> None:
    floor = found.get(FLOOR, {}).get("frame_us")
    for name, values in found.items():
        if floor is not None and name != FLOOR and "frame_us" in values:
            values[OWN] = values["frame_us"] - floor


def ratios(found: Medians) -> Medians:
    """Ours to each peer; below 1 ours costs less."""
    if OURS not in found:
        return {}
    peers = {name: costs for name, costs in found.items() if name not in (OURS, FLOOR)}
    stock = [found[name] for name in STOCK if name in found]
    if stock:
        best = {
            key: min(one[key] for one in stock if key in one)
            for key in COSTS
            if any(key in one for one in stock)
        }
        peers = {STOCK_BEST: best, **peers}
    return {
        name: {
            key: found[OURS][key] / costs[key]
            for key in COSTS
            if costs.get(key, 0) > 0 and key in found[OURS]
        }
        for name, costs in peers.items()
    }


def verdicts(found: Medians) -> list[dict[str, Any]]:
    """Each goal that could be judged in this run."""
    of = ratios(found)
    return [
        {**msgspec.to_builtins(goal), "ratio": ratio, "reached": ratio <= goal.most}
        for goal in GOALS
        if (ratio := of.get(goal.against, {}).get(goal.figure)) is not None
    ]


def show(found: Medians, console: Console) -> None:
    console.print(_figures_table(found), _ratios_table(ratios(found)))
    robbed = [name for name, values in found.items() if values.get("busy", 1.0) < _LEAST_BUSY]
    if robbed:
        console.print(
            f"Something else ran on the core of {', '.join(robbed)}, or it did not fill it: "
            "believe no delays, and measure again on a quiet machine."
        )
    for verdict in verdicts(found):
        word = "reached" if verdict["reached"] else "missed"
        console.print(
            f"{word}: {_COLUMNS[verdict['figure']][0]}, {verdict['ratio']:.2f} of "
            f"{verdict['against']} (at most {verdict['most']:.2f})"
        )


def _figures_table(found: Medians) -> Table:
    table = Table(title="Medians; processor time is the server process's own")
    table.add_column("server")
    for title, _, _ in _COLUMNS.values():
        table.add_column(title, justify="right")
    for name, values in found.items():
        table.add_row(name, *(_cell(values.get(key), *form) for key, form in _COLUMNS.items()))
    return table


def _ratios_table(of: Medians) -> Table:
    table = Table(title=f"{OURS} to each; below 1 it costs less")
    table.add_column("peer")
    for key in COSTS:
        table.add_column(_COLUMNS[key][0].removeprefix("KiB ").removeprefix("us "), justify="right")
    for name, values in of.items():
        cells = (f"{values[key]:.2f}" if key in values else "" for key in COSTS)
        table.add_row(name, *cells)
    return table


def _cell(value: float | None, _title: str, digits: int, scale: float) -> str:
    return "" if value is None else f"{value * scale:,.{digits}f}"
