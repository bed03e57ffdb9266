"""The payment ports: what a provider has to be able to do, and what it tells.

A port never decides what becomes of an order. It opens a page on which a buyer pays, reads what
the provider tells afterwards, and gives money back; `actions/cashier.py` does the rest. Next:
`opened.py` (which ports there are), `sandbox.py`, `stripe.py`.
"""

from collections.abc import Mapping
from typing import Literal, Protocol

from msgspec import Struct

from livesell.domain.card import Card
from livesell.domain.order import Order
from livesell.domain.refund import Refund
from livesell.domain.session import Session
from livesell.errors import Busy, Kind

__all__ = ["Checkout", "PaymentEvent", "PaymentTrouble", "Payments", "left_early"]

EventKind = Literal["paid", "failed", "refunded", "refund_failed", "ignored"]


class PaymentEvent(Struct, frozen=True, kw_only=True):
    """What a provider told, its signature checked; it may be late, repeated or out of order.

    Attributes:
        id: The provider's own, the same for every repetition.
        kind: "ignored" is nothing to us, and only `id` and `provider` are to be trusted then.
        amount: Minor units of `currency` (ISO 4217, in capitals).
        ref: The payment's reference, that of its `Checkout`.
        refund: Our id of the refund that this is about.
    """

    id: str
    provider: str
    kind: EventKind
    session: str = ""
    order: str = ""
    amount: int = 0
    currency: str = ""
    ref: str = ""
    refund: str = ""


class Checkout(Struct, frozen=True, kw_only=True):
    """Where a buyer pays for one order."""

    ref: str
    url: str


class PaymentTrouble(Busy):
    """The provider did not do it.

    Attributes:
        retry: Whether the same may be asked again later; otherwise a person has to look.
    """

    def __init__(self, code: str, message: str, *, retry: bool) -> None:
        super().__init__(code, message)
        self.retry = retry
        if not retry:
            self.kind = Kind.REFUSED  # type: ignore[misc]  # "try again" would be a lie here


def left_early(return_url: str) -> str:
    """The page after paying, for a buyer who turned back: it offers to pay without waiting."""
    return f"{return_url}{'&' if '?' in return_url else '?'}left=1"


class Payments(Protocol):
    """A provider of payments."""

    name: str

    async def open(
        self, order: Order, session: Session, card: Card, *, return_url: str, expires_ms: int
    ) -> Checkout:
        """A page on which to pay for the order; the same one while it can still be paid there.

        Args:
            return_url: Where the buyer goes afterwards, whatever came of it.
            expires_ms: When the hold ends, epoch ms.

        Raises:
            PaymentTrouble: There is no page.
        """
        ...

    async def abandon(self, ref: str) -> None:
        """Closes the page when the hold has ended. Harmless when it is paid or closed already.

        Raises:
            PaymentTrouble: The provider could not be asked.
        """
        ...

    async def refund(self, refund: Refund, currency: str) -> Literal["done", "sent"]:
        """Gives money back, once for each `refund.id` however often it is asked.

        Returns:
            "sent" when the provider will tell later what came of it.

        Raises:
            PaymentTrouble: It was not given back, as far as is known.
        """
        ...

    def read_event(self, headers: Mapping[str, str], body: bytes, now_ms: int) -> PaymentEvent:
        """What the provider told.

        Raises:
            NotSignedIn: `bad_signature`: it is not from the provider, or too old.
            BadInput: It is from the provider, and cannot be understood.
        """
        ...

    async def close(self) -> None:
        """Ends all connections."""
        ...
