"""Builders of what tests start from, so that a test names only what it is about."""

import uuid
from typing import Any

from livesell.domain.card import Card
from livesell.domain.command import AnyCommand, Change, Open, Start
from livesell.domain.decision import created, decide
from livesell.domain.decision_undo import remembered
from livesell.domain.order import Contact, OrderRequest
from livesell.domain.product import Product
from livesell.domain.session import Session
from livesell.domain.undo import UNDO_MS
from livesell.store import Committed, Store

# 2023-11-14 22:13:20 UTC, the start of a timeline bucket.
NOW_MS = 1_700_000_000_000


class FakeClock:
    """A `Clock` that stands still until it is told otherwise."""

    def __init__(self, now_ms: int = NOW_MS) -> None:
        self.now_ms = now_ms

    def __call__(self) -> int:
        return self.now_ms

    def set(self, now_ms: int) -> None:
        self.now_ms = now_ms

    def advance(self, ms: int = 0, *, s: int = 0, minutes: int = 0) -> int:
        self.now_ms += ms + s * 1000 + minutes * 60_000
        return self.now_ms


def a_session(**fields: Any) -> Session:
    """A draft called "naqu", unless told otherwise."""
    return Session(**{"id": "naqu", "title": "那曲专场", "host": "苗伟伦", **fields})


def a_card(**fields: Any) -> Card:
    """Slot 1, "tea", CNY 5.00, unless told otherwise."""
    return Card(**{"id": "tea", "slot": 1, "title": "清风度西藏凉茶", "price": 500, **fields})


def a_product(**fields: Any) -> Product:
    """ "yak", CNY 128.00, not in the catalogue yet, unless told otherwise."""
    return Product(**{"id": "yak", "title": "娘亚牦牛肉", "price": 12_800, **fields})


def a_request(**fields: Any) -> OrderRequest:
    """One unit of "tea" for "buyer" under a new id, unless told otherwise."""
    blank: dict[str, Any] = {
        "id": str(uuid.uuid4()),
        "viewer": "buyer",
        "card": "tea",
        "units": 1,
        "price": 500,
        "contact": Contact(),
        "name": "",
    }
    return OrderRequest(**{**blank, **fields})


def a_change(**fields: Any) -> Change:
    """The creation of `a_session(**fields)` with `a_card()` and 100 units of it."""
    return created(a_session(**fields), [a_card()], {"tea": 100})


async def given_session(
    store: Store,
    *cards: Card,
    stock: int | dict[str, int] = 100,
    now_ms: int = NOW_MS,
    **fields: Any,
) -> Session:
    """Puts a session into the store; without cards it gets `a_card()`."""
    shelf = list(cards) or [a_card()]
    counts = stock if isinstance(stock, dict) else {card.id: stock for card in shelf}
    change = created(a_session(**fields), shelf, counts)
    await store.sessions.create(
        change, command_id=str(uuid.uuid4()), digest="created", by="host", now_ms=now_ms
    )
    return change.session


async def given_live(
    store: Store,
    *cards: Card,
    stock: int | dict[str, int] = 100,
    now_ms: int = NOW_MS,
    **fields: Any,
) -> Session:
    """The same, live, and every card open for ordering."""
    session = await given_session(store, *cards, stock=stock, now_ms=now_ms, **fields)
    await command(store, Start(), session.id, now_ms=now_ms)
    for card in cards or (a_card(),):
        await command(store, Open(card=card.id), session.id, now_ms=now_ms)
    return (await store.sessions.pull(session.id, now_ms)).session


async def command(
    store: Store,
    one: AnyCommand,
    session_id: str = "naqu",
    *,
    now_ms: int = NOW_MS,
    command_id: str | None = None,
    expected_version: int | None = None,
) -> Committed:
    """Decides and commits one host command, as the newest version stands."""
    truth = await store.sessions.pull(session_id, now_ms)
    change = decide(truth.session, truth.cards, one, now_ms)
    return await store.sessions.commit(
        remembered(
            change,
            truth.session,
            truth.cards,
            one,
            allocated={card: units.allocated for card, units in truth.units.items()},
            by="host",
            version=truth.version + 1,
            now_ms=now_ms,
            undo_ms=UNDO_MS,
        ),
        expected_version=truth.version if expected_version is None else expected_version,
        command_id=command_id or str(uuid.uuid4()),
        digest=repr(one),
        by="host",
        now_ms=now_ms,
    )
