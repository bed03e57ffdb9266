"""Stripe Checkout, through Stripe's own library: the page is Stripe's, no card number comes here.

The reference of a payment is the id of its Checkout session ("cs_..."). Every request that changes
something carries an idempotency key, so repeating it after a lost answer does nothing twice. What
Stripe tells afterwards is read in `stripe_event.py`.
"""

import asyncio
import logging
import ssl
from collections.abc import Awaitable, Mapping
from typing import Any, Literal, TypeVar

import aiohttp
import stripe

from livesell.config import StripeConfig
from livesell.domain.card import Card
from livesell.domain.order import Order
from livesell.domain.refund import Refund
from livesell.domain.session import Session
from livesell.errors import BadInput
from livesell.payments import (
    Checkout,
    PaymentEvent,
    PaymentTrouble,
    left_early,
    stripe_event,
)
from livesell.payments.signature import bad_signature, check_age, header_of
from livesell.payments.stripe_amount import to_stripe

logger = logging.getLogger(__name__)

# A buyer waits for this; Stripe answers within a second.
TIMEOUT_S = 10.0

# The library's own retries, with the same idempotency key; whoever asked repeats it later anyway.
RETRIES = 1

# A session ends from 30 minutes to 24 hours after it was made. Source: Stripe's API, `expires_at`.
# So it is set to this long after our hold, whenever in the hold it is made: the same request each
# time, which makes it the same session. `abandon` closes it when the hold ends; the configuration
# keeps holds short enough.
AFTER_HOLD_S = 31 * 60

# Sessions for one order: a new one is made when a delayed payment failed or the session was closed.
ATTEMPTS = 8

_SESSION = "cs_"
_IN_VAIN = ("failed", "canceled")

_T = TypeVar("_T")


async def open_stripe(config: StripeConfig) -> "Stripe":
    """The port, with the certificates that Stripe's library brings."""
    certificates = await asyncio.to_thread(ssl.create_default_context, cafile=stripe.ca_bundle_path)
    return Stripe(config, certificates)


class Stripe:
    """The provider "stripe"."""

    name = stripe_event.NAME

    def __init__(self, config: StripeConfig, certificates: ssl.SSLContext) -> None:
        # The library would tell Stripe of this machine, and the log of the buyers.
        stripe.enable_telemetry = False
        logging.getLogger("stripe").setLevel(logging.WARNING)
        self._webhook_secret = config.webhook_secret
        self._http = aiohttp.ClientSession(connector=aiohttp.TCPConnector(ssl=certificates))
        client = stripe.AIOHTTPClient(
            session=self._http, timeout=aiohttp.ClientTimeout(total=TIMEOUT_S)
        )
        self._api = stripe.StripeClient(
            config.secret_key,
            http_client=client,
            base_addresses={"api": config.base_url} if config.base_url else None,
            max_network_retries=RETRIES,
        )

    async def open(
        self, order: Order, session: Session, card: Card, *, return_url: str, expires_ms: int
    ) -> Checkout:
        """One session for an order, made again only when the last one can take no money any more.

        An idempotency key that Stripe has seen answers with the session as it was made; whether
        it still stands is asked then.
        """
        standing = await self._opened_before(order.payment, return_url)
        if standing is not None:
            return standing
        params = _session_params(order, session, card, return_url, expires_ms)
        for attempt in range(1, ATTEMPTS + 1):
            made = await self._made(params, f"{session.id}/{order.id}/{attempt}")
            if made is None:
                continue
            found = await self._session(made.id) if _is_replayed(made) else made
            standing = _standing(found, return_url)
            if standing is not None:
                return standing
        raise PaymentTrouble(
            "too_many_payments",
            "This order was tried to be paid too often. Place a new one.",
            retry=False,
        )

    async def abandon(self, ref: str) -> None:
        """Stripe refuses to expire a session that is complete or expired, which is as good."""
        try:
            await _answered(self._api.v1.checkout.sessions.expire_async(ref))
        except PaymentTrouble as trouble:
            if trouble.retry:
                raise

    async def refund(self, refund: Refund, currency: str) -> Literal["done", "sent"]:
        """Looks for the refund first: Stripe forgets an idempotency key after a day."""
        paid = await self._session(refund.payment)
        intent = paid.payment_intent
        if intent is None:
            raise PaymentTrouble(
                "not_paid", f"Stripe knows of no payment in {refund.payment}.", retry=False
            )
        made = await self._refunds_made(_id_of(intent), refund.id)
        found = next((one for one in made if one.status not in _IN_VAIN), None)
        if found is None and made and refund.state == "sent":
            found = made[0]
        if found is None:
            # One that failed and was asked for again by a person needs a key of its own.
            found = await _answered(
                self._api.v1.refunds.create_async(
                    {
                        "payment_intent": _id_of(intent),
                        "amount": to_stripe(refund.amount, currency),
                        "metadata": {
                            **_metadata_of(paid), "refund": refund.id, "payment": refund.payment,
                        },
                    },
                    {"idempotency_key": f"{refund.id}/{len(made)}" if made else refund.id},
                )
            )  # fmt: skip
        if found.status in _IN_VAIN:
            raise PaymentTrouble(
                "refund_failed",
                f"Stripe could not give the money back ({_reason_of(found)}). Pay it back in "
                "another way.",
                retry=False,
            )
        return "done" if found.status == "succeeded" else "sent"

    def read_event(self, headers: Mapping[str, str], body: bytes, now_ms: int) -> PaymentEvent:
        """The signature by Stripe's library, its age by our clock."""
        signature = header_of(headers, "Stripe-Signature")
        try:
            stripe.WebhookSignature.verify_header(body, signature, self._webhook_secret)
        except stripe.SignatureVerificationError as error:
            raise bad_signature() from error
        except UnicodeDecodeError as error:
            raise BadInput("bad_event", "This is no event of Stripe's webhooks.") from error
        check_age(signature, now_ms)
        return stripe_event.read(body)

    async def close(self) -> None:
        await self._http.close()

    async def _opened_before(self, ref: str, return_url: str) -> Checkout | None:
        """The session that this order waits for already."""
        if not ref.startswith(_SESSION):
            return None
        try:
            return _standing(await self._session(ref), return_url)
        except PaymentTrouble as trouble:
            if trouble.retry:
                raise
            return None  # of another account, such as one for tests

    async def _made(
        self, params: dict[str, Any], idempotency_key: str
    ) -> stripe.checkout.Session | None:
        """None when this key was used for the order as it looked before, such as another title."""
        try:
            return await _answered(
                self._api.v1.checkout.sessions.create_async(
                    params,  # type: ignore[arg-type]  # plain text for its many literals
                    {"idempotency_key": idempotency_key},
                )
            )
        except PaymentTrouble as trouble:
            if isinstance(trouble.__cause__, stripe.IdempotencyError):
                return None
            raise

    async def _session(self, ref: str) -> stripe.checkout.Session:
        return await _answered(
            self._api.v1.checkout.sessions.retrieve_async(ref, {"expand": ["payment_intent"]})
        )

    async def _refunds_made(self, intent: str, refund_id: str) -> list[stripe.Refund]:
        """The newest first; one payment has a handful at most."""
        found = await _answered(
            self._api.v1.refunds.list_async({"payment_intent": intent, "limit": 100})
        )
        return [one for one in found.data if _metadata_of(one).get("refund") == refund_id]


