"""Every transition of an order, its effect on every count, and that the same twice is nothing."""

import uuid
from collections.abc import Callable
from typing import Any

import pytest

from livesell.domain.effects import FlashPart, Settlement
from livesell.domain.order import STATES, Order, Step, stands
from livesell.domain.settlement import awaited, cancel, expire, forget_name, fulfil, pay, refund
from livesell.errors import BadInput, Conflict, Refused
from tests.support.build import NOW_MS

LATER_MS = NOW_MS + 61_000
BUCKET, LATER = NOW_MS, NOW_MS + 60_000


def an_order(**fields: Any) -> Order:
    """Two packs of ten teas with a cup each, for CNY 10.00, placed in the tea's window."""
    blank: dict[str, Any] = {
        "id": str(uuid.UUID(int=1)), "n": 1, "viewer": "v", "card": "pack", "units": 2,
        "price": 500, "amount": 1000, "at_ms": NOW_MS, "name": "苗", "state": "placed",
        "lines": (("tea", 20), ("cup", 2)), "window": True, "donation": 20,
    }  # fmt: skip
    return Order(**{**blank, **fields})


def held(**fields: Any) -> Order:
    return an_order(state="held", hold_until_ms=NOW_MS + 60_000, **fields)


def paid(order: Order) -> Order:
    settlement = pay(order, amount=order.amount, ref="p1", by="sandbox", now_ms=NOW_MS)
    assert settlement is not None
    return settlement.after


def given_back(order: Order, amount: int, units: int = 0, **fields: Any) -> Settlement:
    given: dict[str, Any] = {
        "restock": True, "by": "ann", "cause": "broken", "refund_id": "r1", "now_ms": LATER_MS,
    }  # fmt: skip
    settlement = refund(order, amount=amount, units=units, **{**given, **fields})
    assert settlement is not None
    return settlement


STANDING = {
    ("pack", "orders"): -1, ("pack", "units"): -2, ("pack", "ordered"): -1000,
    ("pack", "window_orders"): -1, ("pack", "window_units"): -2, ("pack", "window_ordered"): -1000,
}  # fmt: skip
PLACED = {(BUCKET, "orders"): -1, (BUCKET, "units"): -2, (BUCKET, "ordered"): -1000}


def test_a_payment_sells_what_was_held() -> None:
    done = pay(held(), amount=1000, ref="p1", by="sandbox", now_ms=LATER_MS)
    assert done is not None
    assert done.units == {
        ("tea", "held"): -20, ("tea", "sold"): 20, ("cup", "held"): -2, ("cup", "sold"): 2,
        ("pack", "paid"): 1000,
    }  # fmt: skip
    assert done.tally == {
        "held_orders": -1, "held_amount": -1000, "paid_orders": 1, "paid": 1000, "donated": 40,
    }  # fmt: skip
    assert done.timeline == {(LATER, "paid"): 1000}
    assert (done.buyer, done.taken, done.needs, done.hold, done.ticker) == (0, {}, {}, None, "")
    after = done.after
    assert (after.state, after.paid, after.payment, after.hold_until_ms) == (
        "paid", 1000, "p1", None,
    )  # fmt: skip
    assert after.history == (
        Step(what="paid", at_ms=LATER_MS, by="sandbox", amount=1000, ref="p1"),
    )
    (fact,) = done.facts
    assert (fact.kind, fact.data) == (
        "order_paid", {"id": after.id, "amount": 1000, "ref": "p1"},
    )  # fmt: skip


def test_a_payment_of_another_amount_is_no_payment_of_this_order() -> None:
    with pytest.raises(Conflict) as raised:
        pay(held(), amount=999, ref="p1", by="sandbox", now_ms=NOW_MS)
    assert (raised.value.code, raised.value.data) == ("wrong_amount", {"amount": 1000})


def test_an_order_on_delivery_is_paid_when_it_is_handed_over() -> None:
    done = fulfil(an_order(), by="ann", now_ms=LATER_MS)
    assert done is not None
    assert done.units == {("pack", "paid"): 1000}
    assert done.tally == {"paid_orders": 1, "paid": 1000}
    assert (done.after.state, done.after.paid) == ("fulfilled", 1000)
    assert done.facts[0].data["amount"] == 1000


def test_what_was_paid_before_brings_no_money_when_it_is_handed_over() -> None:
    done = fulfil(paid(held()), by="ann", now_ms=LATER_MS)
    assert done is not None
    assert (done.units, done.tally, done.timeline) == ({}, {}, {})
    assert done.facts[0].data["amount"] == 0


