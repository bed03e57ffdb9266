"""A provider of payments for tests: it does what it is told, and remembers what it was asked."""

from collections.abc import Mapping
from typing import Any, Literal

from livesell.domain.card import Card
from livesell.domain.order import Order
from livesell.domain.refund import Refund
from livesell.domain.session import Session
from livesell.payments import Checkout, PaymentEvent, PaymentTrouble


class Till:
    """Args: name: Under which the shop knows it."""

    def __init__(self, name: str = "till") -> None:
        self.name = name
        self.opened: list[str] = []
        self.abandoned: list[str] = []
        self.refunded: list[tuple[str, int, str]] = []
        self.answer: Literal["done", "sent"] = "done"
        self.trouble: PaymentTrouble | None = None

    async def open(
        self, order: Order, session: Session, card: Card, *, return_url: str, expires_ms: int
    ) -> Checkout:
        self._check()
        self.opened.append(order.id)
        return Checkout(ref=f"ref-{order.id}", url=f"{return_url}?until={expires_ms}")

    async def abandon(self, ref: str) -> None:
        self._check()
        self.abandoned.append(ref)

    async def refund(self, refund: Refund, currency: str) -> Literal["done", "sent"]:
        self._check()
        self.refunded.append((refund.id, refund.amount, currency))
        return self.answer

    def read_event(self, headers: Mapping[str, str], body: bytes, now_ms: int) -> PaymentEvent:
        raise NotImplementedError

    async def close(self) -> None:
        pass

    def breaks(self, *, retry: bool) -> None:
        self.trouble = PaymentTrouble("away", "The till is away.", retry=retry)

    def _check(self) -> None:
        if self.trouble is not None:
            raise self.trouble


def paid(order: Order, /, **fields: Any) -> PaymentEvent:
    """What the till tells of a payment of the whole order."""
    told: dict[str, Any] = {
        "id": f"event-{order.id}", "provider": "till", "kind": "paid", "session": "naqu",
        "order": order.id, "amount": order.amount, "currency": "CNY", "ref": f"ref-{order.id}",
    }  # fmt: skip
    return PaymentEvent(**{**told, **fields})
