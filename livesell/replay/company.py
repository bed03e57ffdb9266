"""A small audience that never ends, so that a demo's pages have something moving.

It follows the curves of a scenario again and again, reads prices and stock off the page as people
do, and a host shows cards in turn and restocks what runs out. Nothing here is planned exactly.
"""

import asyncio
import random
import uuid
from contextlib import suppress

from livesell.clock import system_clock
from livesell.config.rules import address
from livesell.replay.api import Api
from livesell.replay.crowd import Crowd
from livesell.replay.curve import Curve, Points
from livesell.replay.plan import Share
from livesell.replay.scenario import Basket, Scenario
from livesell.replay.selling import Purchase
from livesell.replay.service import Service
from livesell.replay.talk import Assignment

TICK_S = 0.5

# A card is restocked when less than this part of its first stock is left.
LOW_STOCK = 0.15

# Taps that a viewer gives at once, at most and on average.
_BURST = 4
_MEAN_BURST = 2.5

# The first viewer stays throughout: through its eyes the audience sees the page.
ALWAYS_THERE = 1


async def keep_audience(service: Service, scenario: Scenario, session: str, api: Api) -> None:
    """Watches, taps, orders, shows and restocks until cancelled, or until the session is over."""
    crowd = Crowd(_assignment(service, scenario, session))
    company = _Company(crowd, scenario, session, api)
    running = asyncio.create_task(crowd.run())
    try:
        await company.run()
    finally:
        running.cancel()
        with suppress(asyncio.CancelledError):
            await running
        await crowd.finish(patience_s=2)


def _assignment(service: Service, scenario: Scenario, session: str) -> Assignment:
    host, port = address(service.running.push, "push")
    return Assignment(
        process=0,
        host=host,
        port=port,
        session=session,
        secret=service.secret,
        start_ms=system_clock(),
        viewers_an_address=10_000,
        share=Share(viewers=list(range(scenario.audience.viewers)), witnesses=[0]),
    )


class _Company:
    def __init__(self, crowd: Crowd, scenario: Scenario, session: str, api: Api) -> None:
        self._crowd = crowd
        self._scenario = scenario
        self._session = session
        self._api = api
        self._there: list[int] = []
        self._away = list(range(ALWAYS_THERE, len(crowd.viewers)))
        self._visits = 0
        self._period = scenario.audience.curve[-1][0]
        self._last = -1.0
        self._restocked: dict[str, float] = {}

    async def run(self) -> None:
        self._crowd.viewers[0].join(0)
        began = self._crowd.now()
        while self._crowd.view.get("session", {}).get("state") != "ended":
            minute = (self._crowd.now() - began) / 60 % self._period
            self._come_and_go(minute)
            if self._crowd.view.get("session", {}).get("state") == "live":
                self._tap(minute)
                self._order(minute)
                await self._host(minute)
            await asyncio.sleep(TICK_S)

    def _come_and_go(self, minute: float) -> None:
        """One a tick comes or goes; now and then somebody goes and another comes."""
        share = Curve(self._scenario.audience.curve).at(minute)
        target = round(share * len(self._crowd.viewers))
        if len(self._there) < target and self._away:
            self._come()
        elif len(self._there) > target or (self._there and random.random() < 0.02):  # noqa: S311
            self._go()

    def _come(self) -> None:
        number = self._away.pop(random.randrange(len(self._away)))  # noqa: S311
        self._there.append(number)
        self._visits += 1
        self._crowd.viewers[number].join(self._visits)

    def _go(self) -> None:
        number = self._there.pop(random.randrange(len(self._there)))  # noqa: S311
        self._away.append(number)
        self._crowd.viewers[number].leave()

    def _tap(self, minute: float) -> None:
        likes = self._scenario.likes
        for _ in range(_events(likes.total / _MEAN_BURST, likes.curve, minute, self._period)):
            if self._there:
                viewer = self._crowd.viewers[random.choice(self._there)]  # noqa: S311
                viewer.tap(random.randint(1, _BURST))  # noqa: S311

    def _order(self, minute: float) -> None:
        orders = self._scenario.orders
        for _ in range(_events(orders.total, orders.curve, minute, self._period)):
            basket = self._choose()
            if basket is not None and self._there:
                self._buy(basket)

    def _choose(self) -> Basket | None:
        """A card that is open and has stock, likelier the one that is being explained."""
        view, orders = self._crowd.view, self._scenario.orders
        weights = [
            basket.weight * (orders.shown if view.get("shown") == basket.card else 1)
            if view["cards"][basket.card]["open"]
            and view["cards"][basket.card]["stock"] >= max(basket.units)
            else 0.0
            for basket in orders.cards
        ]
        return random.choices(orders.cards, weights)[0] if any(weights) else None  # noqa: S311

    def _buy(self, basket: Basket) -> None:
        number = random.choice(self._there)  # noqa: S311
        purchase = Purchase(
            at_ms=0,
            viewer=number,
            id=str(uuid.uuid4()),
            card=basket.card,
            units=random.choice(basket.units),  # noqa: S311
            price=self._crowd.view["cards"][basket.card]["price"],
            allocated=0,
        )
        self._crowd.viewers[number].buy(purchase)

    async def _host(self, minute: float) -> None:
        """The moves whose minute has come since the last look, then whatever runs low."""
        if minute < self._last:
            self._last = -1.0
        for move in self._scenario.moves:
            if self._last < move.at <= minute:
                await self._command(move.command)
        self._last = minute
        for card, first in self._scenario.stock.items():
            is_low = self._crowd.view["cards"][card]["stock"] < first * LOW_STOCK
            if is_low and self._crowd.now() > self._restocked.get(card, 0.0):
                self._restocked[card] = self._crowd.now() + 10
                await self._command({"do": "restock", "card": card, "units": first})

    async def _command(self, command: object) -> None:
        """A move that is refused (someone else runs the console, too) is left out."""
        await self._api.post(f"/sessions/{self._session}/commands", {"command": command})


def _events(total: float, curve: Points, minute: float, period: float) -> int:
    """How many of `total` events a period fall into this tick, at random."""
    steps = max(1, round(period * 60))
    shape = Curve(curve)
    mean = sum(shape.at(step / 60) for step in range(steps)) / steps
    expected = total / (period * 60) * TICK_S * shape.at(minute) / mean
    return int(expected) + (random.random() < expected % 1)  # noqa: S311
