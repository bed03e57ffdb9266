"""A service that is killed loses nobody's place, and its successor keeps what was offered."""

import asyncio
import json
import signal
import urllib.request
import uuid
from pathlib import Path
from typing import Any

import websockets

from livesell.clock import system_clock
from livesell.domain.command import Restock
from livesell.store import Store
from tests.support.audience import Viewer
from tests.support.build import command
from tests.support.given import given_on_air, recount_of, store_of, token_of
from tests.support.process import Serving, serving
from tests.support.wait import wait_until


def join(service: Serving, token: str) -> dict[str, Any]:
    """Queues for one unit of tea over HTTP."""
    request = urllib.request.Request(
        f"{service.url}/api/v1/sessions/naqu/cards/tea/waitlist",
        data=b'{"units": 1}',
        headers={"Authorization": f"Bearer {token}", "Content-Type": "application/json"},
    )
    with urllib.request.urlopen(request, timeout=10) as answer:
        entry: dict[str, Any] = json.load(answer)["entry"]
        return entry


async def restock(store: Store, units: int) -> None:
    await command(store, Restock(card="tea", units=units), now_ms=system_clock())


async def offered(store: Store) -> int:
    now_ms = system_clock()
    truth = await store.sessions.pull("naqu", now_ms)
    return len(truth.offers)


async def test_places_and_offers_outlive_a_killed_service(tmp_path: Path) -> None:
    data = tmp_path / "data"
    async with store_of(data) as store, serving(data) as service:
        await given_on_air(store, stock=0)
        tokens = [await token_of(store) for _ in range(4)]
        places = [(await asyncio.to_thread(join, service, token))["place"] for token in tokens]
        assert places == [1, 2, 3, 4]
        await restock(store, 1)
        await wait_until(lambda: offered(store), "the first is offered it", timeout_s=1)
        assert await service.end(signal.SIGKILL) == -signal.SIGKILL
        await restock(store, 1)  # nobody is there to hear of it
        before = [one.viewer for one in await store.waitlist.queue("naqu")]
        await service.start()

        async def both() -> bool:
            return await offered(store) == 2

        await wait_until(both, "the second is offered what came back meanwhile")
        assert [one.viewer for one in await store.waitlist.queue("naqu")] == before[1:]
        push = service.running.push
        async with (
            Viewer(push, "naqu", tokens[0]) as first,
            Viewer(push, "naqu", tokens[1]) as second,
            Viewer(push, "naqu", tokens[2]) as third,
        ):
            assert (await third.order("tea"))["code"] == "sold_out"
            answer = await first.order("tea", id="3f2a6c1e-0f3b-4a51-9d0a-6a3c1de0b7aa")
            assert answer["ok"]
            assert (await second.order("tea"))["ok"]
            again = await first.order("tea", id=answer["id"])
            assert again["order"] == answer["order"]
        entry = await asyncio.to_thread(join, service, tokens[3])
        assert (entry["state"], entry["place"]) == ("waiting", 2)
        assert (await recount_of(store)).is_exact


async def test_kills_at_any_moment_offer_nothing_twice(tmp_path: Path) -> None:
    """Buyers use their offers while the service is killed again and again."""
    data = tmp_path / "data"
    won: set[str] = set()

    async def buy(service: Serving, token: str) -> None:
        order_id = str(uuid.uuid4())  # one tap, sent again until its answer is there
        while token not in won:
            try:
                async with Viewer(service.running.push, "naqu", token) as viewer:
                    while token not in won:
                        if (await viewer.order("tea", id=order_id))["ok"]:
                            won.add(token)
                        await asyncio.sleep(0.3)
            except (OSError, AssertionError, KeyError, websockets.WebSocketException):
                await asyncio.sleep(0.1)

    async with store_of(data) as store, serving(data) as service:
        await given_on_air(store, stock=0)
        tokens = [await token_of(store) for _ in range(12)]
        for token in tokens:
            await asyncio.to_thread(join, service, token)
        buying = [asyncio.create_task(buy(service, token)) for token in tokens]
        try:
            for round_ in range(4):
                await restock(store, 2)
                await asyncio.sleep(0.1 * round_)
                await service.end(signal.SIGKILL)
                await service.start()
            await wait_until(lambda: len(won) >= 8, "all eight are sold", timeout_s=45)
        finally:
            for task in buying:
                task.cancel()
            await asyncio.gather(*buying, return_exceptions=True)
        truth = await store.sessions.pull("naqu", system_clock())
        tea = truth.units["tea"]
        assert (tea.free, tea.offered, tea.waiting, tea.sold) == (0, 0, 4, 8)
        offers = [
            entry.data["viewer"]
            for entry in await store.ledger.entries("naqu", limit=100_000)
            if entry.kind == "offered"
        ]
        assert len(offers) == len(set(offers)) == 8
        assert (await recount_of(store)).is_exact
