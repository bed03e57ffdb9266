"""The crowd of the kill loop: buyers on sockets and over HTTP, and a host who restocks.

Everyone goes on through whatever happens to the service: a lost connection is opened again, an
order without a final answer is sent again under its id. What they were told is in the books.
"""

import asyncio
import contextlib
from random import Random
from typing import Any

import aiohttp
import msgspec

from livesell import auth
from livesell.clock import system_clock
from livesell.domain.order import Contact, OrderRequest, Placed
from livesell.domain.role import Role
from livesell.errors import Busy
from livesell.payments.sandbox import Sandbox
from livesell.replay.client import Socket, request
from livesell.store.orders import Orders
from soaking.books import AGAIN, Books, Purchase
from soaking.service import SECRET, SESSION

ANSWER_WITHIN_S = 6.0
AGAIN_AFTER_S = 0.1
TOKEN_S = 7200

ORDERS = f"/api/v1/sessions/{SESSION}/orders"

# Gone, or no answer came: nobody knows what was done.
LOST = "lost"


class Shop:
    """Where the service is now, what it sells, and whether the crowd may begin new things."""

    def __init__(self, books: Books, dice: Random, prices: dict[str, int]) -> None:
        self.books = books
        self.dice = dice
        self.prices = prices
        self.push: tuple[str, int] = ("", 0)
        self.http = ""
        self.is_open = asyncio.Event()
        self.session: aiohttp.ClientSession | None = None
        self.till = Till(self)

    def token(self, viewer: str) -> str:
        return auth.mint(
            SECRET, viewer=viewer, visit=viewer, role=Role.VIEWER, now_ms=system_clock(),
            lifetime_s=TOKEN_S,
        )  # fmt: skip

    def pick(self, viewer: str) -> Purchase:
        """A new purchase, sometimes at a price that holds no more."""
        card = self.dice.choice(list(self.prices))
        price = self.prices[card] + (self.dice.random() < 0.02)
        return self.books.want(viewer, card, self.dice.choice((1, 1, 1, 2, 3)), price)

    async def ask(
        self, method: str, path: str, token: str, body: object = None, **headers: str
    ) -> tuple[int, dict[str, Any]]:
        """A request; status 0 when no answer came."""
        assert self.session is not None
        sent = {"Content-Type": "application/json", **headers}
        if token:
            sent["Authorization"] = f"Bearer {token}"
        data = None if body is None else msgspec.json.encode(body)
        try:
            async with self.session.request(
                method, f"http://{self.http}{path}", data=data, headers=sent
            ) as answer:
                return answer.status, msgspec.json.decode(await answer.read() or b"{}")
        except (aiohttp.ClientError, TimeoutError, OSError, msgspec.DecodeError):
            return 0, {}


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


class Till:
    """What becomes of orders afterwards: paid, perhaps twice; called off; handed over."""

    def __init__(self, shop: "Shop") -> None:
        self._shop = shop
        self._sandbox = Sandbox(SECRET)
        self.staff = ""

    async def go_on(self, one: Purchase) -> None:
        """The next step of an accepted order, repeated until its outcome is known."""
        assert one.order is not None
        dice, state = self._shop.dice.random(), one.order["state"]
        one.is_busy = True
        try:
            if state == "held" and dice < 0.7:
                await self.pay(one, is_opened=dice < 0.4)
            elif state == "held":
                await self._step(one, "cancel", self._shop.token(one.asked["viewer"]), "cancelled")
            elif dice < 0.6:
                await self._step(one, "fulfil", self.staff, "fulfilled")
            else:
                await self._step(one, "cancel", self.staff, "cancelled", {"cause": "changed mind"})
        finally:
            one.is_busy = False

    async def pay(self, one: Purchase, *, is_opened: bool) -> None:
        """The provider's event, until it was taken, and sometimes once more."""
        assert one.order is not None
        if is_opened and not await self._open(one):
            return
        ref = self._sandbox.ref_of(SESSION, one.id)
        headers, body = self._sandbox.event(ref, "paid", one.order["amount"], "CNY", system_clock())
        times = 1 + (self._shop.dice.random() < 0.3)
        done = await asyncio.gather(*(self._event(headers, body) for _ in range(times)))
        if all(done):
            one.told.add("paid")
            self._shop.books.counts["paid"] += 1
        else:
            self._shop.books.wrong.append(f"{one.id}: a payment was refused.")

    async def _open(self, one: Purchase) -> bool:
        """Whether there is a page to pay on; there is none when the hold is over."""
        path = f"{ORDERS}/{one.id}/payment"
        token = self._shop.token(one.asked["viewer"])
        return await self._until_known(path, token, {"return_to": "order"}) == ""

    async def _event(self, headers: dict[str, str], body: bytes) -> bool:
        """Whether it was taken in the end; the provider tries as long as it has to."""
        while True:
            status, content = await self._shop.ask(
                "POST", "/api/v1/payments/sandbox/webhook", "", msgspec.Raw(body), **headers
            )
            code = outcome(status, content).get("code", "")
            if not code or (code not in AGAIN and code != LOST and status < 500):
                return not code
            await asyncio.sleep(AGAIN_AFTER_S)

    async def _step(
        self, one: Purchase, name: str, token: str, word: str, body: object = None
    ) -> None:
        code = await self._until_known(f"{ORDERS}/{one.id}/{name}", token, body or {})
        if not code:
            one.told.add(word)
            self._shop.books.counts[word] += 1
        else:
            self._shop.books.counts[f"{name}_{code}"] += 1

    async def _until_known(self, path: str, token: str, body: object) -> str:
        """Empty when it was done, else the code of its refusal."""
        while True:
            answer = outcome(*await self._shop.ask("POST", path, token, body))
            code = str(answer.get("code", ""))
            if code not in AGAIN and code != LOST and not code.startswith("http_5"):
                return code
            await asyncio.sleep(AGAIN_AFTER_S)


