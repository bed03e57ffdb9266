"""What became of orders: one compare-and-set a transition, and the records of money around it.

A settlement was decided on an order as it was read; it is written down only if the order's record
is still that one, so of two that race one wins and the other is told. A settlement that was written
already is answered as if it were new, which makes a lost answer harmless.
"""

import asyncio
import hashlib
from collections.abc import Sequence
from typing import Any

import msgspec

from livesell.domain.command import Fact
from livesell.domain.ids import check_order_id
from livesell.domain.order import REFUSALS, Order
from livesell.domain.settlement import Payment, Refund, Settlement, expire
from livesell.errors import Conflict, NotFound, OutcomeUnknown
from livesell.store.connect import Command, Link
from livesell.store.orders import decode_order
from livesell.store.pulled import pairs
from livesell.store.scripts import script

# Alarms are for people; older ones stand in the log.
MOST_ALARMS = 200

# 64 bits: two of a session's alarms never meet.
ALARM_ID_CHARS = 16

# Holds that one step of the sweep looks at.
SWEEP_BATCH = 100

# Settled side by side, on half of the connections that all pages share.
EXPIRED_AT_ONCE = 8

# Sessions asked in one pipeline for their next hold.
SESSIONS_AT_ONCE = 500


class Alarm(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Something that staff have to look at: a payment that fits no order, a refund that failed.

    `code` is stable, `message` is for people; `order` and `ref` say which, where it is known.
    """

    at_ms: int
    code: str
    message: str
    provider: str = ""
    order: str = ""
    ref: str = ""
    event: str = ""

    @property
    def id(self) -> str:
        """Its name in addresses; made from what it says, so that it is the same for ever."""
        said = (self.at_ms, self.code, self.provider, self.order, self.ref, self.event)
        return hashlib.sha256(_encode(said)).hexdigest()[:ALARM_ID_CHARS]


class Seen(msgspec.Struct, frozen=True, kw_only=True):
    """Who of the crew looked at an alarm first, and when."""

    by: str
    at_ms: int


_refund_decoder = msgspec.json.Decoder(Refund)
_payment_decoder = msgspec.json.Decoder(Payment)
_seen_decoder = msgspec.json.Decoder(Seen)
_alarm_decoder = msgspec.json.Decoder(Alarm)
_encode = msgspec.json.Encoder().encode


class Settling:
    def __init__(self, link: Link) -> None:
        self._link = link

    async def settle(self, session_id: str, settlement: Settlement, *, by: str) -> Order:
        """Writes a transition down, once.

        Raises:
            Conflict: `order_changed`, or `sold_out` (with what is `left`) when pieces that it
                needs are not available; nothing was changed.
            NotFound: `no_such_order`.
        """
        for _ in range(2):
            record = await self._record(session_id, settlement.before.id)
            current = decode_order(record)
            if current == settlement.after:
                return current
            if current != settlement.before:
                raise _order_changed()
            command = self._command(session_id, record, settlement, by)
            try:
                ((word, what),) = await self._link.write(command)
            except OutcomeUnknown:
                # The answer was lost; compare-and-set makes a second time harmless.
                continue
            if word == b"settled":
                return settlement.after
            if word == b"sold_out":
                raise Conflict("sold_out", REFUSALS["sold_out"], data={"left": int(what)})
            if word == b"refund_known":
                raise _refund_known()
        return await self._as_settled(session_id, settlement)

    async def _as_settled(self, session_id: str, settlement: Settlement) -> Order:
        """After two lost answers: whether it was written all the same."""
        current = decode_order(await self._record(session_id, settlement.before.id))
        if current == settlement.after:
            return current
        raise _order_changed()

    async def _record(self, session_id: str, order_id: str) -> bytes:
        record: bytes | None
        key = self._link.keys.of(session_id, "orders")
        (record,) = await self._link.read(("HGET", key, check_order_id(order_id)))
        if record is None:
            raise NotFound("no_such_order", REFUSALS["no_such_order"])
        return record

    def _command(self, session_id: str, record: bytes, settlement: Settlement, by: str) -> Command:
        order, refund, part = settlement.before, settlement.refund, settlement.flash
        arguments: list[str | bytes | int] = [
            order.id,
            record,
            _encode(settlement.after),
            settlement.at_ms,
            by,
            self._link.keys.wake(session_id),
            order.viewer,
            order.n,
            "" if settlement.hold is None else settlement.hold,
            settlement.ticker,
            settlement.buyer,
            refund.id if refund else "",
            _encode(refund) if refund else "",
            *((part.pieces, part.card, part.flash, part.stock) if part else (0, "", "", "")),
        ]
        lists: tuple[list[tuple[str, int | bytes]], ...] = (
            [(f"{card}:{name}", number) for (card, name), number in settlement.units.items()],
            [*settlement.tally.items()],
            [(f"{start}:{name}", number) for (start, name), number in settlement.timeline.items()],
            [*settlement.taken.items()],
            [*settlement.needs.items()],
            [(fact.kind, _encode(fact.data)) for fact in settlement.facts],
        )
        for rows in lists:
            arguments.append(len(rows))
            for name, value in rows:
                arguments += [name, value]
        return self._link.call(script("settle_order"), session_id, *arguments)

    async def due_holds(
        self, session_id: str, now_ms: int, limit: int = SWEEP_BATCH
    ) -> list[Order]:
        """Held orders whose time is over, the earliest first."""
        keys = self._link.keys
        (ids,) = await self._link.read(
            ("ZRANGEBYSCORE", keys.of(session_id, "holds"), "-inf", now_ms, "LIMIT", 0, limit)
        )
        if not ids:
            return []
        (records,) = await self._link.read(("HMGET", keys.of(session_id, "orders"), *ids))
        return [decode_order(record) for record in records if record is not None]

    async def expire_due(self, session_id: str, now_ms: int, *, by: str = "timer") -> list[Order]:
        """Lets all holds expire whose time is over; several processes may do so at once.

        Returns:
            The orders that this call let expire, or another at the very same millisecond.
        """
        expired: list[Order] = []
        while due := await self.due_holds(session_id, now_ms):
            before = len(expired)
            for first in range(0, len(due), EXPIRED_AT_ONCE):
                some = due[first : first + EXPIRED_AT_ONCE]
                answers = await asyncio.gather(
                    *(self._expire(session_id, order, by, now_ms) for order in some)
                )
                expired += [order for order in answers if order is not None]
            if len(expired) == before:
                break  # others are at the very same; what they leave is found by the next look
        return expired

    async def _expire(self, session_id: str, order: Order, by: str, now_ms: int) -> Order | None:
        """None when it was paid, cancelled or let expire by another in between."""
        try:
            settlement = expire(order, now_ms=now_ms, by=by)
            if settlement is None:
                return None
            return await self.settle(session_id, settlement, by=by)
        except Conflict:
            return None

    async def next_hold(self, session_id: str) -> int | None:
        """When the next hold ends, epoch ms."""
        return (await self.next_holds([session_id])).get(session_id)

    async def next_holds(self, session_ids: Sequence[str]) -> dict[str, int]:
        """The same for many sessions; those without a hold are left out."""
        found: dict[str, int] = {}
        for first in range(0, len(session_ids), SESSIONS_AT_ONCE):
            some = session_ids[first : first + SESSIONS_AT_ONCE]
            answers = await self._link.read(
                *(("ZRANGE", self._link.keys.of(one, "holds"), 0, 0, "WITHSCORES") for one in some)
            )
            found |= {
                one: int(float(answer[1]))
                for one, answer in zip(some, answers, strict=True)
                if answer
            }
        return found

    async def refunds(self, session_id: str) -> list[Refund]:
        """All refunds of a session, the newest first."""
        (records,) = await self._link.read(("HVALS", self._link.keys.of(session_id, "refunds")))
        found = [_refund_decoder.decode(one) for one in records]
        return sorted(found, key=lambda one: (one.at_ms, one.id), reverse=True)

    async def refund(self, session_id: str, refund_id: str) -> Refund | None:
        key = self._link.keys.of(session_id, "refunds")
        (record,) = await self._link.read(("HGET", key, refund_id))
        return None if record is None else _refund_decoder.decode(record)

    async def put_refund(
        self, session_id: str, before: Refund, after: Refund, fact: Fact | None, *, by: str,
        now_ms: int,
    ) -> bool:  # fmt: skip
        """Takes a refund on; False when it is no longer as `before`. The same twice is True."""
        keys = self._link.keys
        key = keys.of(session_id, "refunds")
        (record,) = await self._link.read(("HGET", key, before.id))
        current = None if record is None else _refund_decoder.decode(record)
        if current is None or current == after or current != before:
            return current == after
        ((word, _),) = await self._link.write(
            self._link.call(
                script("settle_refund"),
                session_id,
                before.id,
                record,
                _encode(after),
                now_ms,
                by,
                keys.wake(session_id),
                fact.kind if fact else "",
                _encode(fact.data) if fact else "",
            )
        )
        return bool(word == b"settled")

    async def payment(self, session_id: str, ref: str) -> Payment | None:
        key = self._link.keys.of(session_id, "payments")
        (record,) = await self._link.read(("HGET", key, ref))
        return None if record is None else _payment_decoder.decode(record)

    async def add_payment(self, session_id: str, payment: Payment) -> None:
        """Puts a new payment on record; one that is known stays as it is."""
        key = self._link.keys.of(session_id, "payments")
        await self._link.write(("HSETNX", key, payment.ref, _encode(payment)))

    async def put_payment(self, session_id: str, payment: Payment) -> None:
        """What is known of a payment now; the last word holds."""
        key = self._link.keys.of(session_id, "payments")
        await self._link.write(("HSET", key, payment.ref, _encode(payment)))

    async def knows_event(self, session_id: str, provider: str, event_id: str) -> bool:
        """Whether this event of a provider was taken already."""
        key = self._link.keys.of(session_id, "events")
        (found,) = await self._link.read(("HEXISTS", key, f"{provider}/{event_id}"))
        return bool(found)

    async def remember_event(
        self, session_id: str, provider: str, event_id: str, now_ms: int
    ) -> None:
        """Called after the event was settled: what was lost before is settled again, harmlessly."""
        key = self._link.keys.of(session_id, "events")
        await self._link.write(("HSETNX", key, f"{provider}/{event_id}", now_ms))

    async def put_alarm(self, session_id: str, alarm: Alarm) -> bool:
        """Puts an alarm on top, once for an event however often it comes again.

        Returns:
            Whether it is new.
        """
        keys = self._link.keys
        key = keys.of(session_id, "alarms")
        if alarm.event and any(
            (one.event, one.code) == (alarm.event, alarm.code)
            for one in await self.alarms(session_id)
        ):
            return False
        await self._link.write(
            ("LPUSH", key, _encode(alarm)),
            ("LTRIM", key, 0, MOST_ALARMS - 1),
            ("PUBLISH", keys.wake(session_id), "alarm"),
        )
        return True

    async def alarms(self, session_id: str) -> list[Alarm]:
        """The newest first."""
        found: list[Any]
        (found,) = await self._link.read(
            ("LRANGE", self._link.keys.of(session_id, "alarms"), 0, MOST_ALARMS - 1)
        )
        return [_alarm_decoder.decode(one) for one in found]

    async def alarms_seen(self, session_id: str) -> dict[str, Seen]:
        """Who looked at which alarm first, by the alarm's id."""
        found: list[bytes]
        (found,) = await self._link.read(("HGETALL", self._link.keys.of(session_id, "alarms_seen")))
        return {alarm.decode(): _seen_decoder.decode(one) for alarm, one in pairs(found)}

    async def see_alarm(self, session_id: str, alarm: Alarm, by: str, now_ms: int) -> Seen:
        """Puts on record that `by` looked at it; returns who did first."""
        fact = {"alarm": alarm.id, "code": alarm.code}
        (kept,) = await self._link.write(
            self._link.call(
                script("see_alarm"),
                session_id,
                alarm.id,
                _encode(Seen(by=by, at_ms=now_ms)),
                now_ms,
                by,
                self._link.keys.wake(session_id),
                _encode(fact),
            )
        )
        return _seen_decoder.decode(kept)


def decode_refund(record: bytes) -> Refund:
    return _refund_decoder.decode(record)


def _order_changed() -> Conflict:
    return Conflict(
        "order_changed",
        "Someone else changed this order first. Look at it again, then repeat what still fits.",
    )


def _refund_known() -> Conflict:
    return Conflict(
        "refund_known", "This refund id was used for another refund. Make a new id for a new one."
    )
