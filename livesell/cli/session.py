"""`livesell session`: load, list, look at and command sessions."""

from collections.abc import Iterable
from pathlib import Path
from typing import Annotated, Any

import typer
from msgspec import to_builtins

from livesell.actions.host import Host
from livesell.actions.preflight import Preflight
from livesell.cli import output
from livesell.cli.opened import with_store
from livesell.cli.options import CLI, AsJson, ConfigFile, Data, SessionId, Settings, settings
from livesell.cli.typed_command import read_command
from livesell.clock import system_clock
from livesell.domain.command import AnyCommand, End, Start
from livesell.domain.document import crew_document
from livesell.domain.figures import GrossKind, gross_of
from livesell.domain.ids import check_session_id
from livesell.domain.money import format_minor
from livesell.domain.preflight import Check, Grade
from livesell.domain.session import Session
from livesell.domain.shelf import most_units, price_now
from livesell.domain.truth import Truth
from livesell.sheet import Sheet, read_sheet_file
from livesell.store import Committed, Store

app = typer.Typer(no_args_is_help=True, help="Schedule, look at and command sessions.")

LIST_LIMIT = 1000


@app.command("load")
def load(
    file: Annotated[Path, typer.Argument(metavar="FILE.toml", help="The session's sheet.")],
    confirm: Annotated[
        bool, typer.Option("--confirm", help="Another session of this host at that time is meant.")
    ] = False,
    data: Data = None,
    config: ConfigFile = None,
    as_json: AsJson = False,
) -> None:
    """Create a session from a sheet, a TOML file with the session and its cards."""
    chosen = settings(config, data)
    sheet = read_sheet_file(file, system_clock())
    committed = with_store(chosen, lambda store: _create(store, sheet, confirm=confirm))
    session = sheet.session
    if as_json:
        output.say_json({"id": session.id, "version": committed.version})
    else:
        start = output.local_time(session.planned_start_ms, session.zone)
        output.say(f"{session.id}: {session.title}, {len(sheet.cards)} cards, starts {start}")


async def _create(store: Store, sheet: Sheet, *, confirm: bool) -> Committed:
    host = Host(store, system_clock)
    return await host.create(sheet.session, sheet.cards, sheet.stock, by=CLI, confirm=confirm)


@app.command("list")
def list_(data: Data = None, config: ConfigFile = None, as_json: AsJson = False) -> None:
    """List all sessions, the one that starts last first; after them those in the archive."""
    sessions = with_store(settings(config, data), _all)
    if as_json:
        rows = [_row(one, is_archived=is_archived) for one, is_archived in sessions]
        output.say_json({"sessions": rows})
        return
    output.table(
        ("session", "state", "planned start", "title", "host"),
        [
            (one.id, f"{one.state}, archived" if is_archived else one.state,
             output.local_time(one.planned_start_ms, one.zone), one.title, one.host)
            for one, is_archived in sessions
        ],
    )  # fmt: skip


async def _all(store: Store) -> list[tuple[Session, bool]]:
    """Each session, and whether it is in the archive."""
    stored = await store.sessions.list(LIST_LIMIT)
    known = {session.id for session in stored}
    archived = [one.session for one in await store.archives.list() if one.session.id not in known]
    return [(one, False) for one in stored] + [(one, True) for one in archived]


def _row(session: Session, *, is_archived: bool) -> dict[str, Any]:
    """The record as on the API: times in ISO 8601, without the suffix."""
    row = {**to_builtins(session), "archived": is_archived}
    for name in ("planned_start", "planned_end", "started", "ended", "shown_since"):
        at_ms = row.pop(f"{name}_ms")
        row[name] = None if at_ms is None else output.iso_time(at_ms)
    for name in ("paused_since_ms", "flashes", "undo", "doings"):
        row.pop(name)
    return dict(row)


@app.command("show")
def show(
    session: SessionId, data: Data = None, config: ConfigFile = None, as_json: AsJson = False
) -> None:
    """Show one session with its cards and counters."""
    chosen = settings(config, data)

    async def pulled(store: Store) -> Truth:
        place = await store.holding(check_session_id(session))
        return await place.sessions.pull(session, system_clock())

    truth = with_store(chosen, pulled)
    if as_json:
        gross_kind, hold_ms = chosen.config.gross_kind, chosen.config.sales.hold_ms
        output.say_json(crew_document(truth, gross_kind, hold_ms))
        return
    output.table(("what", "value"), _facts(truth, chosen.config.gross_kind), truth.session.title)
    output.table(("slot", "card", "title", "price", "left", "sold", "state"), _cards(truth))


