"""The demo: plays a whole broadcast fast, shows its review, then keeps a second one live.

    status = run(lambda: demo(DemoOptions(is_short=exit_after_the_review)))   # interrupt.run

is all that `livesell demo [--exit]` has to do. It needs nothing but the package: the service is
its own, in its own data directory, on the usual ports or the next free ones.
"""

import asyncio
import contextlib
import secrets
import socket
from collections.abc import AsyncIterator
from pathlib import Path

from msgspec import Struct
from msgspec.structs import replace
from rich.console import Console

from livesell import auth
from livesell import config as configuration
from livesell.actions.host import Host
from livesell.actions.people import Crew
from livesell.clock import system_clock
from livesell.domain.command import Cancel, End
from livesell.domain.person import Actor
from livesell.domain.role import Role
from livesell.domain.session import CLOSED
from livesell.errors import CannotStart, Conflict
from livesell.replay import limits
from livesell.replay.api import Api
from livesell.replay.company import keep_audience
from livesell.replay.play import ReplayOptions, planned, play
from livesell.replay.reading import find_scenario
from livesell.replay.report import print_result
from livesell.replay.result import ReplayResult
from livesell.replay.service import Service, opened_service
from livesell.replay.stage import session_id
from livesell.store import Store

MOST_VIEWERS = 10_000
FIRST_PORTS = (8080, 8081)
PORTS_TRIED = 100

# The second session waits this long, so that its countdown is seen for a moment.
LEAD_MS = 3000

_HOST = "demo-host"
_LOGIN_S = 24 * 3600


class DemoOptions(Struct, frozen=True, kw_only=True):
    """How the demo runs.

    Attributes:
        is_short: Stop after the review.
        viewers: None takes what fits the machine, 10,000 at most.
    """

    is_short: bool = False
    data: Path = Path(".demo")
    speed: float = 60.0
    viewers: int | None = None
    scenario: str = "naqu"
    second: str = "evening"
    config_file: Path | None = None


async def demo(options: DemoOptions, console: Console | None = None) -> int:
    """Runs the demo; returns the exit status: 0 when every count was exact.

    Raises:
        LivesellError: Something could not be started; the sentence says what to do.
    """
    console = console or Console()
    config = configuration.load(options.config_file)
    http, push = _free_ports()
    async with opened_service(
        config, options.data, config_file=options.config_file, http=http, push=push
    ) as service:
        result = await _first(service, options, console)
        if not options.is_short:
            with contextlib.suppress(asyncio.CancelledError):
                # Ctrl-C is the way to end this part, so it ends well.
                await _second(service, options, result, console)
            console.print("Stopping. The sessions stay on the staff page of the next demo.")
        else:
            console.print("Stopping. Without --exit the demo goes on with its pages to look at.")
    return 0 if result.is_exact else 1


# --- the first session: played fast -----------------------------------------------------------


async def _first(service: Service, options: DemoOptions, console: Console) -> ReplayResult:
    scenario = find_scenario(options.scenario)
    viewers, why = _audience(options, scenario.audience.viewers)
    if why:
        console.print(
            f"This machine fits {viewers:,} viewers ({why}); likes, orders and rushes are scaled "
            "to them.",
            highlight=False,
        )
    replaying = ReplayOptions(
        scenario=options.scenario,
        speed=options.speed,
        viewers=viewers,
        scale_totals=viewers < min(MOST_VIEWERS, scenario.audience.viewers),
    )
    plan = planned(replaying, service.config, is_own_service=service.is_own)
    result = await play(service, plan, speed=options.speed, console=console)
    print_result(result, console)
    return result


def _audience(options: DemoOptions, wanted: int) -> tuple[int, str]:
    if options.viewers is not None:
        return options.viewers, ""
    return limits.fitting(min(MOST_VIEWERS, wanted))


# --- the second session: live for as long as the demo runs ------------------------------------


