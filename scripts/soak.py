#!/usr/bin/env python3
"""Drives the service to its limits and into faults, and says for each scenario whether it held.

    .venv/bin/python scripts/soak.py                     all scenarios, some 15 minutes
    .venv/bin/python scripts/soak.py --only store-faults
    .venv/bin/python scripts/soak.py --only kill-loop --kills 50 --seed 7
    .venv/bin/python scripts/soak.py --quick --json      small sizes, a few minutes; for machines

Each scenario starts a service of its own on free ports of this machine and removes it again. The
exit status is 1 when one has failed.
"""

import argparse
import asyncio
import json
import sys
import time
import traceback
from collections.abc import Awaitable, Callable
from functools import partial

from livesell.push.admission import raise_open_files
from soaking import (
    hostile,
    join_storm,
    kill_loop,
    never_read,
    orders,
    store_faults,
    viewers,
    worker_faults,
)
from soaking.verdict import Verdict

# A scenario that takes longer has failed; a kill with all that is checked after it may take longer
# on a busy machine than the others' whole time allows.
MOST_S = 300
MOST_S_A_KILL = 20

SCENARIOS: dict[str, Callable[..., Awaitable[None]]] = {
    "viewers-100k": viewers.run,
    "join-storm": join_storm.run,
    "never-read": never_read.run,
    "orders": orders.run,
    "kill-worker": worker_faults.run,
    "store-faults": store_faults.run,
    "kill-loop": kill_loop.run,
    "hostile": hostile.run,
}


async def judged(name: str, chosen: argparse.Namespace) -> Verdict:
    """Runs one scenario; whatever goes wrong in it is its verdict."""
    verdict, began = Verdict(name=name), time.monotonic()
    scenario, most_s = partial(SCENARIOS[name], verdict, is_quick=chosen.quick), MOST_S
    if name == "kill-loop":
        kills = chosen.kills or (kill_loop.QUICK_KILLS if chosen.quick else kill_loop.KILLS)
        scenario = partial(scenario, kills=kills, seed=chosen.seed)
        most_s = max(MOST_S, kills * MOST_S_A_KILL)
    try:
        async with asyncio.timeout(most_s):
            await scenario()
    except TimeoutError:
        verdict.failed.append(f"It was not done within {most_s} s.")
    except Exception as error:  # noqa: BLE001 - the other scenarios are still to run
        traceback.print_exc()
        verdict.failed.append(f"It broke: {error!r}")
    verdict.seconds = time.monotonic() - began
    return verdict


def main() -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--only", action="append", choices=SCENARIOS, metavar="NAME",
                        help=f"one of {', '.join(SCENARIOS)}; may be repeated")  # fmt: skip
    parser.add_argument("--quick", action="store_true", help="small sizes")
    parser.add_argument("--kills", type=int, help="how often kill-loop kills; 50, or 4 when quick")
    parser.add_argument("--seed", type=int, help="for kill-loop's dice; it tells the one it took")
    parser.add_argument("--json", action="store_true", help="one JSON object on standard output")
    chosen = parser.parse_args()
    if chosen.kills is not None and chosen.kills < 1:
        parser.error("--kills has to be 1 or more.")
    raise_open_files()
    verdicts = []
    for name in chosen.only or SCENARIOS:
        verdicts.append(asyncio.run(judged(name, chosen)))
        if not chosen.json:
            print(verdicts[-1].line(), flush=True)
    if chosen.json:
        print(json.dumps({"scenarios": [one.as_json() for one in verdicts]}))
    return 0 if all(one.has_held for one in verdicts) else 1


if __name__ == "__main__":
    sys.exit(main())
