"""Our gateway and its peers side by side: what a frame, a join, a like and a socket cost.

    .venv/bin/pip install -e '.[bench]'
    .venv/bin/python scripts/bench_fanout.py [--subscribers 10000] [--rounds 3] [--json]
    .venv/bin/python scripts/bench_fanout.py --quick --peers websockets

All servers are up at once on one core, their loads on another, and take short turns, so that a
machine that changes its speed changes it for all; one works while the others rest. Ours is one
push worker as it is served, with the store and the host on the load's core; see bench/ours.py.
Peers are in bench/peers.py, and what counts as processor time is in bench/account.py. Linux only.
"""

import argparse
import importlib.util
import os
import sys
import time
from typing import Any

import msgspec
from rich.console import Console

from bench.control import BenchError
from bench.machine import machine
from bench.measure import LIKERS, OURS, Figures, Plan, measure
from bench.peers import PEERS
from bench.table import medians, ratios, show, verdicts
from livesell.push.admission import RESERVED_FILES, raise_open_files

DEFAULT_PEERS = (
    "floor", "websockets", "websockets-uvloop", "websockets-deflate", "aiohttp-uvloop",
    "starlette", "picows",
)  # fmt: skip

# What a peer needs beside livesell itself.
_NEEDS = {"starlette": ("starlette", "uvicorn"), "picows": ("picows",)}

_LIBRARIES = ("websockets", "uvloop", "aiohttp", "starlette", "uvicorn", "picows")

# Costs memory only, and always the same.
_ONCE = ("websockets-deflate",)


def main() -> None:
    options = arguments()
    # Tables go to standard output, progress beside them: --json stays clean.
    progress = Console(stderr=True, highlight=False)
    try:
        rounds = run(options, progress)
    except BenchError as error:
        sys.exit(f"bench_fanout: {error}")
    found = medians(rounds)
    if options.json:
        print(msgspec.json.encode(report(options, rounds)).decode())
    else:
        show(found, Console(width=190, highlight=False))


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--subscribers", type=int, default=10_000)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--peers", default=",".join(DEFAULT_PEERS), help=f"of {', '.join(PEERS)}")
    parser.add_argument("--quick", action="store_true", help="shorter phases, for a first look")
    parser.add_argument("--json", action="store_true", help="the whole result, for machines")
    options = parser.parse_args()
    options.peers = [name for name in options.peers.split(",") if name]
    unknown = [name for name in options.peers if name not in PEERS]
    if unknown:
        parser.error(f"{unknown[0]} is not known. Known are: {', '.join(PEERS)}.")
    for name in options.peers:
        missing = [one for one in _NEEDS.get(name, ()) if importlib.util.find_spec(one) is None]
        if missing:
            parser.error(f"{name} needs {missing[0]}: pip install -e '.[bench]', or leave it out.")
    most = raise_open_files() - RESERVED_FILES - LIKERS
    if not 1 <= options.subscribers <= most:
        parser.error(
            f"--subscribers has to be from 1 to {most}: server and load may open so many files."
        )
    if options.rounds < 1:
        parser.error("--rounds has to be 1 or more.")
    return options


def plan_of(options: argparse.Namespace) -> Plan:
    """Servers on the first core that we may use, the load on the second."""
    cores = sorted(os.sched_getaffinity(0))
    is_pinned = len(cores) > 1
    return Plan(
        subscribers=options.subscribers,
        turns=2 if options.quick else 8,
        ticks=3,
        settle_s=0.2 if options.quick else 0.7,
        rest_s=0.3 if options.quick else 5.0,
        like_s=0.3 if options.quick else 0.5,
        flood_s=0.5 if options.quick else 2.0,
        server_core=cores[0] if is_pinned else None,
        load_core=cores[1] if is_pinned else None,
    )


def run(options: argparse.Namespace, progress: Console) -> dict[str, list[Figures]]:
    """Rounds of all servers side by side, each round with servers of its own."""
    plan = plan_of(options)
    if plan.server_core is None:
        progress.print("There is only one core here: servers and load share it.")
    rounds: dict[str, list[Figures]] = {name: [] for name in (OURS, *options.peers)}
    for number in range(1, options.rounds + 1):
        began = time.monotonic()
        names = [name for name in rounds if number == 1 or name not in _ONCE]
        costs = []
        for name, figures in measure(names, plan).items():
            rounds[name].append(figures)
            if figures.frame_us is not None:
                costs.append(f"{name} {figures.frame_us:.2f}")
        progress.print(
            f"round {number} of {options.rounds} ({time.monotonic() - began:.0f} s), us a frame: "
            f"{', '.join(costs)}"
        )
    return rounds


def report(options: argparse.Namespace, rounds: dict[str, list[Figures]]) -> dict[str, Any]:
    found = medians(rounds)
    return {
        "machine": machine(_LIBRARIES),
        "subscribers": options.subscribers,
        "rounds": options.rounds,
        "plan": plan_of(options),
        "medians": found,
        "ratios": ratios(found),
        "goals": verdicts(found),
        "each_round": rounds,
    }


if __name__ == "__main__":
    main()
