"""The audience in the store: read in slices, muted and banned in one step each."""

from collections.abc import AsyncIterator, Mapping, Sequence

import msgspec

from livesell.domain.audience import HeldBack, Mark, Moderated, Verb
from livesell.domain.ids import check_token_id
from livesell.domain.order import Order
from livesell.errors import NotFound
from livesell.store.connect import Link
from livesell.store.orders import decode_order
from livesell.store.pulled import no_such_session, pairs
from livesell.store.scripts import script

# Entries in one answer of the store: it takes about a third of a millisecond for them, and whoever
# else asks has their turn in between.
SLICE = 1000

_mark_decoder = msgspec.json.Decoder(Mark)
_encode = msgspec.json.Encoder().encode


class Audience:
    """The viewers of all sessions."""

    def __init__(self, link: Link) -> None:
        self._link = link

    async def moderate(
        self, session_id: str, verb: Verb, viewer: str, *, by: str, cause: str, now_ms: int
    ) -> Moderated:
        """Mutes, bans, or takes that back; what holds already stays as it is.

        Raises:
            NotFound: `no_such_session`, or `no_such_viewer` when nobody here has heard of them.
            OutcomeUnknown: Ask again; a second time is harmless.
        """
        check_token_id(viewer, "viewer")
        command = self._link.call(
            script("moderate"),
            session_id,
            verb,
            viewer,
            now_ms,
            by,
            _encode(Mark(by=by, at_ms=now_ms, cause=cause)),
            _encode({"viewer": viewer, "cause": cause}),
            self._link.keys.wake(session_id),
        )
        ((word, mark),) = await self._link.write(command)
        if word == b"missing":
            raise no_such_session()
        if word == b"unknown":
            raise no_such_viewer()
        return Moderated(mark=_mark_decoder.decode(mark) if mark else None, is_new=word == b"done")

    async def note_refused(self, session_id: str, refused: Mapping[str, int]) -> None:
        """Counts orders that were refused for their pace, by viewer."""
        flat = [part for one in refused.items() for part in one]
        await self._link.write(self._link.call(script("note_refused"), session_id, *flat))

    async def slices(self, session_id: str, name: str) -> AsyncIterator[dict[str, bytes]]:
        """A hash of viewers, in slices and in no order; one may come twice."""
        key, cursor = self._link.keys.of(session_id, name), b"0"
        while True:
            ((cursor, flat),) = await self._link.read(("HSCAN", key, cursor, "COUNT", SLICE))
            yield {viewer.decode(): value for viewer, value in pairs(flat)}
            if cursor == b"0":
                return

    async def values(
        self, session_id: str, names: Sequence[str], viewers: Sequence[str]
    ) -> list[list[bytes | None]]:
        """What each of these hashes says of each viewer."""
        if not viewers:
            return [[] for _ in names]
        keys = [self._link.keys.of(session_id, name) for name in names]
        return await self._link.read(*(("HMGET", key, *viewers) for key in keys))

    async def counts(self, session_id: str, names: Sequence[str]) -> list[int]:
        """How many viewers each of these hashes knows."""
        keys = [self._link.keys.of(session_id, name) for name in names]
        return await self._link.read(*(("HLEN", key) for key in keys))

    async def orders_of(self, session_id: str, viewers: Sequence[str]) -> dict[str, list[Order]]:
        """All orders of some viewers."""
        if not viewers:
            return {}
        key = self._link.keys.of(session_id, "by_viewer")
        # "0" is the character after "/", so the range is all that begins with "<viewer>/".
        found = await self._link.read(
            *(("ZRANGEBYLEX", key, f"[{viewer}/", f"({viewer}0") for viewer in viewers)
        )
        ids = [member.rpartition(b"/")[2] for members in found for member in members]
        orders = await self._orders(session_id, ids)
        own: dict[str, list[Order]] = {}
        for order in orders:
            own.setdefault(order.viewer, []).append(order)
        return own

    async def who_ordered(self, session_id: str, n: int) -> str | None:
        """The viewer whose order has this number; None when there is none."""
        key = self._link.keys.of(session_id, "numbers")
        (order_id,) = await self._link.read(("LINDEX", key, n - 1)) if n > 0 else (None,)
        orders = await self._orders(session_id, [order_id] if order_id else [])
        return next((order.viewer for order in orders if order.way == "online"), None)

    async def _orders(self, session_id: str, ids: Sequence[bytes]) -> list[Order]:
        key = self._link.keys.of(session_id, "orders")
        found: list[Order] = []
        for at in range(0, len(ids), SLICE):
            (records,) = await self._link.read(("HMGET", key, *ids[at : at + SLICE]))
            found += [decode_order(record) for record in records if record is not None]
        return found


def mark_of(text: bytes | None) -> Mark | None:
    return None if text is None else _mark_decoder.decode(text)


def held_back_of(text: bytes | None) -> HeldBack:
    return HeldBack() if text is None else HeldBack(*map(int, text.split()))


def no_such_viewer() -> NotFound:
    return NotFound("no_such_viewer", "There is no such viewer in this session. Look at the list.")
