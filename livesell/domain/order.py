"""An order: what a viewer asks for, what it may be refused for, and what stands on record.

The refusals are a public promise (the wire's `code`). The checks that must not race (stock,
limit, price as seen) happen in `store/lua/place_order.lua`; this page holds their sentences.
"""

from typing import Any

from msgspec import Struct

from livesell.domain.ids import check_order_id
from livesell.domain.text import clean_block, clean_line
from livesell.errors import BadInput, Conflict, Refused

MAX_UNITS = 999

# What became of an order that was not accepted. Refusals are not stored.
REFUSALS: dict[str, str] = {
    "not_live": "Orders are taken while the show is live. Wait for it to start or to go on.",
    "no_such_card": "This product is not part of the show. Choose one from the shelf.",
    "closed": "This product cannot be ordered at the moment. Wait until the host opens it.",
    "sold_out": "There are not that many left. Choose fewer, or another product.",
    "limit": "That is more than one person or one order may have. Choose fewer units.",
    "price_changed": "The price has changed. Look at the new price and order again.",
    "bad_units": f"Order a whole number of units from 1 to {MAX_UNITS}.",
    "id_reused": "This order id was used for another order. Make a new id for a new order.",
    "banned": "You have been removed from this show, so you cannot order in it.",
    "rate": "You are ordering very fast. Wait a moment and try again.",
    "busy": "The shop is very busy and your order was not placed. Try again in a moment.",
    "unknown": "It is not certain yet whether your order was placed. Asking again.",
    "no_such_order": "There is no order with this id. It was not placed.",
}

# What an order is, and what can be done with it instead of what was asked.
STATES: dict[str, str] = {
    "placed": "This order is waiting to be delivered and paid. It can be fulfilled or cancelled.",
    "held": "This order waits for its payment. It can be paid or cancelled.",
    "paid": "This order is paid. It can be fulfilled, or refunded.",
    "fulfilled": "This order was delivered and paid. It can be refunded.",
    "cancelled": "This order was cancelled, so nothing more can be done with it. Order again.",
    "expired": "This order was not paid in time, so its goods were released. Order again.",
    "refunded": "This order was refunded, so nothing more can be done with it.",
}


class Contact(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """The buyer's details; kept apart from the order so that a person can be erased."""

    name: str = ""
    phone: str = ""
    address: str = ""
    note: str = ""


class OrderRequest(Struct, frozen=True, kw_only=True):
    """A checked request. `price` is the unit price as the viewer saw it, minor units.

    `way` is "offline" when staff type it for a caller; `by` says who.
    """

    id: str
    viewer: str
    card: str
    units: int
    price: int
    contact: Contact
    name: str
    way: str = "online"
    by: str = ""


class Step(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One thing that became of an order: what, when (epoch ms), who did it, and why.

    `amount` is the money that moved, minor units; `units` those that came back; `ref` the
    payment's or the refund's reference.
    """

    what: str
    at_ms: int
    by: str
    cause: str = ""
    amount: int = 0
    units: int = 0
    ref: str = ""


class Order(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """An accepted order as it stands on record; `n` counts the session's orders from 1.

    Attributes:
        state: placed, held, paid, fulfilled, cancelled, expired or refunded (wholly).
        way: online, or offline when staff typed it for a caller (`by` says who).
        lines: Pieces that it takes from the stock of each card, gifts included.
        window: Whether its card was being explained when it was placed.
        donation: Minor units a unit that go to the fund while the order counts.
        flash: The flash sale that it was placed in.
        hold_until_ms: Until when its stock is held for the payment, epoch ms.
        paid: What was captured, refunds still in it; `refunded` what was given back of that.
        returned: Units that were given back with refunds.
        payment: The reference of the payment that paid for it, or that a held one waits for.
        history: What became of it after it was placed, oldest first.
    """

    id: str
    n: int
    viewer: str
    card: str
    units: int
    price: int
    amount: int
    at_ms: int
    name: str
    state: str
    way: str = "online"
    by: str = ""
    lines: tuple[tuple[str, int], ...] = ()
    window: bool = False
    donation: int = 0
    flash: str = ""
    hold_until_ms: int | None = None
    paid: int = 0
    refunded: int = 0
    returned: int = 0
    payment: str = ""
    history: tuple[Step, ...] = ()


class Placed(Struct, frozen=True, kw_only=True):
    """An acceptance. `dup` says that it is the answer given before, replayed."""

    order: Order
    dup: bool = False


def stands(order: Order) -> bool:
    """Whether the order counts: it was neither cancelled nor did its hold expire."""
    return order.state not in ("cancelled", "expired")


def lines_of(order: Order) -> tuple[tuple[str, int], ...]:
    """Pieces by the card that keeps the stock; the first line is the ordered card's own."""
    return order.lines or ((order.card, order.units),)


def wrong_state(order: Order) -> Conflict:
    """The conflict that says why this order cannot become what was asked."""
    return Conflict("wrong_order_state", STATES[order.state], data={"state": order.state})


def refusal(code: str, **data: Any) -> Refused:
    """The refusal as an error, with what holds now (`left`, `price`) in its data."""
    return Refused(code, REFUSALS[code], data=data)


def check_request(
    *, id: object, viewer: str, card: object, units: object, price: object, contact: Contact,
    name: str, way: str = "online", by: str = "",
) -> OrderRequest:  # fmt: skip
    """A viewer's order, checked for everything that needs no store.

    Raises:
        BadInput: The id is no UUID, or the contact holds what no parcel label should.
        Refused: `bad_units`, `no_such_card` or `price_changed`.
    """
    order_id = check_order_id(id)
    if type(units) is not int or not 1 <= units <= MAX_UNITS:
        raise refusal("bad_units")
    if not isinstance(card, str) or not 0 < len(card) <= 48:
        raise refusal("no_such_card")
    if type(price) is not int or not 0 <= price < 2**53:
        raise BadInput.field("price", "Send the price as seen, in whole minor units.", "bad_price")
    return OrderRequest(
        id=order_id,
        viewer=viewer,
        card=card,
        units=units,
        price=price,
        contact=check_contact(contact),
        name=name,
        way=way,
        by=by,
    )


def check_contact(contact: Contact) -> Contact:
    """The contact with its texts cleaned; every field may be empty."""
    return Contact(
        name=clean_line(contact.name, "name", max_chars=40),
        phone=clean_line(contact.phone, "phone", max_chars=32),
        address=clean_block(contact.address, "address", max_chars=200),
        note=clean_block(contact.note, "note", max_chars=200),
    )


def same_content(order: Order, request: OrderRequest) -> bool:
    """Whether a repeated id asks for the same thing, so that the first answer stands."""
    return (order.viewer, order.card, order.units, order.price) == (
        request.viewer,
        request.card,
        request.units,
        request.price,
    )
