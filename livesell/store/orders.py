"""Orders: placed in batches, each at most once per id; found again by id, buyer or number."""

from collections.abc import Sequence

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
from livesell.errors import BadInput, Busy, LivesellError, OutcomeUnknown
from livesell.store.connect import Link, busy, outcome_unknown
from livesell.store.scripts import script

Outcome = Placed | LivesellError


class _NewOrder(msgspec.Struct, frozen=True):
    """An order's record before the store has given it its number."""

    id: str
    viewer: str
    card: str
    units: int
    price: int
    amount: int
    at_ms: int
    name: str
    state: str


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
    """

    def __init__(self, link: Link, placing: Link) -> None:
        self._link = link
        self._placing = placing

    async def place(
        self, session_id: str, requests: Sequence[OrderRequest], now_ms: int
    ) -> list[Outcome]:
        """Places a batch in one step of the store; the answers are in the order of the requests.

        A refusal, `Busy` and `OutcomeUnknown` are answers here, not raised.
        """
        if not requests:
            return []
        checked = [_checked(request) for request in requests]
        sendable = [one for one in checked if isinstance(one, OrderRequest)]
        placed = iter(await self._place(session_id, sendable, now_ms) if sendable else [])
        return [next(placed) if isinstance(one, OrderRequest) else one for one in checked]

    async def _place(
        self, session_id: str, requests: list[OrderRequest], now_ms: int
    ) -> list[Outcome]:
        arguments: list[str | bytes | int] = [now_ms, bucket_of(now_ms), len(requests)]
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
        state="placed",
    )
    ticker = _NewTicker(mask_name(request.name), request.card, request.units, now_ms)
    return [
        request.id,
        request.viewer,
        request.card,
        request.units,
        request.price,
        _encode(record),
        b"" if request.contact == Contact() else _encode(request.contact),
        _encode(ticker),
    ]


def _outcome(request: OrderRequest, word: str, value: bytes) -> Outcome:
    match word:
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
    return refusal(word)