async def _second(
    service: Service, options: DemoOptions, result: ReplayResult, console: Console
) -> None:
    scenario = find_scenario(options.second)
    crew = Crew(service.store, system_clock, service.config.auth)
    password = secrets.token_urlsafe(9)
    await _ensure_host(crew, password)
    async with _signed_in(service.store) as (actor, token):
        await _end_left_over(service, options.second, actor)
        start_ms = system_clock() + LEAD_MS
        session = replace(
            scenario.session,
            id=session_id(scenario.name),
            owner=_HOST,
            planned_start_ms=start_ms,
            planned_end_ms=start_ms + scenario.minutes * 60_000,
        )
        host = Host(service.store, system_clock)
        await host.create(
            session, list(scenario.cards.values()), scenario.stock, by=actor, confirm=True
        )
        pages = f"http://{service.running.http}"
        _print_addresses(console, pages, session.id, result.session, password)
        await _print_setup(console, pages, crew)
        async with _ending(host, session.id, actor):
            await keep_audience(service, scenario, session.id, Api(service.running.http, token))


@contextlib.asynccontextmanager
async def _ending(host: Host, session: str, actor: Actor) -> AsyncIterator[None]:
    """Ends the session when the demo stops: nobody would be there to host it."""
    try:
        yield
    finally:
        await _close(host, session, actor)


@contextlib.asynccontextmanager
async def _signed_in(store: Store) -> AsyncIterator[tuple[Actor, str]]:
    """The demo's host with a login of its own: the second session is theirs, and only theirs."""
    token = auth.new_secret()
    await store.people.start_login(auth.digest(token), _HOST, _LOGIN_S)
    try:
        yield Actor(name=_HOST, role=Role.HOST), token
    finally:
        await store.people.end_login(auth.digest(token))


async def _end_left_over(service: Service, prefix: str, actor: Actor) -> None:
    """A demo that was killed left its second session open."""
    host = Host(service.store, system_clock)
    for session in await service.store.sessions.list():
        if session.id.startswith(f"{prefix}-") and session.state not in CLOSED:
            await _close(host, session.id, actor)


async def _close(host: Host, session: str, actor: Actor) -> None:
    """Ends a session on air, calls off one that has not started."""
    for command in (End(), Cancel()):
        with contextlib.suppress(Conflict):
            await host.run(session, command, by=actor)
            return


async def _ensure_host(crew: Crew, password: str) -> None:
    """The demo's host, with a new password each time: it is printed once and kept nowhere."""
    if any(person.name == _HOST for person in await crew.list()):
        await crew.change_password(_HOST, password)
    else:
        await crew.add(_HOST, str(Role.HOST), password)


def _print_addresses(console: Console, pages: str, live: str, ended: str, password: str) -> None:
    console.rule("[bold]A second session is live")
    for name, path in (
        ("sessions", "/"),
        ("viewer", f"/s/{live}"),
        ("console", f"/console/{live}"),
        ("staff", f"/staff/{live}"),
        ("all sessions", "/staff"),
        ("review", f"/staff/{ended}"),
        ("overlay", f"/overlay/{live}/lower-third"),
        ("still", f"/overlay/{live}/lower-third.png"),
        ("poster", f"/poster/{ended}.png"),
    ):
        console.print(f"  {name:<13} {pages}{path}", highlight=False, soft_wrap=True)
    console.print(f"  {'sign in as':<13} {_HOST}", highlight=False)
    console.print(f"  {'password':<13} {password}", highlight=False, markup=False)


async def _print_setup(console: Console, pages: str, crew: Crew) -> None:
    if await crew.needs_setup():
        code = await crew.offer_setup()
        console.print(
            f"  {'set up':<13} {pages}/setup#{code}  (makes an administrator, once)",
            highlight=False, soft_wrap=True, markup=False,
        )  # fmt: skip
    console.print("Ctrl-C stops everything.", highlight=False)


# --- ports ------------------------------------------------------------------------------------


def _free_ports() -> tuple[str, str]:
    """The usual ports, or the next free ones behind them."""
    taken: set[int] = set()
    chosen = []
    for first in FIRST_PORTS:
        port = next(
            (
                one
                for one in range(first, first + PORTS_TRIED)
                if one not in taken and _is_free(one)
            ),
            None,
        )
        if port is None:
            raise CannotStart(
                "no_port", f"No port from {first} to {first + PORTS_TRIED - 1} is free."
            )
        taken.add(port)
        chosen.append(f"127.0.0.1:{port}")
    return chosen[0], chosen[1]


def _is_free(port: int) -> bool:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
        return True
