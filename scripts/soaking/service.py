"""The service under test: `livesell serve` in a directory of its own, one session on air."""

import asyncio
import contextlib
import os
import shutil
import signal
import sys
import tempfile
import urllib.request
from collections import defaultdict
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from functools import partial
from pathlib import Path
from typing import Any

from prometheus_client.parser import text_string_to_metric_families

from livesell import datadir
from livesell.actions.host import Host
from livesell.actions.staff import Staff
from livesell.cli.options import CLI
from livesell.clock import system_clock
from livesell.config import StoreConfig
from livesell.config.rules import address
from livesell.datadir import Running
from livesell.domain.card import Card
from livesell.domain.command import Notice, Open, Start
from livesell.domain.document import viewer_document
from livesell.domain.session import Session
from livesell.replay.usage import children_of, usage_of, working_in
from livesell.store import Store, open_store
from livesell.store.embedded import Embedded
from soaking.selling import CARD, PRICE
from soaking.talk import Assignment

SESSION = "soak"
SECRET = "a secret for the soak's own service, of no use elsewhere"
READY_WITHIN_S = 60
STOP_WITHIN_S = 30
HOURS_MS = 4 * 3_600_000

# What the crowd does is faster than people, on purpose.
_FASTER_THAN_PEOPLE = {
    "SALES__ORDERS_PER_MINUTE": "6000",
    "SALES__LIKES_PER_SECOND": "1000",
    "PUSH__MESSAGES_PER_SECOND": "1000",
    "AUTH__SECRET": SECRET,
}


# Starts a service with more settings, `push__tick_ms=1000`.
Launch = Callable[..., Awaitable[asyncio.subprocess.Process]]


class Service:
    """A service that runs, and its store seen from beside it."""

    def __init__(self, data: Path, process: asyncio.subprocess.Process, launch: Launch) -> None:
        self.data = data
        self.process = process
        self.store: Store
        self._launch = launch
        self._news = 0

    async def die_starting(self, after_s: float) -> None:
        """Is started and killed so soon that it may not have got far; so is its store."""
        await self.process.wait()
        self.process = await self._launch()
        await asyncio.sleep(after_s)
        for pid in (self.process.pid, working_in(self.data / "store", "valkey-server")):
            if pid is not None:
                os.kill(pid, signal.SIGKILL)

    async def start_again(self, **settings: object) -> None:
        """After it was killed: as it was started, but for these settings."""
        await self.process.wait()
        self.process = await self._launch(**settings)
        await _until_ready(self.process, self.data)

    @property
    def running(self) -> Running:
        found = datadir.running(self.data)
        if found is None:
            raise RuntimeError("The service has ended.")
        return found

    @property
    def push(self) -> tuple[str, int]:
        return address(self.running.push, "push")

    @property
    def workers(self) -> list[int]:
        """The processes that hold sockets: the workers, or the service itself."""
        pids = [pid for pid, name in children_of(self.process.pid) if not name.startswith("valk")]
        return sorted(pids) or [self.process.pid]

    @property
    def store_pid(self) -> int:
        pid = working_in(self.data / "store", "valkey-server")
        if pid is None:
            raise RuntimeError("The store does not run.")
        return pid

    def assignment(self, number: int) -> Assignment:
        host, port = self.push
        return Assignment(process=number, host=host, port=port, session=SESSION, secret=SECRET)

    def resident_kib(self) -> int:
        """What the processes with sockets take, all together."""
        return sum(found.resident_kib for pid in self.workers if (found := usage_of(pid)))

    def cpu_s(self) -> float:
        return sum(found.cpu_s for pid in self.workers if (found := usage_of(pid)))

    async def metrics(self) -> "Scrape":
        """Everything that /metrics says, workers summed up."""
        text = await asyncio.to_thread(_read, f"http://{self.running.http}/metrics")
        return Scrape(text)

    async def tell_news(self, chars: int = 0) -> None:
        """A host's notice, which changes everyone's document."""
        self._news += 1
        command = Notice(text=f"News {self._news} ".ljust(chars, "新"))
        await Host(self.store, system_clock).run(SESSION, command, by=CLI)

    @contextlib.asynccontextmanager
    async def news(self, per_second: float, chars: int = 0) -> AsyncIterator[None]:
        """Keeps telling news while the block lasts, whatever becomes of the store."""

        async def tell() -> None:
            while True:
                began = asyncio.get_running_loop().time()
                with contextlib.suppress(Exception):
                    await self.tell_news(chars)
                spent = asyncio.get_running_loop().time() - began
                await asyncio.sleep(max(0.0, 1 / per_second - spent))

        task = asyncio.create_task(tell())
        try:
            yield
        finally:
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)

    async def document(self) -> dict[str, Any]:
        """What a page that comes now would be shown."""
        return viewer_document(await self.store.sessions.pull(SESSION, system_clock()))

    async def order_ids(self) -> set[str]:
        """Every order that the store holds."""
        found: set[str] = set()
        while True:
            page = await self.store.orders.page(SESSION, after_n=len(found), limit=2000)
            if not page:
                return found
            found.update(one.id for one in page)

    async def is_exact(self) -> bool:
        return (await Staff(self.store, system_clock, "ordered").recount(SESSION)).is_exact


