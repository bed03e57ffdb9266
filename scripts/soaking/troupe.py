"""The load processes of one scenario, asked and told together."""

import asyncio
import contextlib
import os
import sys
from collections import Counter
from collections.abc import AsyncIterator
from pathlib import Path
from typing import TypeVar

import msgspec

from livesell.replay.histogram import Histogram, Summary
from soaking.service import Service
from soaking.talk import Assignment, Report, Sold, Wish

SCRIPTS = Path(__file__).parents[1]
ANSWER_WITHIN_S = 60
MAX_LINE_BYTES = 2**28

_T = TypeVar("_T")


class Seen(Report, kw_only=True):
    """The reports of all processes in one."""

    delivered: Summary
    answered: Summary
    joined: Summary


class Troupe:
    """Args: processes: Started already, each with its assignment taken."""

    def __init__(self, processes: list[asyncio.subprocess.Process]) -> None:
        self._processes = processes

    @property
    def pids(self) -> list[int]:
        return [one.pid for one in self._processes]

    async def tell(self, wish: Wish) -> None:
        """The same to every process."""
        await asyncio.gather(*(_asked(one, wish, dict) for one in self._processes))

    async def join(self, count: int, per_second: float, *, stuck: int = 0) -> None:
        """So many pages more, shared out."""
        size = len(self._processes)
        wishes = [
            Wish(
                do="join",
                count=_share(count, size, number),
                stuck=_share(stuck, size, number),
                per_second=per_second / size,
            )
            for number in range(size)
        ]
        await asyncio.gather(
            *(_asked(one, wish, dict) for one, wish in zip(self._processes, wishes, strict=True))
        )

    async def sell(self, per_second: float = 0, *, in_flight: int = 0) -> None:
        size = len(self._processes)
        await self.tell(Wish(do="sell", per_second=per_second / size, in_flight=in_flight // size))

    async def like(self, per_second: float) -> None:
        await self.tell(Wish(do="like", per_second=per_second / len(self._processes)))

    async def mark(self) -> None:
        await self.tell(Wish(do="mark"))

    async def look(self) -> Seen:
        wish = Wish(do="report")
        reports = await asyncio.gather(*(_asked(one, wish, Report) for one in self._processes))
        return _together(reports)

    async def sold(self) -> Sold:
        wish = Wish(do="orders")
        parts = await asyncio.gather(*(_asked(one, wish, Sold) for one in self._processes))
        return Sold(
            stand=[one for part in parts for one in part.stand],
            nothing=[one for part in parts for one in part.nothing],
            refused=[one for part in parts for one in part.refused],
            open=[one for part in parts for one in part.open],
        )

    async def until_open(self, count: int, within_s: float) -> Seen:
        """Returns when so many pages are open, or the time is over."""
        until = asyncio.get_running_loop().time() + within_s
        while True:
            seen = await self.look()
            if seen.open + seen.stuck >= count or asyncio.get_running_loop().time() > until:
                return seen
            await asyncio.sleep(0.25)


@contextlib.asynccontextmanager
async def troupe(service: Service, count: int, first: int = 1) -> AsyncIterator[Troupe]:
    """So many load processes, numbered from `first`; they are gone afterwards."""
    processes = [await _start() for _ in range(count)]
    try:
        for number, process in enumerate(processes, start=first):
            await _asked(process, service.assignment(number), dict)
        yield Troupe(processes)
    finally:
        for process in processes:
            with contextlib.suppress(ProcessLookupError):
                process.kill()
        await asyncio.gather(*(process.wait() for process in processes))


async def _start() -> asyncio.subprocess.Process:
    return await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "soaking.crowd"),
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        limit=MAX_LINE_BYTES,
        env={**os.environ, "PYTHONPATH": str(SCRIPTS)},
    )


async def _asked(
    process: asyncio.subprocess.Process, wish: Wish | Assignment, kind: type[_T]
) -> _T:
    assert process.stdin is not None
    assert process.stdout is not None
    process.stdin.write(msgspec.json.encode(wish) + b"\n")
    async with asyncio.timeout(ANSWER_WITHIN_S):
        line = await process.stdout.readline()
    if not line:
        raise RuntimeError("A load process has ended; what it said stands above.")
    return msgspec.json.decode(line, type=kind)


def _share(count: int, size: int, number: int) -> int:
    return count // size + (number < count % size)


def _together(reports: list[Report]) -> Seen:
    delivery, answers, joins = Histogram(), Histogram(), Histogram()
    counts: Counter[str] = Counter()
    versions: dict[str, Counter[int]] = {}
    for one in reports:
        delivery.merge(one.delivery, one.delivery_max_ms)
        answers.merge(one.answers, one.answers_max_ms)
        joins.merge(one.joins, one.joins_max_ms)
        counts.update(one.counts)
        for epoch, found in one.versions.items():
            versions.setdefault(epoch, Counter()).update(found)
    return Seen(
        **{
            name: sum(getattr(one, name) for one in reports)
            for name in ("open", "shaking", "away", "stuck", "stale", "told", "unanswered")
        },
        versions={epoch: dict(found) for epoch, found in versions.items()},
        witnessed=[one for report in reports for one in report.witnessed],
        counts=dict(counts),
        cpu_s=sum(one.cpu_s for one in reports),
        delivered=delivery.summary(),
        answered=answers.summary(),
        joined=joins.summary(),
    )
