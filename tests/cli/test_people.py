"""`livesell user | token | setup-link`."""

from pathlib import Path

import pytest

from livesell import auth
from livesell.clock import system_clock
from livesell.domain.role import Role
from tests.support.given import given_on_air, store_of
from tests.support.process import typed

PASSWORD = "yak butter tea\n"


async def test_accounts_are_managed_from_first_to_last(tmp_path: Path) -> None:
    at = ("--data", tmp_path / "data")
    async with store_of(tmp_path / "data"):
        added = await typed(
            *("user", "add", "miao", "--role", "admin", "--password-stdin", *at), stdin=PASSWORD
        )
        assert (added.status, added.out) == (0, "miao is now admin.\n")
        last = await typed("user", "remove", "miao", *at)
        assert last.status == 1
        assert last.err == ("livesell: This is the last administrator. Make another one first.\n")
        await typed(
            *("user", "add", "suyun", "--role", "staff", "--password-stdin", *at), stdin=PASSWORD
        )
        await typed("user", "role", "suyun", "host", *at)
        changed = await typed(
            *("user", "password", "suyun", "--password-stdin", *at), stdin="barley and salt\n"
        )
        assert changed.status == 0
        listed = await typed("user", "list", "--json", *at)
        assert [(one["name"], one["role"]) for one in listed.json["people"]] == [
            ("miao", "admin"),
            ("suyun", "host"),
        ]
        assert "password" not in listed.out
        removed = await typed("user", "remove", "suyun", *at)
        assert removed.status == 0


@pytest.mark.parametrize(
    ("arguments", "stdin", "status", "sentence"),
    [
        (("add", "suyun", "--role", "boss", "--password-stdin"), PASSWORD, 65, "The role has to"),
        (("add", "Su Yun", "--role", "host", "--password-stdin"), PASSWORD, 65, "A login name"),
        (("add", "suyun", "--role", "host", "--password-stdin"), "x\n", 65, "A password has 10"),
        (("add", "suyun", "--role", "host"), PASSWORD, 65, "Pipe the password in and add"),
        (("remove", "nobody"), "", 66, "There is no account named nobody."),
        (("role", "nobody", "host"), "", 66, "There is no account named nobody."),
    ],
)
async def test_a_mistake_gets_a_sentence_and_its_status(
    shared: Path, arguments: tuple[str, ...], stdin: str, status: int, sentence: str
) -> None:
    done = await typed("user", *arguments, "--data", shared, stdin=stdin)
    assert (done.status, done.out) == (status, "")
    assert done.err.startswith(f"livesell: {sentence}")


async def test_a_viewers_token_is_for_its_session(shared: Path, session_id: str) -> None:
    async with store_of(shared) as store:
        await given_on_air(store, session_id)
        secret = await store.people.token_secret()
    done = await typed("token", "viewer", session_id, "--name", "扎西", "--data", shared)
    found = auth.read(secret, done.out.strip(), system_clock())
    assert (found.role, found.session, found.name) == (Role.VIEWER, session_id, "扎西")
    as_json = await typed("token", "viewer", session_id, "--json", "--data", shared)
    assert auth.read(secret, as_json.json["token"], system_clock()).viewer == as_json.json["viewer"]
    unknown = await typed("token", "viewer", "nope", "--data", shared)
    assert (unknown.status, unknown.out) == (66, "")


async def test_a_set_up_link_is_given_until_there_is_an_administrator(tmp_path: Path) -> None:
    at = ("--data", tmp_path / "data")
    async with store_of(tmp_path / "data"):
        link = await typed("setup-link", *at)
        assert link.out.startswith("http://127.0.0.1:8080/setup#")
        await typed(
            *("user", "add", "miao", "--role", "admin", "--password-stdin", *at), stdin=PASSWORD
        )
        late = await typed("setup-link", *at)
        assert (late.status, late.out) == (1, "")
        assert "has an administrator already" in late.err
