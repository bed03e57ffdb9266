"""A store that is weaker than promised is refused, and the sentence says which word accepts it."""

from pathlib import Path

import pytest

from livesell.config import StoreConfig
from livesell.errors import BadConfig, CannotStart
from livesell.store import Store, open_store
from livesell.store.checks import WEAKNESSES, Check, refuse_weak
from tests.support.store import client, plain_server

STRONG = ("--appendonly", "yes", "--appendfsync", "always")


async def refusal_of(path: Path, allow_weak: str = "") -> str:
    config = StoreConfig(url=f"unix://{path}", allow_weak=allow_weak)
    with pytest.raises(CannotStart) as refused:
        await open_store(config, path.parent)
    assert refused.value.code == "weak_store"
    return refused.value.message


async def test_the_embedded_store_keeps_every_promise(store: Store) -> None:
    checks = await store.checks()
    assert [one.name for one in checks] == [
        "version",
        "append-only file",
        "fsync",
        "eviction",
        "clock",
        "file",
    ]
    assert [one for one in checks if not one.is_good] == []
    assert store.info.version.startswith("Valkey ")


async def test_a_strong_external_store_is_used(tmp_path: Path) -> None:
    with plain_server(tmp_path, *STRONG) as path:
        store = await open_store(StoreConfig(url=f"unix://{path}"), tmp_path)
        assert not store.info.is_embedded
        assert await store.ping() > 0
        await store.close()


async def test_a_store_without_a_file_is_refused_unless_accepted_in_words(tmp_path: Path) -> None:
    with plain_server(tmp_path, "--appendonly", "no") as path:
        message = await refusal_of(path)
        assert "appendonly no" in message
        assert 'allow_weak = "no-aof"' in message
        assert 'allow_weak = "eviction,no-aof"' in await refusal_of(path, "eviction")
        config = StoreConfig(url=f"unix://{path}", allow_weak="no-aof")
        store = await open_store(config, tmp_path)
        assert [one.name for one in await store.checks() if not one.is_good] == ["append-only file"]
        await store.close()


async def test_a_slower_sync_and_eviction_are_each_named(tmp_path: Path) -> None:
    weak = ("--appendonly", "yes", "--maxmemory-policy", "allkeys-lru")
    with plain_server(tmp_path, *weak) as path:
        message = await refusal_of(path)
        assert "appendfsync everysec" in message
        assert 'allow_weak = "fsync,eviction"' in message
        assert "allkeys-lru" in await refusal_of(path, "fsync")


async def test_settings_that_are_hidden_have_to_be_vouched_for(tmp_path: Path) -> None:
    with plain_server(tmp_path, *STRONG) as path:
        with client(path) as one:
            one.acl_setuser("default", enabled=True, nopass=True, commands=["-config"])
        assert 'allow_weak = "unknown"' in await refusal_of(path)
        config = StoreConfig(url=f"unix://{path}", allow_weak="unknown")
        await (await open_store(config, tmp_path)).close()


def test_an_old_server_is_refused() -> None:
    old = Check(name="version", is_good=False, says="Redis 6.2.", do="New.", weakness="version")
    with pytest.raises(CannotStart, match='allow_weak = "version"'):
        refuse_weak([old], "")
    refuse_weak([old], "version")


def test_a_wrong_clock_does_not_stop_the_start() -> None:
    refuse_weak([Check(name="clock", is_good=False, says="Off.", do="NTP.")], "")


def test_a_word_that_accepts_nothing_is_told() -> None:
    with pytest.raises(BadConfig, match="'yes' is not known") as refused:
        refuse_weak([], "fsync, yes")
    assert all(word in refused.value.message for word in WEAKNESSES)
