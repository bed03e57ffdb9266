"""A banned viewer is put out everywhere and stays out; nobody else notices."""

from typing import Any

from livesell.domain.command import Notice
from livesell.domain.recount import recount
from livesell.domain.role import Role
from livesell.store import Beat, Store
from livesell.store.scripts import script
from tests.push.conftest import Start
from tests.push.pages import Page, page
from tests.support.build import FakeClock, command, given_live
from tests.support.wait import wait_until


async def ban(store: Store, viewer: str = "v", verb: Any = "ban") -> None:
    """As the API does it, once the store knows the viewer."""

    async def is_known() -> bool:
        ((seen,),) = await store.audience.values("naqu", ["seen"], [viewer])
        return seen is not None

    await wait_until(is_known, "a beat has told of the viewer")
    await store.audience.moderate("naqu", verb, viewer, by="ann", cause="刷屏", now_ms=0)


async def ban_unheard(store: Store) -> None:
    """The same, with the wake told to nobody."""
    await ban(store, verb="mute")
    link, mark = store.archives.link, '{"by":"ann","at_ms":0,"cause":"x"}'
    fact = '{"viewer":"v","cause":"x"}'
    moderate = script("moderate")
    await link.write(link.call(moderate, "naqu", "ban", "v", 0, "ann", mark, fact, "nobody"))


async def test_every_socket_on_every_node_is_closed_and_no_other(
    store: Store, start: Start, clock: FakeClock
) -> None:
    await given_live(store)
    one, two = await start("node-1"), await start("node-2")
    async with (
        page(one.port, viewer="v") as first,
        page(one.port, viewer="v", visit="tab-2") as second,
        page(two.port, viewer="v", visit="phone") as third,
        page(one.port, viewer="w") as neighbour,
        page(two.port, viewer="x") as far,
    ):
        pages: list[Page] = [first, second, third, neighbour, far]
        for each in pages:
            await each.until("state")
        await ban(store)
        for each in (first, second, third):
            assert await each.until_closed() == 4503
        await command(store, Notice(text="继续"))
        for each in (neighbour, far):
            await each.until_document(lambda d: d.get("notice") == "继续", "the notice")
            assert each.close_code is None
        assert (await neighbour.order())["ok"]
        # Not counted as present any more, but as somebody who was.
        await neighbour.until_document(lambda d: d["tally"]["concurrent"] == 2, "two are here")
        await neighbour.until_document(lambda d: d["tally"]["viewers"] == 3, "three were")
    assert recount(await store.ledger.evidence("naqu", clock())).differences == ()


async def test_a_ban_comes_without_a_wake(store: Store, start: Start) -> None:
    """A message that gets lost costs a tick, not the ban."""
    await given_live(store)
    node = await start()
    async with page(node.port, viewer="v") as one:
        await one.until("state")
        await ban_unheard(store)
        assert await one.until_closed() == 4503


async def test_who_comes_back_is_turned_away_before_anything_is_shown(
    store: Store, start: Start, clock: FakeClock
) -> None:
    await given_live(store)
    node = await start()
    async with page(node.port, viewer="w") as other:
        async with page(node.port, viewer="v") as one:
            await one.until("state")
            await ban(store)
            await one.until_closed()
        async with page(node.port, viewer="v") as again:
            assert await again.until_closed() == 4503
            assert again.frames == []
        # On a node that has never heard of the session it is the first pull that says so.
        fresh = await start("node-2")
        async with page(fresh.port, viewer="v") as elsewhere:
            assert await elsewhere.until_closed() == 4503
            assert elsewhere.frames == []
        assert (await store.sessions.pull("naqu", clock())).tally.views == 2
        assert other.close_code is None
        await ban(store, verb="unban")
        await command(store, Notice(text="回来"))
        await other.until_document(lambda d: d.get("notice") == "回来", "the node has heard of it")
        async with page(node.port, viewer="v") as free:
            await free.until("state")
            assert (await free.order())["ok"]
            assert free.close_code is None


async def test_an_overlay_or_the_crew_of_the_same_name_stays(store: Store, start: Start) -> None:
    await given_live(store)
    node = await start()
    async with (
        page(node.port, viewer="v", role=Role.OVERLAY) as overlay,
        page(node.port, viewer="v", role=Role.STAFF) as crew,
        page(node.port, viewer="v") as viewer,
    ):
        for each in (overlay, crew, viewer):
            await each.until("state")
        await ban(store)
        assert await viewer.until_closed() == 4503
        await command(store, Notice(text="继续"))
        for each in (overlay, crew):
            await each.until_document(lambda d: d.get("notice") == "继续", "the notice")


async def test_a_muted_viewer_stays_and_buys_and_its_likes_do_not_count(
    store: Store, start: Start
) -> None:
    await given_live(store)
    node = await start()
    async with page(node.port, viewer="v", name="坏人") as one, page(node.port, viewer="w") as two:
        await one.until("state")
        await one.send(t="like", n=5)
        await two.until_document(lambda d: d["tally"]["likes"] == 5, "likes so far")
        await ban(store, verb="mute")
        await one.send(t="like", n=50)
        assert (await one.order())["ok"]
        await two.send(t="like", n=2)
        await two.until_document(lambda d: d["tally"]["likes"] == 7, "only the other's likes")
        await two.until_document(lambda d: d["tally"]["orders"] == 1, "the order")
        assert [entry["name"] for entry in two.d["ticker"]] == ["**"]
        assert one.close_code is None


async def test_an_order_that_meets_the_ban_is_told_so(store: Store, start: Start) -> None:
    """Before this node has heard of it, the store says no."""
    await given_live(store)
    node = await start(tick_ms=2000)
    async with page(node.port, viewer="v") as one:
        await one.until("state")
        await ban_unheard(store)
        answer = await one.order()
        assert (answer["ok"], answer["code"]) == (False, "banned")
        assert "removed" in answer["message"]


async def test_orders_refused_for_their_pace_reach_the_store_with_the_beat(
    store: Store, start: Start
) -> None:
    await given_live(store)
    node = await start()

    async def are_told() -> bool:
        ((value,),) = await store.audience.values("naqu", ["held_back"], ["v"])
        return value == b"0 5"

    async with page(node.port, viewer="v") as one:
        await one.until("state")
        answers = [await one.order() for _ in range(35)]
        assert [answer.get("code") for answer in answers[30:]] == ["rate"] * 5
        await wait_until(are_told, "the refused orders are told")


async def test_bans_without_anyone_here_cost_nothing_and_hold(
    store: Store, start: Start, clock: FakeClock
) -> None:
    await given_live(store)
    for n in range(300):
        beat = Beat(node="n0", seq=n, now_ms=clock(), lease_ms=1, joined=[f"bot-{n}"])
        await store.presence.beat("naqu", beat)
        await store.audience.moderate("naqu", "ban", f"bot-{n}", by="ann", cause="机器", now_ms=0)
    node = await start()
    async with page(node.port, viewer="v") as one, page(node.port, viewer="bot-299") as bot:
        await one.until("state")
        assert await bot.until_closed() == 4503
        assert one.close_code is None
