"""Muted and banned: decided once, in the store, and kept in the ledger."""

import asyncio
from typing import Any

import pytest

from livesell.domain.audience import Moderated, Verb
from livesell.domain.command import End
from livesell.domain.order import Placed
from livesell.domain.recount import recount
from livesell.errors import LivesellError, NotFound
from livesell.store import Beat, Store, Taps
from livesell.store.audience import held_back_of, mark_of
from tests.support.build import NOW_MS, a_request, command, given_live
from tests.support.placed import check_exact, placed


async def seen(store: Store, *viewers: str, seq: int = 1, **fields: Any) -> None:
    """A beat that tells of these viewers."""
    beat = Beat(node="n1", seq=seq, now_ms=NOW_MS, lease_ms=10_000, joined=list(viewers), **fields)
    await store.presence.beat("naqu", beat)


async def moderate(store: Store, verb: Verb, viewer: str = "v", cause: str = "刷屏") -> Moderated:
    return await store.audience.moderate("naqu", verb, viewer, by="ann", cause=cause, now_ms=NOW_MS)


async def like(store: Store, n: int, viewer: str = "v", at_most: int = 1000) -> int:
    taps = Taps(f"visit-{viewer}", viewer, n, at_most)
    return await store.likes.credit("naqu", [taps], NOW_MS)


async def outcome_of(store: Store, **fields: Any) -> str:
    """ "placed", or the code of the refusal."""
    (outcome,) = await store.orders.place("naqu", [a_request(**fields)], NOW_MS)
    return "placed" if isinstance(outcome, Placed) else outcome.code


async def ticker(store: Store) -> list[str]:
    return [entry.name for entry in (await store.sessions.pull("naqu", NOW_MS)).ticker]


async def held_back(store: Store, viewer: str = "v") -> tuple[int, int]:
    ((value,),) = await store.audience.values("naqu", ["held_back"], [viewer])
    return held_back_of(value)


async def test_a_banned_viewer_cannot_order_and_nobody_else_notices(store: Store) -> None:
    await given_live(store)
    first = await placed(store, viewer="v")
    done = await moderate(store, "ban")
    assert done.is_new
    assert done.mark is not None
    assert (done.mark.by, done.mark.at_ms, done.mark.cause) == ("ann", NOW_MS, "刷屏")
    assert await outcome_of(store, viewer="v") == "banned"
    assert await outcome_of(store, viewer="w") == "placed"
    # What was placed stays, and is answered as before.
    (again,) = await store.orders.place("naqu", [a_request(id=first.id, viewer="v")], NOW_MS)
    assert isinstance(again, Placed)
    assert again.dup
    await moderate(store, "unban")
    assert await outcome_of(store, viewer="v") == "placed"
    await check_exact(store)


async def test_a_caller_with_the_same_id_is_served(store: Store) -> None:
    """An order that staff type in bears their login name; a viewer may be called the same."""
    await given_live(store)
    await seen(store, "ann")
    await moderate(store, "ban", "ann")
    assert await outcome_of(store, viewer="ann", way="offline", by="ann") == "placed"
    assert await outcome_of(store, viewer="ann") == "banned"


async def test_a_ban_that_was_acknowledged_refuses_whatever_comes_after(store: Store) -> None:
    await given_live(store, stock=10_000)
    await seen(store, "v")
    is_told = False
    outcomes: list[tuple[bool, str]] = []

    async def shop() -> None:
        for _ in range(20):
            was_told = is_told
            outcomes.append((was_told, await outcome_of(store, viewer="v")))

    async def ban() -> None:
        nonlocal is_told
        while len(outcomes) < 30:
            await asyncio.sleep(0)
        await moderate(store, "ban")
        is_told = True

    await asyncio.gather(*(shop() for _ in range(6)), ban())
    assert {code for was_told, code in outcomes if was_told} == {"banned"}
    assert "placed" in {code for was_told, code in outcomes if not was_told}
    await check_exact(store)


