"""Whatever is killed in mid-sale, nothing acknowledged is lost and nothing counts twice."""

import asyncio
import os
import signal
import socket
import urllib.request
import uuid
from collections.abc import Callable
from pathlib import Path

import pytest
from prometheus_client.parser import text_string_to_metric_families

from livesell.clock import system_clock
from livesell.domain.session import State
from livesell.store import Store
from tests.support.audience import Viewer
from tests.support.given import (
    given_on_air,
    given_planned,
    recount_of,
    store_of,
    token_of,
    truth_of,
)
from tests.support.process import Serving, livesell, serving
from tests.support.store import kill_server
from tests.support.wait import wait_until

BUYERS = 12
ORDERS_EACH = 20

# Answers after which the same order is sent again under the same id.
AGAIN = {"busy", "unknown", "rate"}


async def sell(
    service: Serving, store: Store, stop: asyncio.Event, placed: Callable[[str], None]
) -> set[str]:
    """Many buyers order until the stop; returns the ids they sent, answered or not."""
    sent: set[str] = set()

    async def buy(token: str) -> None:
        async with Viewer(service.running.push, "naqu", token) as viewer:
            while not stop.is_set():
                order_id = str(uuid.uuid4())
                sent.add(order_id)
                answer = await viewer.order("tea", id=order_id)
                if answer["ok"]:
                    placed(order_id)

    tokens = [await token_of(store) for _ in range(BUYERS)]
    await asyncio.gather(*(buy(token) for token in tokens), return_exceptions=True)
    return sent


@pytest.mark.parametrize("with_store", [False, True], ids=["alone", "with its store"])
async def test_a_killed_service_loses_no_acknowledged_order(
    tmp_path: Path, with_store: bool
) -> None:
    data = tmp_path / "data"
    acknowledged: set[str] = set()
    stop = asyncio.Event()
    async with store_of(data) as store, serving(data) as service:
        await given_on_air(store, stock=100_000)
        selling = asyncio.create_task(sell(service, store, stop, acknowledged.add))
        await wait_until(lambda: len(acknowledged) > 60, "the sale runs", 15)
        assert await service.end(signal.SIGKILL) == -signal.SIGKILL
        if with_store:
            await asyncio.to_thread(kill_server, data)
        sent = await selling
        await service.start()
        token = await token_of(store)
        async with Viewer(service.running.push, "naqu", token) as viewer:
            assert viewer.state == "live"
            assert viewer.tally["orders"] >= len(acknowledged)
        for order_id in acknowledged:
            assert await store.orders.find("naqu", order_id) is not None
        kept = {order.id for order in await store.orders.page("naqu", limit=100_000)}
        assert acknowledged <= kept <= sent
        assert (await recount_of(store)).is_exact


async def test_a_killed_store_is_started_again_and_the_sale_goes_on(tmp_path: Path) -> None:
    data = tmp_path / "data"
    acknowledged: set[str] = set()

    async def buy(push: str, token: str) -> None:
        async with Viewer(push, "naqu", token) as viewer:
            for _ in range(ORDERS_EACH):
                order_id = str(uuid.uuid4())
                while not (answer := await viewer.order("tea", id=order_id))["ok"]:
                    assert answer["code"] in AGAIN, answer
                    await asyncio.sleep(answer["retry_ms"] / 1000 / 4)
                acknowledged.add(order_id)

    # Only the service uses the store here, so it is the service that has to notice.
    async with serving(data, "--config", str(without_order_limit(tmp_path))) as service:
        async with store_of(data) as store:
            await given_on_air(store, stock=BUYERS * ORDERS_EACH)
            tokens = [await token_of(store) for _ in range(BUYERS)]
        buying = [asyncio.create_task(buy(service.running.push, token)) for token in tokens]
        await wait_until(lambda: len(acknowledged) > 40, "the sale runs", 15)
        await asyncio.to_thread(kill_server, data)
        async with asyncio.timeout(30):
            await asyncio.gather(*buying)
        async with store_of(data) as store:
            truth = await truth_of(store)
            assert len(acknowledged) == truth.tally.orders == BUYERS * ORDERS_EACH
            assert truth.units["tea"].free == 0
            assert (await recount_of(store)).is_exact


def without_order_limit(folder: Path) -> Path:
    file = folder / "config.toml"
    file.write_text("[sales]\norders_per_minute = 6000\n")
    return file


async def test_after_a_restart_the_clock_is_obeyed_late(tmp_path: Path) -> None:
    data = tmp_path / "data"
    async with store_of(data) as store:
        await given_planned(store, "late", start_in_ms=-2000)
        await given_planned(store, "too-late", start_in_ms=-2000, grace_s=1)
        await given_on_air(store, "over", length_ms=400)
        await given_planned(store, "ahead", start_in_ms=3_600_000)
        ends_ms = system_clock() + 400
    await wait_until(lambda: system_clock() > ends_ms, "its end passes while nothing runs")
    async with serving(data), store_of(data) as store:

        async def states() -> list[State]:
            names = ("late", "too-late", "over", "ahead")
            return [(await truth_of(store, name)).session.state for name in names]

        async def are_right() -> bool:
            wanted = [State.LIVE, State.MISSED, State.ENDED, State.SCHEDULED]
            return await states() == wanted

        await wait_until(are_right, "each session is what its plan says")


