"""`livesell archive` and `livesell recount --verify`, as a person at a terminal has them."""

import asyncio
import json
import os
import re
import signal
import sys
import uuid
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from livesell.actions.sealing import Sealing
from livesell.actions.staff import Staff
from livesell.clock import system_clock
from livesell.store import Store, archive_file
from tests.support.build import FakeClock
from tests.support.closed import given_sealed
from tests.support.given import given_on_air, store_of
from tests.support.process import environ, livesell, typed
from tests.support.store import client, socket_of
from tests.support.wait import wait_until

# Long over, so that the real clock of the commands finds everything due.
LONG_AGO_MS = 1_700_000_000_000


@pytest.fixture
async def sold(shared: Path, session_id: str) -> AsyncIterator[Store]:
    """A session that is over and sealed, in the store of the data directory."""
    async with store_of(shared) as store:
        await given_sealed(store, FakeClock(LONG_AGO_MS), session_id)
        yield store


async def test_a_session_goes_into_a_file_and_comes_back(
    shared: Path, session_id: str, sold: Store
) -> None:
    before = (await typed("stats", session_id, "--data", shared, "--json")).json
    looked = await typed("archive", session_id, "--dry-run", "--data", shared)
    assert (looked.status, looked.out) == (0, f"{session_id}: would be archived\n")
    done = await typed("archive", session_id, "--data", shared)
    assert done.status == 0, done.err + done.out
    file = shared / "archive" / f"{session_id}.livesell.gz"
    assert done.out.startswith(f"{session_id}: archived: 5 orders, ")
    assert archive_file.read(file).digest in done.out
    after = (await typed("stats", session_id, "--data", shared, "--json")).json
    for figures in (before["figures"], after["figures"]):
        figures.pop("as_of")
    assert after == before
    csv = await typed("export", session_id, "--data", shared)
    assert csv.out.count("13800138000") == 3
    listed = await typed("session", "list", "--data", shared)
    assert f"{session_id}\tended, archived\t" in listed.out
    shown = await typed("session", "show", session_id, "--data", shared)
    assert "orders\t5\n" in shown.out
    again = await typed("archive", session_id, "--data", shared)
    assert (again.status, again.out.count("in the archive already")) == (1, 1)
    checked = await typed("archive", "--verify", file, "--data", shared, "--json")
    assert (checked.status, checked.json["sessions"][0]["what"]) == (0, "intact")
    back = await typed("archive", "--restore", session_id, "--data", shared)
    assert (back.status, file.exists()) == (0, False)
    assert (await sold.orders.page(session_id))[4].n == 5


async def test_what_cannot_be_archived_is_told(shared: Path) -> None:
    session_id = f"s-{uuid.uuid4().hex[:8]}"
    async with store_of(shared) as store:
        await given_on_air(store, session_id)
    named = await typed("archive", session_id, "--data", shared)
    sentence = "left in the store. It is live. Only a session that is over can be archived."
    assert (named.status, named.out) == (1, f"{session_id}: {sentence}\n")
    nobody = await typed("archive", "nope", "--data", shared)
    assert (nobody.status, "There is no such session" in nobody.out) == (1, True)


@pytest.mark.parametrize(
    ("options", "says"),
    [
        ([], "Name the sessions to archive"),
        (["--restore"], "Name the sessions to restore"),
        (["naqu", "--all-closed"], "Name the sessions to archive, or"),
        (["--restore", "--verify"], "Give either"),
        (["--before", "May"], "'May' is no date. Write it like 2026-05-31."),
    ],
)
async def test_options_that_do_not_fit_are_told(
    shared: Path, options: list[str], says: str
) -> None:
    done = await typed("archive", *options, "--data", shared)
    assert done.status == 65
    assert says in done.err


async def test_all_that_were_over_before_a_day_go(tmp_path: Path) -> None:
    data = tmp_path / "data"
    async with store_of(data) as store:
        await given_sealed(store, FakeClock(LONG_AGO_MS), "old")
        await given_sealed(store, FakeClock(LONG_AGO_MS + 86_400_000 * 30), "newer")
        done = await typed("archive", "--before", "2023-12-01", "--data", data, "--json")
        assert [one["name"] for one in done.json["sessions"]] == ["old"]
        rest = await typed("archive", "--all-closed", "--data", data)
        assert rest.out.startswith("newer: archived")
        nothing = await typed("archive", "--all-closed", "--data", data)
        assert (nothing.status, nothing.out) == (0, "There is nothing to do.\n")
        checked = await typed("archive", "--verify", "--data", data)
        assert checked.out.count(": intact: 5 orders") == 2


async def test_a_damaged_file_is_named(shared: Path, session_id: str, sold: Store) -> None:
    await typed("archive", session_id, "--data", shared)
    file = sold.archives.path_of(session_id)
    file.write_bytes(file.read_bytes()[:-20])
    for options in (["--verify", file], ["--restore", session_id]):
        done = await typed("archive", *options, "--data", shared)
        assert (done.status, "was cut off" in done.out) == (1, True)
    stats = await typed("stats", session_id, "--data", shared)
    assert (stats.status, stats.err.count("was cut off. Get it back from a backup.")) == (1, 1)


# --- the seal --------------------------------------------------------------------------------


@pytest.mark.usefixtures("sold")
async def test_a_recount_verifies_the_seal_and_prints_its_digest(
    shared: Path, session_id: str
) -> None:
    done = await typed("recount", session_id, "--verify", "--data", shared)
    assert done.status == 0
    digest = re.search(r": ([0-9a-f]{64})$", done.out, re.MULTILINE)[1]  # type: ignore[index]
    assert "entries are as they were sealed." in done.out
    noted = await typed("recount", session_id, "--digest", digest, "--data", shared)
    assert (noted.status, "The digest that you noted vouches for" in noted.out) == (0, True)
    other = await typed("recount", session_id, "--digest", "ab" * 32, "--data", shared, "--json")
    assert (other.status, other.json["seal"]["is_intact"]) == (1, False)
    assert other.json["seal"]["noted_entries"] == 0


