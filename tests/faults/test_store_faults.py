"""Whatever is killed, cut or stalled: nothing acknowledged is lost, nothing is done twice."""

import asyncio
import contextlib
import os
import signal
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from livesell.config import StoreConfig
from livesell.domain.command import Notice, Restock
from livesell.domain.order import Placed
from livesell.domain.recount import recount
from livesell.errors import Busy, LivesellError, OutcomeUnknown
from livesell.store import Beat, Store, Taps, open_store
from tests.conftest import no_task_left
from tests.support.build import NOW_MS, a_request, command, given_live
from tests.support.processes import python
from tests.support.proxy import FaultProxy, fault_proxy
from tests.support.store import fresh_store, kill_server, pid_of_server, socket_of
from tests.support.wait import wait_until

TIMEOUT_MS = 200


@pytest.fixture
async def proxied(store_data: Path, tmp_path: Path) -> AsyncIterator[tuple[Store, FaultProxy]]:
    """A live session behind a proxy that can break the way to the store."""
    async with fault_proxy(socket_of(store_data), tmp_path / "proxy.sock") as proxy:
        url = f"unix://{proxy.address}"
        async with fresh_store(store_data, url=url, timeout_ms=TIMEOUT_MS) as store:
            await given_live(store)
            yield store, proxy
    await no_task_left()


async def test_an_order_whose_answer_is_lost_is_unknown_and_then_found(
    proxied: tuple[Store, FaultProxy],
) -> None:
    store, proxy = proxied
    request = a_request()
    await store.orders.place("naqu", [a_request()], NOW_MS)
    proxy.swallow_replies()
    (outcome,) = await store.orders.place("naqu", [request], NOW_MS)
    assert isinstance(outcome, OutcomeUnknown)
    assert outcome.code == "unknown"
    proxy.heal()
    found = await store.orders.find("naqu", request.id)
    assert found is not None
    assert await store.orders.place("naqu", [request], NOW_MS) == [Placed(order=found, dup=True)]
    assert recount(await store.ledger.evidence("naqu", NOW_MS)).differences == ()


async def test_an_order_that_never_left_is_busy_and_was_not_placed(
    proxied: tuple[Store, FaultProxy],
) -> None:
    store, proxy = proxied
    request = a_request()
    proxy.refuse()
    proxy.cut()
    await asyncio.sleep(0)
    outcome: object = None

    async def is_busy() -> bool:
        nonlocal outcome
        (outcome,) = await store.orders.place("naqu", [request], NOW_MS)
        return isinstance(outcome, Busy)

    # An idle connection that was cut this instant may still take the bytes: that is "unknown".
    await wait_until(is_busy, "the cut is noticed")
    assert isinstance(outcome, Busy)
    assert outcome.code == "busy"
    proxy.heal()
    assert await store.orders.find("naqu", request.id) is None


async def test_each_order_of_a_batch_gets_its_own_answer_when_the_store_is_silent(
    proxied: tuple[Store, FaultProxy],
) -> None:
    store, proxy = proxied
    await store.orders.place("naqu", [a_request()], NOW_MS)
    proxy.swallow_replies()
    outcomes = await store.orders.place("naqu", [a_request() for _ in range(3)], NOW_MS)
    assert [getattr(one, "code", None) for one in outcomes] == ["unknown"] * 3


async def test_a_commit_whose_answer_is_lost_can_be_repeated(
    proxied: tuple[Store, FaultProxy],
) -> None:
    store, proxy = proxied
    version = (await store.sessions.pull("naqu", NOW_MS)).version
    restock = Restock(card="tea", units=5)

    async def commit() -> bool:
        return (
            await command(store, restock, command_id="c", expected_version=version)
        ).dup  # fmt: skip

    truth = await store.sessions.pull("naqu", NOW_MS)
    proxy.swallow_replies()
    with pytest.raises(Busy):
        await store.sessions.pull("naqu", NOW_MS)
    with pytest.raises((OutcomeUnknown, Busy)):
        await _commit_blindly(store, version, "c")
    proxy.heal()
    # Either it was done and this is its replay, or it was not and is done now: once.
    await commit()
    assert await commit()
    after = await store.sessions.pull("naqu", NOW_MS)
    assert after.version == version + 1
    assert after.units["tea"].free == truth.units["tea"].free + 5