class Scrape:
    """One reading of the metrics; `read("joins_total")` is a sum over the workers."""

    def __init__(self, text: str) -> None:
        self._sums: dict[str, float] = defaultdict(float)
        self._most: dict[str, float] = defaultdict(float)
        for family in text_string_to_metric_families(text):
            for sample in family.samples:
                labels = {k: v for k, v in sample.labels.items() if k != "worker"}
                for name in {sample.name, _labelled(sample.name, labels)}:
                    self._sums[name] += sample.value
                    self._most[name] = max(self._most[name], sample.value)

    def read(self, name: str, **labels: str) -> float:
        return self._sums.get(_labelled(f"livesell_push_{name}", labels), 0.0)

    def most(self, name: str) -> float:
        """The highest among the workers."""
        return self._most.get(f"livesell_push_{name}", 0.0)


def within(before: Scrape, after: Scrape, name: str, seconds: float) -> float:
    """The share of a histogram's durations, in per cent, that were at most one of its edges."""
    le = str(seconds)
    under, total = (
        after.read(f"{name}_bucket", le=edge) - before.read(f"{name}_bucket", le=edge)
        for edge in (le, "+Inf")
    )
    return 100 * under / total if total else 100.0


def _labelled(name: str, labels: Mapping[str, str]) -> str:
    return name + "".join(f",{key}={labels[key]}" for key in sorted(labels))


def _read(url: str) -> str:
    with urllib.request.urlopen(url, timeout=10) as answer:
        return str(answer.read().decode())


@contextlib.asynccontextmanager
async def service(
    *,
    workers: int = 0,
    store_url: str = "",
    beside: Path | None = None,
    is_apart: bool = False,
    **settings: object,
) -> AsyncIterator[Service]:
    """A service on air with one card that does not run out.

    Args:
        store_url: Of a store of somebody else's; empty uses one of its own.
        beside: The directory of the embedded store behind `store_url`, to look into it.
        is_apart: Whether its own store is looked at as a stranger would: whoever uses it as the
            service does starts it again when it is killed, and that is the service's to do.
        settings: Configuration, `push__tick_ms=1000`.
    """
    data = Path(tempfile.mkdtemp(prefix="livesell-soak-"))
    launch = partial(_start, data, workers, store__url=store_url, **settings)
    one = Service(data, await launch(), launch)
    store: Store | None = None
    try:
        await _until_ready(one.process, data)
        url = f"unix://{Embedded(data).socket}" if is_apart else ""
        config = StoreConfig(url=url, timeout_ms=10_000)
        one.store = store = await open_store(config, beside or data)
        await _go_live(store)
        yield one
    finally:
        await _stop(one.process)
        if store is not None:
            await store.close()
        await asyncio.to_thread(_stop_store, data)
        shutil.rmtree(data, ignore_errors=True)


async def _start(data: Path, workers: int, **settings: object) -> asyncio.subprocess.Process:
    environ = {
        **{k: v for k, v in os.environ.items() if not k.startswith("LIVESELL_")},
        **{f"LIVESELL_{key}": value for key, value in _FASTER_THAN_PEOPLE.items()},
        **{f"LIVESELL_{key.upper()}": str(value) for key, value in settings.items()},
        "PYTHONPATH": str(Path(__file__).parents[2]),
    }
    with (data / "serve.log").open("ab") as log:
        return await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "livesell", "serve", "--data", str(data)),
            *("--http", "127.0.0.1:0", "--push", "127.0.0.1:0", "--push-workers", str(workers)),
            stdin=asyncio.subprocess.DEVNULL,
            stdout=asyncio.subprocess.DEVNULL,
            stderr=log,
            env=environ,
            cwd=data,
        )


async def _stop(process: asyncio.subprocess.Process) -> None:
    if process.returncode is None:
        process.send_signal(signal.SIGTERM)
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(STOP_WITHIN_S):
                await process.wait()
    if process.returncode is None:
        process.kill()
        await process.wait()


def _stop_store(data: Path) -> None:
    """A killed service leaves its store for the next one; here there is none."""
    pid = working_in(data / "store", "valkey-server")
    if pid is not None:
        os.kill(pid, signal.SIGTERM)


async def _until_ready(process: asyncio.subprocess.Process, data: Path) -> None:
    async with asyncio.timeout(READY_WITHIN_S):
        while datadir.running(data) is None:
            if process.returncode is not None:
                log = (data / "serve.log").read_text(errors="replace")
                raise RuntimeError(f"The service did not start:\n{log[-2000:]}")
            await asyncio.sleep(0.05)


async def _go_live(store: Store) -> None:
    host, now_ms = Host(store, system_clock), system_clock()
    session = Session(
        id=SESSION,
        title="Soak",
        host="Soak",
        planned_start_ms=now_ms + HOURS_MS // 2,
        planned_end_ms=now_ms + HOURS_MS,
    )
    card = Card(id=CARD, slot=1, title="Tea", price=PRICE)
    await host.create(session, [card], {CARD: 1_000_000}, by=CLI)
    await host.run(SESSION, Start(), by=CLI)
    await host.run(SESSION, Open(card=CARD), by=CLI)
