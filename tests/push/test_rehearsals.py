"""A rehearsal's sockets: for its own tokens and the crew; to everybody else it is not there."""

from typing import Any

import pytest

from livesell.config import Config, Push, Sales
from livesell.domain.command import Open, Start
from livesell.domain.rehearsal import Rehearsal, copied
from livesell.domain.role import Role
from livesell.store import Store
from tests.push.conftest import Start as StartServer
from tests.push.pages import address, page_at, token
from tests.support.build import NOW_MS, command, given_session

COPY = "naqu-rehearsal-0a1b2c3d"
NO_SUCH_SESSION = 4510


def opened(port: int, viewer: str, *, bound: str | None = None, role: Role = Role.VIEWER) -> Any:
    """A page that follows the rehearsal; `bound` is the session that its token is for."""
    pass_ = token(viewer, role=role, session=bound)
    return page_at(address(port, COPY, token=pass_))


@pytest.fixture
async def rehearsal(store: Store) -> Rehearsal:
    """On air, with its tea open."""
    await given_session(store)
    one = Rehearsal(id=COPY, of="naqu", made_ms=NOW_MS, by="suyun")
    change = copied(await store.sessions.pull("naqu", NOW_MS), one)
    await store.rehearsals.claim(one)
    await store.rehearsals.mark(one)
    await store.sessions.create(change, command_id="c", digest="d", by="suyun", now_ms=NOW_MS)
    await command(store, Start(), COPY)
    await command(store, Open(card="tea"), COPY)
    return one


@pytest.mark.parametrize("is_followed", [False, True], ids=["first", "later"])
@pytest.mark.parametrize("role", [Role.VIEWER, Role.OVERLAY])
async def test_a_stranger_is_told_that_there_is_no_such_session(
    store: Store, start: StartServer, rehearsal: Rehearsal, role: Role, is_followed: bool
) -> None:
    node = await start("node-1")
    async with opened(node.port, "crew", role=Role.STAFF) as crew:
        if is_followed:
            await crew.until_document(lambda d: d["session"]["id"] == COPY, "the document")
        async with opened(node.port, "stranger", role=role) as stranger:
            assert await stranger.until_closed() == NO_SUCH_SESSION
            assert stranger.frames == []


async def test_a_stranger_is_not_counted(
    store: Store, start: StartServer, rehearsal: Rehearsal
) -> None:
    node = await start("node-1")
    async with opened(node.port, "stranger") as stranger:
        await stranger.until_closed()
    async with opened(node.port, "guest", bound=COPY) as guest:
        await guest.until_document(lambda d: d["tally"]["viewers"] == 1, "one viewer")
    assert (await store.sessions.pull(COPY, NOW_MS)).tally.viewers == 1


async def test_a_guest_likes_and_orders_without_paying_although_the_shop_is_prepaid(
    store: Store, start: StartServer, rehearsal: Rehearsal
) -> None:
    prepaid = Config(
        sales=Sales(payment="prepaid", provider="sandbox"), push=Push(tick_ms=20, like_ms=100)
    )
    node = await start("node-1", base=prepaid)
    async with opened(node.port, "guest", bound=COPY) as guest:
        await guest.until_document(lambda d: d["session"]["rehearsal_of"] == "naqu", "the mark")
        assert "payment" not in guest.d["session"]
        answer: dict[str, Any] = await guest.order(card="tea", units=2, price=500)
        assert (answer["ok"], answer["order"]["state"]) == (True, "placed")
        await guest.send(t="like", n=3)
        await guest.until_document(lambda d: d["tally"]["likes"] == 3, "three likes")
    assert (await store.sessions.pull("naqu", NOW_MS)).units["tea"].free == 100


async def test_everybody_is_sent_home_when_it_is_removed(
    store: Store, start: StartServer, rehearsal: Rehearsal
) -> None:
    node = await start("node-1")
    async with opened(node.port, "guest", bound=COPY) as guest:
        await guest.until_document(lambda d: d["session"]["id"] == COPY, "the document")
        await store.rehearsals.remove(rehearsal)
        assert await guest.until_closed() == NO_SUCH_SESSION
