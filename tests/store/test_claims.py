"""Whatever is done in whatever order, at whatever time: no piece is promised or sold twice."""

import contextlib
import random
from typing import Any

import pytest

from livesell.domain.card import Gift
from livesell.domain.command import (
    AnyCommand,
    EndFlash,
    Gifts,
    Limits,
    PrepareFlash,
    Release,
    Restock,
    SellOn,
    SellOut,
    StartFlash,
)
from livesell.domain.order import Placed
from livesell.domain.recount import recount
from livesell.domain.shelf import most_units, price_now
from livesell.domain.truth import Truth
from livesell.errors import BadInput, Conflict, LivesellError, NotFound, Refused
from livesell.store import Store
from tests.support.build import NOW_MS, a_card, a_request, command, given_live

CARDS = (
    a_card(safety=5, limit=60),
    a_card(id="ten", slot=2, price=4_000, of="tea", pack=10, gifts=(Gift(card="cup"),)),
    a_card(id="cup", slot=3, price=300, per_order=4),
)
PRICES = {"tea": 500, "ten": 4_000, "cup": 300}
STEPS = 120


class Walk:
    """One seed's way through the show; the clock mostly goes on, and sometimes back."""

    def __init__(self, store: Store, seed: int) -> None:
        self._store = store
        self._any = random.Random(seed)
        self.now_ms = NOW_MS
        self.placed = self.flashes = 0

    async def step(self) -> None:
        self.now_ms += self._any.choice((0, 400, 7_000, 20_000, -9_000))
        if self._any.random() < 0.6:
            await self._order()
        else:
            with contextlib.suppress(Conflict, BadInput, NotFound):
                await command(self._store, self._command(), now_ms=self.now_ms)

    def _command(self) -> AnyCommand:
        card = self._any.choice(("tea", "cup"))
        flash = f"flash-{self._any.randint(1, max(1, self.flashes))}"
        makers: list[AnyCommand] = [
            Restock(card=card, units=self._any.choice((-9, -3, 20, 50))),
            Limits(card=card, safety=self._any.randint(0, 12)),
            Release(card=card),
            SellOut(card=card),
            SellOn(card="tea"),
            SellOn(card="cup"),
            Gifts(card="ten", gifts=self._any.choice(([], [Gift(card="cup")], [Gift(card="tea")]))),
            StartFlash(flash=flash),
            StartFlash(flash=flash),
            EndFlash(flash=flash),
        ]
        if self._any.random() < 0.3:
            self.flashes += 1
            sold = self._any.choice(("tea", "ten", "cup"))
            return PrepareFlash(card=sold, price=200, units=self._any.randint(1, 4), lasts_s=60)
        return self._any.choice(makers)

    async def _order(self) -> None:
        card = self._any.choice(tuple(PRICES))
        truth = await self._store.sessions.pull("naqu", self.now_ms)
        left, price = most_units(truth, truth.cards[card]), price_now(truth, truth.cards[card])
        units = self._any.choice((1, 1, 1, 2, 3, max(1, left), left + 1))
        fields: dict[str, Any] = {"card": card, "units": units, "price": price}
        request = a_request(viewer=f"v{self._any.randint(1, 30)}", **fields)
        hold_ms = self._any.choice((0, 30_000))
        (outcome,) = await self._store.orders.place("naqu", [request], self.now_ms, hold_ms)
        if isinstance(outcome, Placed):
            self.placed += 1
        else:
            self._judge(outcome, truth, units, left)

    @staticmethod
    def _judge(error: LivesellError, truth: Truth, units: int, left: int) -> None:
        """A page that has just looked is refused for what it asks too much, and told the rest."""
        assert isinstance(error, Refused), error
        if error.code == "price_changed":
            # A flash sale got the pieces of a hold back, and with them its price.
            assert truth.next_hold_ms is not None
            assert truth.next_hold_ms <= truth.as_of_ms
            return
        assert error.code in ("limit", "sold_out"), error.code
        if error.code == "sold_out":
            # A hold that ran out meanwhile was released for the order: there may be more by now.
            assert units > error.data["left"] >= left


def assert_nothing_is_promised_twice(truth: Truth) -> None:
    for card_id, units in truth.units.items():
        parts = (units.free, units.held, units.sold, units.written_off)
        assert sum(parts) == units.allocated, card_id
        assert min(*parts, units.flash, units.allocated) >= 0, (card_id, units)


@pytest.mark.parametrize("seed", range(12))
async def test_any_interleaving_keeps_every_claim(store: Store, seed: int) -> None:
    await given_live(store, *CARDS, stock={"tea": 300, "ten": 0, "cup": 60})
    walk = Walk(store, seed)
    for _ in range(STEPS):
        await walk.step()
        assert_nothing_is_promised_twice(await store.sessions.pull("naqu", walk.now_ms))
    evidence = await store.ledger.evidence("naqu", walk.now_ms)
    assert walk.placed >= 15
    assert recount(evidence).differences == ()
