"""A viewer as the wire describes one: folds patches, orders, likes, comes back."""

import asyncio
import contextlib
import json
import uuid
from types import TracebackType
from typing import Any, Self

import websockets
from websockets.asyncio.client import ClientConnection, connect

from livesell.patch import apply
from tests.support.wait import wait_until


class Viewer:
    """One socket on one session. `document` is what the page would show.

    Use it as `async with Viewer(push, session, token) as viewer`.
    """

    def __init__(self, push: str, session: str, token: str) -> None:
        self._url = f"ws://{push}/v1/sessions/{session}?token={token}"
        self._socket: ClientConnection | None = None
        self._reading: asyncio.Task[None] | None = None
        self.document: dict[str, Any] = {}
        self.hello: dict[str, Any] = {}
        self.bye: dict[str, Any] | None = None
        self.answers: dict[str, dict[str, Any]] = {}
        self.close_code: int | None = None

    async def __aenter__(self) -> Self:
        self._socket = await connect(self._url, compression=None)
        self._reading = asyncio.create_task(self._read(self._socket))
        await wait_until(lambda: self.document or self.close_code, "the first document arrives")
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:  # fmt: skip
        assert self._socket is not None
        assert self._reading is not None
        await self._socket.close()
        await self._reading

    async def _read(self, socket: ClientConnection) -> None:
        with contextlib.suppress(websockets.ConnectionClosed):
            async for text in socket:
                self._take(json.loads(text))
        self.close_code = socket.close_code

    def _take(self, frame: dict[str, Any]) -> None:
        match frame["t"]:
            case "hello":
                self.hello = frame
            case "state":
                self.document = frame["d"]
            case "patch":
                self.document = apply(self.document, frame["d"])
            case "order":
                self.answers[frame["id"]] = frame
            case "bye":
                self.bye = frame

    @property
    def tally(self) -> dict[str, int]:
        counts: dict[str, int] = self.document["tally"]
        return counts

    @property
    def state(self) -> str:
        return str(self.document["session"]["state"])

    def card(self, card: str) -> dict[str, Any]:
        found: dict[str, Any] = self.document["cards"][card]
        return found

    async def sees(self, state: str) -> None:
        await wait_until(lambda: self.state == state, f"the page says {state}")

    async def send(self, **message: Any) -> None:
        """Raises `ConnectionError` when the socket is closed."""
        assert self._socket is not None
        try:
            await self._socket.send(json.dumps(message))
        except websockets.ConnectionClosed as error:
            raise ConnectionError from error

    async def likes(self, n: int) -> None:
        """`n` taps in this visit so far."""
        await self.send(t="like", n=n)

    async def order(
        self, card: str, units: int = 1, *, price: int | None = None, id: str | None = None
    ) -> dict[str, Any]:
        """Orders at the price that the page shows; returns the answer.

        Raises:
            ConnectionError: The socket was closed before the answer came.
        """
        order_id = id or str(uuid.uuid4())
        self.answers.pop(order_id, None)
        seen = self.card(card)["price"] if price is None else price
        await self.send(t="order", id=order_id, card=card, units=units, price=seen)
        await wait_until(
            lambda: order_id in self.answers or self.close_code is not None,
            "the order is answered",
            timeout_s=15,
        )
        if order_id not in self.answers:
            raise ConnectionError
        return self.answers[order_id]