def _facts(truth: Truth, gross_kind: GrossKind) -> Iterable[tuple[str, object]]:
    session, tally = truth.session, truth.tally
    yield "session", session.id
    yield "state", session.state
    yield "version", truth.version
    yield "planned start", output.local_time(session.planned_start_ms, session.zone)
    yield "planned end", output.local_time(session.planned_end_ms, session.zone)
    yield "shown card", session.shown
    yield "concurrent", truth.concurrent
    yield "viewers", tally.viewers
    yield "likes", tally.likes
    yield "orders", tally.orders
    yield f"gross ({gross_kind})", format_minor(gross_of(tally, gross_kind), session.currency)


def _cards(truth: Truth) -> Iterable[tuple[object, ...]]:
    for card in sorted(truth.cards.values(), key=lambda card: card.slot):
        units = truth.units[card.id]
        price = format_minor(price_now(truth, card), truth.session.currency)
        state = "open" if card.open else "closed"
        yield card.slot, card.id, card.title, price, most_units(truth, card), units.units, state


@app.command("preflight")
def preflight(
    session: SessionId, data: Data = None, config: ConfigFile = None, as_json: AsJson = False
) -> None:
    """Look at what a session lacks; the exit status is 1 while something stands in its way."""
    chosen = settings(config, data)

    async def looked_at(store: Store) -> list[Check]:
        check = Preflight(store, system_clock, chosen.config)
        return await check.checks(check_session_id(session), by=CLI)

    checks = with_store(chosen, looked_at)
    if as_json:
        output.say_json({"checks": to_builtins(checks)})
    else:
        rows = [(one.state, one.area, one.says, one.do) for one in checks]
        output.table(("state", "about", "found", "what to do"), rows)
    if any(one.state is Grade.BAD for one in checks):
        raise typer.Exit(1)


@app.command("start")
def start(
    session: SessionId,
    overrule: Annotated[
        str, typer.Option(help="Why to start although the pre-flight check is against it.")
    ] = "",
    data: Data = None,
    config: ConfigFile = None,
    as_json: AsJson = False,
) -> None:
    """Go live now."""
    _run(settings(config, data), session, Start(overrule=overrule), as_json=as_json)


@app.command("end")
def end(
    session: SessionId, data: Data = None, config: ConfigFile = None, as_json: AsJson = False
) -> None:
    """End the broadcast for good."""
    _run(settings(config, data), session, End(), as_json=as_json)


@app.command("command")
def command(
    session: SessionId,
    do: Annotated[
        str, typer.Argument(metavar="DO", help="A verb such as show, or the command as JSON.")
    ],
    pairs: Annotated[
        list[str] | None, typer.Argument(metavar="KEY=VALUE", help="Such as card=tea.")
    ] = None,
    command_id: Annotated[
        str | None, typer.Option("--id", help="Given again, the command is not carried out twice.")
    ] = None,
    expected_version: Annotated[
        int | None, typer.Option(help="Refuse when the session has another version by now.")
    ] = None,
    data: Data = None,
    config: ConfigFile = None,
    as_json: AsJson = False,
) -> None:
    """Give a host command, such as: session command naqu show card=tea"""
    _run(
        settings(config, data),
        session,
        read_command(do, pairs or []),
        as_json=as_json,
        command_id=command_id,
        expected_version=expected_version,
    )


def _run(
    chosen: Settings,
    session: str,
    command: AnyCommand,
    *,
    as_json: bool,
    command_id: str | None = None,
    expected_version: int | None = None,
) -> None:
    async def work(store: Store) -> Committed:
        host = Host(
            store,
            system_clock,
            Preflight(store, system_clock, chosen.config),
            chosen.config.console.undo_s * 1000,
        )
        return await host.run(
            session, command, by=CLI, command_id=command_id, expected_version=expected_version
        )

    committed = with_store(chosen, work)
    if as_json:
        output.say_json({"version": committed.version, "dup": committed.dup})
    else:
        done = "was done before" if committed.dup else "done"
        output.say(f"{session}: {done}, version {committed.version}")
