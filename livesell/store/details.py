"""The buyer's details: asked once, kept apart from the orders, forgotten on request."""

import msgspec

from livesell.domain.ids import check_token_id
from livesell.domain.order import Contact
from livesell.domain.settlement import forget_name
from livesell.store.connect import Link, busy
from livesell.store.orders import decode_order
from livesell.store.scripts import script

# New orders of the very person, arriving while that person is being forgotten.
ATTEMPTS = 8

_decoder = msgspec.json.Decoder(Contact)
_order_encode = msgspec.json.Encoder().encode


class Details:
    def __init__(self, link: Link) -> None:
        self._link = link

    async def remember(self, session_id: str, viewer: str, contact: Contact) -> None:
        """Keeps the details that the viewer gave last; empty ones are forgotten."""
        key = self._link.keys.of(session_id, "details")
        name = check_token_id(viewer, "viewer")
        if contact == Contact():
            await self._link.write(("HDEL", key, name))
        else:
            await self._link.write(("HSET", key, name, _order_encode(contact)))

    async def of(self, session_id: str, viewer: str) -> Contact | None:
        return (await self.of_all(session_id, [viewer])).get(viewer)

    async def of_all(self, session_id: str, viewers: list[str]) -> dict[str, Contact]:
        """The details of those viewers who gave some."""
        if not viewers:
            return {}
        key = self._link.keys.of(session_id, "details")
        (records,) = await self._link.read(("HMGET", key, *viewers))
        return {
            viewer: _decoder.decode(record)
            for viewer, record in zip(viewers, records, strict=True)
            if record is not None
        }

    async def erase(self, session_id: str, viewer: str, *, by: str, now_ms: int) -> int:
        """Forgets the viewer's details, names and contacts; no total changes.

        Returns:
            How many orders the viewer has.

        Raises:
            Busy: Nothing was erased; ask again.
            OutcomeUnknown: Ask again; a second time is harmless.
        """
        check_token_id(viewer, "viewer")
        for _ in range(ATTEMPTS):
            records = await self._records(session_id, viewer)
            arguments: list[str | bytes | int] = []
            for record in records:
                order = decode_order(record)
                nameless = forget_name(order)
                if nameless is not None:
                    arguments += [order.id, record, _order_encode(nameless), order.n]
            if await self._erase(session_id, viewer, by, now_ms, len(records), arguments):
                return len(records)
        raise busy("This person is ordering right now. Erase the details again in a moment.")

    async def _erase(
        self, session_id: str, viewer: str, by: str, now_ms: int, count: int,
        arguments: list[str | bytes | int],
    ) -> bool:  # fmt: skip
        channel = self._link.keys.wake(session_id)
        command = self._link.call(
            script("erase_viewer"), session_id, viewer, now_ms, by, channel, count, *arguments
        )
        (word,) = await self._link.write(command)
        return bool(word == b"erased")

    async def _records(self, session_id: str, viewer: str) -> list[bytes]:
        keys = self._link.keys
        (members,) = await self._link.read(
            ("ZRANGEBYLEX", keys.of(session_id, "by_viewer"), f"[{viewer}/", f"({viewer}0")
        )
        if not members:
            return []
        ids = [one.rpartition(b"/")[2] for one in members]
        (records,) = await self._link.read(("HMGET", keys.of(session_id, "orders"), *ids))
        return [record for record in records if record is not None]
