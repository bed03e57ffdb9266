"""What becomes of the orders of the kill loop after they were placed, and of what they take."""

import asyncio
from itertools import count

import msgspec

from livesell.clock import system_clock
from livesell.payments.sandbox import Sandbox
from soaking.books import AGAIN, Purchase
from soaking.service import SECRET, SESSION
from soaking.shop import LOST, ORDERS, Shop, outcome


class Till:
    """What becomes of orders afterwards: paid, perhaps twice; called off; handed over."""

    def __init__(self, shop: Shop, login: str) -> None:
        self._shop = shop
        self._login = login
        self._sandbox = Sandbox(SECRET)

    async def go_on(self, one: Purchase) -> None:
        """The next step of an accepted order, repeated until its outcome is known."""
        assert one.order is not None
        dice, state = self._shop.dice.random(), one.order["state"]
        if state == "held" and dice < 0.7:
            await self.pay(one, is_opened=dice < 0.4)
        elif state == "held":
            await self._step(one, "cancel", self._shop.token(one.asked["viewer"]), "cancelled")
        elif dice < 0.6:
            await self._step(one, "fulfil", self._login, "fulfilled")
        else:
            await self._step(one, "cancel", self._login, "cancelled", {"cause": "changed mind"})

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
        for tries in count(1):
            status, content = await self._shop.ask(
                "POST", "/api/v1/payments/sandbox/webhook", "", msgspec.Raw(body), **headers
            )
            code = outcome(status, content).get("code", "")
            if not code or (code not in AGAIN and code != LOST and status < 500):
                return not code
            await self._shop.patience(tries)
        raise AssertionError("unreachable")

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
        for tries in count(1):
            answer = outcome(*await self._shop.ask("POST", path, token, body))
            code = str(answer.get("code", ""))
            if code not in AGAIN and code != LOST and not code.startswith("http_5"):
                return code
            await self._shop.patience(tries)
        raise AssertionError("unreachable")


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
        for tries in count(1):
            status, _ = await self._shop.ask("POST", path, self._login, body)
            if status == 200:
                wish.done(units)
                return
            # Lost, busy, or another command came between: the same again under its id.
            await self._shop.patience(tries)
