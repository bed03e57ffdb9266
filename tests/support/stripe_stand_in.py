"""A stand-in for Stripe's API on loopback, as far as livesell uses it.

It keeps to what Stripe documents: form-encoded requests with a bearer key, sessions that are open,
complete or expired, refunds that never exceed the payment, idempotency keys that answer the same
request the same way, refuse another one, and lock while one is under way; errors in Stripe's shape.
A test tells it what to do next: answer with an error, answer late, or do it and lose the answer.
"""

import asyncio
import json
import secrets
from collections import Counter
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qsl

from aiohttp import web

from livesell.payments.signature import sign

SECRET_KEY = "sk_test_stand_in"
WEBHOOK_SECRET = "whsec_stand_in"

Json = dict[str, Any]
Action = Callable[[web.Request, Json], Awaitable[Json]]


class Refusal(Exception):
    """An answer of Stripe's that is an error."""

    def __init__(
        self, status: int, kind: str, message: str, *, code: str = "", replays: bool = True
    ) -> None:
        super().__init__(message)
        self.status = status
        self.replays = replays
        self.body: Json = {"error": {"type": kind, "message": message}}
        if code:
            self.body["error"]["code"] = code


OTHER_REQUEST = Refusal(
    400,
    "idempotency_error",
    "Keys for idempotent requests can only be used with the same parameters they were first used "
    "with.",
)
UNDER_WAY = Refusal(
    409,
    "idempotency_error",
    "There is currently another in-progress request using this Idempotent Key.",
    code="idempotency_key_in_use",
)


def _told(refusal: Refusal) -> tuple[int, bytes, bool]:
    return refusal.status, json.dumps(refusal.body).encode(), False


@dataclass
class Fault:
    """What happens to the next request instead of, or around, what it asks for."""

    refusal: Refusal | None = None
    late: asyncio.Event | None = None
    loses_answer: bool = False
    breaks_off: bool = False


