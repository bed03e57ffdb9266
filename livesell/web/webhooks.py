"""What payment providers tell: read by the provider's port, counted, handed to the cashier.

The answer is for a machine that repeats what was not answered with 2xx: 200 for what was taken or
is nothing to us, 400 and 401 for what no provider of ours sent, 503 for "again, please".
"""

import logging
from collections.abc import Mapping
from typing import Protocol

from prometheus_client import CollectorRegistry, Counter

from livesell.clock import Clock
from livesell.errors import Kind, LivesellError, NotFound
from livesell.payments import PaymentEvent, Payments

logger = logging.getLogger(__name__)

# An event of Stripe's is about 5 kB. Source: none says how large one may be, so with room to spare.
MAX_BYTES = 262_144

_TRY_AGAIN = frozenset({Kind.BUSY, Kind.UNKNOWN})


class Taker(Protocol):
    """Who settles what a provider told."""

    async def take(self, event: PaymentEvent) -> None:
        """Raises when it did not fit, or could not be settled now."""
        ...


class Webhooks:
    """The one way of an event into the service, whoever brought it.

    Args:
        payments: The ports by name.
    """

    def __init__(
        self,
        payments: Mapping[str, Payments],
        taker: Taker,
        clock: Clock,
        registry: CollectorRegistry,
    ) -> None:
        self._payments = payments
        self._taker = taker
        self._clock = clock
        self._events = Counter(
            "livesell_payment_events",
            "What payment providers told, by what became of it. Wrong signatures and refused "
            "payments are worth an alarm.",
            ("provider", "outcome"),
            registry=registry,
        )

    async def receive(self, provider: str, headers: Mapping[str, str], body: bytes) -> None:
        """Takes one event.

        Raises:
            NotFound: `no_such_provider`.
            NotSignedIn: `bad_signature`.
            BadInput: `bad_event`.
            Busy: Not settled; the provider will send it again.
        """
        port = self._payments.get(provider)
        if port is None:
            raise NotFound(
                "no_such_provider", "This service takes no payments from there. Check the address."
            )
        try:
            event = port.read_event(headers, body, self._clock())
        except LivesellError as error:
            self._count(provider, error.code)
            logger.warning("A payment event was refused: provider=%s code=%s", provider, error.code)
            raise
        if event.kind == "ignored":
            self._count(provider, "ignored")
            return
        await self._take(event)

    async def _take(self, event: PaymentEvent) -> None:
        try:
            await self._taker.take(event)
        except LivesellError as error:
            outcome = "again" if error.kind in _TRY_AGAIN else "refused"
            self._count(event.provider, outcome)
            logger.warning(
                "A payment event was not settled: provider=%s event=%s order=%s code=%s",
                event.provider, event.id, event.order, error.code,
            )  # fmt: skip
            raise
        self._count(event.provider, event.kind)

    def _count(self, provider: str, outcome: str) -> None:
        self._events.labels(provider, outcome).inc()
