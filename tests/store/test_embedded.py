"""One server for one data directory, whoever starts it, leaves it or kills whom."""

import asyncio
import os
import shutil
import signal
import stat
import subprocess
from pathlib import Path

import pytest

from livesell.config import StoreConfig
from livesell.errors import CannotStart
from livesell.store import open_store
from livesell.store.embedded import MAX_SOCKET_PATH_BYTES, Embedded
from tests.support.build import NOW_MS, a_request, given_live
from tests.support.processes import python
from tests.support.store import client, kill_server, pid_of_server, socket_of
from tests.support.wait import wait_until

# Opens the store, says so, and closes it when its input ends.
USER = """
import asyncio, sys
from pathlib import Path
from livesell.config import StoreConfig
from livesell.store import open_store

async def main():
    store = await open_store(StoreConfig(), Path(sys.argv[1]))
    print("open", flush=True)
    await asyncio.to_thread(sys.stdin.read)
    await store.close()

asyncio.run(main())
"""


def is_running(pid: int) -> bool:
    """Whether the process runs; a zombie, which waits for its parent only, does not."""
    try:
        return "\nState:\tZ" not in Path(f"/proc/{pid}/status").read_text()
    except FileNotFoundError:
        return False


async def test_the_last_user_stops_the_server_and_what_was_sold_stays(tmp_path: Path) -> None:
    store = await open_store(StoreConfig(), tmp_path)
    assert store.info.is_embedded
    pid = pid_of_server(tmp_path)
    await given_live(store)
    await store.orders.place("naqu", [a_request()], NOW_MS)
    await store.close()
    assert not is_running(pid)
    assert not socket_of(tmp_path).exists()
    again = await open_store(StoreConfig(), tmp_path)
    assert len(await again.orders.page("naqu")) == 1
    await again.close()


async def test_the_directory_and_the_socket_are_private(tmp_path: Path) -> None:
    store = await open_store(StoreConfig(), tmp_path / "new" / "data")
    folder = tmp_path / "new" / "data" / "store"
    modes = [stat.S_IMODE(path.stat().st_mode) for path in (folder, socket_of(folder.parent))]
    assert modes == [0o700, 0o700]
    await store.close()


async def test_processes_that_start_at_once_share_one_server(tmp_path: Path) -> None:
    async with (
        python(USER, str(tmp_path)) as one,
        python(USER, str(tmp_path)) as two,
        python(USER, str(tmp_path)) as three,
    ):
        assert [await user.line() for user in (one, two, three)] == ["open"] * 3
        pid = pid_of_server(tmp_path)
        assert servers_of(tmp_path) == [pid]
        assert await one.end() == 0
        assert await two.end() == 0
        assert is_running(pid)
        assert await three.end() == 0
    assert servers_of(tmp_path) == []


def servers_of(data: Path) -> list[int]:
    """All valkey-server processes that have this directory's socket among their arguments."""
    found = []
    for entry in Path("/proc").glob("[0-9]*/cmdline"):
        try:
            text = entry.read_bytes()
        except OSError:
            continue
        if os.fsencode(socket_of(data)) in text and is_running(int(entry.parent.name)):
            found.append(int(entry.parent.name))
    return found


async def test_a_killed_user_blocks_nothing(tmp_path: Path) -> None:
    async with python(USER, str(tmp_path)) as user:
        await user.line()
        pid = pid_of_server(tmp_path)
        await user.kill()
    assert is_running(pid)
    store = await open_store(StoreConfig(), tmp_path)
    assert pid_of_server(tmp_path) == pid
    await store.close()
    await wait_until(lambda: servers_of(tmp_path) == [], "the adopted server has stopped")


async def test_a_user_killed_while_starting_blocks_nothing(tmp_path: Path) -> None:
    for _ in range(5):
        async with python(USER, str(tmp_path)) as user:
            await wait_until((tmp_path / "store" / "start.lock").exists, "it has begun to start")
            await user.kill()
    store = await open_store(StoreConfig(), tmp_path)
    assert servers_of(tmp_path) == [pid_of_server(tmp_path)]
    await store.close()


async def test_what_a_killed_server_leaves_behind_blocks_nothing(tmp_path: Path) -> None:
    async with python(USER, str(tmp_path)) as user:
        await user.line()
        pid = pid_of_server(tmp_path)
        await user.kill()
    os.kill(pid, signal.SIGKILL)
    assert socket_of(tmp_path).exists()
    store = await open_store(StoreConfig(), tmp_path)
    await store.ping()
    await store.close()


async def test_a_server_killed_under_its_users_is_started_again(tmp_path: Path) -> None:
    store = await open_store(StoreConfig(), tmp_path)
    await given_live(store)
    before = pid_of_server(tmp_path)
    kill_server(tmp_path)

    async def is_back() -> bool:
        return Path(f"/proc/{before}").exists() is False and await can_ping()

    async def can_ping() -> bool:
        try:
            await store.ping()
        except Exception:  # noqa: BLE001 Busy while it is away
            return False
        return True

    await wait_until(is_back, "the server is back", timeout_s=20)
    assert (await store.sessions.pull("naqu", NOW_MS)).session.id == "naqu"
    await store.close()
    assert servers_of(tmp_path) == []


