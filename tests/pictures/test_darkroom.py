"""Photos are made in processes of their own, which may crash or hang."""

import asyncio
import contextlib
import os
import signal
from pathlib import Path

import pytest

from livesell.errors import BadInput
from livesell.pictures.darkroom import Darkroom
from livesell.pictures.uploads import photo_files
from tests.support.photos import a_photo
from tests.support.wait import wait_until

# Takes a second or so to decode, long enough to be caught at it.
LARGE = (6000, 6000)


def at_work() -> list[int]:
    """The processes of darkrooms that this one has started."""
    found = []
    for folder in Path("/proc").glob("[0-9]*"):
        with contextlib.suppress(OSError):
            parent = (folder / "stat").read_text().rpartition(")")[2].split()[1]
            command = (folder / "cmdline").read_bytes()
            if int(parent) == os.getpid() and b"livesell.pictures.darkroom" in command:
                found.append(int(folder.name))
    return found


async def test_it_makes_what_the_decoder_makes() -> None:
    sent = a_photo()
    assert await Darkroom().photo_files(sent) == photo_files(sent)
    assert at_work() == []


async def test_a_refusal_comes_back_as_it_was_meant() -> None:
    with pytest.raises(BadInput) as raised:
        await Darkroom().photo_files(a_photo()[:500])
    assert raised.value.code == "photo_broken"


async def test_many_at_once_take_turns() -> None:
    room = Darkroom()
    sent = [a_photo(100 + n, 100) for n in range(5)]
    made = await asyncio.gather(*(room.photo_files(one) for one in sent))
    assert [one.sizes[-1].width for one in made] == [100, 101, 102, 103, 104]


@pytest.mark.parametrize("how", [signal.SIGKILL, signal.SIGSEGV, signal.SIGSTOP])
async def test_one_that_crashes_or_hangs_is_a_broken_photo(how: signal.Signals) -> None:
    room = Darkroom(timeout_s=3)
    work = asyncio.create_task(room.photo_files(a_photo(*LARGE, kind="PNG")))
    await wait_until(lambda: at_work() != [], "the process")
    os.kill(at_work()[0], how)
    with pytest.raises(BadInput) as raised:
        await work
    assert raised.value.code == "photo_broken"
    assert at_work() == []


async def test_whoever_stops_waiting_leaves_no_process() -> None:
    room = Darkroom()
    work = asyncio.create_task(room.photo_files(a_photo(*LARGE, kind="PNG")))
    await wait_until(lambda: at_work() != [], "the process")
    work.cancel()
    with pytest.raises(asyncio.CancelledError):
        await work
    assert at_work() == []
    assert (await room.photo_files(a_photo(10, 10))).sizes[0].width == 10
