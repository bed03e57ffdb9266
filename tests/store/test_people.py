"""Names are taken once, logins end when they should, and a set-up code works once."""

import asyncio

import pytest

from livesell.auth import digest, new_secret
from livesell.domain.person import Person
from livesell.domain.role import Role
from livesell.errors import Conflict, NotFound
from livesell.store import Store
from tests.support.build import NOW_MS


def a_person(name: str = "miao", role: Role = Role.HOST) -> Person:
    return Person(name=name, role=role, password_hash="$argon2id$x", created_ms=NOW_MS)


async def test_people_are_found_by_name_and_listed_in_order(store: Store) -> None:
    await store.people.add(a_person("zhaxi"))
    await store.people.add(a_person("miao"))
    assert await store.people.find("miao") == a_person("miao")
    assert await store.people.find("nobody") is None
    assert [one.name for one in await store.people.list()] == ["miao", "zhaxi"]


async def test_a_name_is_taken_once(store: Store) -> None:
    await store.people.add(a_person(role=Role.HOST))
    with pytest.raises(Conflict) as refused:
        await store.people.add(a_person(role=Role.ADMIN))
    assert refused.value.code == "person_exists"
    assert await store.people.find("miao") == a_person(role=Role.HOST)


async def test_only_someone_who_is_there_can_be_replaced(store: Store) -> None:
    with pytest.raises(NotFound):
        await store.people.replace(a_person())
    await store.people.add(a_person())
    await store.people.replace(a_person(role=Role.STAFF))
    assert await store.people.find("miao") == a_person(role=Role.STAFF)


async def test_a_login_ends_alone_or_with_all_of_its_name(store: Store) -> None:
    one, two, other = (digest(new_secret()) for _ in range(3))
    for login, name in ((one, "miao"), (two, "miao"), (other, "zhaxi")):
        await store.people.start_login(login, name, 60)
    assert await store.people.login(one) == "miao"
    await store.people.end_login(one)
    assert await store.people.login(one) is None
    await store.people.end_logins_of("miao")
    assert await store.people.login(two) is None
    assert await store.people.login(other) == "zhaxi"
    await store.people.start_login(one, "miao", 60)
    assert await store.people.login(one) == "miao"


async def test_whoever_is_removed_is_signed_out(store: Store) -> None:
    login = digest(new_secret())
    await store.people.add(a_person())
    await store.people.start_login(login, "miao", 60)
    assert await store.people.remove("miao")
    assert not await store.people.remove("miao")
    assert await store.people.find("miao") is None
    await store.people.add(a_person())
    assert await store.people.login(login) is None


async def test_the_role_behind_a_login_is_the_one_held_now(store: Store) -> None:
    one, ended, orphan = (digest(new_secret()) for _ in range(3))
    assert await store.people.roles([one]) == {}
    await store.people.add(a_person())
    for login, name in ((one, "miao"), (ended, "miao"), (orphan, "nobody")):
        await store.people.start_login(login, name, 60)
    await store.people.end_login(ended)
    assert await store.people.roles([one, ended, orphan]) == {one: Role.HOST}
    await store.people.replace(a_person(role=Role.STAFF))
    assert await store.people.roles([one]) == {one: Role.STAFF}


async def test_a_login_that_was_never_started_is_nobody(store: Store) -> None:
    assert await store.people.login(digest("guess")) is None


async def test_a_set_up_code_works_for_exactly_one(store: Store) -> None:
    code = digest(new_secret())
    await store.people.offer_setup(code, 60)
    assert not await store.people.take_setup(digest("guess"))
    taken = await asyncio.gather(*(store.people.take_setup(code) for _ in range(8)))
    assert sorted(taken) == [False] * 7 + [True]


async def test_all_nodes_sign_with_the_same_secret(store: Store) -> None:
    secrets = await asyncio.gather(*(store.people.token_secret() for _ in range(8)))
    assert len(set(secrets)) == 1
    assert len(secrets[0]) >= 32
