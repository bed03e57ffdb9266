"""Ids travel in addresses, keys and tags: strict ASCII, or a sentence."""

import uuid

import pytest

from livesell.domain.ids import (
    check_order_id,
    check_session_id,
    check_slug,
    check_token_id,
    new_command_id,
    new_viewer_id,
    new_visit_id,
    order_id_for,
)
from livesell.errors import BadInput, NotFound

BAD_SLUGS = ["", "-a", "a-", "A", "a_b", "虫", "a" * 49, "a b", "a\n", "a{b}", "../a", "a:b"]


@pytest.mark.parametrize("slug", ["a", "naqu", "naqu-2020", "a" * 48, "0"])
def test_slugs(slug: str) -> None:
    assert check_slug(slug, "card_id") == slug
    assert check_session_id(slug) == slug


@pytest.mark.parametrize("slug", BAD_SLUGS)
def test_what_is_no_slug(slug: str) -> None:
    with pytest.raises(BadInput, match="The card id may use"):
        check_slug(slug, "card_id")
    with pytest.raises(NotFound) as raised:
        check_session_id(slug)
    assert raised.value.code == "no_such_session"


@pytest.mark.parametrize("value", ["", "a b", "a" * 65, "é", "a\n", "a/b"])
def test_what_is_no_id_of_a_program(value: str) -> None:
    with pytest.raises(BadInput):
        check_token_id(value, "visit")


def test_an_order_id_is_a_uuid_in_any_spelling() -> None:
    made = uuid.uuid4()
    for spelling in (str(made), made.hex, str(made).upper(), f"{{{made}}}", made.urn):
        assert check_order_id(spelling) == str(made)


@pytest.mark.parametrize("value", [None, 5, "", "x", "a" * 32 + "g", ["x"], "0" * 33, "0" * 100])
def test_what_is_no_order_id(value: object) -> None:
    with pytest.raises(BadInput, match="has to be a UUID"):
        check_order_id(value)


def test_a_key_that_is_a_uuid_is_the_order_id() -> None:
    made = str(uuid.uuid4())
    assert order_id_for("naqu", "v1", made) == made


def test_other_keys_do_not_collide_between_viewers_and_sessions() -> None:
    ids = {order_id_for(session, viewer, "1") for session in ("a", "b") for viewer in ("x", "y")}
    assert len(ids) == 4
    assert order_id_for("a", "x", "1") in ids
    assert all(check_order_id(one) == one for one in ids)


def test_made_ids_are_legal_and_differ() -> None:
    for make in (new_viewer_id, new_visit_id, new_command_id):
        one, other = make(), make()
        assert one != other
        assert check_token_id(one, "id") == one
