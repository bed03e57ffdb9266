"""A service that is killed in the midst of a rehearsal leaves no audience and no trace."""

import os
import signal
from pathlib import Path
from typing import Any

import pytest

from livesell.actions.rehearsal import Sweeping
from livesell.clock import system_clock
from livesell.domain.rehearsal import KEPT_MS, LASTS_MS
from tests.e2e.service import Service
from tests.support.build import FakeClock
from tests.support.given import recount_of, store_of
from tests.support.store import client, socket_of
from tests.support.wait import wait_until

TEA = {"id": "tea", "title": "清风度西藏凉茶", "price": 500, "stock": 1000, "open": True}


def taken(data: Path, pattern: str) -> dict[Any, Any]:
    """What the store has under such keys, byte for byte."""
    with client(socket_of(data)) as link:
        return {key: link.dump(key) for key in link.keys(pattern)}


def audiences() -> set[int]:
    """The processes of simulated audiences on this machine."""
    found = set()
    for place in Path("/proc").glob("[0-9]*"):
        try:
            line = (place / "cmdline").read_bytes()
        except OSError:
            continue
        if b"livesell.replay.audience" in line:
            found.add(int(place.name))
    return found


@pytest.mark.skipif(not Path("/proc").is_dir(), reason="looks for processes in /proc")
async def test_a_killed_service_leaves_no_audience_and_after_the_sweep_no_rehearsal(
    tmp_path: Path,
) -> None:
    others = audiences()
    service = Service(tmp_path / "data")
    try:
        await service.start()
        await service.create(
            id="naqu", title="那曲专场", cards=[TEA],
            planned_start="2099-01-01T12:00:00Z", planned_end="2099-01-01T13:00:00Z",
        )  # fmt: skip
        before = taken(service.data, "*{naqu}*")
        started = await service.call("POST", "/sessions/naqu/rehearsal", {"live": True})
        copy = started["rehearsal"]["id"]
        await service.call(
            "POST", "/sessions/naqu/rehearsal/audience",
            {"viewers": 30, "minutes": 5, "mood": "eager"},
        )  # fmt: skip

        async def has_orders() -> bool:
            answer = await service.call("GET", "/sessions/naqu/rehearsal")
            now = answer["rehearsal"]
            return bool(now["orders"] and now["likes"] and now["audience"]["connected"])

        await wait_until(has_orders, "orders and likes of simulated viewers", 60)
        [pid] = audiences() - others
        assert os.getpriority(os.PRIO_PROCESS, pid) >= 10
        await service.stop(signal.SIGKILL)
        await wait_until(lambda: pid not in audiences(), "the audience to leave", 20)
        assert taken(service.data, "*{naqu}*") == before

        async with store_of(service.data) as store:
            recount = await recount_of(store, copy)
            assert recount.differences == ()
            clock = FakeClock(system_clock() + LASTS_MS)
            sweeping = Sweeping(store, clock)
            await sweeping.tend(copy)
            clock.advance(KEPT_MS)
            assert await sweeping.tend(copy) is None
            assert (await recount_of(store)).differences == ()
            assert taken(service.data, "*{naqu}*") == before
            assert not taken(service.data, "*rehears*")
        await service.start()
        assert (await service.call("GET", "/sessions/naqu/rehearsal"))["rehearsal"] is None
    finally:
        await service.close()
