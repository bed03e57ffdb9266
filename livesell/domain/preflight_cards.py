"""What the pre-flight check asks of a session's cards and times. Pure; see `preflight.py`."""

import unicodedata
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Mapping
from typing import Any

from livesell.domain.card import Card, available, lines_of
from livesell.domain.flash import Flash
from livesell.domain.session import State
from livesell.domain.shelf import most_units
from livesell.domain.truth import Truth

# A code, the cards that it is about, and what its sentence tells.
Found = tuple[str, tuple[str, ...], dict[str, Any]]

# Columns of text, a Chinese character taking two: what two lines of the overlay and of a phone's
# card hold, and what a badge does.
MAX_TITLE_COLUMNS = 48
MAX_BADGE_COLUMNS = 16

# A slipped decimal point makes a price ten times what was meant, or a tenth.
FAR = 10

# A price struck through this many times the price is rarely meant.
MAX_WAS = 5

# Gaps beyond these are not listed one by one.
MOST_NUMBERS = 5

NOT_STARTED = frozenset({State.DRAFT, State.SCHEDULED, State.MISSED})


def stock(truth: Truth) -> Iterable[Found]:
    """Whether there is something to order, and why not where there is nothing."""
    if not truth.cards:
        yield "no_cards", (), {}
        return
    if not any(most_units(truth, card) for card in truth.cards.values()):
        yield "nothing_to_order", (), {}
    causes = {card.id: _why_not(truth, card) for card in truth.cards.values()}
    for code in ("no_stock", "all_kept", "part_short", "sold_out_by_hand"):
        cards = tuple(card_id for card_id, cause in causes.items() if cause == code)
        if cards:
            yield code, cards, {}
    short = {
        flash.card
        for flash in _prepared(truth)
        if flash.units * truth.cards[flash.card].pack > _free(truth, flash.card)
    }
    yield from _told(truth, "flash_short", lambda card: card.id in short)


def _why_not(truth: Truth, card: Card) -> str:
    """Why this card cannot be ordered; empty when it can."""
    if card.sold_out:
        return "sold_out_by_hand"
    own, *parts = lines_of(card)
    if truth.units[own[0]].free < own[1]:
        return "no_stock"
    if any(truth.units[part].free < pieces for part, pieces in parts):
        return "part_short"
    return "" if most_units(truth, card) else "all_kept"


def _prepared(truth: Truth) -> Iterable[Flash]:
    return (flash for flash in truth.session.flashes if flash.starts_ms is None)


def _free(truth: Truth, card_id: str) -> int:
    source = truth.cards[truth.cards[card_id].stock_card]
    return available(source, truth.units[source.id], is_flash_on=True)


def prices(truth: Truth, catalogue: Mapping[str, int]) -> Iterable[Found]:
    """Slips that cost money: nothing at all, a decimal point, the wrong one of two prices."""

    def is_far(card: Card) -> bool:
        usual = catalogue.get(card.id, 0)
        return bool(usual and card.price) and not usual / FAR < card.price < usual * FAR

    def is_dearer_as_pack(card: Card) -> bool:
        single = truth.cards.get(card.of)
        return single is not None and card.price > single.price * card.pack

    yield from _told(truth, "price_zero", lambda card: card.price == 0)
    yield from _told(truth, "price_far", is_far)
    yield from _told(truth, "below_floor", lambda c: c.floor is not None and c.price < c.floor)
    yield from _told(
        truth, "was_far", lambda c: c.was is not None and 0 < c.price * MAX_WAS < c.was
    )
    yield from _told(truth, "pack_dearer", is_dearer_as_pack)
    dearer = {
        flash.card for flash in _prepared(truth) if flash.price >= truth.cards[flash.card].price
    }
    yield from _told(truth, "flash_dearer", lambda card: card.id in dearer)


def photos(truth: Truth, missing: Collection[str]) -> Iterable[Found]:
    """Photos that this service should have; the host's browser loads the others, and says so."""
    yield from _told(truth, "photo_none", lambda card: not card.image)
    yield from _told(truth, "photo_missing", lambda card: card.id in missing)
    if not truth.session.cover:
        yield "cover_none", (), {}
    elif "" in missing:
        yield "cover_missing", (), {}


def labels(truth: Truth) -> Iterable[Found]:
    """What is read aloud and on small screens: numbers, titles, badges."""
    cards = truth.cards.values()
    slots, titles = Counter(card.slot for card in cards), Counter(card.title for card in cards)
    yield from _told(truth, "slots_twice", lambda card: slots[card.slot] > 1)
    gaps = [str(number) for number in range(1, max(slots, default=0)) if number not in slots]
    if gaps:
        more = ["…"] if len(gaps) > MOST_NUMBERS else []
        yield "slots_gap", (), {"numbers": ", ".join(gaps[:MOST_NUMBERS] + more)}
    yield from _told(truth, "titles_same", lambda card: titles[card.title] > 1)
    yield from _told(truth, "title_long", lambda c: columns(c.title) > MAX_TITLE_COLUMNS)
    yield from _told(
        truth, "badge_long", lambda c: any(columns(badge) > MAX_BADGE_COLUMNS for badge in c.badges)
    )
    if cards and not any(card.badges for card in cards):
        yield "badges_none", (), {}


def plan(truth: Truth) -> Iterable[Found]:
    """The times, and whether the rundown fits between them."""
    session, cards = truth.session, truth.cards
    start_ms, end_ms = session.planned_start_ms, session.planned_end_ms
    if start_ms is None or end_ms is None:
        yield "no_times", (), {}
    elif session.state in NOT_STARTED and start_ms < truth.as_of_ms:
        yield "start_passed", (), {}
    if start_ms is not None and end_ms is not None:
        over_s = sum(card.plan_s for card in cards.values()) - (end_ms - start_ms) // 1000
        if over_s > 0:
            yield "plan_long", (), {"minutes": -(-over_s // 60)}
    yield from _told(truth, "rundown_gap", lambda card: card.id not in session.rundown)


def columns(text: str) -> int:
    """How wide a text is; Chinese characters take two columns (Source: UAX #11)."""
    return sum(2 if unicodedata.east_asian_width(char) in "WF" else 1 for char in text)


def _told(truth: Truth, code: str, applies: Callable[[Card], bool]) -> Iterable[Found]:
    cards = _those(truth, applies)
    if cards:
        yield code, cards, {}


def _those(truth: Truth, applies: Callable[[Card], bool]) -> tuple[str, ...]:
    return tuple(card.id for card in truth.cards.values() if applies(card))
