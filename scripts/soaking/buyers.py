"""The crowd of the kill loop: buyers on sockets, over HTTP, and of another node.

Everyone goes on through whatever happens to the service: a lost connection is opened again, an
order without a final answer is sent again under its id. What they were told is in the books.
"""

import asyncio
from random import Random
from typing import Any

import msgspec

from livesell.clock import system_clock
from livesell.domain.order import Contact, OrderRequest, Placed
from livesell.errors import Busy
from livesell.replay.client import Socket, request
from livesell.store.orders import Orders
from soaking.books import AGAIN, Purchase
from soaking.service import SESSION
from soaking.shop import LOST, ORDERS, Shop, outcome
from soaking.staff import Till

# Longer than the service waits for its store.
ANSWER_WITHIN_S = 6.0


class Line:
    """A buyer's socket, which is opened again whenever it is gone."""

    def __init__(self, shop: Shop, viewer: str) -> None:
        self._shop = shop
        self._path = f"/v1/sessions/{SESSION}?token={shop.token(viewer)}"
        self._socket: Socket | None = None
        self._opening: asyncio.Future[Socket] | None = None
        self._waiting: dict[str, asyncio.Future[dict[str, Any]]] = {}

    async def say(self, message: dict[str, Any]) -> dict[str, Any]:
        """The answer to an order or a question.

        Raises:
            NotThere: Nothing was sent.
            ConnectionError: The connection is gone, or no answer came: it may have been taken.
        """
        socket = self._socket or await self._open()
        answer = asyncio.get_running_loop().create_future()
        self._waiting[message["id"]] = answer
        try:
            socket.send(msgspec.json.encode(message))
            async with asyncio.timeout(ANSWER_WITHIN_S):
                return dict(await answer)
        except TimeoutError as error:
            socket.drop()
            raise ConnectionResetError from error
        finally:
            self._waiting.pop(message["id"], None)

    async def _open(self) -> Socket:
        """Raises `NotThere` when nobody takes the call."""
        host, port = self._shop.push
        loop = asyncio.get_running_loop()
        self._opening = loop.create_future()
        handshake = request(host, port, self._path)
        try:
            async with asyncio.timeout(ANSWER_WITHIN_S):
                await loop.create_connection(lambda: Socket(self, handshake), host, port)
                return await self._opening
        except (OSError, TimeoutError) as error:
            raise NotThere from error

    def opened(self, socket: Socket) -> None:
        self._socket = socket
        if self._opening is not None and not self._opening.done():
            self._opening.set_result(socket)

    def received(self, payload: bytes) -> None:
        if payload.startswith(b'{"t":"order"'):
            frame = msgspec.json.decode(payload)
            answer = self._waiting.get(frame["id"])
            if answer is not None and not answer.done():
                answer.set_result(frame)

    def refused(self, status: int, retry_s: float | None) -> None:  # noqa: ARG002 - the owner's
        self.failed()

    def failed(self) -> None:
        if self._opening is not None and not self._opening.done():
            self._opening.set_exception(ConnectionRefusedError())

    def closed(self, socket: Socket, code: int | None) -> None:  # noqa: ARG002 - the owner's
        if self._socket is socket:
            self._socket = None
        for answer in self._waiting.values():
            if not answer.done():
                answer.set_exception(ConnectionResetError())

    def close(self) -> None:
        if self._socket is not None:
            self._socket.drop()


class NotThere(ConnectionError):
    """Nothing was sent: there was nobody to send it to."""


