"""What still happens to an archived session: a person is erased, an order is settled before."""

import gzip
import json
from pathlib import Path

import msgspec
import redis

from livesell.actions.archive import Archivist
from livesell.actions.cashier import Cashier
from livesell.actions.sealing import TAIL_MS, Sealing
from livesell.actions.staff import Staff
from livesell.cli.options import CLI
from livesell.config import Sales
from livesell.store import Store, archive_file
from tests.actions.archived import everything
from tests.support.build import FakeClock
from tests.support.closed import BUYER, given_sealed


async def test_erasing_a_person_leaves_every_figure(
    store: Store, clock: FakeClock, archivist: Archivist, staff: Staff, behind: "redis.Redis"
) -> None:
    await given_sealed(store, clock)
    detail = json.dumps({"name": "扎西", "phone": "13800138000"}, ensure_ascii=False)
    behind.hset(store.archives.link.keys.of("naqu", "details"), "anna", detail)
    with archivist.run():
        filed = await archivist.archive("naqu")
    figures, verdict = await staff.figures("naqu"), await Sealing(store, clock).verify("naqu")
    text = gzip.decompress(Path(filed.file).read_bytes()).decode()
    assert text.count("扎西") == 7  # three orders, three contacts, the details
    assert await archivist.erase("naqu", "anna") == 3
    text = gzip.decompress(Path(filed.file).read_bytes()).decode()
    assert "扎西" not in text
    assert "13800138000" not in text
    rows = (await staff.orders_page("naqu")).rows
    assert [row.order.name for row in rows] == ["", "本", "", "本", ""]
    assert [row.contact for row in rows] == [None] * 5
    assert await staff.figures("naqu") == figures
    assert (await staff.recount("naqu")).is_exact
    assert await Sealing(store, clock).verify("naqu", verdict.digest) == msgspec.structs.replace(
        verdict, noted_entries=verdict.sealed
    )
    found = archive_file.read(Path(filed.file))
    assert [one.viewer for one in found.header.erased] == ["anna"]
    (archived,) = await store.archives.list()
    assert (archived.digest, archived.next_digest) == (found.digest, "")
    with archivist.run():
        await archivist.restore("naqu")
    assert BUYER not in [row.contact for row in (await staff.orders_page("naqu")).rows]


async def test_erasing_where_nothing_is_archived_does_nothing(
    store: Store, clock: FakeClock, archivist: Archivist
) -> None:
    await given_sealed(store, clock)
    assert await archivist.erase("naqu", "anna") is None
    assert await archivist.erase("nope", "anna") is None


async def test_an_erasure_that_was_interrupted_is_read_before_and_after(
    store: Store, clock: FakeClock, archivist: Archivist, staff: Staff
) -> None:
    await given_sealed(store, clock)
    with archivist.run():
        file = Path((await archivist.archive("naqu")).file)
    old = file.read_bytes()
    (before,) = await store.archives.list()
    await archivist.erase("naqu", "anna")
    (after,) = await store.archives.list()
    between = msgspec.structs.replace(before, next_digest=after.digest)
    await store.archives.note(between)
    for content in (file.read_bytes(), old):
        file.write_bytes(content)
        assert (await staff.figures("naqu")).orders == 5
    assert await archivist.erase("naqu", "ben") == 2
    assert (await staff.orders_page("naqu")).rows[1].order.name == ""


async def test_the_files_are_below_the_data_directory(store: Store, store_data: Path) -> None:
    assert store.archives.folder == store_data / "archive"


async def test_what_became_of_orders_goes_along_and_seals_continue(
    store: Store, clock: FakeClock, archivist: Archivist, staff: Staff
) -> None:
    await given_sealed(store, clock)
    cashier = Cashier(store, clock, {}, Sales())
    ids = [order.id for order in await store.orders.page("naqu")]
    await cashier.cancel("naqu", ids[0], by=CLI, cause="no answer")
    for order_id in ids[1:4]:
        await cashier.fulfil("naqu", order_id, by=CLI)
    refunded = await cashier.refund("naqu", ids[1], by=CLI, units=1, restock=False)
    assert refunded.state == "refunded"
    await _refunds_done(cashier, store)
    clock.advance(TAIL_MS)
    before = await everything(staff)
    with archivist.run():
        await archivist.archive("naqu")
        assert await everything(staff) == before
        verdict = await Sealing(store, clock).verify("naqu")
        assert (len(verdict.seals), verdict.sealed) == (2, verdict.entries)
        await archivist.restore("naqu")
    assert await everything(staff) == before


async def _refunds_done(cashier: Cashier, store: Store) -> None:
    """What no provider pays out, staff hand over."""
    for one in await store.settling.refunds("naqu"):
        if one.state != "done":
            await cashier.finish_refund("naqu", one.id, by=CLI)
