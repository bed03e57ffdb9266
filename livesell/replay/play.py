"""Plays a scenario from schedule to review: the one function behind `livesell replay`.

    result = asyncio.run(replay(ReplayOptions(scenario="naqu", speed=60, viewers=10_000)))
    print_result(result, Console())        # livesell.replay.report
    status = 0 if result.is_exact else 1

Progress goes to the console that is passed (standard error by default), so standard output stays
free for the report or for JSON (`msgspec.json.encode(result)`). What goes wrong before there is a
result raises a `LivesellError`.

The session is created ahead of its time; the service's own timer starts and ends it. The moves go
through the HTTP API as a host's console sends them, the audience through real sockets of other
processes; that is `stage.py`.
"""

import contextlib
import tempfile
import time
from collections.abc import AsyncIterator
from pathlib import Path

from msgspec import Struct
from rich.console import Console

from livesell import config as configuration
from livesell import datadir
from livesell.actions.staff import Staff
from livesell.clock import system_clock
from livesell.config import Config
from livesell.replay import limits
from livesell.replay.plan import Pace, Plan, expand
from livesell.replay.reading import find_scenario
from livesell.replay.result import Played, ReplayResult, compared
from livesell.replay.service import Service, opened_service
from livesell.replay.stage import Stage
from livesell.replay.timing import Timing


class ReplayOptions(Struct, frozen=True, kw_only=True):
    """What to play, and where.

    Attributes:
        scenario: A shipped scenario's name, or the path of a .toml file.
        speed: How many minutes of the session pass in one.
        viewers: None takes the scenario's.
        data: The data directory: of a service that runs, or where one is started for the replay.
            None takes a temporary one, which is removed afterwards unless `keep` is set.
        processes: Load processes; None takes what fits.
        scale_totals: Likes, orders and rushes follow the number of viewers.
        config_file: The configuration; None reads ./config.toml when it is there.
    """

    scenario: str = "naqu"
    speed: float = 60.0
    viewers: int | None = None
    data: Path | None = None
    processes: int | None = None
    keep: bool = False
    scale_totals: bool = False
    seed: int = 1
    config_file: Path | None = None


async def replay(options: ReplayOptions, console: Console | None = None) -> ReplayResult:
    """Plays a scenario and compares all counts.

    Raises:
        LivesellError: There is no such scenario, the audience does not fit, the service or a
            load process cannot be started, or the session did not go live.
    """
    console = console or Console(stderr=True)
    config = configuration.load(options.config_file)
    is_own = options.data is None or datadir.running(options.data) is None
    plan = planned(options, config, is_own_service=is_own)
    async with contextlib.AsyncExitStack() as stack:
        data = await stack.enter_async_context(_data(options, console))
        service = await stack.enter_async_context(
            opened_service(config, data, config_file=options.config_file)
        )
        return await play(service, plan, speed=options.speed, console=console)


def planned(options: ReplayOptions, config: Config, *, is_own_service: bool) -> Plan:
    """The plan, once it is clear that this machine can carry it.

    Raises:
        LivesellError: It cannot, or the scenario does not work out like that.
    """
    scenario = find_scenario(options.scenario)
    viewers = scenario.audience.viewers if options.viewers is None else options.viewers
    processes = options.processes
    if processes is None:
        processes = limits.processes_for(viewers)
    limits.check(
        viewers, processes, is_own_service=is_own_service, push_workers=config.push.workers
    )
    return expand(
        scenario,
        timing=Timing.at_speed(scenario.minutes, options.speed),
        pace=Pace(
            likes_per_second=config.sales.likes_per_second,
            orders_per_minute=config.sales.orders_per_minute,
        ),
        viewers=viewers,
        processes=processes,
        scale_totals=options.scale_totals,
        seed=options.seed,
    )


async def play(service: Service, plan: Plan, *, speed: float, console: Console) -> ReplayResult:
    """Plays a plan against a service that runs, and compares."""
    began = time.monotonic()
    played = await Stage(service, plan, console).play()
    return await reckoned(
        service, plan, played, speed=speed, seconds=round(time.monotonic() - began, 1)
    )


async def reckoned(
    service: Service, plan: Plan, played: Played, *, speed: float, seconds: float
) -> ReplayResult:
    """Reads the service's figures and its recount, and compares them with what was played."""
    staff = Staff(service.store, system_clock, service.config.gross_kind)
    figures = await staff.figures(played.session)
    recounted = await staff.recount(played.session)
    return compared(
        played, figures, recounted, scenario=plan.scenario.name, speed=speed, seconds=seconds
    )


@contextlib.asynccontextmanager
async def _data(options: ReplayOptions, console: Console) -> AsyncIterator[Path]:
    if options.data is not None:
        yield options.data
        return
    with contextlib.ExitStack() as stack:
        if options.keep:
            folder = tempfile.mkdtemp(prefix="livesell-replay-")
            console.print(f"The data stays in {folder}", highlight=False)
        else:
            folder = stack.enter_context(
                tempfile.TemporaryDirectory(prefix="livesell-replay-", ignore_cleanup_errors=True)
            )
        yield Path(folder)
