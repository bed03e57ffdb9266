"""Orders: placed in batches, each at most once per id; found again by id, buyer or number."""

from collections.abc import Awaitable, Callable, Sequence

import msgspec

from livesell.domain.ids import check_order_id, check_token_id
from livesell.domain.order import (
    REFUSALS,
    Contact,
    Order,
    OrderRequest,
    Placed,
    refusal,
    same_content,
)
from livesell.domain.text import mask_name
from livesell.domain.truth import bucket_of
from livesell.errors import BadInput, Busy, LivesellError, NotAllowed, OutcomeUnknown
from livesell.store.connect import Link, busy, outcome_unknown
from livesell.store.scripts import script

Outcome = Placed | LivesellError
ExpireDue = Callable[[str, int], Awaitable[object]]


class _DueHolds(msgspec.Struct, frozen=True):
    """Sold out, but a hold has run out that nobody has released yet."""

    left: int


class _NewOrder(msgspec.Struct, frozen=True, omit_defaults=True):
    """An order's record without what only the script knows: number, state, lines and the like."""

    id: str
    viewer: str
    card: str
    units: int
    price: int
    amount: int
    at_ms: int
    name: str
    way: str = "online"
    by: str = ""


class _NewTicker(msgspec.Struct, frozen=True):
    name: str
    card: str
    units: int
    at: int


_order_decoder = msgspec.json.Decoder(Order)
_contact_decoder = msgspec.json.Decoder(Contact)
_encode = msgspec.json.Encoder().encode


class Orders:
    """The orders of all sessions.

    Args:
        link: For reading.
        placing: A link of its own, so that nothing else can hold orders up.

    Attributes:
        expire_due: Releases the holds of a session that have run out by a time (epoch ms). Asked
            when an order is refused for want of stock that such a hold still keeps.
    """

    def __init__(self, link: Link, placing: Link) -> None:
        self.expire_due: ExpireDue | None = None
        self._link = link
        self._placing = placing

    async def place(
        self, session_id: str, requests: Sequence[OrderRequest], now_ms: int, hold_ms: int = 0
    ) -> list[Outcome]:
        """Places a batch in one step of the store; the answers are in the order of the requests.

        A refusal, `Busy` and `OutcomeUnknown` are answers here, not raised.

        Args:
            hold_ms: How long the stock of each online order is held for its payment; 0 when it
                is paid on delivery. An order that costs nothing is never held.
        """
        if not requests:
            return []
        checked = [_checked(request) for request in requests]
        sendable = [one for one in checked if isinstance(one, OrderRequest)]
        placed = iter(await self._place(session_id, sendable, now_ms, hold_ms) if sendable else [])
        return [next(placed) if isinstance(one, OrderRequest) else one for one in checked]

    async def _place(
        self, session_id: str, requests: list[OrderRequest], now_ms: int, hold_ms: int
    ) -> list[Outcome]:
        """Places them, and those that only a hold which has run out stands in the way of again."""
        outcomes = await self._place_once(session_id, requests, now_ms, hold_ms)
        again = [i for i, one in enumerate(outcomes) if isinstance(one, _DueHolds)]
        if again and await self._expired(session_id, now_ms):
            retried = [requests[i] for i in again]
            answers = await self._place_once(session_id, retried, now_ms, hold_ms)
            for i, answer in zip(again, answers, strict=True):
                outcomes[i] = answer
        return [
            refusal("sold_out", left=one.left) if isinstance(one, _DueHolds) else one
            for one in outcomes
        ]

    async def _expired(self, session_id: str, now_ms: int) -> bool:
        """Has the holds released that have run out; False when that did not work."""
        if self.expire_due is None:
            return False
        try:
            await self.expire_due(session_id, now_ms)
        except LivesellError:
            return False  # the sweep will do it; until then the stock is held
        return True

    async def _place_once(
        self, session_id: str, requests: list[OrderRequest], now_ms: int, hold_ms: int
    ) -> list[Outcome | _DueHolds]:
        hold_until_ms = now_ms + hold_ms if hold_ms else 0
        arguments: list[str | bytes | int] = [
            now_ms, bucket_of(now_ms), hold_until_ms, len(requests),
        ]  # fmt: skip
        for request in requests:
            arguments += _order_arguments(request, now_ms)
        command = self._placing.call(script("place_order"), session_id, *arguments)
        try:
            (answers,) = await self._placing.write(command)
        except Busy:
            return [busy(REFUSALS["busy"]) for _ in requests]
        except OutcomeUnknown:
            return [outcome_unknown(REFUSALS["unknown"]) for _ in requests]
        return [
            _outcome(request, word.decode(), value)
            for request, (word, value) in zip(requests, answers, strict=True)
        ]

    async def find(self, session_id: str, order_id: str) -> Order | None:
        key = self._link.keys.of(session_id, "orders")
        (record,) = await self._link.read(("HGET", key, order_id))
        return None if record is None else _order_decoder.decode(record)

    async def of_viewer(self, session_id: str, viewer: str) -> list[Order]:
        """One viewer's orders, newest first."""
        name = check_token_id(viewer, "viewer")
        # "0" is the character after "/", so the range is all that begins with "<viewer>/".
        (members,) = await self._link.read(
            (
                "ZREVRANGEBYLEX",
                self._link.keys.of(session_id, "by_viewer"),
                f"({name}0",
                f"[{name}/",
            )
        )
        return await self._records(session_id, [one.rpartition(b"/")[2] for one in members])

    async def page(self, session_id: str, after_n: int = 0, limit: int = 500) -> list[Order]:
        """Orders by their number, from the one after `after_n`."""
        (ids,) = await self._link.read(
            ("LRANGE", self._link.keys.of(session_id, "numbers"), after_n, after_n + limit - 1)
        )
        return await self._records(session_id, ids)

    async def contacts(self, session_id: str, order_ids: Sequence[str]) -> dict[str, Contact]:
        """The contacts of those orders that have one."""
        if not order_ids:
            return {}
        key = self._link.keys.of(session_id, "contacts")
        (records,) = await self._link.read(("HMGET", key, *order_ids))
        return {
            order_id: _contact_decoder.decode(record)
            for order_id, record in zip(order_ids, records, strict=True)
            if record is not None
        }

    async def _records(self, session_id: str, ids: list[bytes]) -> list[Order]:
        if not ids:
            return []
        (records,) = await self._link.read(
            ("HMGET", self._link.keys.of(session_id, "orders"), *ids)
        )
        return [_order_decoder.decode(record) for record in records if record is not None]


