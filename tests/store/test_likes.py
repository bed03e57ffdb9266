"""A visit's taps are credited once, however often they are told."""

from livesell.domain.command import End, Pause
from livesell.domain.recount import recount
from livesell.store import Store, Taps
from livesell.store.likes import TAIL_MS
from tests.support.build import NOW_MS, command, given_live, given_session


def taps(n: int, visit: str = "visit", viewer: str = "viewer", at_most: int = 1000) -> Taps:
    return Taps(visit, viewer, n, at_most)


async def test_only_what_is_new_is_credited(store: Store) -> None:
    await given_live(store)
    assert await store.likes.credit("naqu", [taps(10)], NOW_MS) == 10
    assert await store.likes.credit("naqu", [taps(10)], NOW_MS) == 0
    assert await store.likes.credit("naqu", [taps(7)], NOW_MS) == 0
    assert await store.likes.credit("naqu", [taps(12)], NOW_MS) == 2
    assert await store.likes.credit("naqu", [], NOW_MS) == 0


async def test_what_is_over_the_limit_can_be_credited_later(store: Store) -> None:
    await given_live(store)
    assert await store.likes.credit("naqu", [taps(100, at_most=30)], NOW_MS) == 30
    assert await store.likes.credit("naqu", [taps(100, at_most=0)], NOW_MS) == 0
    assert await store.likes.credit("naqu", [taps(100, at_most=90)], NOW_MS) == 70


async def test_likers_are_people_and_likes_are_taps(store: Store) -> None:
    await given_live(store)
    batch = [taps(3, "a", "x"), taps(4, "b", "x"), taps(5, "c", "y"), taps(0, "d", "z")]
    assert await store.likes.credit("naqu", batch, NOW_MS) == 12
    evidence = await store.ledger.evidence("naqu", NOW_MS)
    assert (evidence.truth.tally.likes, evidence.truth.tally.likers) == (12, 2)
    assert recount(evidence).differences == ()


async def test_a_visit_twice_in_a_batch_counts_its_larger_number(store: Store) -> None:
    await given_live(store)
    assert await store.likes.credit("naqu", [taps(3), taps(8), taps(5)], NOW_MS) == 8


async def test_likes_count_on_air_and_a_moment_longer(store: Store) -> None:
    await given_session(store, id="later")
    assert await store.likes.credit("later", [taps(1)], NOW_MS) == 0
    assert await store.likes.credit("nothing-here", [taps(1)], NOW_MS) == 0
    await given_live(store)
    await command(store, Pause())
    assert await store.likes.credit("naqu", [taps(1)], NOW_MS) == 1
    await command(store, End(), now_ms=NOW_MS)
    assert await store.likes.credit("naqu", [taps(2)], NOW_MS + TAIL_MS) == 1
    assert await store.likes.credit("naqu", [taps(3)], NOW_MS + TAIL_MS + 1) == 0
