"""Whatever many clients do to orders, at once and in any order, every promise holds.

A run is a list of volleys; what is in one volley happens at the same time, through several clients
of the real store. For 2,000 runs:

    pytest --hypothesis-profile thorough tests/faults/test_any_interleaving.py
"""

import asyncio
import itertools
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, note, settings
from hypothesis import strategies as st

from livesell.config import StoreConfig
from livesell.domain.command import (
    AnyCommand,
    Limits,
    Price,
    Restock,
    SellOn,
    SellOut,
    Show,
)
from livesell.store import Store, open_store
from tests.support.examples import examples
from tests.support.market import HOLD_MS, VIEWERS, Market

CLIENTS = 3
_session_numbers = itertools.count()

nth = st.integers(0, 7)
viewers = st.sampled_from(VIEWERS)


order = st.fixed_dictionaries(
    {
        "viewer": viewers,
        "card": st.sampled_from(("tea", "tea", "cup", "pack")),
        "units": st.integers(1, 4),
        "at": st.sampled_from(("price", "price", "price", "flash", "wrong")),
    }
)


def deed(name: str, **fields: st.SearchStrategy[Any]) -> st.SearchStrategy[tuple[str, Any]]:
    return st.tuples(st.just(name), st.fixed_dictionaries(fields))


placing = deed("place", orders=st.lists(order, min_size=1, max_size=4), is_held=st.booleans())
paying = deed(
    "pay", nth=nth, ref=st.sampled_from(("a", "a", "b")), event=st.sampled_from(("1", "2"))
)
refunding = deed(
    "refund",
    nth=nth,
    refund=st.sampled_from(("r1", "r2", "r3")),
    amount=st.sampled_from((None, None, 0, 50, 300)),
    units=st.sampled_from((None, None, 0, 1, 2)),
    restock=st.booleans(),
)
commands: st.SearchStrategy[AnyCommand] = st.one_of(
    st.builds(Restock, card=st.sampled_from(("tea", "cup")), units=st.sampled_from((-9, 3, 40))),
    st.builds(Price, card=st.just("tea"), price=st.sampled_from((400, 500, 500))),
    st.builds(Show, card=st.sampled_from(("tea", "pack"))),
    st.builds(Limits, card=st.just("tea"), safety=st.sampled_from((0, 5))),
    st.sampled_from((SellOut(card="tea"), SellOn(card="tea"))),
)
anything = st.one_of(
    placing,
    placing,
    placing,
    placing,
    paying,
    paying,
    paying,
    refunding,
    deed("resend", nth=nth, units=st.sampled_from((0, 0, 0, 1))),
    deed("expire"),
    deed("fail", nth=nth),
    deed("checkout", nth=nth),
    deed("expire"),
    deed("cancel", nth=nth, by_viewer=st.booleans()),
    deed("fulfil", nth=nth),
    deed("erase", viewer=viewers),
    deed("command", one=commands),
    deed("undo"),
    deed("flash", units=st.sampled_from((3, 10)), limit=st.sampled_from((None, 2))),
    deed("end_flash"),
    deed("queue", viewer=viewers, card=st.sampled_from(("tea", "pack")), units=st.integers(1, 3)),
    deed("leave", viewer=viewers, card=st.sampled_from(("tea", "pack"))),
    deed("tend"),
    deed("moderate", viewer=viewers, verb=st.sampled_from(("ban", "unban", "mute", "unmute"))),
    deed("like", viewer=viewers, n=st.integers(1, 40), at_most=st.sampled_from((5, 1000))),
)
volley = st.lists(st.tuples(st.integers(0, CLIENTS - 1), anything), min_size=2, max_size=6)
runs = st.lists(
    st.tuples(volley, st.sampled_from((0, 0, 1, 10_000, 10_000, 30_000, HOLD_MS))),
    min_size=6,
    max_size=16,
)


@pytest.fixture
async def stores(store: Store, store_data: Path) -> AsyncIterator[list[Store]]:
    """Several clients of one store, each with connections of its own."""
    config = StoreConfig(prefix=store._link.keys.prefix, timeout_ms=5000)
    async with AsyncExitStack() as stack:
        others = []
        for _ in range(CLIENTS - 1):
            other = await open_store(config, store_data)
            stack.push_async_callback(other.close)
            others.append(other)
        yield [store, *others]


@settings(
    max_examples=examples(30),
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(run=runs)
async def test_any_interleaving_keeps_every_promise(stores: list[Store], run: list[Any]) -> None:
    market = Market(stores, f"market-{next(_session_numbers)}")
    await market.open()
    for deeds, pause_ms in run:
        note(f"{deeds}, then {pause_ms} ms")
        await asyncio.gather(*(market.do(client, name, **what) for client, (name, what) in deeds))
        await market.check()
        market.clock.advance(pause_ms)
    # At the end of all holds, whatever was missed is put right by one sweep.
    market.clock.advance(HOLD_MS)
    await market.do(0, "expire")
    await market.check()
    await market.replay()
    assert await stores[0].settling.next_hold(market.session_id) is None