async def test_marks_are_set_once_and_taken_back_once(store: Store) -> None:
    await given_live(store)
    await seen(store, "v")
    for do, undo in (("ban", "unban"), ("mute", "unmute")):
        assert (await moderate(store, undo)).is_new is False  # type: ignore[arg-type]
        assert (await moderate(store, do)).is_new  # type: ignore[arg-type]
        again = await moderate(store, do, cause="又来")  # type: ignore[arg-type]
        assert not again.is_new
        assert again.mark is not None
        assert again.mark.cause == "刷屏"  # the first one stands
        assert (await moderate(store, undo)).is_new  # type: ignore[arg-type]
    evidence = await store.ledger.evidence("naqu", NOW_MS)
    told = [(one.kind, one.by, one.data["viewer"]) for one in evidence.ledger[-4:]]
    assert told == [(kind, "ann", "v") for kind in ("banned", "unbanned", "muted", "unmuted")]
    assert evidence.ledger[-4].data["cause"] == "刷屏"
    assert recount(evidence).differences == ()


async def test_two_moderators_at_once_ban_once(store: Store) -> None:
    await given_live(store)
    await seen(store, "v")
    done = await asyncio.gather(*(moderate(store, "ban") for _ in range(8)))
    assert sum(one.is_new for one in done) == 1
    truth = await store.sessions.pull("naqu", NOW_MS)
    assert (truth.bans, truth.banned) == (1, frozenset({"v"}))


async def test_a_pull_tells_of_bans_when_they_change(store: Store) -> None:
    await given_live(store)
    await seen(store, "v", "w")
    first = await store.sessions.pull("naqu", NOW_MS)
    assert (first.bans, first.banned) == (0, frozenset())
    await moderate(store, "ban")
    await moderate(store, "mute", "w")
    second = await store.sessions.pull("naqu", NOW_MS, first)
    assert (second.bans, second.banned) == (1, frozenset({"v"}))
    third = await store.sessions.pull("naqu", NOW_MS, second)
    assert third.banned is second.banned
    await moderate(store, "unban")
    assert (await store.sessions.pull("naqu", NOW_MS, third)).banned == frozenset()


@pytest.mark.parametrize("verb", ["mute", "unmute", "ban", "unban"])
async def test_nobody_and_nowhere_are_told_apart(store: Store, verb: Verb) -> None:
    with pytest.raises(NotFound) as nowhere:
        await moderate(store, verb)
    assert nowhere.value.code == "no_such_session"
    await given_live(store)
    with pytest.raises(NotFound) as nobody:
        await moderate(store, verb)
    assert nobody.value.code == "no_such_viewer"
    assert (await store.ledger.entries("naqu"))[-1].kind != "banned"


async def test_who_has_ordered_or_liked_is_known_before_a_beat_says_so(store: Store) -> None:
    await given_live(store)
    await placed(store, viewer="buyer")
    await like(store, 3, "liker")
    assert (await moderate(store, "mute", "buyer")).is_new
    assert (await moderate(store, "mute", "liker")).is_new
    with pytest.raises(NotFound):
        await moderate(store, "mute", "buye")


async def test_a_muted_viewers_likes_do_not_count_and_are_not_made_up_for_later(
    store: Store,
) -> None:
    await given_live(store)
    assert await like(store, 10) == 10
    await moderate(store, "mute")
    assert await like(store, 25) == 0
    assert await like(store, 7, "w") == 7
    await moderate(store, "unmute")
    assert await like(store, 25) == 0
    assert await like(store, 30) == 5
    truth = await check_exact(store)
    assert (truth.tally.likes, truth.tally.likers) == (22, 2)
    assert await outcome_of(store, viewer="v") == "placed"


async def test_likes_under_way_when_a_ban_comes_do_not_count(store: Store) -> None:
    await given_live(store)
    await like(store, 4)
    await moderate(store, "ban")
    assert await like(store, 9) == 0
    await moderate(store, "unban")
    assert await like(store, 10) == 1
    await check_exact(store)


