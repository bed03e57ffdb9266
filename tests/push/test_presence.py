"""Who is counted, when, and for how long, on the real store."""

from livesell.domain.command import End
from livesell.domain.command import Start as GoLive
from livesell.domain.recount import recount
from livesell.domain.role import Role
from livesell.domain.truth import Truth
from livesell.store import Store
from tests.push.conftest import Start
from tests.push.pages import page
from tests.support.build import FakeClock, command, given_live, given_session
from tests.support.wait import wait_until


async def until_truth(store: Store, clock: FakeClock, holds: object, what: str) -> None:
    async def is_so() -> bool:
        assert callable(holds)
        return bool(holds(await store.sessions.pull("naqu", clock())))

    await wait_until(is_so, what, timeout_s=8)


async def test_viewers_are_counted_once_and_crew_and_overlays_never(
    store: Store, start: Start, clock: FakeClock
) -> None:
    await given_live(store)
    one, two = await start("node-1"), await start("node-2")
    async with (
        page(one.port) as first,
        page(one.port) as second_tab,
        page(two.port, viewer="other"),
        page(one.port, viewer="host", role=Role.STAFF) as crew,
        page(one.port, viewer="obs", role=Role.OVERLAY),
    ):
        await second_tab.until("state")
        await first.until_document(lambda d: d["tally"]["concurrent"] == 2, "two viewers")
        await first.until_document(lambda d: d["tally"]["viewers"] == 2, "two distinct viewers")
        await crew.until_document(lambda d: set(d["nodes"]) == {"node-1", "node-2"}, "both nodes")
        assert crew.d["nodes"]["node-1"]["viewers"] == 1
    await until_truth(store, clock, lambda t: t.concurrent == 0, "nobody is left")
    truth = await store.sessions.pull("naqu", clock())
    assert (truth.tally.viewers, truth.tally.views, truth.tally.peak) == (2, 2, 2)


async def test_only_time_on_air_counts_as_watched(
    store: Store, start: Start, clock: FakeClock
) -> None:
    await given_session(store)
    push = await start()
    async with page(push.port) as one:
        await one.until_document(lambda d: d["tally"]["concurrent"] == 1, "the countdown's viewer")
        assert one.d["tally"]["viewers"] == 0
        clock.advance(minutes=5)
        await command(store, GoLive(), now_ms=clock())
        await one.until_document(lambda d: d["tally"]["viewers"] == 1, "joined at the start")
        clock.advance(s=20)
        await command(store, End(), now_ms=clock())
        await one.until_document(lambda d: d["session"]["state"] == "ended", "ended")
        clock.advance(s=30)
    await until_truth(store, clock, lambda t: t.tally.watch_ms == 20_000, "twenty seconds")
    evidence = await store.ledger.evidence("naqu", clock())
    assert recount(evidence).is_exact


async def test_a_drained_node_gives_its_lease_back(
    store: Store, start: Start, clock: FakeClock
) -> None:
    await given_live(store)
    push = await start()
    async with page(push.port) as one:
        await one.until_document(lambda d: d["tally"]["concurrent"] == 1, "one viewer")
        clock.advance(s=7)
        await push.server.drain(3)
        truth: Truth = await store.sessions.pull("naqu", clock())
        assert (truth.concurrent, truth.nodes, truth.tally.watch_ms) == (0, {}, 7_000)
