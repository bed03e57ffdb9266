"""`livesell recount`: every total counted again, and the ledger compared with its seals."""

from collections.abc import Iterator
from typing import Annotated, Any

import typer
from msgspec import Struct, to_builtins

from livesell.actions.sealing import Sealing
from livesell.actions.staff import Staff
from livesell.cli import output
from livesell.cli.opened import with_store
from livesell.cli.options import AsJson, ConfigFile, Data, SessionId, settings
from livesell.clock import system_clock
from livesell.domain.recount import Recount
from livesell.domain.seal import Disagreement, Verdict
from livesell.domain.trace import Trace
from livesell.store import Store

# A difference was found: a failure that is not a usage error.
EXIT_DIFFERENT = 1

_WHAT = {
    "changed": "was changed after it was sealed",
    "missing": "was taken out after it was sealed",
    "added": "was added among those that were sealed",
    "moved": "does not stand where it was sealed",
    "seal": "is the first that its seal does not fit: the seal itself was changed",
}


class _Found(Struct, frozen=True):
    recount: Recount
    verdict: Verdict | None


def recount(
    session: SessionId,
    verify: Annotated[
        bool, typer.Option("--verify", help="Compare the ledger with its seals too.")
    ] = False,
    digest: Annotated[
        str,
        typer.Option(metavar="HEX", help="A seal's digest that was noted; compared with --verify."),
    ] = "",
    data: Data = None,
    config: ConfigFile = None,
    as_json: AsJson = False,
) -> None:
    """Count everything again from the ledger; exit status 1 when a total or a seal differs."""
    chosen = settings(config, data)

    async def work(store: Store) -> _Found:
        staff = Staff(store, system_clock, chosen.config.gross_kind)
        sealing = Sealing(store, system_clock)
        is_verified = verify or bool(digest)
        verdict = await sealing.verify(session, digest) if is_verified else None
        return _Found(await staff.recount(session), verdict)

    found = with_store(chosen, work)
    if as_json:
        output.say_json(_json(found))
    else:
        _say_recount(found.recount)
        if found.verdict is not None:
            _say_verdict(found.verdict)
    is_intact = found.verdict is None or found.verdict.is_intact
    if not (found.recount.is_exact and is_intact):
        raise typer.Exit(EXIT_DIFFERENT)


def _json(found: _Found) -> dict[str, Any]:
    counted = found.recount
    answer = {
        **to_builtins(counted),
        "as_of": output.iso_time(counted.as_of),
        "is_exact": counted.is_exact,
    }
    if found.verdict is not None:
        answer["seal"] = {**to_builtins(found.verdict), "is_intact": found.verdict.is_intact}
    return answer


def _say_recount(found: Recount) -> None:
    if found.is_exact:
        output.say(
            f"{found.session}: exact. {found.checks:,} comparisons over {found.entries:,} ledger "
            "entries, no difference."
        )
        return
    if found.differences:
        rows = [(one.what, one.counted, one.recounted, one.source) for one in found.differences]
        columns = ("what", "counted", "recounted", "from")
        output.table(columns, rows, f"{found.session}: differences")
    if found.first is not None:
        output.say(_trace_sentence(found.first))


def _trace_sentence(first: Trace) -> str:
    if first.n == 0:
        return f"Look at order {first.about}: {first.says}"
    at = output.iso_time(first.at_ms)
    return f"Look at ledger entry {first.n:,} ({first.id}, {first.kind}, {at}): {first.says}"


def _say_verdict(verdict: Verdict) -> None:
    for line in _verdict_lines(verdict):
        output.say(line)


def _verdict_lines(verdict: Verdict) -> Iterator[str]:
    for seal in verdict.seals:
        at = output.iso_time(seal.at_ms)
        yield f"seal of {at} on the first {seal.entries:,} entries: {seal.digest}"
    if not verdict.seals:
        yield "not sealed yet: a ledger is sealed 70 s after its session is over."
    elif verdict.first is not None:
        yield f"broken: {_sentence(verdict.first)}"
    else:
        rest = verdict.entries - verdict.sealed
        tail = f"; {rest:,} newer ones are not sealed yet" if rest else ""
        yield f"intact: {verdict.sealed:,} entries are as they were sealed{tail}."
    if verdict.noted_entries == 0:
        yield (
            "The digest that you noted is of none of these seals: the ledger, or its seals, were "
            "replaced after you noted it, or it is of another session."
        )
    elif verdict.noted_entries is not None:
        vouched = f"the first {verdict.noted_entries:,} entries"
        yield f"The digest that you noted vouches for {vouched}."


def _sentence(first: Disagreement) -> str:
    facts = [first.id, first.kind, f"by {first.by}" if first.by else ""]
    facts.append(output.iso_time(first.at_ms))
    about = ", ".join(fact for fact in facts if fact)
    return f"entry {first.n:,} ({about}) {_WHAT[first.what]}."
