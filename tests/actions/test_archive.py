"""Sessions go into files and come back, and whatever is wrong is said before anything is lost."""

import hashlib
import json
import re
from collections.abc import Awaitable, Callable
from pathlib import Path

import msgspec
import pytest
import redis

from livesell.actions.archive import Archivist
from livesell.actions.host import Host
from livesell.actions.sealing import Sealing
from livesell.actions.staff import Staff
from livesell.actions.viewer import Viewers
from livesell.cli.options import CLI
from livesell.config import Auth
from livesell.domain.command import Cancel
from livesell.errors import Conflict, NotFound
from livesell.store import Beat, Readable, Store, archive_file, snapshot
from livesell.store.archive_file import Archive
from livesell.store.keys import SESSION_KEYS
from livesell.store.snapshot import Sections
from tests.actions.archived import everything, keys_of
from tests.support.build import FakeClock, a_card, a_session, given_live, given_session
from tests.support.closed import given_ended, given_sealed


async def test_an_archived_session_reads_as_before_and_is_out_of_the_store(
    store: Store, clock: FakeClock, archivist: Archivist, staff: Staff
) -> None:
    await given_sealed(store, clock, orders=300)
    before, verdict = await everything(staff), await Sealing(store, clock).verify("naqu")
    assert sum((await keys_of(store)).values()) > 100_000
    with archivist.run():
        filed = await archivist.archive("naqu")
    assert await keys_of(store) == {}
    assert await store.sessions.list() == []
    index = await store.archives.link.read(("MEMORY", "USAGE", store.archives._index))
    assert index[0] < 2000
    assert (filed.orders, filed.entries) == (300, verdict.entries)
    file = Path(filed.file)
    assert hashlib.sha256(file.read_bytes()).hexdigest() == filed.digest
    assert file.stat().st_mode & 0o777 == 0o600
    assert await everything(staff) == before
    assert await Sealing(store, clock).verify("naqu", verdict.digest) == msgspec.structs.replace(
        verdict, noted_entries=verdict.sealed
    )
    (archived,) = await store.archives.list()
    assert (archived.session.title, archived.file) == ("那曲专场", "naqu.livesell.gz")


async def test_every_key_of_a_session_is_archived_and_comes_back(
    store: Store, clock: FakeClock, archivist: Archivist, behind: "redis.Redis"
) -> None:
    """A key that `keys.py` will list tomorrow is one of these, whatever its type."""
    await given_sealed(store, clock)
    for name, what in SESSION_KEYS.items():
        _fill(behind, store.archives.link.keys.of("naqu", name), what)
    before = await snapshot.take(store.archives.link, "naqu")
    assert list(before) == list(SESSION_KEYS)
    path = archivist._archives.path_of("naqu")
    path.parent.mkdir()
    header = archive_file.Header(session="naqu", made_ms=1, version="1")
    archive_file.write(path, header, before, {})
    archive_file.put_in_place(path)
    found = archive_file.read(path).sections
    assert found == before
    assert await snapshot.remove(store.archives.link, "naqu", found) == "removed"
    assert await keys_of(store) == {}
    await snapshot.put_back(store.archives.link, "naqu", found)
    after = await snapshot.take(store.archives.link, "naqu")
    assert snapshot.differing(before, after) is None
    assert set(before) - set(after) == snapshot.VOLATILE


def _fill(behind: "redis.Redis", key: str, what: str) -> None:
    """Puts something into a key that has nothing, by the type that `keys.py` says."""
    if behind.exists(key):
        return
    kind = re.match(r"[a-z]+", what)[0]  # type: ignore[index]
    put: dict[str, Callable[[], object]] = {
        "hash": lambda: behind.hset(key, "field", b"\xff\x00"),
        "list": lambda: behind.rpush(key, "b", "a", "b"),
        "set": lambda: behind.sadd(key, "b", "a"),
        "zset": lambda: behind.zadd(key, {"b": 1.5, "a": 1_700_000_000_000}),
        "stream": lambda: behind.xadd(key, {"k": "v"}),
        "string": lambda: behind.set(key, "text"),
    }
    put[kind]()


