"""The service and its store are killed again and again while many people order.

Buyers on sockets and over HTTP order what runs out, resend, ask, pay, call off; a host restocks,
staff hand over, holds of a moment expire. At a random moment `kill -9` hits the service, its store,
or both, and now and then both once more while they start; what is dead is started as an operator
or the service itself would. Then everyone gets a final answer to what was under way, and every
order is compared with what was told of it.
"""

import asyncio
import contextlib
import os
import random
import signal
import sys
import time
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any, TypeVar

import aiohttp

from livesell.actions.host import Host
from livesell.actions.people import Crew
from livesell.cli.options import CLI
from livesell.clock import system_clock
from livesell.config import Auth
from livesell.domain.card import Card, Gift
from livesell.domain.command import AddCard, Open
from livesell.domain.truth import Truth
from livesell.errors import Busy
from soaking.audit import Audit, audit
from soaking.books import Books
from soaking.buyers import HttpBuyer, Insider, SocketBuyer
from soaking.selling import CARD, PRICE
from soaking.service import SESSION, Service, service
from soaking.shop import Shop, ended
from soaking.staff import Stocker, Till
from soaking.verdict import Verdict
from tests.support.wait import wait_until

_T = TypeVar("_T")

KILLS = 50
QUICK_KILLS = 4

SOCKET_BUYERS = 100
HTTP_BUYERS = 30
INSIDERS = 6
PAUSE_S = 0.1

# A buyer never waits so long, and a start of the service takes half a second.
RECOVERED_WITHIN_S = 30.0
SETTLED_WITHIN_S = 30.0

# Timers look at once, a reading of the store takes its time on a busy machine.
HOLD_SLACK_MS = 5000

STORE, SERVICE, BOTH, STARTING = KINDS = ("store", "service", "both", "starting")

# A start takes from half a second to two, the store's a fraction of it.
DIES_WITHIN_S = 1.5

_LIMIT = 3
_CARDS = (
    (Card(id="cordyceps", slot=2, title="Cordyceps, 10 g", price=8800), 60),
    (Card(id="honey", slot=3, title="Honey", price=3000), 400),
    (Card(id="cup", slot=4, title="Cup", price=2000), 60),
    (
        Card(
            id="ten-honey", slot=5, title="Ten of honey and a cup", price=27_000, of="honey",
            pack=10, gifts=(Gift(card="cup"),),
        ),
        0,
    ),
    (Card(id="butter", slot=6, title="Butter", price=1500, limit=_LIMIT), 100_000),
)  # fmt: skip
_RESTOCKS = {"cordyceps": 15, "honey": 100, "cup": 20}
_LIMITS = {"butter": _LIMIT}

# Each start of the service is of one kind or the other; orders of both kinds live side by side.
_WAYS: tuple[dict[str, Any], ...] = (
    {"sales__payment": "prepaid", "sales__provider": "sandbox", "sales__hold_minutes": 1},
    {"sales__payment": "on_delivery", "sales__provider": "sandbox"},
)


async def run(
    verdict: Verdict, *, is_quick: bool, kills: int | None = None, seed: int | None = None
) -> None:
    """`seed` None takes one and tells it; the dice are the same then, the moments are not quite."""
    count = kills or (QUICK_KILLS if is_quick else KILLS)
    chosen = random.SystemRandom().getrandbits(32) if seed is None else seed
    verdict.note(seed=chosen)
    dice = random.Random(chosen)
    async with service(is_apart=True, http__requests_per_minute=1_000_000, **_WAYS[0]) as one:
        loop = KillLoop(one, dice)
        await loop.prepare()
        async with loop.crowd():
            # Each kind at least once, then as the dice fall.
            kinds = list(KINDS)
            kinds += dice.choices(kinds, k=max(0, count - len(kinds)))
            for kind in kinds[:count]:
                await loop.kill(kind)
            await loop.let_holds_expire()
        loop.tell(verdict)


