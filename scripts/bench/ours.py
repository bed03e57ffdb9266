"""Our gateway as it is served: a push worker, a store on disk, and a host who runs broadcasts.

`python -m bench.ours DIR CORE` is the host, with the embedded store beside it. It starts one
`livesell push --worker`, the process that `serve --push-workers` starts, pins it to CORE, and
answers the same requests as a peer. Only the worker is measured.

An update is a host's command: a new notice is committed to the store, the store wakes the worker,
the worker pulls, makes one patch and writes it to all. Limits that would refuse a load from few
addresses are raised; everything else is the default configuration.
"""

import asyncio
import os
import sys
import time
from asyncio.subprocess import PIPE, Process
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from itertools import count as numbers_from
from pathlib import Path
from typing import Any

import msgspec

from bench.control import answer_forever, say
from bench.frames import notice
from livesell import auth
from livesell.actions.host import Host
from livesell.clock import system_clock
from livesell.config import Auth, Config, Push, Sales
from livesell.domain.card import Card
from livesell.domain.command import Notice, Start
from livesell.domain.person import Actor
from livesell.domain.role import Role
from livesell.domain.session import Session
from livesell.store import Store, open_store
from livesell.workers import Assignment, Listening

HOST = Actor(name="bench", role=Role.HOST)

# A session rests as long as a round of it took, so one alone takes half of a core at most. This
# many, each half as large as the one before, leave a core little rest; sessions of one size would
# fall into step and rest together.
SPREAD = 6

# How often each of them has something new while the core is kept busy: oftener than a round.
FLOOD_EVERY_S = 0.05

TOKEN_S = 3600

# The sessions in which subscribers sit, by what they are for.
ONE, LIKES = "one", "likes"


class Gateway:
    """What the bench asks of our gateway."""

    def __init__(self, store: Store, secret: str) -> None:
        self._host = Host(store, system_clock)
        self._store = store
        self._secret = secret
        self._viewers = numbers_from(1)
        self._floods = numbers_from(0)

    async def prepare(self) -> None:
        """Puts every session on air."""
        card = Card(id="tea", slot=1, title="清风度西藏凉茶", price=500)
        for session_id in (ONE, LIKES, *_spread()):
            session = Session(id=session_id, title="那曲专场", host="苗伟伦")
            await self._host.create(session, [card], {"tea": 100}, by=HOST)
            await self._host.run(session_id, Start(confirm=True), by=HOST)

    async def paths(self, count: int, kind: str) -> dict[str, Any]:
        """An address with a token of its own for each of `count` new viewers."""
        names = (_one_of_spread(at) if kind == "spread" else kind for at in range(count))
        return {"paths": [self._path(name) for name in names]}

    async def tick(self, count: int, every_s: float) -> dict[str, Any]:
        """A notice at an even pace; `began` is before its commit."""
        began: list[float] = []
        due = time.monotonic()
        for number in range(count):
            began.append(time.monotonic())
            await self._announce(ONE, number)
            due += every_s
            await asyncio.sleep(due - time.monotonic())
        return {"began": began}

    async def flood(self, seconds: float) -> dict[str, Any]:
        """Something new in every session, always."""
        until = time.monotonic() + seconds
        counts = await asyncio.gather(*(self._flood(one, until) for one in _spread()))
        return {"ticks": sum(counts)}

    async def likes(self) -> dict[str, Any]:
        """What the store has credited, once nothing is on its way any more."""
        before, now = -1, await self._credited()
        while now != before:
            await asyncio.sleep(0.6)
            before, now = now, await self._credited()
        return {"likes": now}

    async def _credited(self) -> int:
        return (await self._store.sessions.pull(LIKES, system_clock())).tally.likes

    async def _flood(self, session_id: str, until: float) -> int:
        number = 0
        while time.monotonic() < until:
            due = time.monotonic() + FLOOD_EVERY_S
            await self._announce(session_id, next(self._floods))
            await asyncio.sleep(due - time.monotonic())
            number += 1
        return number

    async def _announce(self, session_id: str, number: int) -> None:
        await self._host.run(session_id, Notice(text=notice(number)), by=HOST)

    def _path(self, session_id: str) -> str:
        number = next(self._viewers)
        token = auth.mint(
            self._secret,
            viewer=f"viewer-{number}",
            visit=f"visit-{number}",
            role=Role.VIEWER,
            now_ms=system_clock(),
            lifetime_s=TOKEN_S,
        )
        return f"/v1/sessions/{session_id}?token={token}"


def _spread() -> list[str]:
    return [f"spread-{number}" for number in range(SPREAD)]


def _one_of_spread(at: int) -> str:
    """Every second subscriber in the first session, every second of the others in the next..."""
    trailing_ones = (~at & (at + 1)).bit_length() - 1
    return _spread()[min(trailing_ones, SPREAD - 1)]


def configuration(secret: str) -> Config:
    """The defaults, but for limits on what few addresses may do and how long they are silent."""
    return Config(
        auth=Auth(secret=secret),
        push=Push(
            listen="127.0.0.1:0",
            joins_per_second=1_000_000,
            messages_per_second=1000,
            silent_s=3600,
        ),
        sales=Sales(likes_per_second=1000),
    )


@asynccontextmanager
async def worker(config: Config, data: Path, core: int | None) -> AsyncIterator[Listening]:
    """A push worker, pinned; yields what it says when it listens."""
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "livesell", "push", "--worker", stdin=PIPE, stdout=PIPE
    )
    if core is not None:
        os.sched_setaffinity(process.pid, {core})
    assert process.stdin is not None
    work = Assignment(config=config, data=str(data), node="bench")
    process.stdin.write(msgspec.json.encode(work) + b"\n")
    listening = await _first_words(process)
    # It may report more later; a full pipe would block it.
    draining = asyncio.create_task(_drain(process))
    try:
        yield listening
    finally:
        process.stdin.close()
        with suppress(TimeoutError):
            async with asyncio.timeout(10):
                await process.wait()
        if process.returncode is None:
            process.kill()
        await process.wait()
        await draining


async def _first_words(process: Process) -> Listening:
    assert process.stdout is not None
    text = await process.stdout.readline()
    if not text:
        raise SystemExit("The push worker has ended; what it said is above.")
    return msgspec.json.decode(text, type=Listening)


async def _drain(process: Process) -> None:
    assert process.stdout is not None
    while await process.stdout.read(65_536):
        pass


async def serve(data: Path, core: int | None) -> None:
    secret = auth.new_secret()
    config = configuration(secret)
    store = await open_store(config.store, data)
    try:
        gateway = Gateway(store, secret)
        await gateway.prepare()
        async with worker(config, data, core) as listening:
            say({"port": int(listening.push.rpartition(":")[2]), "pid": listening.pid})
            await answer_forever(
                {
                    "paths": gateway.paths,
                    "tick": gateway.tick,
                    "flood": gateway.flood,
                    "likes": gateway.likes,
                }
            )
    finally:
        await store.close()


def main() -> None:
    core = int(sys.argv[2])
    asyncio.run(serve(Path(sys.argv[1]), core if core >= 0 else None))


if __name__ == "__main__":
    main()