def test_a_cancelled_order_leaves_every_count_as_if_it_had_never_been() -> None:
    done = cancel(an_order(), by="ann", cause="no answer", now_ms=LATER_MS)
    assert done is not None
    assert done.units == {
        ("tea", "sold"): -20, ("tea", "free"): 20, ("cup", "sold"): -2, ("cup", "free"): 2,
        **STANDING,
    }  # fmt: skip
    assert done.timeline == PLACED, "in the very bucket of its placing"
    assert done.tally == {
        "orders": -1, "units": -2, "ordered": -1000, "donated": -40, "cancelled_orders": 1,
    }  # fmt: skip
    assert (done.taken, done.buyer, done.ticker) == ({"v/pack": -2}, -1, "drop")
    assert done.after.history[-1].cause == "no answer"
    assert not stands(done.after)


def test_a_hold_that_runs_out_frees_what_it_held() -> None:
    done = expire(held(), now_ms=NOW_MS + 60_000)
    assert done is not None
    assert done.units[("tea", "held")] == -20
    assert done.units[("tea", "free")] == 20
    assert done.tally == {
        "orders": -1, "units": -2, "ordered": -1000, "held_orders": -1, "held_amount": -1000,
        "expired_orders": 1,
    }  # fmt: skip
    assert (done.after.state, done.hold) == ("expired", None)


def test_a_hold_does_not_end_before_its_time() -> None:
    with pytest.raises(Conflict) as raised:
        expire(held(), now_ms=NOW_MS + 59_999)
    assert raised.value.code == "hold_runs"


def expired(**fields: Any) -> Order:
    done = expire(held(**fields), now_ms=NOW_MS + 60_000)
    assert done is not None
    return done.after


def test_a_payment_after_expiry_takes_the_goods_again() -> None:
    done = pay(expired(), amount=1000, ref="p1", by="sandbox", now_ms=LATER_MS)
    assert done is not None
    assert done.needs == {"tea": 20, "cup": 2}
    assert done.units == {
        ("tea", "free"): -20, ("tea", "sold"): 20, ("cup", "free"): -2, ("cup", "sold"): 2,
        ("pack", "paid"): 1000, **{key: -number for key, number in STANDING.items()},
    }  # fmt: skip
    assert done.tally == {
        "orders": 1, "units": 2, "ordered": 1000, "donated": 40, "expired_orders": -1,
        "paid_orders": 1, "paid": 1000,
    }  # fmt: skip
    assert done.timeline == {
        **{key: -number for key, number in PLACED.items()}, (LATER, "paid"): 1000,
    }  # fmt: skip
    assert (done.taken, done.buyer, done.refund) == ({"v/pack": 2}, 1, None)
    assert done.after.state == "paid"
    assert done.facts[0].data["outcome"] == "reheld"


def test_a_payment_after_expiry_without_goods_goes_back() -> None:
    done = pay(
        expired(), amount=1000, ref="p1", by="stripe", now_ms=LATER_MS, provider="stripe",
        rehold=False,
    )  # fmt: skip
    assert done is not None
    assert (done.units, done.tally, done.timeline, done.buyer) == ({}, {}, {}, 0)
    assert done.after.state == "expired"
    assert done.refund is not None
    assert (done.refund.amount, done.refund.state, done.refund.cause) == (1000, "due", "paid_late")
    assert (done.refund.provider, done.refund.payment) == ("stripe", "p1")
    assert done.facts[0].kind == "order_paid_late"
    assert done.facts[0].data["outcome"] == "refund"
    again = pay(done.after, amount=1000, ref="p1", by="stripe", now_ms=LATER_MS + 5)
    assert again is None, "the same payment told again"


def test_a_payment_after_a_cancellation_goes_back_whatever_there_is() -> None:
    done = cancel(held(), by="v", now_ms=NOW_MS)
    assert done is not None
    late = pay(done.after, amount=1000, ref="p1", by="sandbox", now_ms=LATER_MS)
    assert late is not None
    assert late.refund is not None
    assert late.refund.state == "done", "without a provider it is handed over by staff"
    assert late.after.state == "cancelled"


