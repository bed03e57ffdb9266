"""A crew's socket lasts as long as its pass and its login: whoever was signed out sees no more."""

import socket
from collections.abc import Awaitable, Callable

import pytest

from livesell.auth import digest, new_secret
from livesell.domain.command import Notice
from livesell.domain.person import Person
from livesell.domain.role import Role
from livesell.store import Store
from tests.push.conftest import Start
from tests.push.pages import page
from tests.support.build import NOW_MS, FakeClock, command, given_live


async def test_a_crews_socket_ends_with_its_pass_and_a_viewers_goes_on(
    store: Store, start: Start, clock: FakeClock
) -> None:
    await given_live(store)
    # Whose time is over is looked for every twelfth of this.
    node = await start(silent_s=12)
    # Somebody who never says a word, and so has no pass, must not keep the others from being seen.
    silent = socket.create_connection(("127.0.0.1", node.port))
    async with (
        page(node.port, viewer="suyun", role=Role.STAFF, lifetime_s=600) as over,
        page(node.port, viewer="miao", role=Role.STAFF, lifetime_s=1200) as other,
        page(node.port, viewer="v", lifetime_s=600) as viewer,
    ):
        for each in (over, other, viewer):
            await each.until("state")
        clock.advance(s=601)
        assert await over.until_closed() == 4500
        await command(store, Notice(text="继续"))
        for each in (other, viewer):
            await each.until_document(lambda d: d.get("notice") == "继续", "the notice")
            assert each.close_code is None
    silent.close()


async def given_login(store: Store, name: str, role: Role = Role.OPERATOR) -> str:
    """Somebody of the crew who is signed in; returns the login's digest."""
    login = digest(new_secret())
    if await store.people.find(name) is None:
        await store.people.add(a_person(name, role))
    await store.people.start_login(login, name, 3600)
    return login


def a_person(name: str, role: Role = Role.OPERATOR) -> Person:
    return Person(name=name, role=role, password_hash="$argon2id$x", created_ms=NOW_MS)


@pytest.mark.parametrize(
    "change",
    [
        lambda people, login: people.end_login(login),
        lambda people, _: people.end_logins_of("suyun"),
        lambda people, _: people.remove("suyun"),
        lambda people, _: people.replace(a_person("suyun", Role.MODERATOR)),
    ],
    ids=["a login ended", "all of them", "removed", "another role"],
)
async def test_who_is_signed_out_is_put_out_on_every_node_at_once(
    store: Store, start: Start, change: Callable[..., Awaitable[object]]
) -> None:
    await given_live(store)
    one, two = await start("node-1"), await start("node-2")
    suyun, miao = await given_login(store, "suyun"), await given_login(store, "miao")
    async with (
        page(one.port, viewer="suyun", role=Role.STAFF, login=suyun, held_as="operator") as here,
        page(two.port, viewer="suyun", role=Role.STAFF, login=suyun, held_as="operator") as there,
        page(two.port, viewer="miao", role=Role.STAFF, login=miao, held_as="operator") as other,
        page(two.port, viewer="shop", role=Role.STAFF) as of_a_shop,
        page(one.port, viewer="suyun") as viewer,
    ):
        pages = (here, there, other, of_a_shop, viewer)
        for each in pages:
            await each.until("state")
        await change(store.people, suyun)
        for each in (here, there):
            assert await each.until_closed() == 4500
        await command(store, Notice(text="继续"))
        for each in (other, of_a_shop, viewer):
            await each.until_document(lambda d: d.get("notice") == "继续", "the notice")
            assert each.close_code is None


async def test_a_pass_is_worth_nothing_once_its_login_has_ended(store: Store, start: Start) -> None:
    """Also on a node that was not there when it was told."""
    await given_live(store)
    login = await given_login(store, "suyun")
    await store.people.end_login(login)
    node = await start()
    async with page(
        node.port, viewer="suyun", role=Role.STAFF, login=login, held_as="operator"
    ) as late:
        assert await late.until_closed() == 4500