async def test_a_terminated_service_says_goodbye_and_ends_well(tmp_path: Path) -> None:
    data = tmp_path / "data"
    async with serving(data) as service, store_of(data) as store:
        await given_on_air(store)
        async with Viewer(service.running.push, "naqu", await token_of(store)) as viewer:
            order = await viewer.order("tea")
            assert order["ok"]
            assert await service.end(signal.SIGTERM) == 0
            await wait_until(lambda: viewer.close_code == 4001, "the page is told to come back")
            assert viewer.bye is not None
            low, high = viewer.bye["retry_ms"]
            assert 0 <= low < high
        assert not (data / "serve.json").exists()
        assert (await recount_of(store)).is_exact


async def test_a_second_signal_ends_it_at_once(tmp_path: Path) -> None:
    async with serving(tmp_path / "data") as service:
        os.kill(service.pid, signal.SIGINT)
        assert await service.end(signal.SIGINT) in (0, 128 + signal.SIGINT)


async def test_what_a_killed_service_left_does_not_block_the_next(tmp_path: Path) -> None:
    async with serving(tmp_path / "data") as service:
        await service.end(signal.SIGKILL)
        assert (tmp_path / "data" / "serve.json").exists()
        await service.start()
        assert await service.end() == 0


async def test_a_data_directory_serves_one(tmp_path: Path) -> None:
    async with serving(tmp_path / "data") as service:
        done = await livesell("serve", "--data", tmp_path / "data")
        assert done.status == 69
        assert f"Another livesell (process {service.pid}) serves from" in done.err
        assert "Traceback" not in done.err


async def test_a_port_in_use_is_told_with_its_option(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as holder:
        taken = f"127.0.0.1:{holder.getsockname()[1]}"
        for arguments in (
            ("--http", taken, "--push", "127.0.0.1:0"),
            ("--http", "127.0.0.1:0", "--push", taken),
            ("--http", "127.0.0.1:0", "--push", taken, "--push-workers", "2"),
        ):
            done = await livesell("serve", "--data", tmp_path / "data", *arguments)
            assert done.status == 69, done.err
            assert f"The address {taken} is in use" in done.err
            assert "Traceback" not in done.err


async def test_a_store_that_is_down_is_told(tmp_path: Path) -> None:
    file = tmp_path / "config.toml"
    file.write_text(f'[store]\nurl = "unix://{tmp_path}/none.sock"\ntimeout_ms = 200\n')
    done = await livesell("serve", "--config", file, "--data", tmp_path / "data")
    assert done.status == 69
    assert "does not answer" in done.err
    assert "Traceback" not in done.err


async def test_workers_share_the_port_and_are_started_again(tmp_path: Path) -> None:
    data = tmp_path / "data"
    async with serving(data, "--push-workers", "2") as service, store_of(data) as store:
        await given_on_air(store)
        first = children_of(service.pid)
        assert len(first) == 2
        async with Viewer(service.running.push, "naqu", await token_of(store)) as viewer:
            assert (await viewer.order("tea"))["ok"]
            await wait_until(lambda: counted(service, "joins_total") == 1, "the join is reported")
            await wait_until(
                lambda: counted(service, "order_latency_seconds_count") == 1, "the order, too"
            )
        assert len(scraped(service, "connections")) == 2
        os.kill(first[0], signal.SIGKILL)
        await wait_until(
            lambda: len(children_of(service.pid)) == 2 and first[0] not in children_of(service.pid),
            "a worker takes the dead one's place",
            15,
        )
        workers = children_of(service.pid)
        assert await service.end() == 0
        assert not any(is_running(pid) for pid in workers)
        assert (await recount_of(store)).is_exact


async def test_workers_leave_with_a_killed_service(tmp_path: Path) -> None:
    async with serving(tmp_path / "data", "--push-workers", "2") as service:
        workers = children_of(service.pid)
        await service.end(signal.SIGKILL)
        await wait_until(
            lambda: not any(is_running(pid) for pid in workers), "the workers have left", 15
        )


def scraped(service: Serving, name: str) -> dict[str, float]:
    """A metric of the sockets as the main process shows it, by worker."""
    with urllib.request.urlopen(f"{service.url}/metrics", timeout=5) as answer:
        families = text_string_to_metric_families(answer.read().decode())
        return {
            sample.labels["worker"]: sample.value
            for family in families
            for sample in family.samples
            if sample.name == f"livesell_push_{name}"
        }


def counted(service: Serving, name: str) -> float:
    return sum(scraped(service, name).values())


def children_of(pid: int) -> list[int]:
    """The Python processes that this one started, not its store."""
    found = []
    for entry in Path("/proc").iterdir():
        if entry.name.isdecimal() and parent_of(int(entry.name)) == pid:
            if b"--worker" in command_of(int(entry.name)):
                found.append(int(entry.name))
    return sorted(found)


def parent_of(pid: int) -> int:
    try:
        status = (Path("/proc") / str(pid) / "stat").read_text()
    except OSError:
        return 0
    return int(status.rpartition(")")[2].split()[1])


def command_of(pid: int) -> bytes:
    try:
        return (Path("/proc") / str(pid) / "cmdline").read_bytes()
    except OSError:
        return b""


def is_running(pid: int) -> bool:
    """Not a zombie that waits for whoever adopted it."""
    return bool(command_of(pid))