async def test_half_a_command_at_the_end_of_the_file_is_cut_off(tmp_path: Path) -> None:
    store = await open_store(StoreConfig(), tmp_path)
    await given_live(store)
    await store.close()
    (newest,) = (tmp_path / "store" / "appendonlydir").glob("*.incr.aof")
    with newest.open("ab") as file:
        file.write(b"*3\r\n$3\r\nSET\r\n$1\r\nx\r\n$900\r\nhal")
    again = await open_store(StoreConfig(), tmp_path)
    assert (await again.sessions.pull("naqu", NOW_MS)).session.id == "naqu"
    await again.close()


async def test_a_file_that_cannot_be_read_stops_the_start_and_is_named(
    tmp_path: Path,
) -> None:
    store = await open_store(StoreConfig(), tmp_path)
    await given_live(store)
    await store.close()
    (newest,) = (tmp_path / "store" / "appendonlydir").glob("*.incr.aof")
    newest.write_bytes(b"not a command\r\n" * 20)
    with pytest.raises(CannotStart, match=r"incr\.aof is damaged after byte 0") as refused:
        await open_store(StoreConfig(), tmp_path)
    assert refused.value.code == "store_damaged"
    assert servers_of(tmp_path) == []


async def test_a_server_that_ends_by_itself_stops_the_start_with_its_own_words(
    tmp_path: Path,
) -> None:
    (tmp_path / "store" / "valkey.sock").mkdir(parents=True)
    with pytest.raises(CannotStart, match=r"(?s)could not start.*nix socket") as refused:
        await open_store(StoreConfig(), tmp_path)
    assert refused.value.code == "store_died"
    assert servers_of(tmp_path) == []


async def test_a_data_directory_that_is_a_file_is_told(tmp_path: Path) -> None:
    (tmp_path / "data").write_text("")
    with pytest.raises(CannotStart, match="is not a directory"):
        await open_store(StoreConfig(), tmp_path / "data")


async def test_a_data_directory_that_cannot_be_made_is_told(tmp_path: Path) -> None:
    # An administrator may write into any directory but one of the kernel's own.
    parent = Path("/proc") if os.getuid() == 0 else tmp_path
    if parent == tmp_path:
        tmp_path.chmod(0o500)
    with pytest.raises(CannotStart, match=r"is not writable|cannot be used"):
        await open_store(StoreConfig(), parent / "livesell-data")


async def test_a_long_path_gets_its_socket_in_a_private_place(tmp_path: Path) -> None:
    data = tmp_path / ("那曲" * 30)
    path = socket_of(data)
    assert len(os.fsencode(path)) <= MAX_SOCKET_PATH_BYTES
    store = await open_store(StoreConfig(), data)
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700
    await store.close()
    path.parent.rmdir()


async def test_a_socket_place_that_others_may_enter_is_not_used(tmp_path: Path) -> None:
    data = tmp_path / ("x" * 110)
    path = socket_of(data)
    path.parent.mkdir(mode=0o700)
    path.parent.chmod(0o755)
    with pytest.raises(CannotStart, match="someone else"):
        await open_store(StoreConfig(), data)
    path.parent.rmdir()


async def test_ctrl_c_in_the_terminal_is_not_for_the_server(tmp_path: Path) -> None:
    async with python(USER, str(tmp_path)) as user:
        await user.line()
        pid = pid_of_server(tmp_path)
        assert os.getsid(pid) == pid
        assert await user.end() == 0


async def test_the_settings_promise_that_acknowledged_is_on_disk(store_data: Path) -> None:
    with client(socket_of(store_data)) as one:
        for name, value in (
            ("appendonly", "yes"),
            ("appendfsync", "always"),
            ("no-appendfsync-on-rewrite", "no"),
            ("maxmemory-policy", "noeviction"),
            ("save", ""),
            ("port", "0"),
            ("protected-mode", "yes"),
        ):
            assert one.config_get(name) == {name: value}


async def test_two_stores_in_one_process_are_two_users(tmp_path: Path) -> None:
    async with asyncio.TaskGroup() as group:
        opening = [group.create_task(open_store(StoreConfig(), tmp_path)) for _ in range(2)]
    one, two = (task.result() for task in opening)
    await one.close()
    await two.ping()
    await two.close()
    assert servers_of(tmp_path) == []


async def test_the_server_is_not_told_our_secrets(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LIVESELL_AUTH__SECRET", "a-secret-of-ours")
    store = await open_store(StoreConfig(), tmp_path)
    environment = Path(f"/proc/{pid_of_server(tmp_path)}/environ").read_bytes()
    assert b"a-secret-of-ours" not in environment
    await store.close()


async def test_a_directory_that_was_removed_in_use_leaves_no_server(tmp_path: Path) -> None:
    data = tmp_path / "data"
    store = await open_store(StoreConfig(), data)
    shutil.rmtree(data)
    await store.close()
    assert servers_of(data) == []


def test_closing_twice_and_reviving_after_closing_do_nothing(tmp_path: Path) -> None:
    server = Embedded(tmp_path)
    server.open()
    server.close()
    server.close()
    server.revive()
    assert servers_of(tmp_path) == []


def test_a_full_disk_is_told_before_anything_starts(tmp_path: Path) -> None:
    disk = tmp_path / "disk"
    disk.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", "size=64k", "none", str(disk)]
    if subprocess.run(mount, check=False, capture_output=True).returncode != 0:
        pytest.skip("this user cannot make a small disk")
    try:
        with pytest.raises(OSError, match="No space left"):
            (disk / "filler").write_bytes(bytes(100_000))
        with pytest.raises(CannotStart, match="is on a full disk"):
            Embedded(disk / "data").open()
    finally:
        subprocess.run(["umount", str(disk)], check=True)
