"""What the list of viewers costs with 100,000 of them: the answer, the store and the loop.

    .venv/bin/python scripts/bench_audience.py [--viewers 100000] [--rounds 7]

Medians. A page is read as the API reads it; meanwhile the loop is watched for how late it gets, and
orders are placed, because they are what must not wait.
"""

import argparse
import asyncio
import statistics
import sys
import tempfile
import time
import uuid
from collections.abc import Awaitable, Callable
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from livesell.actions.audience import Moderation, Wanted
from livesell.actions.host import Host
from livesell.cli.options import CLI
from livesell.clock import system_clock
from livesell.config import StoreConfig
from livesell.domain.card import Card
from livesell.domain.command import Start
from livesell.domain.ids import new_viewer_id
from livesell.domain.order import Contact, OrderRequest
from livesell.domain.session import Session
from livesell.store import Beat, Store, Taps, open_store

SESSION = "audience"
PRICE = 500
PARTS = {
    "all, last here": Wanted(),
    "all, most likes": Wanted(sort="likes"),
    "here now": Wanted(shown="here"),
    "found by id": Wanted(find="v0"),
    "muted": Wanted(shown="muted"),
}


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--viewers", type=int, default=100_000)
    parser.add_argument("--rounds", type=int, default=7)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as scratch:
        asyncio.run(measure(Path(scratch), options.viewers, options.rounds))


async def measure(data: Path, viewers: int, rounds: int) -> None:
    store = await open_store(StoreConfig(timeout_ms=5000), data)
    try:
        await fill(store, viewers)
        moderation = Moderation(store, system_clock)
        print(f"{viewers} viewers, a page of 50, medians of {rounds}")
        quiet = [await late_ms(asyncio.sleep, 0.2) for _ in range(rounds)]
        print(f"{'nothing':<16} loop late by at most {statistics.median(quiet):6.1f} ms")
        for name, wanted in PARTS.items():
            await measure_part(store, moderation, name, wanted, rounds)
    finally:
        await store.close()


async def measure_part(
    store: Store, moderation: Moderation, name: str, wanted: Wanted, rounds: int
) -> None:
    truth = await store.sessions.pull(SESSION, system_clock())
    took: list[float] = []
    late: list[float] = []
    orders: list[float] = []
    for _ in range(rounds):
        buying = asyncio.create_task(buy(store, orders))
        began = time.perf_counter()
        late.append(await late_ms(lambda: moderation.page(truth, wanted, by=CLI)))
        took.append((time.perf_counter() - began) * 1000)
        buying.cancel()
        await asyncio.gather(buying, return_exceptions=True)
    print(
        f"{name:<16} loop late by at most {statistics.median(late):6.1f} ms, "
        f"answer in {statistics.median(took):6.1f} ms, "
        f"orders meanwhile in {statistics.median(orders):5.1f} ms"
    )


async def late_ms(work: Callable[..., Awaitable[object]], *arguments: float) -> float:
    """The longest time for which the loop did not turn while `work` was under way."""
    worst, is_over = 0.0, False

    async def watch() -> None:
        nonlocal worst
        while not is_over:
            began = time.perf_counter()
            await asyncio.sleep(0.001)
            worst = max(worst, time.perf_counter() - began - 0.001)

    watching = asyncio.create_task(watch())
    await work(*arguments)
    is_over = True
    await watching
    return worst * 1000


async def buy(store: Store, took: list[float]) -> None:
    """One order after the other, each timed."""
    while True:
        request = OrderRequest(
            id=str(uuid.uuid4()), viewer="buyer", card="tea", units=1, price=PRICE,
            contact=Contact(), name="",
        )  # fmt: skip
        began = time.perf_counter()
        await store.orders.place(SESSION, [request], system_clock())
        took.append((time.perf_counter() - began) * 1000)
        await asyncio.sleep(0.005)


async def fill(store: Store, viewers: int) -> None:
    """A live session in which half of the viewers liked, and every thousandth is muted."""
    host = Host(store, system_clock)
    card = Card(id="tea", slot=1, title="清风度西藏凉茶", price=PRICE, open=True)
    session = Session(id=SESSION, title="那曲专场", host="苗伟伦")
    await host.create(session, [card], {"tea": 1_000_000}, by=CLI)
    await host.run(SESSION, Start(), by=CLI)
    ids = [new_viewer_id() for _ in range(viewers)]
    for n in range(0, viewers, 500):
        some = ids[n : n + 500]
        beat = Beat(node="n1", seq=n, now_ms=system_clock(), lease_ms=60_000, joined=some)
        await store.presence.beat(SESSION, beat)
        taps = [Taps(f"visit-{one}", one, 1 + i % 90, 100) for i, one in enumerate(some[::2])]
        await store.likes.credit(SESSION, taps, system_clock())
    for one in ids[::1000]:
        await store.audience.moderate(
            SESSION, "mute", one, by="bench", cause="bench", now_ms=system_clock()
        )


if __name__ == "__main__":
    main()
