"""What runs beside the servers goes on whatever happens, and ends when it is told."""

import asyncio
import logging
import time

import pytest

from livesell import background as module
from livesell.background import background, watch_lag
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
