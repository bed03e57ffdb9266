"""The catalogue: nobody overwrites another, and every node sees each change at once."""

import asyncio
from pathlib import Path

import pytest
from msgspec.structs import replace

from livesell.domain.product import MAX_PRODUCTS
from livesell.errors import Conflict, NotFound
from livesell.store import Store
from tests.support.build import a_product
from tests.support.store import another_client


async def test_a_product_is_kept_with_all_that_it_is(store: Store) -> None:
    product = a_product(
        was=15_000, floor=9_000, image="/photos/x/960.webp", badges=("地标", '"}'), story="一\n二",
        donation=20, limit=3, sku="NQ-1", stock=80, updated_ms=5,
    )  # fmt: skip
    written = await store.products.put(product)
    assert written == replace(product, version=1)
    assert await store.products.find("yak") == written
    assert await store.products.list() == (written,)
    assert await store.products.find("tea") is None


async def test_the_newest_change_comes_first(store: Store) -> None:
    yak = await store.products.put(a_product())
    tea = await store.products.put(a_product(id="tea"))
    assert await store.products.list() == (tea, yak)
    yak = await store.products.put(replace(yak, price=1))
    assert await store.products.list() == (yak, tea)


async def test_an_id_is_taken_once(store: Store) -> None:
    first = await store.products.put(a_product())
    with pytest.raises(Conflict) as refused:
        await store.products.put(a_product(price=1))
    assert refused.value.code == "product_exists"
    assert await store.products.find("yak") == first


async def test_of_two_editors_the_second_is_told_what_the_first_wrote(store: Store) -> None:
    seen = await store.products.put(a_product())
    first = await store.products.put(replace(seen, price=1))
    with pytest.raises(Conflict) as refused:
        await store.products.put(replace(seen, price=2))
    assert (refused.value.code, refused.value.data) == ("product_changed", {"product": first})
    with pytest.raises(Conflict):
        await store.products.remove("yak", seen.version)
    assert await store.products.find("yak") == first


async def test_of_eight_at_once_one_gets_through(store: Store) -> None:
    seen = await store.products.put(a_product())
    outcomes = await asyncio.gather(
        *(store.products.put(replace(seen, price=n)) for n in range(8)), return_exceptions=True
    )
    assert sum(isinstance(one, Conflict) for one in outcomes) == 7


async def test_what_was_removed_is_gone_and_its_versions_never_come_back(store: Store) -> None:
    seen = await store.products.put(a_product())
    await store.products.remove("yak", seen.version)
    for work in (store.products.put(replace(seen, price=1)), store.products.remove("yak", 1)):
        with pytest.raises(NotFound):
            await work
    again = await store.products.put(a_product())
    assert again.version > seen.version
    with pytest.raises(Conflict):
        await store.products.put(replace(seen, price=1))


async def test_many_are_written_together_or_not_at_all(store: Store) -> None:
    seen = await store.products.put(a_product())
    changed, added = replace(seen, price=1), a_product(id="tea")
    await store.products.put_many([changed, added])
    with pytest.raises(Conflict):
        await store.products.put_many([a_product(id="new"), replace(seen, price=3)])
    with pytest.raises(Conflict):
        await store.products.put_many([a_product(id="new"), a_product(id="new")])
    assert {one.id: one.price for one in await store.products.list()} == {"yak": 1, "tea": 12_800}
    assert await store.products.put_many([]) == ()


async def test_the_catalogue_has_an_end(store: Store) -> None:
    many = [a_product(id=f"p{n}") for n in range(MAX_PRODUCTS)]
    written = await store.products.put_many(many)
    with pytest.raises(Conflict) as refused:
        await store.products.put(a_product())
    assert refused.value.code == "too_many_products"
    await store.products.put(replace(written[0], price=1))
    assert len(await store.products.list()) == MAX_PRODUCTS


async def test_another_node_sees_a_change_at_once(store: Store, store_data: Path) -> None:
    async with another_client(store, store_data) as other:
        seen = await store.products.put(a_product())
        assert await other.products.list() == (seen,)
        await store.products.remove("yak", seen.version)
        assert await other.products.list() == ()
