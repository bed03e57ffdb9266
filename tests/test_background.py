"""What runs beside the servers goes on whatever happens, and ends when it is told."""

import asyncio
import gc
import logging
import time

import pytest

from livesell import background as module
from livesell.background import background, collect_when_quiet, watch_lag
from livesell.errors import Busy
from tests.conftest import no_task_left
from tests.support.wait import wait_until


@pytest.mark.parametrize("error", [RuntimeError("a fault"), Busy("busy", "The store is away.")])
async def test_a_task_that_fails_goes_on(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture, error: Exception
) -> None:
    monkeypatch.setattr(module, "AGAIN_S", 0.01)
    rounds = 0

    async def work() -> None:
        nonlocal rounds
        rounds += 1
        raise error

    async with background(work, "the work"):
        await wait_until(lambda: rounds > 2, "it is tried again")
    assert "the work" in caplog.text
    await no_task_left()


async def _for_ever() -> None:
    await asyncio.Event().wait()


async def test_it_is_gone_when_the_block_ends() -> None:
    async with background(_for_ever, "waits for ever"):
        await asyncio.sleep(0)
    await no_task_left()


async def test_a_late_loop_is_told_once(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(module, "LAG_CHECK_S", 0.01)
    monkeypatch.setattr(module, "LAG_WARNING_S", 0.02)
    with caplog.at_level(logging.WARNING):
        async with background(watch_lag, "loop watch"):
            for _ in range(3):
                await asyncio.sleep(0.02)
                time.sleep(0.05)  # what a slow step on the loop does
    assert caplog.text.count("The event loop was late") == 1


class Cycle:
    """Garbage that only a full collection finds, once it has grown old."""

    made = 0

    def __init__(self) -> None:
        self.itself = self
        Cycle.made += 1

    def __del__(self) -> None:
        Cycle.made -= 1


@pytest.mark.parametrize(("sockets", "is_collected"), [(0, True), (401, False)])
async def test_full_collections_wait_until_few_are_there(
    monkeypatch: pytest.MonkeyPatch, sockets: int, *, is_collected: bool
) -> None:
    monkeypatch.setattr(module, "COLLECT_EVERY_S", 0.01)
    before, asked = gc.get_threshold(), 0

    def count() -> int:
        nonlocal asked
        asked += 1
        return sockets

    gc.collect()
    old = Cycle()
    gc.collect(1)
    gc.collect(1)
    async with background(lambda: collect_when_quiet(count), "garbage collection"):
        await wait_until(lambda: asked > 0, "the collector has looked once")
        del old
        asked = 0
        await wait_until(lambda: asked > 2, "it has looked again")
        assert (Cycle.made == 0) is is_collected
    assert gc.get_threshold() == before
    gc.collect()
    assert Cycle.made == 0