async def test_a_changed_fact_is_named(shared: Path, session_id: str, sold: Store) -> None:
    entry = next(one for one in await sold.ledger.entries(session_id) if one.kind == "liked")
    ledger = sold.archives.link.keys.of(session_id, "ledger")
    with client(socket_of(shared)) as behind:
        entries: Any = behind.xrange(ledger)
        behind.delete(ledger)
        for entry_id, fields in entries:
            is_it = entry_id.decode() == entry.id
            behind.xadd(ledger, {**fields, b"d": b"{}"} if is_it else fields, id=entry_id)
    done = await typed("recount", session_id, "--verify", "--data", shared)
    assert done.status == 1
    about = rf"\({entry.id}, liked, by viewers, 2023-11-14T22:13:20\.000Z\)"
    assert re.search(rf"broken: entry \d+ {about} was changed after it was sealed\.", done.out)


async def test_the_first_fact_without_a_record_is_named(
    shared: Path, session_id: str, sold: Store
) -> None:
    order = (await sold.orders.page(session_id))[2]
    with client(socket_of(shared)) as behind:
        behind.hdel(sold.archives.link.keys.of(session_id, "orders"), order.id)
    done = await typed("recount", session_id, "--data", shared)
    assert done.status == 1
    assert re.search(
        r"Look at ledger entry \d+ \([0-9-]+, ordered, [^)]+\): It tells of an order that is not "
        "on record.",
        done.out,
    )
    found = (await typed("recount", session_id, "--data", shared, "--json")).json
    assert found["first"]["about"] == order.id


# --- killed between the steps ----------------------------------------------------------------


async def test_an_archiver_killed_anywhere_loses_nothing(tmp_path: Path) -> None:
    """kill -9 whenever something new is in the folder, and at moments between."""
    data = tmp_path / "data"
    folder = data / "archive"
    async with store_of(data) as store:
        clock = FakeClock(LONG_AGO_MS)
        await given_sealed(store, clock, "naqu", orders=2000)
        digest = (await Sealing(store, clock).verify("naqu")).digest
        staff = Staff(store, system_clock, "ordered")
        ends = []
        for moment in ("part", "part grows", "file", "indexed", "removed", "never"):
            ends.append(await _archived_until(data, folder, store, moment))
            found = await staff.recount("naqu")
            assert found.is_exact, moment
            assert found.totals["orders"] == 2000
            verdict = await Sealing(store, clock).verify("naqu", digest)
            assert verdict.is_intact, moment
            if moment != "never" and not await store.archives.is_in_store("naqu"):
                assert (await typed("archive", "--restore", "naqu", "--data", data)).status == 0
        assert ends.count(-signal.SIGKILL) >= 3, ends
        done = await livesell("archive", "--verify", "--data", data)
        assert (done.status, done.out.count("intact: 2,000 orders")) == (0, 1)
        assert not await store.archives.is_in_store("naqu")
        assert await store.sessions.list() == []
        assert list(folder.glob(".*.part")) == []


async def _archived_until(data: Path, folder: Path, store: Store, moment: str) -> int | None:
    """Starts an archiver and kills it at the moment; its status when it was faster."""
    process = await asyncio.create_subprocess_exec(
        *_program(data), env=environ(), stdout=asyncio.subprocess.DEVNULL
    )
    part = folder / ".naqu.livesell.gz.part"

    async def is_there() -> bool:
        if process.returncode is not None:
            return True
        match moment:
            case "part":
                return part.exists()
            case "part grows":
                return part.exists() and part.stat().st_size > 50_000
            case "file":
                return (folder / "naqu.livesell.gz").exists()
            case "indexed":
                return await store.archives.find("naqu") is not None
            case "removed":
                return not await store.archives.is_in_store("naqu")
        return False

    await wait_until(is_there, moment, timeout_s=30)
    if process.returncode is None:
        os.kill(process.pid, signal.SIGKILL)
    return await process.wait()


def _program(data: Path) -> tuple[str, ...]:
    return (sys.executable, "-m", "livesell", "archive", "naqu", "--data", str(data))


async def test_a_full_disk_is_told_and_nothing_is_lost(tmp_path: Path) -> None:
    """A limit on the size of files stands in for the disk: the same error from the same call."""
    data = tmp_path / "data"
    async with store_of(data) as store:
        await given_sealed(store, FakeClock(LONG_AGO_MS), "naqu", orders=2000)
        script = (
            "import resource, signal, sys; signal.signal(signal.SIGXFSZ, signal.SIG_IGN);"
            "resource.setrlimit(resource.RLIMIT_FSIZE, (20_000, 20_000));"
            "import livesell.cli as cli; sys.argv = ['livesell', *sys.argv[1:]]; cli.main()"
        )
        process = await asyncio.create_subprocess_exec(
            *(_program(data)[0], "-c", script, "archive", "naqu", "--data", str(data), "--json"),
            env=environ(), stdout=asyncio.subprocess.PIPE,
        )  # fmt: skip
        out, _ = await process.communicate()
        (done,) = json.loads(out)["sessions"]
        assert process.returncode == 1
        assert "cannot be written: File too large. Nothing was lost" in done["says"]
        assert list((data / "archive").glob("*.gz*")) == []
        assert await store.archives.is_in_store("naqu")
        assert (await typed("archive", "naqu", "--data", data)).status == 0
