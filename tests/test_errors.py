"""Every kind of error looks the same at every surface."""

import pytest

from livesell import errors
from livesell.errors import SURFACES, BadInput, Kind, LivesellError, Refused


def kinds(of: type[LivesellError] = LivesellError) -> set[type[LivesellError]]:
    return {of, *(one for child in of.__subclasses__() for one in kinds(child))}


def test_every_kind_has_its_surfaces() -> None:
    assert set(SURFACES) == set(Kind)
    assert {one.kind for one in kinds() if one.__module__ == errors.__name__} == set(Kind)


def test_statuses_tell_a_mistyped_name_from_a_store_that_is_away() -> None:
    assert SURFACES[Kind.NOT_FOUND].exit_status == 66
    assert SURFACES[Kind.BUSY].exit_status == 75
    assert all(0 < surface.exit_status < 128 for surface in SURFACES.values())
    assert all(400 <= surface.http_status < 600 for surface in SURFACES.values())


def test_the_one_shape_on_the_api() -> None:
    error = Refused("sold_out", "None left.", data={"left": 0})
    assert error.as_json() == {
        "error": {"code": "sold_out", "message": "None left.", "fields": {}, "left": 0}
    }
    assert (error.http_status, error.exit_status, str(error)) == (422, 1, "None left.")


def test_a_wrong_field_is_both_message_and_field() -> None:
    error = BadInput.field("price", "Too high.", "bad_price")
    assert error.as_json()["error"] == {
        "code": "bad_price", "message": "Too high.", "fields": {"price": "Too high."},
    }  # fmt: skip


@pytest.mark.parametrize("one", sorted(kinds(), key=str))
def test_every_error_says_what_it_is(one: type[LivesellError]) -> None:
    assert one.__doc__
