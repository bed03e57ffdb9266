"""`livesell archive`: sessions that are over, out of the store into a file each, and back."""

from collections.abc import Awaitable, Callable, Iterable
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer
from msgspec import Struct, to_builtins

from livesell.actions.archive import Archivist, Filed
from livesell.cli import output
from livesell.cli.opened import with_store
from livesell.cli.options import AsJson, ConfigFile, Data, settings
from livesell.clock import system_clock
from livesell.errors import BadInput, Conflict, LivesellError
from livesell.store import Store

# Something could not be done: a failure that is not a usage error.
EXIT_LEFT = 1

Names = Annotated[
    list[str] | None,
    typer.Argument(metavar="[SESSION|FILE]...", help="Sessions; with --verify, files."),
]


class _Done(Struct, frozen=True, kw_only=True):
    """What became of one session or file. `is_bad` when it is not as the caller wanted it."""

    name: str
    what: str
    says: str = ""
    filed: Filed | None = None
    is_bad: bool = False


_Step = Callable[[str], Awaitable[_Done]]


def archive(
    names: Names = None,
    before: Annotated[
        str, typer.Option(metavar="DATE", help="All that were over before this day, UTC.")
    ] = "",
    all_closed: Annotated[
        bool, typer.Option("--all-closed", help="All that are over and settled.")
    ] = False,
    restore: Annotated[
        bool, typer.Option("--restore", help="Bring sessions back into the store.")
    ] = False,
    verify: Annotated[
        bool, typer.Option("--verify", help="Check archive files; all of them without a FILE.")
    ] = False,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Only say what would be archived.")
    ] = False,
    data: Data = None,
    config: ConfigFile = None,
    as_json: AsJson = False,
) -> None:
    """Move sessions that are over out of the store into verified files, and bring them back."""
    chosen = settings(config, data)
    before_ms = _day_ms(before)
    wanted = names or []
    _check_options(wanted, before, all_closed=all_closed, restore=restore, verify=verify)

    async def work(store: Store) -> list[_Done]:
        archivist = Archivist(store, system_clock, chosen.config.gross_kind)
        if verify:
            files = [Path(name) for name in wanted] or _files(store.archives.folder)
            return await _each((str(file) for file in files), _verifying(archivist))
        if restore:
            with archivist.run():
                return await _each(wanted, _restoring(archivist))
        chosen_ids = wanted or await archivist.closed(before_ms)
        step = _looking if dry_run else _archiving
        if dry_run:
            return await _each(chosen_ids, step(archivist, is_named=bool(wanted)))
        with archivist.run():
            return await _each(chosen_ids, step(archivist, is_named=bool(wanted)))

    done = with_store(chosen, work)
    if as_json:
        output.say_json({"sessions": [to_builtins(one) for one in done]})
    else:
        _say(done)
    if any(one.is_bad for one in done):
        raise typer.Exit(EXIT_LEFT)


async def _each(names: Iterable[str], step: _Step) -> list[_Done]:
    """One after the other; what goes wrong with one does not keep the others."""
    done = []
    for name in dict.fromkeys(names):
        try:
            done.append(await step(name))
        except LivesellError as error:
            done.append(_Done(name=name, what="failed", says=error.message, is_bad=True))
    return done


def _archiving(archivist: Archivist, *, is_named: bool) -> _Step:
    async def step(session_id: str) -> _Done:
        try:
            return _Done(
                name=session_id, what="archived", filed=await archivist.archive(session_id)
            )
        except Conflict as error:
            # Asked for all that can be archived, one that cannot yet is no failure.
            is_left = error.code == "cannot_archive"
            return _Done(
                name=session_id, what="left in the store" if is_left else "failed",
                says=error.message, is_bad=is_named or not is_left,
            )  # fmt: skip

    return step


def _looking(archivist: Archivist, *, is_named: bool) -> _Step:
    async def step(session_id: str) -> _Done:
        reason = await archivist.why_not(session_id)
        if reason:
            return _Done(
                name=session_id, what="would stay in the store", says=reason, is_bad=is_named
            )
        return _Done(name=session_id, what="would be archived")

    return step


def _restoring(archivist: Archivist) -> _Step:
    async def step(session_id: str) -> _Done:
        filed = await archivist.restore(session_id)
        return _Done(name=session_id, what="back in the store", filed=filed)

    return step


def _verifying(archivist: Archivist) -> _Step:
    async def step(file: str) -> _Done:
        return _Done(name=file, what="intact", filed=await archivist.check(Path(file)))

    return step


def _files(folder: Path) -> list[Path]:
    from livesell.store.archive_file import SUFFIX

    return sorted(folder.glob(f"[!.]*{SUFFIX}"))


def _say(done: list[_Done]) -> None:
    if not done:
        output.say("There is nothing to do.")
    for one in done:
        output.say(f"{one.name}: {one.what}{_told(one)}")


def _told(one: _Done) -> str:
    filed = one.filed
    if filed is None:
        return f". {one.says}" if one.says else ""
    told = f": {filed.orders:,} orders, {filed.entries:,} ledger entries"
    if one.what == "back in the store":
        return told
    return f"{told}, {filed.size_bytes:,} bytes in {filed.file}\n  sha256 {filed.digest}"


def _day_ms(day: str) -> int | None:
    if not day:
        return None
    try:
        begins = datetime.strptime(day, "%Y-%m-%d").replace(tzinfo=UTC)
    except ValueError as error:
        raise BadInput.field("before", f"{day!r} is no date. Write it like 2026-05-31.") from error
    return int(begins.timestamp() * 1000)


def _check_options(
    names: list[str], before: str, *, all_closed: bool, restore: bool, verify: bool
) -> None:
    if restore and verify:
        raise BadInput("bad_options", "Give either --restore or --verify.")
    if verify:
        return
    if restore and not names:
        raise BadInput("bad_options", "Name the sessions to restore.")
    if sum((bool(names), bool(before), all_closed)) != 1:
        raise BadInput(
            "bad_options", "Name the sessions to archive, or give --before DATE or --all-closed."
        )
