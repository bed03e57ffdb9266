"""Viewers are leases: recomputed, never plus or minus one; people are counted once."""

from typing import Any

from livesell.domain.command import End, Pause
from livesell.domain.recount import recount
from livesell.domain.truth import Truth
from livesell.store import Beat, Presence, Store
from livesell.store.likes import TAIL_MS
from livesell.store.presence import IDLE_MS
from tests.support.build import NOW_MS, command, given_live, given_session

LEASE_MS = 15_000


async def beat(store: Store, seq: int, session_id: str = "naqu", **fields: Any) -> None:
    whole = {"node": "n1", "now_ms": NOW_MS, "lease_ms": LEASE_MS, **fields}
    await store.presence.beat(session_id, Beat(seq=seq, **whole))


async def pull(store: Store, now_ms: int = NOW_MS) -> Truth:
    return await store.sessions.pull("naqu", now_ms)


async def test_viewers_are_the_sum_of_what_nodes_say(store: Store) -> None:
    await given_live(store)
    await beat(store, 1, node="n1", viewers=30, crew=2, connections=35, lag_ms=1.5)
    await beat(store, 1, node="n2", viewers=12)
    truth = await pull(store)
    assert truth.concurrent == 42
    assert list(truth.nodes) == ["n1", "n2"]
    health = truth.nodes["n1"]
    assert (health.viewers, health.crew, health.connections, health.lag_ms) == (30, 2, 35, 1.5)
    assert health.at_ms == NOW_MS


async def test_a_dead_nodes_viewers_vanish_with_its_lease(store: Store) -> None:
    await given_live(store)
    await beat(store, 1, node="n1", viewers=30)
    await beat(store, 1, node="n2", viewers=12, now_ms=NOW_MS + 5000)
    assert (await pull(store, NOW_MS + LEASE_MS)).concurrent == 12
    await beat(store, 2, node="n2", viewers=13, now_ms=NOW_MS + LEASE_MS)
    assert list((await pull(store, NOW_MS)).nodes) == ["n2"]


async def test_a_node_that_leaves_is_gone_at_once(store: Store) -> None:
    await given_live(store)
    await beat(store, 1, viewers=30)
    await store.presence.leave("naqu", "n1")
    await store.presence.leave("naqu", "n1")
    assert (await pull(store)).concurrent == 0


async def test_a_beat_sent_again_counts_once(store: Store) -> None:
    await given_live(store)
    for _ in range(2):
        await beat(store, 1, viewers=1, joined=["a"], watched={"a": 500})
    await beat(store, 2, viewers=1, watched={"a": 500})
    await beat(store, 1, viewers=9, joined=["b"], watched={"a": 500})
    truth = await pull(store)
    assert (truth.tally.viewers, truth.tally.views, truth.tally.watch_ms) == (1, 1, 1000)
    assert truth.concurrent == 1


async def test_a_restarted_node_may_begin_to_count_again(store: Store) -> None:
    await given_live(store)
    await beat(store, 40, viewers=1)
    restarted = Presence(store.presence._link)
    await restarted.beat(
        "naqu", Beat(node="n1", seq=1, now_ms=NOW_MS, lease_ms=LEASE_MS, viewers=5)
    )
    assert (await pull(store)).concurrent == 5


async def test_people_are_counted_once_and_entries_after_half_an_hour(store: Store) -> None:
    await given_live(store)
    await beat(store, 1, joined=["a", "b", "a"])
    await beat(store, 1, node="n2", joined=["a"], now_ms=NOW_MS + IDLE_MS - 1)
    assert ((await pull(store)).tally.viewers, (await pull(store)).tally.views) == (2, 2)
    await beat(store, 2, node="n2", joined=["a", "b"], now_ms=NOW_MS + IDLE_MS)
    assert ((await pull(store)).tally.viewers, (await pull(store)).tally.views) == (2, 3)


async def test_watching_is_not_idling(store: Store) -> None:
    await given_live(store)
    await beat(store, 1, joined=["a"])
    await beat(store, 2, watched={"a": 5000}, now_ms=NOW_MS + IDLE_MS - 1)
    await beat(store, 3, joined=["a"], now_ms=NOW_MS + IDLE_MS + 1)
    assert (await pull(store)).tally.views == 1


async def test_attendance_counts_on_air_only(store: Store) -> None:
    await given_session(store)
    await beat(store, 1, viewers=3, joined=["early"], watched={"early": 900})
    truth = await pull(store)
    assert (truth.concurrent, truth.tally.viewers, truth.tally.peak) == (3, 0, 0)
    assert truth.tally.watch_ms == 0


async def test_after_the_end_late_news_of_the_show_still_counts(store: Store) -> None:
    await given_live(store)
    await beat(store, 1, viewers=1, joined=["a"])
    await command(store, End())
    last_moment, too_late = NOW_MS + TAIL_MS, NOW_MS + TAIL_MS + 1
    await beat(store, 2, viewers=7, joined=["b"], watched={"a": 700}, now_ms=last_moment)
    await beat(store, 3, viewers=7, joined=["c"], watched={"b": 70, "c": 7}, now_ms=too_late)
    truth = await pull(store)
    assert (truth.tally.viewers, truth.tally.watch_ms, truth.tally.peak) == (2, 770, 1)


async def test_watch_time_may_be_told_before_the_join(store: Store) -> None:
    await given_live(store)
    await beat(store, 1, watched={"a": 500})
    await beat(store, 2, joined=["a"], watched={"a": 500})
    evidence = await store.ledger.evidence("naqu", NOW_MS)
    tally = evidence.truth.tally
    assert (tally.viewers, tally.views, tally.watch_ms) == (1, 1, 1000)
    assert recount(evidence).differences == ()


async def test_the_peak_is_the_largest_sample_on_air(store: Store) -> None:
    await given_live(store)
    await beat(store, 1, viewers=10)
    await beat(store, 1, node="n2", viewers=20)
    await beat(store, 2, viewers=1, now_ms=NOW_MS + 10_000)
    await command(store, Pause())
    await beat(store, 3, viewers=5, now_ms=NOW_MS + 10_001)
    assert (await pull(store)).tally.peak == 30
    timeline = await store.ledger.timeline("naqu")
    assert {start - NOW_MS: one.concurrent for start, one in timeline.items()} == {
        0: 30,
        10_000: 25,
    }
    sampled = [one.data for one in await store.ledger.entries("naqu") if one.kind == "sampled"]
    assert sampled == [{"concurrent": n} for n in (10, 30, 21, 25)]


async def test_ten_thousand_viewers_fit_into_one_beat(store: Store) -> None:
    await given_live(store)
    viewers = [f"viewer-{n}" for n in range(10_000)]
    await beat(store, 1, viewers=10_000, joined=viewers)
    await beat(store, 2, viewers=10_000, watched=dict.fromkeys(viewers, 5000))
    evidence = await store.ledger.evidence("naqu", NOW_MS)
    assert evidence.truth.tally.viewers == 10_000
    assert evidence.truth.tally.watch_ms == 50_000_000
    assert recount(evidence).differences == ()


async def test_a_beat_for_no_session_leaves_nothing(store: Store) -> None:
    await beat(store, 1, "nothing-here", viewers=3, joined=["a"])


async def test_watch_time_is_capped_per_viewer(store: Store) -> None:
    await given_live(store)
    await beat(store, 1, joined=["a", "b"], watched={"a": 1000, "b": 9000})
    assert await store.ledger.watch_ms("naqu", 5000) == 6000
