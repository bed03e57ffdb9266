import asyncio

import pytest

from livesell.actions.people import Crew
from livesell.config import Auth
from livesell.domain.person import Actor
from livesell.domain.role import Role
from livesell.errors import BadInput, Conflict, NotFound, NotSignedIn
from livesell.store import Store
from tests.support.build import FakeClock

PASSWORD = "yak butter tea"
OTHER = "barley and salt"


@pytest.fixture
def crew(store: Store, clock: FakeClock) -> Crew:
    return Crew(store, clock, Auth())


async def test_someone_with_an_account_signs_in_and_out(crew: Crew) -> None:
    await crew.add("suyun", "host", PASSWORD)
    token, actor = await crew.login("suyun", PASSWORD)
    assert actor == Actor(name="suyun", role=Role.HOST)
    assert await crew.who(token) == actor
    await crew.logout(token)
    assert await crew.who(token) is None


@pytest.mark.parametrize("name", ["suyun", "nobody"])
async def test_a_wrong_name_and_a_wrong_password_are_told_alike(crew: Crew, name: str) -> None:
    await crew.add("suyun", "host", PASSWORD)
    with pytest.raises(NotSignedIn) as refused:
        await crew.login(name, OTHER)
    assert refused.value.code == "bad_login"
    assert refused.value.message == "The name or the password is wrong. Try again."


@pytest.mark.parametrize("token", ["", "nonsense"])
async def test_no_token_is_nobody(crew: Crew, token: str) -> None:
    assert await crew.who(token) is None


async def test_the_store_never_sees_password_or_token(crew: Crew, store: Store) -> None:
    person = await crew.add("suyun", "host", PASSWORD)
    assert PASSWORD not in person.password_hash
    assert person.password_hash.startswith("$argon2id$")
    token, _ = await crew.login("suyun", PASSWORD)
    assert await store.people.login(token) is None


async def test_another_role_holds_at_once(crew: Crew) -> None:
    await crew.add("suyun", "host", PASSWORD)
    token, _ = await crew.login("suyun", PASSWORD)
    await crew.change_role("suyun", "staff")
    assert await crew.who(token) == Actor(name="suyun", role=Role.STAFF)


async def test_another_password_ends_the_logins(crew: Crew) -> None:
    await crew.add("suyun", "host", PASSWORD)
    token, _ = await crew.login("suyun", PASSWORD)
    await crew.change_password("suyun", OTHER)
    assert await crew.who(token) is None
    with pytest.raises(NotSignedIn):
        await crew.login("suyun", PASSWORD)
    await crew.login("suyun", OTHER)


async def test_a_removed_account_is_signed_out_even_when_made_again(crew: Crew) -> None:
    await crew.add("suyun", "host", PASSWORD)
    token, _ = await crew.login("suyun", PASSWORD)
    await crew.remove("suyun")
    assert await crew.who(token) is None
    await crew.add("suyun", "admin", OTHER)
    assert await crew.who(token) is None


async def test_the_last_administrator_stays(crew: Crew) -> None:
    await crew.add("root", "admin", PASSWORD)
    for attempt in (crew.remove("root"), crew.change_role("root", "host")):
        with pytest.raises(Conflict) as refused:
            await attempt
        assert refused.value.code == "last_admin"
    await crew.add("second", "admin", PASSWORD)
    await crew.change_role("root", "host")
    assert [(one.name, one.role) for one in await crew.list()] == [
        ("root", Role.HOST),
        ("second", Role.ADMIN),
    ]


async def test_two_administrators_cannot_remove_each_other_at_once(crew: Crew) -> None:
    await crew.add("one", "admin", PASSWORD)
    await crew.add("two", "admin", PASSWORD)
    answers = await asyncio.gather(crew.remove("one"), crew.remove("two"), return_exceptions=True)
    assert len([answer for answer in answers if isinstance(answer, Conflict)]) == 1
    assert not await crew.needs_setup()


@pytest.mark.parametrize(
    ("name", "role", "password"),
    [
        ("Su Yun", "host", PASSWORD),
        ("", "host", PASSWORD),
        ("suyun", "boss", PASSWORD),
        ("suyun", "viewer", PASSWORD),
        ("suyun", "host", "short"),
        ("suyun", "host", "x" * 300),
    ],
)
async def test_what_is_no_account_is_refused(
    crew: Crew, name: str, role: str, password: str
) -> None:
    with pytest.raises(BadInput):
        await crew.add(name, role, password)
    assert await crew.list() == []


async def test_a_taken_name_is_refused(crew: Crew) -> None:
    await crew.add("suyun", "host", PASSWORD)
    with pytest.raises(Conflict):
        await crew.add("suyun", "admin", OTHER)


async def test_whoever_is_not_there_cannot_be_changed(crew: Crew) -> None:
    await crew.add("root", "admin", PASSWORD)
    for attempt in (
        crew.remove("x"),
        crew.change_role("x", "host"),
        crew.change_password("x", OTHER),
    ):
        with pytest.raises(NotFound):
            await attempt


async def test_the_first_administrator_is_made_once(crew: Crew) -> None:
    assert await crew.needs_setup()
    code = await crew.offer_setup()
    token, actor = await crew.take_setup(code, "miao", PASSWORD)
    assert actor == Actor(name="miao", role=Role.ADMIN)
    assert await crew.who(token) == actor
    assert not await crew.needs_setup()
    for attempt in (crew.take_setup(code, "thief", OTHER), crew.offer_setup()):
        with pytest.raises(Conflict) as refused:
            await attempt
        assert refused.value.code == "already_set_up"


async def test_a_rejected_name_keeps_the_set_up_link(crew: Crew) -> None:
    code = await crew.offer_setup()
    with pytest.raises(BadInput):
        await crew.take_setup(code, "Not A Name", PASSWORD)
    with pytest.raises(BadInput):
        await crew.take_setup(code, "miao", "short")
    with pytest.raises(NotSignedIn) as refused:
        await crew.take_setup("guessed", "miao", PASSWORD)
    assert refused.value.code == "bad_setup"
    await crew.take_setup(code, "miao", PASSWORD)


async def test_two_who_use_the_set_up_link_at_once(crew: Crew) -> None:
    code = await crew.offer_setup()
    answers = await asyncio.gather(
        crew.take_setup(code, "one", PASSWORD),
        crew.take_setup(code, "two", PASSWORD),
        return_exceptions=True,
    )
    assert len([answer for answer in answers if isinstance(answer, Conflict)]) == 1
    assert len(await crew.list()) == 1