async def test_likes_add_up_by_viewer(store: Store) -> None:
    await given_live(store)
    await like(store, 4)
    await store.likes.credit("naqu", [Taps("other", "v", 6, 1000)], NOW_MS)
    await like(store, 3, "w")
    ((one, two, none),) = await store.audience.values("naqu", ["liked"], ["v", "w", "x"])
    assert (one, two, none) == (b"10", b"3", None)
    assert (await check_exact(store)).tally.likers == 2


async def test_a_tap_that_has_to_wait_is_told_once(store: Store) -> None:
    await given_live(store)
    assert await like(store, 100, at_most=30) == 30
    assert await held_back(store) == (70, 0)
    assert await like(store, 100, at_most=30) == 30
    assert await like(store, 110, at_most=30) == 30
    assert await held_back(store) == (80, 0)
    assert await like(store, 110) == 20
    assert await held_back(store) == (80, 0)
    assert (await check_exact(store)).tally.likes == 110


async def test_orders_refused_for_their_pace_come_with_beats_and_from_the_api(
    store: Store,
) -> None:
    await given_live(store)
    await seen(store, "v", refused={"v": 3, "w": 1}, watched={"v": 5})
    await seen(store, "v", refused={"v": 3, "w": 1})  # the same beat again
    await store.audience.note_refused("naqu", {"v": 2})
    assert await held_back(store) == (0, 5)
    assert await held_back(store, "w") == (0, 1)
    await command(store, End())
    await store.audience.note_refused("naqu", {"v": 2})
    await seen(store, seq=2, refused={"v": 2})
    assert await held_back(store) == (0, 5)


async def test_names_leave_the_ticker_and_stay_out(store: Store) -> None:
    await given_live(store)
    await placed(store, viewer="v", name='"坏')
    await placed(store, viewer="w", name="李四")
    await placed(store, viewer="v", name="*")
    assert await ticker(store) == ["***", "李**", '"**']
    await moderate(store, "mute")
    assert await ticker(store) == ["**", "李**", "**"]
    await placed(store, viewer="v", name='"坏')
    await placed(store, viewer="w", name="李四")
    assert await ticker(store) == ["李**", "**", "**", "李**", "**"]
    await moderate(store, "ban", "w")
    assert await ticker(store) == ["**"] * 5
    truth = await check_exact(store)
    assert [entry.units for entry in truth.ticker] == [1] * 5


async def test_a_banned_viewer_cannot_queue(store: Store) -> None:
    await given_live(store, stock=0)
    await seen(store, "v")
    await moderate(store, "ban")
    with pytest.raises(LivesellError) as refused:
        await store.waitlist.join(
            "naqu", "v", "tea", 1, most_units=10, most_entries=10, now_ms=NOW_MS
        )
    assert (refused.value.code, refused.value.http_status) == ("banned", 403)


async def test_an_erased_person_stays_banned_without_the_cause(store: Store) -> None:
    await given_live(store)
    await seen(store, "v", "w")
    for viewer in ("v", "w"):
        await moderate(store, "ban", viewer, '他是"张三"}')
    await moderate(store, "mute", "v", "张三")
    await store.details.erase("naqu", "v", by="ann", now_ms=NOW_MS + 1)
    rows = await store.audience.values("naqu", ["banned", "muted"], ["v", "w"])
    ((banned, other), (muted, _)) = [[mark_of(one) for one in row] for row in rows]
    assert banned is not None
    assert muted is not None
    assert other is not None
    assert (banned.by, banned.at_ms, banned.cause) == ("ann", NOW_MS, "")
    assert muted.cause == ""
    assert other.cause == '他是"张三"}'
    assert await outcome_of(store, viewer="v") == "banned"
    await check_exact(store)


async def test_a_mark_that_the_ledger_does_not_know_is_found(store: Store) -> None:
    """Somebody who writes into the store behind our back bans nobody unseen."""
    await given_live(store)
    link = store.archives.link
    await link.write(("HSET", link.keys.of("naqu", "banned"), "v", "{}"))
    evidence = await store.ledger.evidence("naqu", NOW_MS)
    assert [one.what for one in recount(evidence).differences] == ["banned that differ"]