@dataclass
class StandIn:
    """The account: what was made in it, and what was asked of it."""

    now_s: Callable[[], int]
    sessions: dict[str, Json] = field(default_factory=dict)
    refunds: dict[str, Json] = field(default_factory=dict)
    intents: dict[str, Json] = field(default_factory=dict)
    faults: list[Fault] = field(default_factory=list)
    asked: Counter[str] = field(default_factory=Counter)
    headers: list[dict[str, str]] = field(default_factory=list)
    refund_status: str = "succeeded"
    url: str = ""
    _kept: dict[str, tuple[bytes, int, bytes]] = field(default_factory=dict)
    _under_way: set[str] = field(default_factory=set)
    _runner: web.AppRunner | None = None

    async def start(self) -> None:
        app = web.Application()
        app.router.add_post("/v1/checkout/sessions", self._handler("open", self._open))
        app.router.add_get("/v1/checkout/sessions/{id}", self._handler("session", self._session))
        app.router.add_post(
            "/v1/checkout/sessions/{id}/expire", self._handler("expire", self._expire)
        )
        app.router.add_post("/v1/refunds", self._handler("refund", self._refund))
        app.router.add_get("/v1/refunds", self._handler("refunds", self._list_refunds))
        self._runner = web.AppRunner(app, handler_cancellation=True, shutdown_timeout=0.1)
        await self._runner.setup()
        await web.TCPSite(self._runner, "127.0.0.1", 0).start()
        self.url = "http://127.0.0.1:{1}".format(*self._runner.addresses[0])

    async def stop(self) -> None:
        assert self._runner is not None
        await self._runner.cleanup()

    # --- what a buyer does on Stripe's page ---------------------------------------------------

    def pay(self, session_id: str) -> Json:
        """The buyer pays; what Stripe then tells."""
        found = self._standing(session_id)
        found |= {"status": "complete", "payment_status": "paid", "url": None}
        self._intent(found)["status"] = "succeeded"
        return self.event("checkout.session.completed", found)

    def pay_by_bank(self, session_id: str) -> Json:
        """The buyer pays in a way that takes days."""
        found = self._standing(session_id)
        found |= {"status": "complete", "payment_status": "unpaid", "url": None}
        self._intent(found)["status"] = "processing"
        return self.event("checkout.session.completed", found)

    def bank_pays(self, session_id: str) -> Json:
        found = self.sessions[session_id]
        found["payment_status"] = "paid"
        self._intent(found)["status"] = "succeeded"
        return self.event("checkout.session.async_payment_succeeded", found)

    def bank_refuses(self, session_id: str) -> Json:
        found = self.sessions[session_id]
        self._intent(found)["status"] = "requires_payment_method"
        return self.event("checkout.session.async_payment_failed", found)

    def refund_ends(self, refund_id: str, status: str) -> Json:
        """What comes of a refund that took its time."""
        found = self.refunds[refund_id]
        found["status"] = status
        if status == "failed":
            found["failure_reason"] = "expired_or_canceled_card"
        return self.event("refund.failed" if status == "failed" else "refund.updated", found)

    def event(self, kind: str, what: Json, event_id: str = "") -> Json:
        return {
            "id": event_id or "evt_" + secrets.token_hex(8),
            "object": "event",
            "api_version": "2026-01-01",
            "created": self.now_s(),
            "livemode": False,
            "pending_webhooks": 1,
            "type": kind,
            "data": {"object": json.loads(json.dumps(what))},
        }

    def signed(self, event: Json | bytes, secret: str = WEBHOOK_SECRET) -> tuple[Json, bytes]:
        """Headers and body of a webhook, as Stripe sends it: indented JSON."""
        body = event if isinstance(event, bytes) else json.dumps(event, indent=2).encode()
        signature = sign(secret, body, self.now_s() * 1000)
        return {"Stripe-Signature": signature, "Content-Type": "application/json"}, body

    # --- the API ------------------------------------------------------------------------------

    def _handler(
        self, name: str, act: Action
    ) -> Callable[[web.Request], Awaitable[web.StreamResponse]]:
        async def handle(request: web.Request) -> web.StreamResponse:
            self.asked[name] += 1
            self.headers.append(dict(request.headers))
            body = await request.read()
            fault = self.faults.pop(0) if self.faults else Fault()
            if fault.late is not None:
                await fault.late.wait()
            status, answer, replayed = await self._answered(request, body, act, fault)
            if fault.loses_answer:
                assert request.transport is not None
                request.transport.abort()
            headers = {"Request-Id": "req_" + secrets.token_hex(6)}
            if replayed:
                headers["Idempotent-Replayed"] = "true"
            if fault.breaks_off:
                return await self._broken(request, answer, headers)
            return web.Response(
                body=answer, status=status, headers=headers, content_type="application/json"
            )

        return handle

    async def _broken(
        self, request: web.Request, answer: bytes, headers: dict[str, str]
    ) -> web.StreamResponse:
        """The beginning of an answer, and then no more of it."""
        response = web.StreamResponse(headers=headers)
        response.content_length = len(answer)
        await response.prepare(request)
        await response.write(answer[:20])
        assert request.transport is not None
        request.transport.close()
        return response

    async def _answered(
        self, request: web.Request, body: bytes, act: Action, fault: Fault
    ) -> tuple[int, bytes, bool]:
        key = request.headers.get("Idempotency-Key", "")
        if request.headers.get("Authorization") != f"Bearer {SECRET_KEY}":
            return _told(Refusal(401, "invalid_request_error", "Invalid API Key provided"))
        asked = request.path.encode() + b"\n" + body
        if key in self._kept:
            same, status, answer = self._kept[key]
            if same == asked:
                return status, answer, True
            return _told(OTHER_REQUEST)
        if key in self._under_way:
            return _told(UNDER_WAY)
        self._under_way.add(key)
        try:
            if fault.refusal is not None:
                raise fault.refusal
            query = {**dict(request.query), **dict(parse_qsl(body.decode()))}
            status, done = 200, await act(request, query)
            replays = True
        except Refusal as refusal:
            status, done, replays = refusal.status, refusal.body, refusal.replays
        finally:
            self._under_way.discard(key)
        answer = json.dumps(done).encode()
        if request.method == "POST" and key and replays:
            self._kept[key] = (asked, status, answer)
        return status, answer, False

    async def _open(self, _request: web.Request, sent: Json) -> Json:
        expires_at = int(sent["expires_at"])
        if not self.now_s() + 1800 <= expires_at <= self.now_s() + 86_400:
            raise Refusal(
                400, "invalid_request_error",
                "The `expires_at` timestamp must be between 30 minutes and 24 hours.",
            )  # fmt: skip
        amount = int(sent["line_items[0][price_data][unit_amount]"])
        amount *= int(sent["line_items[0][quantity]"])
        if amount < 50:
            raise Refusal(
                400, "invalid_request_error", "The Checkout Session's total amount due is too low.",
                code="amount_too_small",
            )  # fmt: skip
        session_id = "cs_test_" + secrets.token_hex(12)
        found = {
            "id": session_id,
            "object": "checkout.session",
            "mode": sent["mode"],
            "amount_total": amount,
            "currency": sent["line_items[0][price_data][currency]"],
            "client_reference_id": sent["client_reference_id"],
            "expires_at": expires_at,
            "livemode": False,
            "metadata": _metadata(sent, "metadata"),
            "payment_intent": None,
            "payment_status": "unpaid",
            "status": "open",
            "success_url": sent["success_url"],
            "cancel_url": sent["cancel_url"],
            "url": f"https://checkout.stripe.com/c/pay/{session_id}",
        }
        self.sessions[session_id] = found
        return found

    async def _session(self, request: web.Request, sent: Json) -> Json:
        found = dict(self._find(request.match_info["id"]))
        if "payment_intent" in {sent.get("expand[0]"), sent.get("expand[]")}:
            found["payment_intent"] = self.intents.get(found["payment_intent"] or "")
        return found

    async def _expire(self, request: web.Request, _sent: Json) -> Json:
        found = self._find(request.match_info["id"])
        if found["status"] != "open":
            raise Refusal(
                400, "invalid_request_error",
                "Only Checkout Sessions with a status in [\"open\"] can be expired.",
            )  # fmt: skip
        found |= {"status": "expired", "url": None}
        return found

    async def _refund(self, _request: web.Request, sent: Json) -> Json:
        intent = self.intents[sent["payment_intent"]]
        amount = int(sent["amount"])
        given = sum(
            one["amount"] for one in self.refunds.values()
            if one["payment_intent"] == intent["id"] and one["status"] not in ("failed", "canceled")
        )  # fmt: skip
        if given >= intent["amount"]:
            raise Refusal(
                400, "invalid_request_error", "Charge has already been refunded.",
                code="charge_already_refunded",
            )  # fmt: skip
        if given + amount > intent["amount"]:
            raise Refusal(
                400, "invalid_request_error", "Refund amount is greater than unrefunded amount."
            )
        refund_id = "re_" + secrets.token_hex(8)
        self.refunds[refund_id] = {
            "id": refund_id,
            "object": "refund",
            "amount": amount,
            "currency": intent["currency"],
            "created": self.now_s(),
            "metadata": _metadata(sent, "metadata"),
            "payment_intent": intent["id"],
            "status": self.refund_status,
        }
        return self.refunds[refund_id]

    async def _list_refunds(self, _request: web.Request, sent: Json) -> Json:
        found = [
            one for one in self.refunds.values() if one["payment_intent"] == sent["payment_intent"]
        ]
        return {"object": "list", "url": "/v1/refunds", "has_more": False, "data": found[::-1]}

    def _find(self, session_id: str) -> Json:
        if session_id not in self.sessions:
            raise Refusal(
                404, "invalid_request_error", f"No such checkout.session: {session_id}",
                code="resource_missing",
            )  # fmt: skip
        return self.sessions[session_id]

    def _standing(self, session_id: str) -> Json:
        found = self.sessions[session_id]
        assert found["status"] == "open", f"Stripe takes no money on a session that is {found}"
        return found

    def _intent(self, session: Json) -> Json:
        if session["payment_intent"] is None:
            intent = {
                "id": "pi_" + secrets.token_hex(8),
                "object": "payment_intent",
                "amount": session["amount_total"],
                "currency": session["currency"],
                "status": "requires_payment_method",
                "metadata": session["metadata"],
            }
            self.intents[intent["id"]] = intent
            session["payment_intent"] = intent["id"]
        return self.intents[session["payment_intent"]]


def _metadata(sent: Json, name: str) -> dict[str, str]:
    return {
        key.removeprefix(f"{name}[").removesuffix("]"): value
        for key, value in sent.items()
        if key.startswith(f"{name}[")
    }