class Buyer:
    """Orders, resends, asks; one thing at a time."""

    def __init__(self, shop: Shop, name: str) -> None:
        self.name = name
        self._shop = shop
        self._books = shop.books
        self._dice = Random(shop.dice.getrandbits(64))

    async def run(self, pause_s: float) -> None:
        """Until cancelled; between two things it thinks for so long on average."""
        try:
            while True:
                await self._shop.is_open.wait()
                await asyncio.sleep(self._dice.expovariate(1 / pause_s))
                if self._shop.is_open.is_set():
                    await self._one()
        finally:
            self.leave()

    def leave(self) -> None:
        """Nothing to close."""

    async def _one(self) -> None:
        one = self._shop.pick(self.name)
        await self.settle(one)
        if one.order is None:
            return
        if self._dice.random() < 0.15:
            # A tap too many, or a page that was loaded again.
            await self._resend(one)
        if self._dice.random() < 0.5:
            await self._shop.till.go_on(one)

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
                await asyncio.sleep(AGAIN_AFTER_S * (0.5 + self._dice.random()))
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

    def __init__(self, shop: Shop, name: str) -> None:
        super().__init__(shop, name)
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

    def __init__(self, shop: Shop, name: str) -> None:
        super().__init__(shop, name)
        self._token = shop.token(name)

    async def _place(self, one: Purchase) -> dict[str, Any]:
        wanted = {key: one.asked[key] for key in ("card", "units", "price")}
        asking = self._shop.ask("POST", ORDERS, self._token, wanted, **{"Idempotency-Key": one.id})
        return outcome(*await asking)

    async def _ask(self, one: Purchase) -> dict[str, Any]:
        path = f"{ORDERS}/{one.id}"
        return outcome(*await self._shop.ask("GET", path, self._token))


def outcome(status: int, content: dict[str, Any]) -> dict[str, Any]:
    """An answer of the API in the form that the socket has."""
    if status in (200, 201):
        return {"ok": True, **content}
    if not status:
        return {"code": LOST}
    return {"code": content.get("error", {}).get("code", f"http_{status}")}


class Insider(Buyer):
    """Orders straight at the store, as another node does, and holds its stock for a moment only.

    The shortest hold of a configuration is a minute, longer than the kills are apart.
    """

    def __init__(self, shop: Shop, name: str, orders: Orders) -> None:
        super().__init__(shop, name)
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


class Stocker:
    """A host who puts more on sale, each time exactly once."""

    def __init__(self, shop: Shop, login: str) -> None:
        self._shop = shop
        self._login = login

    async def run(self, cards: dict[str, int], pause_s: float) -> None:
        """Adds so many pieces to one of the cards, again and again, until cancelled."""
        while True:
            await self._shop.is_open.wait()
            await asyncio.sleep(self._shop.dice.expovariate(1 / pause_s))
            if self._shop.is_open.is_set():
                card = self._shop.dice.choice(list(cards))
                await self._restock(card, cards[card])

    async def _restock(self, card: str, units: int) -> None:
        wish = self._shop.books.restocking(card)
        body = {"command": {"do": "restock", "card": card, "units": units}, "id": wish.id}
        path = f"/api/v1/sessions/{SESSION}/commands"
        while True:
            status, _ = await self._shop.ask("POST", path, self._login, body)
            if status == 200:
                wish.done(units)
                return
            # Lost, busy, or another command came between: the same again under its id.
            await asyncio.sleep(AGAIN_AFTER_S)


async def ended(tasks: list[asyncio.Task[None]]) -> None:
    """Cancels them, and raises what one of them has died of."""
    for task in tasks:
        task.cancel()
    for task in tasks:
        with contextlib.suppress(asyncio.CancelledError):
            await task