class KillLoop:
    """One service, its crowd, and what has come of the kills so far."""

    def __init__(self, one: Service, dice: random.Random) -> None:
        self._one = one
        self._dice = dice
        self._kills: Counter[str] = Counter()
        self._recovery_s = self._settling_s = 0.0
        self._in_doubt = 0
        self._overdue = self._expired = self._checks = 0
        self._audit = Audit(wrong=[])
        self.books = Books(dice)
        prices = {CARD: PRICE, **{card.id: card.price for card, _ in _CARDS}}
        self._shop = Shop(self.books, dice, prices)
        self._login = ""

    async def prepare(self) -> None:
        """Puts more cards on the shelf, and signs a host in."""
        host = Host(self._one.store, system_clock)
        self.books.allocated[CARD] = (await self._truth()).units[CARD].allocated
        for card, stock in _CARDS:
            await host.run(SESSION, AddCard(card=card, stock=stock), by=CLI)
            await host.run(SESSION, Open(card=card.id), by=CLI)
            self.books.allocated[card.id] = stock
        crew = Crew(self._one.store, system_clock, Auth())
        await crew.add("kill-loop", "admin", "a password for the kill loop")
        self._login, _ = await crew.login("kill-loop", "a password for the kill loop")
        self._find()

    @contextlib.asynccontextmanager
    async def crowd(self) -> AsyncIterator[None]:
        shop, till = self._shop, Till(self._shop, self._login)
        buyers = [
            *(SocketBuyer(shop, till, f"socket-{n}") for n in range(SOCKET_BUYERS)),
            *(HttpBuyer(shop, till, f"http-{n}") for n in range(HTTP_BUYERS)),
            *(Insider(shop, till, f"node-{n}", self._one.store.orders) for n in range(INSIDERS)),
        ]
        limits = aiohttp.TCPConnector(limit=0)
        waits = aiohttp.ClientTimeout(total=6)
        async with aiohttp.ClientSession(connector=limits, timeout=waits) as session:
            self._shop.session = session
            tasks = [asyncio.create_task(one.run(PAUSE_S)) for one in buyers]
            stocker = Stocker(self._shop, self._login)
            tasks.append(asyncio.create_task(stocker.run(_RESTOCKS, PAUSE_S)))
            try:
                yield
            finally:
                await ended(tasks)

    # --- one kill ----------------------------------------------------------------------------

    async def kill(self, kind: str) -> None:
        """Lets the crowd on, kills, starts again, and compares everything."""
        self._shop.is_open.set()
        await self._until_new_orders()
        await asyncio.sleep(self._dice.uniform(0.1, 1.2))
        # Everybody presses, so that the kill finds as much as possible under way.
        self._shop.is_rush.set()
        await asyncio.sleep(self._dice.uniform(0.0, 0.1))
        began = time.monotonic()
        self._strike(kind)
        self._shop.is_rush.clear()
        self._kills[kind] += 1
        self._in_doubt += sum(1 for _ in self.books.open())
        if kind == STARTING:
            await self._one.die_starting(self._dice.uniform(0, DIES_WITHIN_S))
        if kind != STORE:
            await self._one.start_again(**self._dice.choice(_WAYS))
            self._find()
        await self._until_new_orders()
        recovered_s = time.monotonic() - began
        self._recovery_s = max(self._recovery_s, recovered_s)
        await self._settle()
        await self.compare()
        told = f"kill {self._kills.total()}: {kind}, an order again after {recovered_s:.2f} s, "
        print(f"{told}{self._checks} comparisons, {self._audit.lost} lost", file=sys.stderr)

    def _strike(self, kind: str) -> None:
        victims = {
            STORE: [self._one.store_pid],
            SERVICE: [self._one.process.pid],
            BOTH: [self._one.process.pid, self._one.store_pid],
            STARTING: [self._one.process.pid, self._one.store_pid],
        }[kind]
        self._dice.shuffle(victims)
        for pid in victims:
            os.kill(pid, signal.SIGKILL)

    def _find(self) -> None:
        self._shop.push = self._one.push
        self._shop.http = self._one.running.http

    async def _until_new_orders(self) -> None:
        """Until an order is acknowledged that nobody had thought of before."""
        self.books.mark()
        await wait_until(
            lambda: self.books.accepted_since, "a new order is taken", RECOVERED_WITHIN_S
        )

    async def _settle(self) -> None:
        """Nothing new; what is under way gets its final answer."""
        self._shop.is_open.clear()
        began = time.monotonic()
        await wait_until(self.books.is_settled, "all answers are final", SETTLED_WITHIN_S)
        self._settling_s = max(self._settling_s, time.monotonic() - began)

    async def compare(self) -> None:
        evidence = await self._again(
            lambda: self._one.store.ledger.evidence(SESSION, system_clock())
        )
        found = await asyncio.to_thread(audit, self.books, evidence, _LIMITS)
        self._expired = evidence.truth.tally.expired_orders
        self._checks += len(evidence.orders)
        self._audit = Audit(
            lost=max(self._audit.lost, found.lost),
            made_up=max(self._audit.made_up, found.made_up),
            doubled=max(self._audit.doubled, found.doubled),
            oversold=max(self._audit.oversold, found.oversold),
            wrong=[*self._audit.wrong, *found.wrong],
        )

    async def let_holds_expire(self) -> None:
        """Those of a moment are over by now, however often their timers were killed."""

        async def is_none_left() -> bool:
            self._overdue = await self._held_beyond_their_time()
            return not self._overdue

        with contextlib.suppress(AssertionError):  # the verdict tells how many
            await wait_until(is_none_left, "no hold is overdue", SETTLED_WITHIN_S)
        await self.compare()

    async def _held_beyond_their_time(self) -> int:
        """Holds that ended a while ago and still keep stock."""
        due = await self._again(
            lambda: self._one.store.settling.due_holds(SESSION, system_clock() - HOLD_SLACK_MS)
        )
        return len(due)

    async def _truth(self) -> Truth:
        return await self._again(lambda: self._one.store.sessions.pull(SESSION, system_clock()))

    async def _again(self, ask: Callable[[], Awaitable[_T]]) -> _T:
        """The answer of a store that may be starting at this moment."""
        async with asyncio.timeout(RECOVERED_WITHIN_S):
            while True:
                with contextlib.suppress(Busy):
                    return await ask()
                await asyncio.sleep(0.05)

    # --- the verdict -------------------------------------------------------------------------

    def tell(self, verdict: Verdict) -> None:
        counts, found = self.books.counts, self._audit
        refused = sum(n for name, n in counts.items() if name.startswith("refused_"))
        sent_again = sum(n for name, n in counts.items() if name.startswith("again_"))
        verdict.note(
            kills=self._kills.total(),
            **{f"kills_of_{kind}": self._kills[kind] for kind in KINDS},
            acknowledged=counts["accepted"], lost=found.lost, oversold=found.oversold,
            doubled=found.doubled, made_up=found.made_up, refused=refused,
            sold_out=counts["refused_sold_out"], sent_again=sent_again,
            found_again=counts["found_again"], in_doubt_at_a_kill=self._in_doubt,
            paid=counts["paid"], cancelled=counts["cancelled"], fulfilled=counts["fulfilled"],
            restocked=counts["restocked"], expired=self._expired, holds_overdue=self._overdue,
            checks=self._checks, longest_recovery_s=self._recovery_s,
            longest_settling_s=self._settling_s,
        )  # fmt: skip
        for name in ("lost", "oversold", "doubled", "made_up"):
            number = getattr(found, name)
            verdict.expect(f"{number} {name.replace('_', ' ')}.", holds=not number)
        verdict.expect(f"{self._overdue} holds are overdue.", holds=not self._overdue)
        verdict.failed += list(dict.fromkeys(found.wrong))[:20]
