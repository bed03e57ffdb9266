"""The till with its provider, the archive and its readers, for the tests of this folder."""

from collections.abc import Iterator
from pathlib import Path

import pytest
import redis

from livesell.actions.archive import Archivist
from livesell.actions.cashier import Cashier
from livesell.actions.staff import Staff
from livesell.config import Sales
from livesell.store import Store
from tests.support.build import FakeClock
from tests.support.store import client, socket_of
from tests.support.till import Till

SALES = Sales(payment="prepaid", provider="sandbox")


@pytest.fixture
def till() -> Till:
    return Till("till")


@pytest.fixture
def alarms() -> list[str]:
    return []


@pytest.fixture
def cashier(store: Store, clock: FakeClock, till: Till, alarms: list[str]) -> Cashier:
    one = Cashier(store, clock, {"till": till, "sandbox": till}, SALES)
    one.on_alarm = alarms.append
    return one


@pytest.fixture
def archivist(store: Store, clock: FakeClock, tmp_path: Path) -> Archivist:
    store.archives.folder = tmp_path / "archive"
    return Archivist(store, clock, "ordered")


@pytest.fixture
def staff(store: Store, clock: FakeClock) -> Staff:
    return Staff(store, clock, "ordered")


@pytest.fixture
def behind(store_data: Path) -> Iterator["redis.Redis"]:
    with client(socket_of(store_data)) as one:
        yield one