async def _commit_blindly(store: Store, version: int, command_id: str) -> None:
    """Commits without pulling first, since nothing can be pulled now."""
    from livesell.domain.command import Change, Fact
    from tests.support.build import a_session

    change = Change(
        session=a_session(),
        stock={"tea": 5},
        facts=(Fact(kind="restocked", data={"card": "tea", "units": 5}),),
    )
    await store.sessions.commit(
        change, expected_version=version, command_id=command_id,
        digest=repr(Restock(card="tea", units=5)), by="host", now_ms=NOW_MS,
    )  # fmt: skip


async def test_likes_and_beats_can_be_repeated_after_a_lost_answer(
    proxied: tuple[Store, FaultProxy],
) -> None:
    store, proxy = proxied
    taps = [Taps("visit", "viewer", 30, 30)]
    beat = Beat(node="n", seq=1, now_ms=NOW_MS, lease_ms=5000, joined=["a"], watched={"a": 10})
    proxy.swallow_replies()
    for attempt in (
        store.likes.credit("naqu", taps, NOW_MS),
        store.presence.beat("naqu", beat),
    ):
        with pytest.raises((OutcomeUnknown, Busy)):
            await attempt
    proxy.heal()
    await store.likes.credit("naqu", taps, NOW_MS)
    await store.presence.beat("naqu", beat)
    evidence = await store.ledger.evidence("naqu", NOW_MS)
    tally = evidence.truth.tally
    assert (tally.likes, tally.viewers, tally.watch_ms) == (30, 1, 10)
    assert recount(evidence).differences == ()


async def test_a_stalled_store_is_busy_for_readers_and_works_again_afterwards(
    proxied: tuple[Store, FaultProxy],
) -> None:
    store, proxy = proxied
    proxy.stall()
    with pytest.raises(Busy):
        await store.ping()
    with pytest.raises(Busy):
        await store.sessions.pull("naqu", NOW_MS)
    proxy.heal()
    assert (await store.sessions.pull("naqu", NOW_MS)).session.id == "naqu"


async def test_a_cancelled_call_leaves_no_answer_for_the_next_one(
    proxied: tuple[Store, FaultProxy],
) -> None:
    store, proxy = proxied
    proxy.stall()
    calls = [asyncio.create_task(store.ping()) for _ in range(40)]
    await asyncio.sleep(0.01)
    for call in calls:
        call.cancel()
    await asyncio.gather(*calls, return_exceptions=True)
    proxy.heal()
    for _ in range(20):
        assert (await store.sessions.pull("naqu", NOW_MS)).session.id == "naqu"
        await store.ping()


@contextlib.asynccontextmanager
async def own_store(data: Path) -> AsyncIterator[Store]:
    store = await open_store(StoreConfig(timeout_ms=1000), data)
    try:
        yield store
    finally:
        await store.close()


class Sale:
    """Buyers who go on buying, and ask again when they do not know."""

    def __init__(self, store: Store) -> None:
        self.store = store
        self.acknowledged: dict[str, int] = {}
        self.troubles = 0
        self.is_over = False

    async def buy(self, viewer: str) -> None:
        while not self.is_over:
            request = a_request(viewer=viewer)
            while request.id not in self.acknowledged:
                (outcome,) = await self.store.orders.place("naqu", [request], NOW_MS)
                if isinstance(outcome, Placed):
                    self.acknowledged[request.id] = outcome.order.n
                else:
                    assert isinstance(outcome, Busy | OutcomeUnknown)
                    self.troubles += 1
                    await asyncio.sleep(0.01)