class Buyer:
    """Orders, resends, asks; one thing at a time."""

    def __init__(self, shop: Shop, till: Till, name: str) -> None:
        self.name = name
        self._shop = shop
        self._till = till
        self._books = shop.books
        self._dice = Random(shop.dice.getrandbits(64))

    async def run(self, pause_s: float) -> None:
        """Until cancelled; between two things it thinks for so long on average."""
        try:
            while True:
                await self._shop.is_open.wait()
                await self._shop.think(self._dice.expovariate(1 / pause_s))
                if self._shop.is_open.is_set():
                    await self._one()
        finally:
            self.leave()

    def leave(self) -> None:
        """Nothing to close."""

    async def _one(self) -> None:
        one = self._shop.pick(self.name)
        one.is_busy = True
        try:
            await self.settle(one)
            if one.order is not None:
                await self._afterwards(one)
        finally:
            one.is_busy = False

    async def _afterwards(self, one: Purchase) -> None:
        if self._dice.random() < 0.15:
            # A tap too many, or a page that was loaded again.
            await self._resend(one)
        if self._dice.random() < 0.5:
            await self._till.go_on(one)

    async def settle(self, one: Purchase) -> None:
        """Sends it until its answer is final."""
        while one.order is None and not one.refused:
            answer = await self._told(one)
            code = answer.get("code", "")
            if answer.get("ok"):
                self._books.accepted_as(one, answer["order"], dup=bool(answer.get("dup")))
            elif code == "busy" and not one.is_doubtful and self._dice.random() < 0.5:
                self._books.refused_as(one, "nothing")
            elif code in AGAIN or code == LOST:
                one.is_doubtful = one.is_doubtful or code in (LOST, "unknown")
                self._books.counts[f"again_{code}"] += 1
                await self._shop.patience(one.tries)
            else:
                self._books.refused_as(one, code)

    async def _resend(self, one: Purchase) -> None:
        """The answer to something that was answered: the same, or none at all."""
        answer = await (self._told(one) if self._dice.random() < 0.6 else self._asked(one))
        code = answer.get("code", "")
        if answer.get("ok"):
            self._books.accepted_as(one, answer["order"], dup=True)
        elif code not in AGAIN and code != LOST:
            self._books.refused_as(one, code)

    async def _told(self, one: Purchase) -> dict[str, Any]:
        one.tries += 1
        try:
            return await self._place(one)
        except NotThere:
            return {"code": "busy"}
        except ConnectionError:
            return {"code": LOST}

    async def _asked(self, one: Purchase) -> dict[str, Any]:
        try:
            return await self._ask(one)
        except ConnectionError:
            return {"code": LOST}

    async def _place(self, one: Purchase) -> dict[str, Any]:
        raise NotImplementedError

    async def _ask(self, one: Purchase) -> dict[str, Any]:
        raise NotImplementedError


class SocketBuyer(Buyer):
    """Orders as a page does."""

    def __init__(self, shop: Shop, till: Till, name: str) -> None:
        super().__init__(shop, till, name)
        self._line = Line(shop, name)

    def leave(self) -> None:
        self._line.close()

    async def _place(self, one: Purchase) -> dict[str, Any]:
        wanted = {key: value for key, value in one.asked.items() if key != "viewer"}
        return await self._line.say({"t": "order", **wanted})

    async def _ask(self, one: Purchase) -> dict[str, Any]:
        return await self._line.say({"t": "ask", "id": one.id})


class HttpBuyer(Buyer):
    """Orders as a shop's backend does, its key being the order's id."""

    def __init__(self, shop: Shop, till: Till, name: str) -> None:
        super().__init__(shop, till, name)
        self._token = shop.token(name)

    async def _place(self, one: Purchase) -> dict[str, Any]:
        wanted = {key: one.asked[key] for key in ("card", "units", "price")}
        asking = self._shop.ask("POST", ORDERS, self._token, wanted, **{"Idempotency-Key": one.id})
        return outcome(*await asking)

    async def _ask(self, one: Purchase) -> dict[str, Any]:
        path = f"{ORDERS}/{one.id}"
        return outcome(*await self._shop.ask("GET", path, self._token))


class Insider(Buyer):
    """Orders straight at the store, as another node does, and holds its stock for a moment only.

    The shortest hold of a configuration is a minute, longer than the kills are apart.
    """

    def __init__(self, shop: Shop, till: Till, name: str, orders: Orders) -> None:
        super().__init__(shop, till, name)
        self._orders = orders

    async def _place(self, one: Purchase) -> dict[str, Any]:
        wanted = OrderRequest(contact=Contact(), name="", **one.asked)
        hold_ms = self._dice.randint(300, 3000)
        (answer,) = await self._orders.place(SESSION, [wanted], system_clock(), hold_ms)
        if isinstance(answer, Placed):
            return {"ok": True, "order": msgspec.to_builtins(answer.order), "dup": answer.dup}
        return {"code": answer.code}

    async def _ask(self, one: Purchase) -> dict[str, Any]:
        try:
            order = await self._orders.find(SESSION, one.id)
        except Busy:
            return {"code": "busy"}
        return {"code": "gone"} if order is None else {
            "ok": True, "order": msgspec.to_builtins(order)
        }  # fmt: skip
