"""The sandbox: a provider for rehearsals and tests, which moves no money.

It works as real ones do: a page of its own address, events that are signed and may come late or
twice, refunds. It keeps nothing: a reference names its order and is signed, so it cannot be
guessed, and what the page shows is read from the order. Its page is `web/payments.py`.
"""

import base64
import hmac
import re
import secrets
from collections.abc import Mapping
from typing import Literal
from urllib.parse import urlencode, urlsplit

import msgspec
from msgspec import Struct

from livesell.domain.card import Card
from livesell.domain.order import Order
from livesell.domain.refund import Refund
from livesell.domain.session import Session
from livesell.errors import BadInput, NotFound
from livesell.payments import Checkout, PaymentEvent
from livesell.payments.signature import check, header_of, sign

HEADER = "Sandbox-Signature"

# 128 bits cannot be guessed (Source: NIST SP 800-107, 5.3.3 allows truncated HMACs of this size).
_SEAL_BYTES = 16

_REF = re.compile(
    r"sandbox\.([a-z0-9](?:[a-z0-9-]{0,46}[a-z0-9])?)"
    r"\.([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})\.([A-Za-z0-9_-]{22})"
)


class Till(Struct, frozen=True, kw_only=True):
    """What a reference names."""

    session: str
    order: str


class _Told(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The body of an event."""

    id: str
    kind: Literal["paid", "failed"]
    ref: str
    amount: int
    currency: str


class Sandbox:
    """The provider "sandbox".

    Args:
        secret: The service's own; every node that shares it understands the others' references.
    """

    name = "sandbox"

    def __init__(self, secret: str) -> None:
        # Keys of their own, so that nothing signed here passes for a viewer's token or the reverse.
        self._ref_key = _derived(secret, "references")
        self._event_key = _derived(secret, "events")

    async def open(
        self,
        order: Order,
        session: Session,
        card: Card,  # noqa: ARG002 - the page reads it from the store
        *,
        return_url: str,
        expires_ms: int,  # noqa: ARG002 - the same
    ) -> Checkout:
        """The page is on the service that the buyer comes back to."""
        home = urlsplit(return_url)
        ref = self.ref_of(session.id, order.id)
        back = urlencode({"back": f"{home.path}?{home.query}"})
        return Checkout(ref=ref, url=f"{home.scheme}://{home.netloc}/pay/sandbox/{ref}?{back}")

    async def abandon(self, ref: str) -> None:
        """Nothing to close: the page asks what has become of the order."""

    async def refund(self, refund: Refund, currency: str) -> Literal["done", "sent"]:  # noqa: ARG002
        """Done at once, as there is no money to move."""
        return "done"

    def ref_of(self, session_id: str, order_id: str) -> str:
        """The reference of an order's payment, always the same."""
        return f"sandbox.{session_id}.{order_id}.{self._seal(session_id, order_id)}"

    def till(self, ref: str) -> Till:
        """Which order a reference is for.

        Raises:
            NotFound: `no_such_payment`: it was not made here.
        """
        parts = _REF.fullmatch(ref)
        if parts is None or not hmac.compare_digest(parts[3], self._seal(parts[1], parts[2])):
            raise NotFound(
                "no_such_payment", "There is no such payment. Go back to the show and try again."
            )
        return Till(session=parts[1], order=parts[2])

    def event(
        self, ref: str, kind: Literal["paid", "failed"], amount: int, currency: str, now_ms: int
    ) -> tuple[dict[str, str], bytes]:
        """A signed event, as a provider would send it: its headers and its body."""
        told = _Told(
            id="sb_" + secrets.token_hex(12), kind=kind, ref=ref, amount=amount, currency=currency
        )
        body = msgspec.json.encode(told)
        return {HEADER: sign(self._event_key, body, now_ms)}, body

    def read_event(self, headers: Mapping[str, str], body: bytes, now_ms: int) -> PaymentEvent:
        check(self._event_key, header_of(headers, HEADER), body, now_ms)
        try:
            told = msgspec.json.decode(body, type=_Told)
            till = self.till(told.ref)
        except (msgspec.DecodeError, UnicodeDecodeError, NotFound) as error:
            raise BadInput("bad_event", "This event of the sandbox cannot be read.") from error
        return PaymentEvent(
            id=told.id,
            provider=self.name,
            kind=told.kind,
            session=till.session,
            order=till.order,
            amount=told.amount,
            currency=told.currency,
            ref=told.ref,
        )

    async def close(self) -> None:
        """Nothing is open."""

    def _seal(self, session_id: str, order_id: str) -> str:
        mac = hmac.digest(self._ref_key.encode(), f"{session_id}/{order_id}".encode(), "sha256")
        return base64.urlsafe_b64encode(mac[:_SEAL_BYTES]).rstrip(b"=").decode()


def _derived(secret: str, purpose: str) -> str:
    return hmac.digest(secret.encode(), f"livesell sandbox {purpose}".encode(), "sha256").hex()
