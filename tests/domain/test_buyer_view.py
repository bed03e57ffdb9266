"""A buyer sees what became of an order, and no name of the crew or of a provider."""

import msgspec

from livesell.domain.buyer_view import as_buyer_sees
from livesell.domain.order import Order, Step

ORDER = Order(
    id="3f2a1c4e-0000-4000-8000-000000000000", n=1, viewer="v1", card="tea", units=2, price=500,
    amount=1000, at_ms=1, name="卓玛", state="held",
)  # fmt: skip


def with_steps(*steps: tuple[str, str]) -> Order:
    history = tuple(Step(what=what, at_ms=2, by=by, ref="secret-ref") for what, by in steps)
    return msgspec.structs.replace(
        ORDER, history=history, payment="cs_secret", by="ann", state="refunded"
    )


def test_a_new_order_is_shown_as_it_is() -> None:
    assert as_buyer_sees(ORDER) is ORDER


def test_who_did_what_is_told_in_words() -> None:
    seen = as_buyer_sees(
        with_steps(
            ("cancelled", "v1"), ("expired", "timer"), ("paid", "stripe"), ("paid_late", "stripe"),
            ("paid_twice", "sandbox"), ("fulfilled", "ann"), ("refunded", "bob"),
        )
    )  # fmt: skip
    told = [step.by for step in seen.history]
    assert told == ["you", "clock", "payment", "payment", "payment", "shop", "shop"]


def test_no_reference_and_no_name_of_the_crew_is_left() -> None:
    text = msgspec.json.encode(as_buyer_sees(with_steps(("refunded", "ann"), ("paid", "stripe"))))
    for secret in (b"ann", b"stripe", b"secret"):
        assert secret not in text


def test_a_held_order_does_not_tell_its_payment() -> None:
    waiting = msgspec.structs.replace(ORDER, payment="cs_1", hold_until_ms=9)
    assert as_buyer_sees(waiting) == msgspec.structs.replace(ORDER, hold_until_ms=9)
