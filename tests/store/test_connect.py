"""An address is understood or told; a store that is away is told without its password."""

import asyncio
from pathlib import Path

import pytest

from livesell.config import StoreConfig
from livesell.errors import BadConfig, CannotStart
from livesell.store import open_store
from livesell.store.place import url_place
from tests.support.build import NOW_MS, a_request, given_live
from tests.support.proxy import fault_proxy
from tests.support.store import client, fresh_store, plain_server, socket_of


@pytest.mark.parametrize(
    ("url", "address"),
    [
        ("redis://shop.example", "redis://shop.example:6379/0"),
        ("redis://:secret@shop.example:7000/3", "redis://shop.example:7000/3"),
        ("rediss://user:secret@[::1]:6380", "rediss://::1:6380/0"),
        ("unix:///run/valkey.sock", "unix:/run/valkey.sock"),
    ],
)
def test_an_address_is_shown_without_its_password(url: str, address: str) -> None:
    assert url_place(url).address == address


@pytest.mark.parametrize(
    "url",
    ["", "localhost", "http://shop", "redis://", "unix://", "redis://h:99999", "redis://h:x",
     "redis://h?retry_on_timeout=true", "redis://:secret@h?nonsense=1"],
)  # fmt: skip
def test_an_address_that_cannot_be_used_is_told_without_its_password(url: str) -> None:
    with pytest.raises(BadConfig) as refused:
        url_place(url)
    assert refused.value.code == "bad_store_url"
    assert "secret" not in refused.value.message


@pytest.mark.parametrize(
    ("url", "why"),
    [
        ("unix:///nowhere/nothing.sock", "there is no such socket"),
        ("redis://127.0.0.1:1", "nothing listens there"),
    ],
)
async def test_a_store_that_is_down_is_told(tmp_path: Path, url: str, why: str) -> None:
    config = StoreConfig(url=url, timeout_ms=200)
    with pytest.raises(CannotStart, match=rf"does not answer \({why}\)\. Start it") as refused:
        await open_store(config, tmp_path)
    assert refused.value.code == "store_away"


async def test_a_store_that_never_answers_is_told(tmp_path: Path, store_data: Path) -> None:
    async with fault_proxy(socket_of(store_data), tmp_path / "p.sock") as proxy:
        proxy.stall()
        config = StoreConfig(url=f"unix://{proxy.address}", timeout_ms=100)
        with pytest.raises(CannotStart) as refused:
            await open_store(config, tmp_path)
        assert refused.value.code == "store_away"


async def test_a_wrong_password_is_told_and_not_repeated(tmp_path: Path) -> None:
    strong = ("--appendonly", "yes", "--appendfsync", "always", "--requirepass", "right")
    with plain_server(tmp_path, *strong) as path:
        async with fault_proxy(path) as proxy:
            assert isinstance(proxy.address, tuple)
            host, port = proxy.address
            for password in ("wrong-secret@", ""):
                user = f":{password}" if password else ""
                config = StoreConfig(url=f"redis://{user}{host}:{port}")
                with pytest.raises(CannotStart, match="password") as refused:
                    await open_store(config, tmp_path)
                assert "wrong-secret" not in refused.value.message
            store = await open_store(StoreConfig(url=f"redis://:right@{host}:{port}/2"), tmp_path)
            assert "right" not in store.info.address
            await given_live(store)
            await store.orders.place("naqu", [a_request()], NOW_MS)
            assert len(await store.orders.page("naqu")) == 1
            await store.close()


async def test_forgotten_scripts_are_loaded_again(store_data: Path) -> None:
    async with fresh_store(store_data) as store:
        await given_live(store)
        with client(socket_of(store_data)) as one:
            one.script_flush()
        requests = [a_request() for _ in range(3)]
        placed = await asyncio.gather(
            *(store.orders.place("naqu", [request], NOW_MS) for request in requests)
        )
        assert len({one.order.n for (one,) in placed if hasattr(one, "order")}) == 3
        with client(socket_of(store_data)) as one:
            one.script_flush()
        assert len((await store.ledger.evidence("naqu", NOW_MS)).orders) == 3


async def test_more_callers_than_connections_wait_their_turn(store_data: Path) -> None:
    async with fresh_store(store_data) as store:
        await given_live(store)
        pulls = await asyncio.gather(*(store.sessions.pull("naqu", NOW_MS) for _ in range(200)))
        assert all(one == pulls[0] for one in pulls)