def test_the_second_payment_of_an_order_goes_back() -> None:
    order = paid(held())
    again = pay(order, amount=1000, ref="p2", by="stripe", now_ms=LATER_MS, provider="stripe")
    assert again is not None
    assert (again.units, again.tally) == ({}, {})
    assert again.refund is not None
    assert (again.refund.cause, again.refund.payment) == ("paid_twice", "p2")
    assert (again.after.state, again.after.paid, again.after.payment) == ("paid", 1000, "p1")
    assert pay(again.after, amount=1000, ref="p2", by="stripe", now_ms=LATER_MS) is None
    assert pay(again.after, amount=1000, ref="p1", by="stripe", now_ms=LATER_MS) is None


def test_a_refund_in_part_leaves_the_order_and_what_was_ordered() -> None:
    done = given_back(paid(held()), 300)
    assert done.units == {("pack", "refunded"): 300}
    assert done.tally == {"refunded": 300}
    assert done.timeline == {(LATER, "refunded"): 300}
    assert (done.after.state, done.after.refunded, done.after.returned) == ("paid", 300, 0)


def test_units_that_come_back_are_free_again_and_their_donation_too() -> None:
    done = given_back(paid(held()), 500, 1)
    assert done.units == {
        ("tea", "sold"): -10, ("tea", "free"): 10, ("cup", "sold"): -1, ("cup", "free"): 1,
        ("pack", "refunded"): 500,
    }  # fmt: skip
    assert done.tally == {"refunded": 500, "donated": -20}


def test_units_that_cannot_be_sold_again_are_written_off() -> None:
    done = given_back(paid(held()), 0, 2, restock=False)
    assert done.units[("tea", "written_off")] == 20
    assert ("tea", "free") not in done.units
    assert done.after.state == "paid", "the money stayed"


def test_the_last_of_the_money_makes_it_refunded() -> None:
    part = given_back(paid(held()), 400, 1)
    rest = given_back(part.after, 600, 1, refund_id="r2")
    assert (rest.after.state, rest.after.refunded, rest.after.returned) == ("refunded", 1000, 2)
    assert rest.refund is not None
    assert (rest.refund.amount, rest.refund.units, rest.refund.by) == (600, 1, "ann")
    with pytest.raises(Conflict) as raised:
        given_back(rest.after, 1, refund_id="r3")
    assert raised.value.message == STATES["refunded"]


@pytest.mark.parametrize(
    ("amount", "units", "field"),
    [(1001, 0, "amount"), (-1, 0, "amount"), (10, 3, "units"), (10, -1, "units"), (0, 0, "amount")],
)
def test_no_more_comes_back_than_there_is(amount: int, units: int, field: str) -> None:
    with pytest.raises((BadInput, Refused)) as raised:
        given_back(paid(held()), amount, units)
    assert list(raised.value.fields) == [field]
    if isinstance(raised.value, Refused):
        assert raised.value.data == {"left": {"amount": 1000, "units": 2}[field]}


def test_an_order_that_cost_nothing_is_refunded_when_all_of_it_came_back() -> None:
    free = fulfil(an_order(price=0, amount=0), by="ann", now_ms=NOW_MS)
    assert free is not None
    part = given_back(free.after, 0, 1)
    assert part.after.state == "fulfilled"
    assert given_back(part.after, 0, 1, refund_id="r2").after.state == "refunded"


def offline(**fields: Any) -> Order:
    return an_order(way="offline", by="ann", window=False, donation=0, **fields)


def test_an_offline_order_touches_the_stock_and_its_own_totals_only() -> None:
    sold = fulfil(offline(), by="ann", now_ms=NOW_MS)
    assert sold is not None
    assert (sold.units, sold.tally, sold.timeline, sold.buyer) == ({}, {}, {}, 0)
    part = given_back(sold.after, 300, 1)
    assert part.tally == {"offline_units": -1, "offline_amount": -300}
    whole = given_back(part.after, 700, 0, refund_id="r2")
    assert whole.tally == {"offline_orders": -1, "offline_units": -1, "offline_amount": -700}
    gone = cancel(offline(), by="ann", now_ms=NOW_MS)
    assert gone is not None
    assert gone.tally == {"offline_orders": -1, "offline_units": -2, "offline_amount": -1000}
    assert set(gone.units) == {(c, f) for c in ("tea", "cup") for f in ("sold", "free")}
    assert (gone.timeline, gone.taken, gone.buyer) == ({}, {}, 0)


