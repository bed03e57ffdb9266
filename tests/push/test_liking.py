"""Likes over the socket: cumulative per visit, so that nothing is lost or counted twice."""

from livesell.config import Config, Push, Sales
from livesell.domain.command import End, Pause
from livesell.domain.command import Start as GoLive
from livesell.store import Store
from tests.push.conftest import Start
from tests.push.pages import page
from tests.support.build import FakeClock, command, given_live, given_session
from tests.support.wait import wait_until


async def likes_become(store: Store, expected: int) -> None:
    async def are() -> bool:
        return (await store.sessions.pull("naqu", 0)).tally.likes == expected

    await wait_until(are, f"{expected} likes")


async def test_taps_are_cumulative_within_a_visit(store: Store, start: Start) -> None:
    await given_live(store)
    push = await start()
    async with page(push.port) as one:
        for n in (3, 7, 7, 5):
            await one.send(t="like", n=n)
        await likes_become(store, 7)
        await one.until_document(lambda d: d["tally"]["likes"] == 7, "seven likes on the page")


async def test_a_reconnect_to_another_node_loses_and_repeats_nothing(
    store: Store, start: Start
) -> None:
    await given_live(store)
    first, second = await start("node-1"), await start("node-2")
    async with page(first.port) as one:
        await one.send(t="like", n=20)
        await likes_become(store, 20)
    async with page(second.port) as again, page(second.port, viewer="other") as other:
        await again.send(t="like", n=20)  # what a page does after every reconnect
        await again.send(t="like", n=31)
        await other.send(t="like", n=2)
        await likes_become(store, 33)
    truth = await store.sessions.pull("naqu", 0)
    assert truth.tally.likers == 2


async def test_a_burst_above_the_pace_is_credited_over_time(store: Store, start: Start) -> None:
    await given_live(store)
    push = await start(base=Config(push=Push(tick_ms=20), sales=Sales(likes_per_second=20)))
    async with page(push.port) as one:
        await one.send(t="like", n=230)
        await likes_become(store, 200)
        await likes_become(store, 230)


async def test_likes_wait_for_the_first_pull(store: Store, start: Start) -> None:
    """A page reports its taps right after it has reconnected, before the node knows the session."""
    await given_live(store)
    push = await start()
    async with page(push.port) as one:
        await one.send(t="like", n=4)
        await likes_become(store, 4)


async def test_likes_count_on_air_and_shortly_after(
    store: Store, start: Start, clock: FakeClock
) -> None:
    await given_session(store)
    push = await start()
    async with page(push.port) as one:
        await one.until("state")
        await one.send(t="like", n=5)
        await one.send(t="ping")
        await one.until("hello", 2)
        await command(store, GoLive())
        await one.until_document(lambda d: d["session"]["state"] == "live", "live")
        await one.send(t="like", n=8)
        await likes_become(store, 8)
        await command(store, Pause())
        await one.send(t="like", n=9)
        await likes_become(store, 9)
        await command(store, End(), now_ms=clock.now_ms)
        await one.until_document(lambda d: d["session"]["state"] == "ended", "ended")
        clock.advance(s=9)
        await one.send(t="like", n=11)
        await likes_become(store, 11)
        clock.advance(s=2)
        await one.send(t="like", n=50)
        await one.send(t="ping")
        await one.until("hello", 3)
    assert (await store.sessions.pull("naqu", 0)).tally.likes == 11


async def test_likes_that_are_pending_survive_a_drain(store: Store, start: Start) -> None:
    await given_live(store)
    push = await start(tick_ms=10_000)
    async with page(push.port) as one:
        await one.until("state")
        await one.send(t="like", n=6)
        await one.send(t="ping")
        await one.until("hello", 2)
        await push.server.drain(3)
    assert (await store.sessions.pull("naqu", 0)).tally.likes == 6
