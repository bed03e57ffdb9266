"""Fixtures for all tests: a real Valkey, a store per test, a clock that a test sets."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

from livesell.store import Store
from livesell.store.embedded import Embedded
from tests.support.build import FakeClock
from tests.support.store import fresh_store

# On two busy cores a deadline is a coin toss, and says nothing about the property.
settings.register_profile("busy_cores", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("busy_cores")

# For the night before a release: `pytest --hypothesis-profile thorough tests/faults`.
settings.register_profile("thorough", settings.get_profile("busy_cores"), max_examples=2000)


@pytest.fixture(scope="session")
def store_data(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """The data directory of the Valkey that all tests share."""
    data = tmp_path_factory.mktemp("data")
    server = Embedded(data)
    server.open()
    yield data
    server.close()


@pytest.fixture
async def store(store_data: Path) -> AsyncIterator[Store]:
    """A store with nothing in it. After the test no unlisted key and no task may be left."""
    async with fresh_store(store_data) as one:
        yield one
    await no_task_left()


@pytest.fixture
def clock() -> FakeClock:
    return FakeClock()


async def no_task_left() -> None:
    """Fails when something still runs that the test has started."""
    for _ in range(50):
        left = [
            task
            for task in asyncio.all_tasks()
            if task is not asyncio.current_task() and not task.done()
        ]
        if not left:
            return
        # What was just cancelled needs a few turns of the loop to end.
        await asyncio.sleep(0)
    assert not left, f"Tasks left running: {left}"
