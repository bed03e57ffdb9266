"""The simulated audience of a rehearsal: `python -m livesell.replay.audience`.

It reads its part from standard input, comes to the rehearsal with real sockets, likes and orders as
people do, and says every second what it did. It leaves when its time is over, when the rehearsal
ends or is removed, and when its standard input ends, because then the service is gone. What a host
does in the meantime is left to the host.
"""

import asyncio
import os
import random
import sys
import time
import uuid
from contextlib import suppress
from typing import Any

import msgspec

from livesell.auth import mint
from livesell.clock import system_clock
from livesell.domain.role import Role
from livesell.push.admission import raise_open_files
from livesell.replay.crowd import Crowd
from livesell.replay.names import name_of
from livesell.replay.plan import Share
from livesell.replay.selling import Purchase
from livesell.replay.talk import Assignment
from livesell.simulated import Doing, Mood, Part, State

TICK_S = 0.5
SAY_EVERY_S = 1.0

# Everybody has come after this.
ARRIVE_S = 20.0

# Below everything else on the machine: a rehearsal must never slow down a show.
NICENESS = 10

# Likes and orders of one viewer in a minute, by mood.
RATES: dict[Mood, tuple[float, float]] = {
    "calm": (1.0, 0.05),
    "usual": (6.0, 0.2),
    "eager": (30.0, 1.0),
}

# A shown card is bought this much more often than another one that is open.
SHOWN = 8.0

# Now and then somebody goes and somebody else comes, this often in a minute for each viewer.
RESTLESS = 0.05

_MOST_TAPS = 4
_MEAN_TAPS = 2.5
_parts = msgspec.json.Decoder(Part)


class Guests(Crowd):
    """A crowd whose tokens are for the rehearsal alone, as those of invited viewers are."""

    def __init__(self, part: Part) -> None:
        super().__init__(_assignment(part))
        self._part = part

    def token_for(self, number: int, visit: int) -> str:
        return mint(
            self._part.secret,
            viewer=f"simulated-{number}",
            visit=f"simulated-{number}-{visit}",
            role=Role.VIEWER,
            now_ms=system_clock(),
            lifetime_s=3600 * 6,
            session=self._part.session,
            name=name_of(number),
        )


class Company:
    """What the guests do, tick by tick. The first stays throughout: the others see by its eyes."""

    def __init__(self, guests: Guests, part: Part) -> None:
        self._guests = guests
        self._part = part
        self._there: list[int] = []
        self._away = list(range(1, part.viewers))
        self._visits = 0
        self._began = time.monotonic()
        self._likes_s, self._orders_s = (rate / 60 for rate in RATES[part.mood])

    @property
    def is_over(self) -> bool:
        """Whether the time is up, the rehearsal has ended, or nobody is let in any more."""
        state = self._session.get("state")
        is_away = bool(self._guests.counts.turned_away) and not self._guests.connected
        return state in ("ended", "cancelled") or is_away or system_clock() >= self._part.until_ms

    @property
    def _session(self) -> dict[str, Any]:
        return dict(self._guests.view.get("session", {}))

    async def run(self) -> None:
        self._guests.viewers[0].join(0)
        while not self.is_over:
            self._come_and_go()
            if self._session.get("state") == "live":
                self._tap()
                self._order()
            await asyncio.sleep(TICK_S)

    def doing(self, state: State) -> Doing:
        """What is said of all this."""
        counts = self._guests.counts
        trouble = {"lost": counts.reconnects, "not_admitted": counts.not_admitted}
        trouble |= {f"closed_{code}": n for code, n in counts.turned_away.items()}
        trouble |= {f"error_{code}": n for code, n in counts.errors.items()}
        return Doing(
            state=state,
            connected=self._guests.connected,
            viewers=self._part.viewers,
            likes=counts.told,
            orders=counts.orders,
            units=counts.units,
            refused=dict(counts.refused),
            trouble={what: n for what, n in trouble.items() if n},
        )

    def _come_and_go(self) -> None:
        share = min(1.0, (time.monotonic() - self._began) / ARRIVE_S)
        target = round(share * (self._part.viewers - 1))
        for _ in range(max(0, target - len(self._there))):
            self._come()
        for _ in range(_events(RESTLESS / 60 * len(self._there))):
            number = self._there.pop(random.randrange(len(self._there)))  # noqa: S311
            self._guests.viewers[number].leave()
            self._away.append(number)

    def _come(self) -> None:
        number = self._away.pop(random.randrange(len(self._away)))  # noqa: S311
        self._there.append(number)
        self._visits += 1
        self._guests.viewers[number].join(self._visits)

    def _tap(self) -> None:
        for _ in range(_events(self._likes_s / _MEAN_TAPS * (len(self._there) + 1))):
            number = random.choice([0, *self._there])  # noqa: S311
            self._guests.viewers[number].tap(random.randint(1, _MOST_TAPS))  # noqa: S311

    def _order(self) -> None:
        for _ in range(_events(self._orders_s * (len(self._there) + 1))):
            card = self._chosen()
            if card is not None:
                self._buy(*card)

    def _chosen(self) -> tuple[str, dict[str, Any]] | None:
        """A card that can be ordered, likelier the one that is being explained."""
        view = self._guests.view
        cards = [
            (card_id, card)
            for card_id, card in view.get("cards", {}).items()
            if card["open"] and card["stock"] > 0
        ]
        weights = [SHOWN if card_id == view.get("shown") else 1.0 for card_id, _ in cards]
        return random.choices(cards, weights)[0] if cards else None  # noqa: S311

    def _buy(self, card_id: str, card: dict[str, Any]) -> None:
        most = min(3, card["stock"], card.get("limit", 3), card.get("per_order", 3))
        number = random.choice([0, *self._there])  # noqa: S311
        purchase = Purchase(
            at_ms=0,
            viewer=number,
            id=str(uuid.uuid4()),
            card=card_id,
            units=random.randint(1, max(1, most)),  # noqa: S311
            price=_price_now(card),
            allocated=0,
        )
        self._guests.viewers[number].buy(purchase)


