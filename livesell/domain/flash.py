"""A flash sale: one card for a short time at its own price, from a stock of its own.

It is prepared before and started by the host. It counts down first; its pieces are claimed from
the card's stock as soon as it is started, and what is left of them is free again when it ends. The
server's clock decides: a flash sale whose end has passed is over, told or not.
"""

from collections.abc import Iterable
from typing import Literal

from msgspec import Struct
from msgspec.structs import replace

from livesell.domain.ids import check_slug
from livesell.domain.money import check_price
from livesell.errors import BadInput, Conflict, NotFound

COUNTDOWN_S = (10, 300)
LASTS_S = (60, 1200)

# As much as a card's whole stock can be.
MAX_FLASH_UNITS = 10_000_000

# Prepared, running and past ones; all of them travel with the session's record.
MAX_FLASHES = 100


FlashState = Literal["prepared", "counting", "running", "ended"]


class Flash(Struct, frozen=True, kw_only=True):
    """The record of a flash sale; how much of it is left stands in `Units.flash`.

    Attributes:
        price: Minor units, lower than the card's.
        units: What is sold at this price, in units of the card.
        limit: Units one viewer may order in it; None leaves the card's own limit.
        countdown_s: From the host's start to the first order.
        lasts_s: From the first order to the end.
        starts_ms: When it can be ordered, epoch ms; None while it is only prepared.
        ends_ms: When it is over by the clock.
        ended_ms: When its end was written down.
    """

    id: str
    card: str
    price: int
    units: int
    limit: int | None = None
    countdown_s: int = 10
    lasts_s: int = 300
    starts_ms: int | None = None
    ends_ms: int | None = None
    ended_ms: int | None = None

    @property
    def is_started(self) -> bool:
        """Whether the host has started it and nobody has written down its end."""
        return self.starts_ms is not None and self.ended_ms is None

    def has_claim(self, now_ms: int) -> bool:
        """Whether what it has claimed is its own: from its start, countdown included."""
        return self.is_started and self.ends_ms is not None and now_ms < self.ends_ms

    def is_on(self, now_ms: int) -> bool:
        """Whether orders are taken at its price now, as long as there is something left."""
        return self.has_claim(now_ms) and self.starts_ms is not None and self.starts_ms <= now_ms

    def state(self, now_ms: int) -> FlashState:
        """What it is by the clock, in one word."""
        if self.starts_ms is None:
            return "prepared"
        if not self.has_claim(now_ms):
            return "ended"
        return "running" if self.starts_ms <= now_ms else "counting"


def check_flash(flash: Flash) -> Flash:
    """Raises `BadInput` that names the first wrong field."""
    check_slug(flash.id, "id")
    check_price(flash.price, "price")
    most = {"units": (1, MAX_FLASH_UNITS), "countdown_s": COUNTDOWN_S, "lasts_s": LASTS_S}
    for field, (least, greatest) in most.items():
        value = getattr(flash, field)
        if type(value) is not int or not least <= value <= greatest:
            raise BadInput.field(field, f"Give {_WORDS[field]} from {least} to {greatest}.")
    if flash.limit is not None and not 1 <= flash.limit <= MAX_FLASH_UNITS:
        raise BadInput.field(
            "limit", f"The limit for a viewer has to be from 1 to {MAX_FLASH_UNITS}, or left out."
        )
    return flash


_WORDS = {
    "units": "the units of the flash sale as a whole number",
    "countdown_s": "the countdown in seconds,",
    "lasts_s": "the length of the flash sale in seconds,",
}


def check_cheaper(flash: Flash, card_price: int) -> None:
    """A sale that is dearer than its card would be a trap; the card's price may have changed."""
    if flash.price >= card_price:
        raise Conflict(
            "flash_not_cheaper",
            "The flash price has to be below the card's price. Choose a lower one.",
            data={"price": card_price},
        )


def find_flash(flashes: Iterable[Flash], flash_id: str) -> Flash:
    """Raises `NotFound` when there is none with this id."""
    for flash in flashes:
        if flash.id == flash_id:
            return flash
    raise NotFound("no_such_flash", "There is no such flash sale in this session.")


def new_flash_id(flashes: Iterable[Flash]) -> str:
    """The first free of flash-1, flash-2, ..."""
    taken = {flash.id for flash in flashes}
    return next(name for n in range(1, len(taken) + 2) if (name := f"flash-{n}") not in taken)


def started(flash: Flash, now_ms: int) -> Flash:
    starts_ms = now_ms + flash.countdown_s * 1000
    return replace(flash, starts_ms=starts_ms, ends_ms=starts_ms + flash.lasts_s * 1000)


def ended(flash: Flash, now_ms: int) -> Flash:
    """The flash sale with its end written down, which is never later than by the clock."""
    by_clock_ms = now_ms if flash.ends_ms is None else flash.ends_ms
    return replace(flash, ended_ms=min(now_ms, by_clock_ms))


def replaced(flashes: Iterable[Flash], changed: Flash) -> tuple[Flash, ...]:
    return tuple(changed if flash.id == changed.id else flash for flash in flashes)
