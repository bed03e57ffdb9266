"""`livesell serve` and `livesell push`: the processes that stay."""

import asyncio
import os
import signal
import sys
from collections.abc import Awaitable, Callable, Coroutine
from typing import Annotated, Protocol

import typer

from livesell import __version__, log
from livesell.cli.addresses import pages_address, sockets_address
from livesell.cli.options import ConfigFile, Data, Settings, settings
from livesell.datadir import Running

Http = Annotated[
    str | None, typer.Option("--http", metavar="HOST:PORT", help="Where the pages and API listen.")
]
Push = Annotated[
    str | None, typer.Option("--push", metavar="HOST:PORT", help="Where the sockets listen.")
]


class Service(Protocol):
    async def start(self) -> None: ...
    async def stop(self) -> None: ...


def serve(
    data: Data = None,
    config: ConfigFile = None,
    http: Http = None,
    push: Push = None,
    push_workers: Annotated[
        int | None,
        typer.Option(
            "--push-workers",
            metavar="N",
            min=0,
            show_default="0: in this process",
            help="Processes for the sockets.",
        ),
    ] = None,
) -> None:
    """Serve pages, sockets and timers until a signal ends it."""
    chosen = settings(config, data, http_listen=http, push_listen=push, push_workers=push_workers)
    from livesell.app import App

    log.configure(chosen.config.service.log)
    app = App(chosen.config, chosen.data)

    async def greet() -> None:
        greeting = _greeting(chosen, app.running, await app.setup_code())
        typer.echo(greeting)
        sys.stdout.flush()

    _run(_until_signal(app, greet))


def push(
    data: Data = None,
    config: ConfigFile = None,
    push: Push = None,
    worker: Annotated[bool, typer.Option("--worker", hidden=True)] = False,
) -> None:
    """Serve sockets only; as many of these as wanted meet in one store."""
    if worker:
        _push_for_parent()
        return
    chosen = settings(config, data, push_listen=push)
    from livesell.app import PushApp

    log.configure(chosen.config.service.log)
    app = PushApp(chosen.config, chosen.data)

    async def greet() -> None:
        typer.echo(f"livesell {__version__} serves sockets on {app.address}")
        sys.stdout.flush()

    _run(_until_signal(app, greet))


def _push_for_parent() -> None:
    """A worker of `serve --push-workers`: told what to do on standard input, ends with it."""
    from livesell.app import PushApp
    from livesell.background import background
    from livesell.worker_metrics import report
    from livesell.workers import announce, assignment, until_parent_leaves

    work = assignment()
    log.configure(work.config.service.log)
    app = PushApp(work.config, work.data_path, node=work.node, shares_port=True)

    listens = asyncio.Event()

    async def greet() -> None:
        announce(app.address)
        listens.set()

    async def tell() -> None:
        await listens.wait()
        await report(app.registry)

    async def stay() -> None:
        async with background(tell, "reports to the parent"):
            await until_parent_leaves()

    _run(_until_signal(app, greet, stay))


def _run(service: Coroutine[None, None, None]) -> None:
    """On uvloop, with as many open files as this process may have."""
    import uvloop

    from livesell.push.admission import raise_open_files

    raise_open_files()
    uvloop.run(service)


async def _until_signal(
    service: Service,
    greet: Callable[[], Awaitable[None]],
    also_until: Callable[[], Awaitable[None]] | None = None,
) -> None:
    """Starts, greets, and stops in order at the first signal; a second one ends it at once."""
    ended = asyncio.Event()
    _on_signals(ended)
    watching = asyncio.ensure_future(also_until()) if also_until else None
    if watching is not None:
        watching.add_done_callback(lambda _: ended.set())
    await service.start()
    try:
        await greet()
        await ended.wait()
    finally:
        await service.stop()
        if watching is not None:
            watching.cancel()
            await asyncio.gather(watching, return_exceptions=True)


def _on_signals(ended: asyncio.Event) -> None:
    def handle(number: int) -> None:
        if ended.is_set():
            os._exit(128 + number)
        ended.set()

    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, handle, number)
    if signal.getsignal(signal.SIGHUP) is not signal.SIG_IGN:
        # A closed terminal ends the service in order, too, unless `nohup` says otherwise.
        loop.add_signal_handler(signal.SIGHUP, handle, signal.SIGHUP)


def _greeting(chosen: Settings, found: Running, setup_code: str | None) -> str:
    pages = pages_address(chosen.config, found)
    lines = [
        ("pages", f"{pages}/"),
        ("console", f"{pages}/console"),
        ("staff", f"{pages}/staff"),
        ("sockets", f"{sockets_address(chosen.config, found)}/v1/sessions/…"),
    ]
    if setup_code is not None:
        lines.append(("set up", f"{pages}/setup#{setup_code}"))
    told = [f"livesell {__version__} serves from {chosen.data.resolve()}"]
    told += [f"  {name:<8} {address}" for name, address in lines]
    if setup_code is not None:
        told.append("  There is no administrator yet. The set-up link makes one, once, today.")
    return "\n".join(told)