def decode_order(record: bytes) -> Order:
    return _order_decoder.decode(record)


def _checked(request: OrderRequest) -> OrderRequest | BadInput:
    """The script writes these ids into JSON as they are, so they are held to their alphabet."""
    try:
        check_order_id(request.id)
        check_token_id(request.viewer, "viewer")
        if request.by:
            check_token_id(request.by, "by")
    except BadInput as error:
        return error
    return request


def _order_arguments(request: OrderRequest, now_ms: int) -> list[str | bytes | int]:
    record = _NewOrder(
        id=request.id,
        viewer=request.viewer,
        card=request.card,
        units=request.units,
        price=request.price,
        amount=request.units * request.price,
        at_ms=now_ms,
        name=request.name,
        way=request.way,
        by=request.by,
    )
    ticker = _NewTicker(mask_name(request.name), request.card, request.units, now_ms)
    return [
        request.id,
        request.viewer,
        request.card,
        request.units,
        request.price,
        request.way,
        request.by or request.viewer,
        _encode(record),
        b"" if request.contact == Contact() else _encode(request.contact),
        _encode(ticker),
    ]


def _outcome(request: OrderRequest, word: str, value: bytes) -> Outcome | _DueHolds:
    match word:
        case "due_holds":
            return _DueHolds(int(value))
        case "placed":
            return Placed(order=_order_decoder.decode(value))
        case "known":
            order = _order_decoder.decode(value)
            is_same = same_content(order, request)
            return Placed(order=order, dup=True) if is_same else refusal("id_reused")
        case "price_changed":
            return refusal(word, price=int(value))
        case "limit" | "sold_out":
            return refusal(word, left=int(value))
        case "banned":
            return NotAllowed(word, REFUSALS[word])
    return refusal(word)
