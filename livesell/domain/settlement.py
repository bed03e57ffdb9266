"""What becomes of an order after it was placed, as far as the payment ports need to know."""

from typing import Literal

from msgspec import Struct


class Refund(Struct, frozen=True, kw_only=True):
    """Money on its way back to a buyer.

    Attributes:
        amount: Minor units of the session's currency.
        units: Units that came back with it.
        payment: The reference of the payment that it is taken from.
        tries: How often the provider was asked.
    """

    id: str
    order: str
    amount: int
    units: int = 0
    state: Literal["due", "sent", "done", "failed"] = "due"
    provider: str = ""
    payment: str = ""
    at_ms: int = 0
    by: str = ""
    cause: str = ""
    tries: int = 0
