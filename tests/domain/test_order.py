"""An order request is checked field by field, each with its own refusal."""

import uuid
from typing import Any

import pytest

from livesell.domain.order import (
    MAX_UNITS,
    REFUSALS,
    Contact,
    Order,
    OrderRequest,
    check_contact,
    check_request,
    refusal,
    same_content,
)
from livesell.errors import BadInput, LivesellError, Refused
from tests.support.build import NOW_MS, a_request

ID = "6f8a2c9e-0f3b-4b8e-9a51-0d6f2b1c7e11"


def checked(**fields: Any) -> OrderRequest:
    blank: dict[str, Any] = {
        "id": ID, "viewer": "v1", "card": "tea", "units": 1, "price": 500, "contact": Contact(),
        "name": "",
    }  # fmt: skip
    return check_request(**{**blank, **fields})


def test_a_good_request_is_taken_as_it_is() -> None:
    request = checked(id=ID.upper(), units=MAX_UNITS, contact=Contact(name=" 苗 "))
    assert (request.id, request.units, request.contact.name) == (ID, MAX_UNITS, "苗")


@pytest.mark.parametrize("units", [0, -1, MAX_UNITS + 1, 10**30, 1.0, 1.5, True, "1", None, []])
def test_units_that_are_none(units: object) -> None:
    with pytest.raises(Refused) as raised:
        checked(units=units)
    assert raised.value.code == "bad_units"


@pytest.mark.parametrize("card", ["", "x" * 49, None, 5, ["tea"]])
def test_cards_that_are_none(card: object) -> None:
    with pytest.raises(Refused) as raised:
        checked(card=card)
    assert raised.value.code == "no_such_card"


@pytest.mark.parametrize("price", [-1, 2**53, 5.0, True, "500", None])
def test_prices_that_are_none(price: object) -> None:
    with pytest.raises(BadInput) as raised:
        checked(price=price)
    assert raised.value.code == "bad_price"


@pytest.mark.parametrize("order_id", [None, "", "1", 7])
def test_ids_that_are_none(order_id: object) -> None:
    with pytest.raises(BadInput) as raised:
        checked(id=order_id)
    assert raised.value.code == "bad_id"


@pytest.mark.parametrize(
    "contact",
    [
        Contact(name="x" * 41),
        Contact(phone="1" * 33),
        Contact(address="x" * 201),
        Contact(note="<script>"),
        Contact(name="a\nb"),
    ],
)
def test_contacts_that_fit_no_label(contact: Contact) -> None:
    with pytest.raises(BadInput):
        check_contact(contact)


def test_a_contact_may_be_empty_and_an_address_may_have_lines() -> None:
    assert check_contact(Contact()) == Contact()
    assert check_contact(Contact(address="一\r\n二")).address == "一\n二"


def test_every_refusal_is_a_sentence_with_what_holds_now() -> None:
    for code, sentence in REFUSALS.items():
        error: LivesellError = refusal(code, left=3)
        assert (error.code, error.message, error.data) == (code, sentence, {"left": 3})
        assert sentence.endswith(".")
        assert error.http_status == 422


def test_a_repeated_id_has_to_ask_for_the_same() -> None:
    request = a_request(id=str(uuid.uuid4()))
    order = Order(
        id=request.id, n=1, viewer="buyer", card="tea", units=1, price=500, amount=500,
        at_ms=NOW_MS, name="", state="placed",
    )  # fmt: skip
    assert same_content(order, request)
    for other in ({"viewer": "x"}, {"card": "x"}, {"units": 2}, {"price": 1}):
        assert not same_content(order, a_request(**other))
