"""A product was written and the answer is lost: whoever saves it is told what became of it."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from msgspec.structs import replace

from livesell.actions.catalogue import Catalogue
from livesell.domain.person import Actor
from livesell.domain.role import Role
from livesell.errors import Busy, Conflict, OutcomeUnknown
from livesell.store import Store
from livesell.store.scripts import script
from tests.conftest import no_task_left
from tests.support.build import FakeClock, a_product
from tests.support.proxy import FaultProxy, fault_proxy
from tests.support.store import fresh_store, socket_of

# What a busy machine needs for an answer that does come.
TIMEOUT_MS = 500
PUT, REMOVE = (script(name).sha.encode() for name in ("put_products", "remove_product"))
HOST = Actor(name="host", role=Role.HOST)


@pytest.fixture
async def proxied(store_data: Path, tmp_path: Path) -> AsyncIterator[tuple[Store, FaultProxy]]:
    """A store behind a proxy that can lose the answer to one script."""
    async with fault_proxy(socket_of(store_data), tmp_path / "proxy.sock") as proxy:
        url = f"unix://{proxy.address}"
        async with fresh_store(store_data, url=url, timeout_ms=TIMEOUT_MS) as store:
            yield store, proxy
    await no_task_left()


async def test_what_was_written_counts_as_written(
    proxied: tuple[Store, FaultProxy], clock: FakeClock
) -> None:
    store, proxy = proxied
    catalogue = Catalogue(store, clock)
    proxy.lose_reply_to(PUT)
    made = await catalogue.put(a_product(), by=HOST)
    assert made == await store.products.find("yak")
    proxy.lose_reply_to(PUT)
    changed = await catalogue.put(replace(made, price=1), by=HOST)
    assert (changed.price, changed.version > made.version) == (1, True)


async def test_what_somebody_else_wrote_does_not_count_as_ours(
    proxied: tuple[Store, FaultProxy], clock: FakeClock
) -> None:
    store, proxy = proxied
    seen = await store.products.put(a_product())
    await store.products.put(replace(seen, price=1))
    proxy.lose_reply_to(PUT)
    with pytest.raises((OutcomeUnknown, Busy, Conflict)):
        await Catalogue(store, clock).put(replace(seen, price=2), by=HOST)
    found = await store.products.find("yak")
    assert found is not None
    assert found.price == 1


async def test_a_lost_removal_is_unknown_and_harmless_to_repeat(
    proxied: tuple[Store, FaultProxy], clock: FakeClock
) -> None:
    store, proxy = proxied
    seen = await store.products.put(a_product())
    proxy.lose_reply_to(REMOVE)
    with pytest.raises(OutcomeUnknown):
        await Catalogue(store, clock).remove("yak", seen.version, by=HOST)
    assert await store.products.list() == ()