async def play() -> None:
    """Lives through one rehearsal."""
    lines = await _standard_input()
    text = await lines.readline()
    if not text:
        return
    part = _parts.decode(text)
    guests = Guests(part)
    company = Company(guests, part)
    crowd = asyncio.create_task(guests.run())
    tasks = [
        crowd,
        asyncio.create_task(company.run()),
        asyncio.create_task(_report(company)),
        asyncio.create_task(lines.read()),
    ]
    try:
        done, _ = await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
        for task in done:
            task.result()
    finally:
        for task in tasks[1:]:
            task.cancel()
        await asyncio.gather(*tasks[1:], return_exceptions=True)
        await guests.finish(patience_s=2)
        crowd.cancel()
        await asyncio.gather(crowd, return_exceptions=True)
    _say(company.doing("left"))


async def _report(company: Company) -> None:
    while True:
        _say(company.doing("watching"))
        await asyncio.sleep(SAY_EVERY_S)


def _assignment(part: Part) -> Assignment:
    return Assignment(
        process=0,
        host=part.host,
        port=part.port,
        session=part.session,
        secret=part.secret,
        start_ms=system_clock(),
        viewers_an_address=part.viewers_an_address,
        share=Share(viewers=list(range(part.viewers)), witnesses=[0]),
    )


def _price_now(card: dict[str, Any]) -> int:
    """What the page shows: the price of a flash sale while it is on and has something left."""
    flash = card.get("flash")
    if flash is None or not flash["starts"] <= system_clock() < flash["ends"] or not flash["left"]:
        return int(card["price"])
    return int(flash["price"])


def _events(expected: float) -> int:
    """How many of what is expected in a second happen in this tick, at random."""
    mean = expected * TICK_S
    return int(mean) + (random.random() < mean % 1)  # noqa: S311


def _say(doing: Doing) -> None:
    sys.stdout.buffer.write(msgspec.json.encode(doing) + b"\n")
    sys.stdout.buffer.flush()


async def _standard_input() -> asyncio.StreamReader:
    reader = asyncio.StreamReader()
    loop = asyncio.get_running_loop()
    await loop.connect_read_pipe(lambda: asyncio.StreamReaderProtocol(reader), sys.stdin)
    return reader


def main() -> None:
    os.nice(NICENESS)
    raise_open_files()
    with suppress(KeyboardInterrupt, BrokenPipeError):
        asyncio.run(play())


if __name__ == "__main__":
    main()