async def test_a_pull_from_an_archive_is_the_stores(store: Store, clock: FakeClock) -> None:
    await given_sealed(store, clock)
    sections = await snapshot.take(store.archives.link, "naqu")
    place = store.archives.opened(_archive(sections))
    now_ms = clock()
    truth = await store.sessions.pull("naqu", now_ms)
    assert await place.sessions.pull("naqu", now_ms) == truth
    assert await place.sessions.pull("naqu", now_ms, truth) == truth
    assert await place.ledger.evidence("naqu", now_ms) == await store.ledger.evidence(
        "naqu", now_ms
    )
    orders = await store.orders.page("naqu", 1, 2)
    assert await place.orders.page("naqu", 1, 2) == orders
    assert await place.orders.of_viewer("naqu", "anna") == await store.orders.of_viewer(
        "naqu", "anna"
    )
    assert await place.orders.of_viewer("naqu", "nobody") == []
    assert await place.orders.find("naqu", orders[0].id) == orders[0]
    entries = await store.ledger.entries("naqu")
    assert await place.ledger.entries("naqu", entries[3].id, 2) == entries[4:6]
    assert await place.seals.standing("naqu") == await store.seals.standing("naqu")
    reads: tuple[Callable[[Readable], Awaitable[object]], ...] = (
        lambda one: one.settling.refunds("naqu"),
        lambda one: one.settling.alarms("naqu"),
        lambda one: one.details.of_all("naqu", ["anna", "ben"]),
    )
    for read in reads:
        assert await read(place) == await read(store)
    (seal,) = await place.seals.all("naqu")
    with pytest.raises(Conflict, match="archive"):
        await place.seals.append("naqu", seal, await place.seals.standing("naqu"))


def _archive(sections: Sections, **fields: object) -> Archive:
    header = archive_file.Header(session="naqu", made_ms=1, version="1")
    known = {"path": Path(), "header": header, "sections": sections, "figures": {}, "digest": "",
             "size_bytes": 0}  # fmt: skip
    return Archive(**{**known, **fields})  # type: ignore[arg-type]


async def test_what_is_not_done_with_stays(
    store: Store, clock: FakeClock, archivist: Archivist, behind: "redis.Redis"
) -> None:
    keys = store.archives.link.keys
    await given_live(store, id="live")
    for session_id in ("held", "owing"):
        await given_sealed(store, clock, session_id)
    await given_ended(store, clock, "young")
    behind.zadd(keys.of("held", "holds"), {"an order": 1})
    refund = json.dumps({"id": "r", "state": "failed"})
    behind.hset(keys.of("owing", "refunds"), "r", refund)
    for session_id, why in (
        ("live", "only a session that is over"),
        ("young", r"Try again in \d+ s"),
        ("held", "held for their payment"),
        ("owing", "1 refunds are not done"),
    ):
        assert re.search(why, await archivist.why_not(session_id), re.IGNORECASE)
        with archivist.run(), pytest.raises(Conflict, match=f"(?i){why}"):
            await archivist.archive(session_id)
    assert len(await store.sessions.list()) == 4
    assert await store.archives.list() == []
    with archivist.run(), pytest.raises(NotFound):
        await archivist.archive("nope")


async def test_a_session_whose_totals_differ_stays(
    store: Store, clock: FakeClock, archivist: Archivist, behind: "redis.Redis"
) -> None:
    await given_sealed(store, clock)
    behind.hincrby(store.archives.link.keys.of("naqu", "tally"), "ordered", 1)
    with archivist.run(), pytest.raises(Conflict, match=r"recount finds differences \(ordered"):
        await archivist.archive("naqu")


@pytest.mark.parametrize("harm", ["contacts", "details", "commit", "ledger"])
async def test_what_changed_since_it_was_read_is_not_removed(
    store: Store, clock: FakeClock, archivist: Archivist, behind: "redis.Redis", harm: str
) -> None:
    await given_sealed(store, clock)
    keys = store.archives.link.keys
    sections = await snapshot.take(store.archives.link, "naqu")
    if harm == "commit":
        behind.hincrby(keys.of("naqu", "session"), "version", 1)
    elif harm == "ledger":
        behind.xadd(keys.of("naqu", "ledger"), {"k": "noted"})
    elif harm == "details":
        behind.hset(keys.of("naqu", "details"), "anna", "{}")
    else:
        field = behind.hkeys(keys.of("naqu", "contacts"))[0]
        behind.hset(keys.of("naqu", "contacts"), field, "{}")
    told = {"commit": "session"}.get(harm, harm)
    assert await snapshot.remove(store.archives.link, "naqu", sections) == told
    assert (await store.sessions.list())[0].id == "naqu"


async def test_a_node_that_still_beats_does_not_keep_a_session_from_the_archive(
    store: Store, clock: FakeClock, archivist: Archivist
) -> None:
    await given_sealed(store, clock)
    sections = await snapshot.take(store.archives.link, "naqu")
    beat = Beat(node="node-1", seq=99, now_ms=clock(), lease_ms=10_000)
    await store.presence.beat("naqu", beat)
    assert await snapshot.remove(store.archives.link, "naqu", sections) == "removed"
    await store.presence.beat("naqu", msgspec.structs.replace(beat, seq=100))
    await store.presence.leave("naqu", "node-1")
    assert await keys_of(store) == {}


