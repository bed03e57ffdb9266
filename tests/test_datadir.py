"""One service at a time serves from a data directory, and others can find it."""

import os
from pathlib import Path

import pytest

from livesell import datadir
from livesell.datadir import LOCK, READY, Running, ServeLock
from livesell.errors import CannotStart

HERE = Running(pid=1, http="127.0.0.1:8080", push="127.0.0.1:8081")


def test_a_second_service_is_refused_by_name(tmp_path: Path) -> None:
    first, second = ServeLock(tmp_path), ServeLock(tmp_path)
    first.acquire()
    with pytest.raises(CannotStart) as refused:
        second.acquire()
    assert refused.value.code == "data_in_use"
    assert f"process {os.getpid()}" in refused.value.message
    first.release()
    second.acquire()
    second.release()


def test_a_running_service_is_found_and_a_stopped_one_is_not(tmp_path: Path) -> None:
    lock = ServeLock(tmp_path)
    assert datadir.running(tmp_path) is None
    lock.acquire()
    assert datadir.running(tmp_path) is None, "it holds the lock but does not listen yet"
    lock.announce(HERE)
    assert datadir.running(tmp_path) == HERE
    lock.release()
    assert datadir.running(tmp_path) is None
    assert not (tmp_path / READY).exists()


def test_what_a_killed_service_left_means_nothing(tmp_path: Path) -> None:
    (tmp_path / LOCK).write_text("4711\n")
    (tmp_path / READY).write_text('{"pid": 4711, "http": "x:1", "push": "x:2"}')
    assert datadir.running(tmp_path) is None
    lock = ServeLock(tmp_path)
    lock.acquire()
    assert datadir.running(tmp_path) is None
    lock.release()


def test_a_directory_that_cannot_be_made_is_told(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(CannotStart) as refused:
        datadir.prepare(tmp_path / "file" / "data")
    assert "--data" in refused.value.message


def test_a_file_is_no_directory(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(CannotStart, match="it is a file"):
        datadir.prepare(tmp_path / "file")


def test_the_directory_is_for_its_owner_only(tmp_path: Path) -> None:
    datadir.prepare(tmp_path / "deep" / "data")
    assert (tmp_path / "deep" / "data").stat().st_mode & 0o777 == 0o700
    assert list((tmp_path / "deep" / "data").iterdir()) == []