def test_pieces_of_a_flash_sale_go_back_to_it() -> None:
    order = held(flash="f1")
    gone = expire(order, now_ms=NOW_MS + 60_000)
    assert gone is not None
    assert gone.flash == FlashPart(card="pack", flash="f1", stock="tea", pieces=20)
    assert gone.taken == {"v/pack": -2, "v/pack/f1": -2}
    late = pay(gone.after, amount=1000, ref="p1", by="sandbox", now_ms=LATER_MS)
    assert late is not None
    assert late.flash is not None
    assert late.flash.pieces == -20
    back = given_back(paid(order), 500, 1)
    assert back.flash is not None
    assert back.flash.pieces == 10
    assert given_back(paid(order), 500, 1, restock=False).flash is None


def test_a_page_to_pay_on_is_noted_and_leaves_the_hold() -> None:
    order = held()
    noted = awaited(order, "p1", NOW_MS)
    assert noted is not None
    assert (noted.after.payment, noted.hold, noted.facts) == ("p1", order.hold_until_ms, ())
    assert awaited(noted.after, "p1", NOW_MS) is None
    with pytest.raises(Conflict):
        awaited(paid(order), "p2", NOW_MS)


def test_a_name_is_forgotten_once() -> None:
    nameless = forget_name(an_order())
    assert nameless is not None
    assert nameless.name == ""
    assert forget_name(nameless) is None


TRANSITIONS: dict[str, Callable[[Order], Settlement | None]] = {
    "pay": lambda one: pay(one, amount=one.amount, ref="p9", by="x", now_ms=LATER_MS),
    "fulfil": lambda one: fulfil(one, by="x", now_ms=LATER_MS),
    "cancel": lambda one: cancel(one, by="x", now_ms=LATER_MS),
    "expire": lambda one: expire(one, now_ms=LATER_MS),
    "refund": lambda one: given_back(one, one.amount, one.units),
}

# From each state: what each transition makes of it; None for a refusal.
REACHED: dict[str, dict[str, str | None]] = {
    "placed": {"pay": "paid", "fulfil": "fulfilled", "cancel": "cancelled", "expire": None,
               "refund": None},
    "held": {"pay": "paid", "fulfil": None, "cancel": "cancelled", "expire": "expired",
             "refund": None},
    "paid": {"pay": "paid", "fulfil": "fulfilled", "cancel": None, "expire": None,
             "refund": "refunded"},
    "fulfilled": {"pay": "fulfilled", "fulfil": "fulfilled", "cancel": None, "expire": None,
                  "refund": "refunded"},
    "cancelled": {"pay": "cancelled", "fulfil": None, "cancel": "cancelled", "expire": None,
                  "refund": None},
    "expired": {"pay": "paid", "fulfil": None, "cancel": None, "expire": "expired", "refund": None},
    "refunded": {"pay": "refunded", "fulfil": None, "cancel": None, "expire": None, "refund": None},
}  # fmt: skip


def in_state(state: str) -> Order:
    money = {"paid": 1000} if state in ("paid", "fulfilled", "refunded") else {}
    more = {"refunded": 1000, "returned": 2} if state == "refunded" else {}
    hold = {"hold_until_ms": NOW_MS + 60_000} if state == "held" else {}
    return an_order(state=state, **money, **more, **hold)


@pytest.mark.parametrize("state", STATES)
@pytest.mark.parametrize("name", TRANSITIONS)
def test_each_transition_from_each_state(state: str, name: str) -> None:
    order, expected = in_state(state), REACHED[state][name]
    if expected is None:
        with pytest.raises(Conflict) as raised:
            TRANSITIONS[name](order)
        assert (raised.value.code, raised.value.message) == ("wrong_order_state", STATES[state])
        return
    done = TRANSITIONS[name](order)
    after = order if done is None else done.after
    assert after.state == expected
    if done is not None:
        assert done.before == order
        assert len(done.facts) == 1
        assert len(after.history) == 1


@pytest.mark.parametrize("state", STATES)
@pytest.mark.parametrize("name", TRANSITIONS)
def test_a_transition_made_already_changes_nothing(state: str, name: str) -> None:
    order = in_state(state)
    if REACHED[state][name] is None:
        return
    done = TRANSITIONS[name](order)
    if done is None:
        return
    if name == "refund":
        assert refund(
            done.after, amount=1, units=0, restock=True, by="x", cause="", refund_id="r1",
            now_ms=LATER_MS,
        ) is None  # fmt: skip
    else:
        assert TRANSITIONS[name](done.after) is None


def test_every_state_has_a_sentence() -> None:
    assert set(STATES) == set(REACHED)
    assert all(sentence.endswith(".") for sentence in STATES.values())