def _session_params(
    order: Order, session: Session, card: Card, return_url: str, expires_ms: int
) -> dict[str, Any]:
    """The same for the same order, whenever it is asked."""
    names = {"session": session.id, "order": order.id}
    is_plain = order.units * order.price == order.amount
    product: dict[str, Any] = {"name": card.title if is_plain else f"{card.title} × {order.units}"}
    if card.image.startswith("https://"):
        product["images"] = [card.image]
    price = order.price if is_plain else order.amount
    line = {
        "quantity": order.units if is_plain else 1,
        "price_data": {
            "currency": session.currency.lower(),
            "unit_amount": to_stripe(price, session.currency),
            "product_data": product,
        },
    }
    return {
        "mode": "payment",
        "client_reference_id": order.id,
        "metadata": names,
        "payment_intent_data": {"metadata": names},
        "line_items": [line],
        "expires_at": expires_ms // 1000 + AFTER_HOLD_S,
        "success_url": return_url,
        "cancel_url": left_early(return_url),
    }


async def _answered(asked: Awaitable[_T]) -> _T:
    """Stripe's answer; what went wrong, in our words and without what was sent."""
    try:
        return await asked
    except stripe.StripeError as error:
        raise _trouble(error) from error
    except (aiohttp.ClientError, TimeoutError, OSError) as error:
        # The library does not expect an answer that breaks off.
        raise _away() from error


def _trouble(error: stripe.StripeError) -> PaymentTrouble:
    told = f"{error.code or error.http_status or type(error).__name__}"
    if isinstance(error, stripe.AuthenticationError | stripe.PermissionError):
        # Nothing is wrong with the payment: it goes on when the key is right. Buyers read the
        # sentence, so what is to be done stands in the log.
        logger.error("Stripe does not accept [stripe] secret_key, or not for this: %s", told)
        return PaymentTrouble(
            "provider_denied",
            "The shop cannot take payments at the moment. Try again later.",
            retry=True,
        )
    if isinstance(error, stripe.APIConnectionError):
        return _away()
    if isinstance(error, stripe.RateLimitError | stripe.APIError):
        return PaymentTrouble(
            "provider_busy", f"Stripe cannot answer now ({told}). Try again soon.", retry=True
        )
    return PaymentTrouble("provider_refused", f"Stripe refused this payment ({told}).", retry=False)


def _away() -> PaymentTrouble:
    return PaymentTrouble("provider_away", "Stripe cannot be reached. Try again soon.", retry=True)


def _is_replayed(made: stripe.checkout.Session) -> bool:
    answer = made.last_response
    return answer is not None and answer.headers.get("Idempotent-Replayed") == "true"


def _has_failed(found: stripe.checkout.Session) -> bool:
    """A delayed payment that did not come: its session is complete, and no money is on the way."""
    intent = found.payment_intent
    status = None if intent is None or isinstance(intent, str) else intent.status
    return found.payment_status != "paid" and status in ("requires_payment_method", "canceled")


def _standing(found: stripe.checkout.Session, return_url: str) -> Checkout | None:
    """Where to go for a session that can be paid, or is; None when it came to nothing."""
    if found.status == "open" and found.url:
        return Checkout(ref=found.id, url=found.url)
    if found.status == "complete" and not _has_failed(found):
        # Paid, or on its way; where the buyer comes back to tells which.
        return Checkout(ref=found.id, url=return_url)
    return None


def _metadata_of(one: stripe.checkout.Session | stripe.Refund) -> dict[str, str]:
    return {} if one.metadata is None else dict(one.metadata.to_dict())


def _reason_of(refund: stripe.Refund) -> str:
    """Why it failed; Stripe leaves the field out as long as it did not."""
    return str(refund.to_dict().get("failure_reason") or refund.status)


def _id_of(one: str | Any) -> str:
    return one if isinstance(one, str) else str(one.id)