async def test_an_archived_session_is_neither_made_again_nor_changed(
    store: Store, clock: FakeClock, archivist: Archivist
) -> None:
    await given_sealed(store, clock)
    with archivist.run():
        await archivist.archive("naqu")
        with pytest.raises(Conflict, match="in the archive already"):
            await archivist.archive("naqu")
    host = Host(store, clock)
    with pytest.raises(Conflict, match=r"livesell archive --restore naqu") as told:
        await host.create(a_session(), [a_card()], {"tea": 1}, by=CLI)
    assert told.value.code == "session_archived"
    with pytest.raises(Conflict, match=r"livesell archive --restore naqu"):
        await host.run("naqu", Cancel(), by=CLI)


async def test_a_viewers_own_orders_are_still_there(
    store: Store, clock: FakeClock, archivist: Archivist
) -> None:
    await given_sealed(store, clock)
    viewers = Viewers(store, "secret", clock, Auth())
    before = await viewers.orders("naqu", "anna")
    with archivist.run():
        await archivist.archive("naqu")
    assert await viewers.orders("naqu", "anna") == before
    assert await viewers.orders("naqu", "nobody") == []


async def test_a_restored_session_is_the_one_that_was_archived(
    store: Store, clock: FakeClock, archivist: Archivist, staff: Staff
) -> None:
    await given_sealed(store, clock, orders=1200)
    before = await everything(staff)
    rows = await snapshot.take(store.archives.link, "naqu")
    with archivist.run():
        filed = await archivist.archive("naqu")
        await archivist.restore("naqu")
        assert not Path(filed.file).exists()
        assert await store.archives.list() == []
        assert snapshot.differing(rows, await snapshot.take(store.archives.link, "naqu")) is None
        assert [session.id for session in await store.sessions.list()] == ["naqu"]
        with pytest.raises(NotFound, match="no such session in the archive"):
            await archivist.restore("naqu")
        assert await everything(staff) == before
        await archivist.archive("naqu")


async def test_a_restore_that_was_interrupted_begins_again(
    store: Store, clock: FakeClock, archivist: Archivist, staff: Staff, behind: "redis.Redis"
) -> None:
    await given_sealed(store, clock)
    with archivist.run():
        await archivist.archive("naqu")
    behind.rpush(store.archives.link.keys.of("naqu", "numbers"), "half", "written")
    assert (await staff.figures("naqu")).orders == 5
    with archivist.run():
        await archivist.restore("naqu")
    assert (await staff.recount("naqu")).is_exact
    assert len((await staff.orders_page("naqu")).rows) == 5


async def test_a_session_in_both_places_is_finished_by_the_next_run(
    store: Store, clock: FakeClock, archivist: Archivist, staff: Staff
) -> None:
    await given_sealed(store, clock)
    rows = await snapshot.take(store.archives.link, "naqu")
    with archivist.run():
        filed = await archivist.archive("naqu")
        (archived,) = await store.archives.list()
        kept = Path(filed.file).read_bytes()
        await archivist.restore("naqu")
        Path(filed.file).write_bytes(kept)
        await store.archives.note(archived)
        assert (await staff.figures("naqu")).orders == 5
        assert await archivist.closed() == ["naqu"]
        assert (await archivist.archive("naqu")).orders == 5
    assert await keys_of(store) == {}
    assert (await staff.figures("naqu")).orders == 5
    assert rows


async def test_another_sessions_file_is_not_overwritten(
    store: Store, clock: FakeClock, archivist: Archivist
) -> None:
    await given_sealed(store, clock)
    with archivist.run():
        await archivist.archive("naqu")
    await store.archives.forget("naqu")  # a store that was set up anew knows of no archive
    await given_sealed(store, clock, orders=2)
    with archivist.run(), pytest.raises(Conflict, match="another session with the same id"):
        await archivist.archive("naqu")
    assert archive_file.read(store.archives.path_of("naqu")).sections["orders"].rows[4:]


async def test_two_runs_at_once_are_refused(archivist: Archivist) -> None:
    with archivist.run(), pytest.raises(Conflict, match="Another run is at work"), archivist.run():
        pass


async def test_all_that_were_over_before_a_day(
    store: Store, clock: FakeClock, archivist: Archivist
) -> None:
    await given_sealed(store, clock, "old")
    middle_ms = clock.advance(minutes=60)
    await given_sealed(store, clock, "new")
    await given_session(store, id="draft")
    assert await archivist.closed() == ["old", "new"]
    assert await archivist.closed(middle_ms) == ["old"]