async def test_kill_9_of_the_store_in_mid_sale_loses_nothing_acknowledged(tmp_path: Path) -> None:
    async with own_store(tmp_path) as store:
        await given_live(store, stock=1_000_000)
        sale = Sale(store)
        async with asyncio.TaskGroup() as group:
            for n in range(8):
                group.create_task(sale.buy(f"buyer-{n}"))
            for _ in range(3):
                before = len(sale.acknowledged)
                await wait_until(lambda n=before: len(sale.acknowledged) > n + 50, "sales go on")
                kill_server(tmp_path)
            before = len(sale.acknowledged)
            await wait_until(
                lambda: len(sale.acknowledged) > before + 50, "sales go on again", timeout_s=20
            )
            sale.is_over = True
        assert sale.troubles > 0
        evidence = await store.ledger.evidence("naqu", NOW_MS)
        on_record = {order.id: order.n for order in evidence.orders}
        assert sale.acknowledged.items() <= on_record.items()
        assert len(on_record) == len(sale.acknowledged)
        assert recount(evidence).differences == ()


async def test_a_store_that_hangs_makes_orders_unknown_and_is_right_when_it_goes_on(
    tmp_path: Path,
) -> None:
    async with own_store(tmp_path) as store:
        await given_live(store)
        await store.orders.place("naqu", [a_request()], NOW_MS)
        request = a_request()
        pid = pid_of_server(tmp_path)
        os.kill(pid, signal.SIGSTOP)
        try:
            (outcome,) = await store.orders.place("naqu", [request], NOW_MS)
        finally:
            os.kill(pid, signal.SIGCONT)
        assert isinstance(outcome, OutcomeUnknown)
        (again,) = await store.orders.place("naqu", [request], NOW_MS)
        assert isinstance(again, Placed)
        assert len(await store.orders.page("naqu")) == 2


SELLER = """
import asyncio, sys
from pathlib import Path
from livesell.config import StoreConfig
from livesell.store import open_store
from tests.support.build import a_request, given_live

async def main():
    store = await open_store(StoreConfig(), Path(sys.argv[1]))
    await given_live(store, stock=1_000_000)
    while True:
        (placed,) = await store.orders.place("naqu", [a_request()], 1)
        print(placed.order.id, flush=True)

asyncio.run(main())
"""


async def test_kill_9_of_a_seller_and_of_the_store_loses_nothing_that_was_told(
    tmp_path: Path,
) -> None:
    told = []
    async with python(SELLER, str(tmp_path)) as seller:
        told += [await seller.line() for _ in range(100)]
        await seller.kill()
        kill_server(tmp_path)
    async with own_store(tmp_path) as store:
        evidence = await store.ledger.evidence("naqu", NOW_MS)
        assert set(told) <= {order.id for order in evidence.orders}
        assert recount(evidence).differences == ()


async def test_a_full_disk_takes_no_order_that_it_cannot_keep(tmp_path: Path) -> None:
    """The server may write no file beyond a size: what a full disk is to it."""
    import resource

    async with own_store(tmp_path) as store:
        await given_live(store, stock=1_000_000)
        size = sum(file.stat().st_size for file in (tmp_path / "store").rglob("*.aof"))
        limit = size + 20_000
        resource.prlimit(pid_of_server(tmp_path), resource.RLIMIT_FSIZE, (limit, limit))
        told: list[str] = []
        errors: list[LivesellError] = []
        while not errors:
            request = a_request()
            (outcome,) = await store.orders.place("naqu", [request], NOW_MS)
            if isinstance(outcome, Placed):
                told.append(request.id)
            else:
                assert isinstance(outcome, LivesellError)
                errors.append(outcome)

        async def is_back() -> bool:
            with contextlib.suppress(Busy):
                return await store.ping() > 0
            return False

        await wait_until(is_back, "the store was started again", timeout_s=20)
        await command(store, Notice(text="back"))
        evidence = await store.ledger.evidence("naqu", NOW_MS)
        assert set(told) <= {order.id for order in evidence.orders}
        assert recount(evidence).differences == ()
