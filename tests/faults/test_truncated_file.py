"""The store's file after a power cut, and after worse: nothing acknowledged before it is lost."""

import asyncio
import contextlib
import logging
import random
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from livesell.config import Config, StoreConfig
from livesell.doctor import examine
from livesell.domain.order import Placed
from livesell.domain.recount import recount
from livesell.domain.settlement import pay
from livesell.errors import CannotStart
from livesell.store import Store, open_store
from livesell.store.appendonly import readable_bytes
from tests.support.build import NOW_MS, a_request, given_live

ORDERS = 40
HOLD_MS = 60_000


@contextlib.asynccontextmanager
async def own_store(data: Path) -> AsyncIterator[Store]:
    store = await open_store(StoreConfig(timeout_ms=2000), data)
    try:
        yield store
    finally:
        await store.close()


def file_of(data: Path) -> Path:
    (file,) = (data / "store" / "appendonlydir").glob("*.incr.aof")
    return file


def cut(data: Path, size: int) -> None:
    with file_of(data).open("rb+") as file:
        file.truncate(size)


async def given_sale(data: Path) -> dict[str, int]:
    """A sale, and how long the file was when each order had its answer; every third is paid."""
    told: dict[str, int] = {}
    async with own_store(data) as store:
        await given_live(store, stock=1000)
        for n in range(ORDERS):
            request = a_request(viewer=f"buyer-{n % 7}")
            (placed,) = await store.orders.place("naqu", [request], NOW_MS, HOLD_MS)
            assert isinstance(placed, Placed)
            told[request.id] = file_of(data).stat().st_size
            if n % 3 == 0:
                settlement = pay(
                    placed.order, amount=placed.order.amount, ref=f"p-{n}", by="bank",
                    now_ms=NOW_MS,
                )  # fmt: skip
                assert settlement is not None
                await store.settling.settle("naqu", settlement, by="bank")
    return told


async def test_wherever_the_file_is_cut_all_that_was_told_before_is_there(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    told = await given_sale(tmp_path)
    whole = file_of(tmp_path).read_bytes()
    dice = random.Random(4)
    first = min(told.values())
    places = [len(whole) - 1, *(dice.randrange(first, len(whole)) for _ in range(6))]
    for size in places:
        file_of(tmp_path).write_bytes(whole[:size])
        caplog.clear()
        with caplog.at_level(logging.WARNING, "livesell.store"):
            async with own_store(tmp_path) as store:
                evidence = await store.ledger.evidence("naqu", NOW_MS)
        kept = {order.id for order in evidence.orders}
        assert kept == {order_id for order_id, at in told.items() if at <= size}, size
        assert recount(evidence).differences == (), size
        if size not in told.values():
            assert "ended in the middle of a write" in caplog.text
            assert "livesell recount" in caplog.text


async def test_doctor_tells_of_a_file_that_was_cut(tmp_path: Path) -> None:
    await given_sale(tmp_path)
    cut(tmp_path, file_of(tmp_path).stat().st_size - 37)
    async with own_store(tmp_path) as store:
        # As long as that server runs, whoever asks.
        checks = {one.name: one for one in await examine(Config(), tmp_path)}
        assert "ended in the middle of a write" in checks["file"].says
        (placed,) = await store.orders.place("naqu", [a_request()], NOW_MS)
        assert isinstance(placed, Placed)
    async with own_store(tmp_path) as store:
        found = {one.name: one for one in await store.checks()}
        assert found["file"].says == "The store's file was whole when the store was started."


async def test_a_file_that_is_damaged_inside_stops_the_start_and_says_what_to_do(
    tmp_path: Path,
) -> None:
    told = await given_sale(tmp_path)
    file = file_of(tmp_path)
    whole = file.read_bytes()
    middle = sorted(told.values())[ORDERS // 2]
    file.write_bytes(whole[: middle + 20] + whole[middle + 70 :])
    with pytest.raises(CannotStart) as caught:
        async with own_store(tmp_path):
            pass
    assert caught.value.code == "store_damaged"
    assert f"{file} is damaged after byte {middle} of {len(whole) - 50}" in caught.value.message
    assert f"Copy {tmp_path / 'store'} to a safe place" in caught.value.message
    assert f"`truncate -s {middle} {file}`" in caught.value.message
    assert file.stat().st_size == len(whole) - 50, "nothing was changed"
    # What it says works.
    await asyncio.to_thread(cut, tmp_path, middle)
    async with own_store(tmp_path) as store:
        evidence = await store.ledger.evidence("naqu", NOW_MS)
    assert {one.id for one in evidence.orders} == {one for one, at in told.items() if at <= middle}
    assert recount(evidence).differences == ()


@pytest.mark.parametrize("name", ["appendonly.aof.manifest", "appendonly.aof.1.base.rdb"])
@pytest.mark.parametrize("is_gone", [False, True], ids=["cut", "gone"])
async def test_other_damage_asks_for_a_backup(tmp_path: Path, name: str, is_gone: bool) -> None:
    async with own_store(tmp_path) as store:
        await given_live(store)
    file = tmp_path / "store" / "appendonlydir" / name
    if is_gone:
        file.unlink()
    else:
        file.write_bytes(file.read_bytes()[:-10])
    with pytest.raises(CannotStart) as caught:
        async with own_store(tmp_path):
            pass
    assert caught.value.code == "store_damaged"
    assert "put a backup of it there" in caught.value.message


def test_what_can_be_read_ends_where_the_damage_begins(tmp_path: Path) -> None:
    file = tmp_path / "file"
    multi, done = b"*1\r\n$5\r\nMULTI\r\n", b"*1\r\n$4\r\nEXEC\r\n"
    get, remark = b"*2\r\n$3\r\nGET\r\n$1\r\na\r\n", b"#TS:1700000000\r\n"
    for text, whole in (
        (b"", 0),
        (get, len(get)),
        (remark + get + get, len(remark) + 2 * len(get)),
        (get + get[:-1], len(get)),
        (get + b"garbage" + get, len(get)),
        (get + get.replace(b"$3", b"$4"), len(get)),
        (get + b"*x\r\n", len(get)),
        (get + multi + get, len(get)),
        (multi + get + done + multi, len(multi + get + done)),
        (b"\x00" * 64, 0),
    ):
        file.write_bytes(text)
        assert readable_bytes(file) == whole, text
