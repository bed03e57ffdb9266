"""Bodies and answers about orders, payments, refunds and buyers' details.

As in `shapes.py`: times are ISO 8601 in UTC, money is integer minor units.
"""

from typing import Annotated, Any, Literal

from msgspec import Meta, field

from livesell.domain.order import MAX_UNITS, Contact
from livesell.web.api.shapes import MAX_EXACT, Answer, Body
from livesell.web.api.times import Moment

MAX_CAUSE_CHARS = 200

# Judged by the rules of selling, so that each wrong one gets the refusal of the socket.
CardId = Annotated[Any, Meta(extra_json_schema={"type": "string", "maxLength": 48})]
UnitCount = Annotated[
    Any, Meta(extra_json_schema={"type": "integer", "minimum": 1, "maximum": MAX_UNITS})
]
UnitPrice = Annotated[
    Any, Meta(extra_json_schema={"type": "integer", "minimum": 0, "maximum": MAX_EXACT})
]
Cause = Annotated[str, Meta(max_length=MAX_CAUSE_CHARS)]
Key = Annotated[str, Meta(min_length=1, max_length=128, pattern="^[!-~]+$")]


class ContactBody(Contact, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Where an order goes; each field may be left out."""


class OrderBody(Body, frozen=True, kw_only=True):
    """`price` is the unit price as the viewer saw it. The rules of selling judge each field."""

    card: CardId
    units: UnitCount
    price: UnitPrice
    contact: ContactBody = field(default_factory=ContactBody)


class OrderHeaders(Body, frozen=True, kw_only=True):
    """The key of one tap; the same key with the same body is one order, however often sent."""

    idempotency_key: Key = field(name="Idempotency-Key")


class OfflineOrderBody(Body, frozen=True, kw_only=True):
    """An order for a caller. Without `price` it is sold at the price of the moment."""

    card: CardId
    units: UnitCount
    price: UnitPrice = None
    name: Annotated[str, Meta(max_length=200)] = ""
    contact: ContactBody = field(default_factory=ContactBody)


class StepRow(Answer, frozen=True, kw_only=True, omit_defaults=True):
    """What became of an order. A viewer is told `by` as you, shop, payment or clock."""

    what: str
    at: Moment
    by: str
    cause: str = ""
    amount: int = 0
    units: int = 0


class OrderRow(Answer, frozen=True, kw_only=True, omit_defaults=True):
    """An order on record; `payment`, `by` and `contact` are for the crew, absent when empty.

    `state` is placed, held, paid, fulfilled, cancelled, expired or refunded. `lines` are the
    pieces it takes from the stock of each card; `hold_until` is there while it waits for its
    payment; `way` is there when it is not online; `by` is who typed it in.
    """

    id: str
    n: int
    viewer: str
    card: str
    units: int
    price: int
    amount: int
    at: Moment
    state: str
    name: str = ""
    way: str = "online"
    by: str = ""
    lines: tuple[tuple[str, int], ...] = ()
    hold_until: Moment | None = None
    paid: int = 0
    refunded: int = 0
    returned: int = 0
    flash: str = ""
    payment: str = ""
    history: tuple[StepRow, ...] = ()
    contact: Contact | None = None


class PlacedAnswer(Answer, frozen=True, kw_only=True):
    """`dup` says that this is the answer given before, replayed."""

    order: OrderRow
    dup: bool


class OrderAnswer(Answer, frozen=True, kw_only=True):
    order: OrderRow


class OrdersQuery(Body, frozen=True, kw_only=True):
    """The crew pages by order number: `after` the last one seen."""

    after: Annotated[int, Meta(ge=0, le=MAX_EXACT)] = 0
    limit: Annotated[int, Meta(ge=1, le=500)] = 500


class OrdersAnswer(Answer, frozen=True, kw_only=True, omit_defaults=True):
    """`next` is the `after` of the following page, absent at the end."""

    orders: list[OrderRow]
    next: int | None = None


# --- what becomes of an order ----------------------------------------------------------------


class CancelBody(Body, frozen=True, kw_only=True):
    """The buyer can read the cause."""

    cause: Cause = ""


class PaymentBody(Body, frozen=True, kw_only=True):
    """Which page the buyer comes back to: the show's, or the order's own."""

    return_to: Literal["viewer", "order"] = "viewer"


class PaymentAnswer(Answer, frozen=True, kw_only=True):
    """Where to pay, and until when."""

    url: str
    expires: Moment


class EmptyBody(Body, frozen=True, kw_only=True):
    """Nothing has to be said."""


class RefundBody(Body, frozen=True, kw_only=True):
    """Money and units to give back; with neither, all that is left of both.

    With `units` alone their price is given back. `restock` puts them on sale again, else they are
    written off. The buyer can read the cause.
    """

    restock: bool
    amount: Annotated[int, Meta(ge=0, le=MAX_EXACT)] | None = None
    units: Annotated[int, Meta(ge=0, le=MAX_UNITS)] | None = None
    cause: Cause = ""


class RefundHeaders(Body, frozen=True, kw_only=True):
    """With a key the same refund is made once, however often it is sent."""

    idempotency_key: Key | None = field(name="Idempotency-Key", default=None)


class RefundRow(Answer, frozen=True, kw_only=True):
    """Money on its way back: due, sent, done or failed. No provider: it is given by hand."""

    id: str
    order: str
    amount: int
    units: int
    state: str
    provider: str
    at: Moment
    by: str
    cause: str
    tries: int


class RefundsAnswer(Answer, frozen=True, kw_only=True):
    """The newest first."""

    refunds: list[RefundRow]


class RefundAnswer(Answer, frozen=True, kw_only=True):
    refund: RefundRow


class SeenShape(Answer, frozen=True, kw_only=True):
    """Who of the crew looked at it first, and when."""

    by: str
    at: Moment


class AlarmRow(Answer, frozen=True, kw_only=True, omit_defaults=True):
    """Something that the crew has to look at, such as a payment that fits no order."""

    id: str
    at: Moment
    kind: str
    message: str
    order: str = ""
    ref: str = ""
    seen: SeenShape | None = None


class AlarmsAnswer(Answer, frozen=True, kw_only=True):
    """The newest first."""

    alarms: list[AlarmRow]


class AlarmAnswer(Answer, frozen=True, kw_only=True):
    alarm: AlarmRow


# --- the buyer's details ---------------------------------------------------------------------


class DetailsAnswer(Answer, frozen=True, kw_only=True):
    """What the viewer gave last; null when there is nothing."""

    contact: Contact | None


class ErasedAnswer(Answer, frozen=True, kw_only=True):
    """How many orders the person has; their totals are as they were."""

    orders: int
