"""Records of money: one attempt to pay for an order, and money on its way back to a buyer."""

from typing import Literal

from msgspec import Struct

RefundState = Literal["due", "sent", "done", "failed"]
PaymentState = Literal["open", "paid", "failed"]


class Refund(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Money on its way back to a buyer.

    Attributes:
        state: due until the provider took it, sent until it says that it arrived.
        provider: Who pays it out; empty when staff hand it over, which is done at once.
        payment: The reference of the payment that it is taken from.
        tries: How often the provider was asked in vain; `retry_ms` is when to ask again.
    """

    id: str
    order: str
    amount: int
    units: int = 0
    state: RefundState
    provider: str = ""
    payment: str = ""
    at_ms: int
    by: str
    cause: str = ""
    tries: int = 0
    retry_ms: int = 0


class Payment(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One attempt to pay for an order; `ref` is the provider's name for it."""

    ref: str
    order: str
    provider: str
    amount: int
    currency: str
    state: PaymentState = "open"
    at_ms: int
    url: str = ""
    until_ms: int = 0
