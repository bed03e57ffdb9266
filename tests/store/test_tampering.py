"""Whatever is changed behind the store's back, a recount finds it."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from livesell.domain.recount import recount
from livesell.domain.settlement import cancel, expire, fulfil, pay, refund
from livesell.domain.truth import Tally
from livesell.store import Store
from tests.store.settling import paying, refunding, settle
from tests.support.build import NOW_MS, a_card, given_live
from tests.support.placed import check_exact, held, placed
from tests.support.store import client, socket_of

Tamper = Callable[[Any, Callable[[str], str]], Any]


async def a_busy_session(store: Store) -> None:
    """One order in every state, an offline one, and money that went back."""
    await given_live(store, a_card(donation=20))
    await placed(store)
    await held(store, viewer="held")
    for viewer in ("paid", "late", "part"):
        order = await held(store, viewer=viewer, units=2)
        order = await settle(
            store, order, lambda one: pay(one, amount=1000, ref="p", by="x", now_ms=NOW_MS)
        )
        if viewer == "part":
            await settle(store, order, refunding(300, 1, refund_id="r1"))
    again = await held(store, viewer="twice")
    for ref in ("p1", "p2"):
        again = await settle(store, again, paying(ref))
    done = await placed(store, viewer="done")
    done = await settle(store, done, lambda one: fulfil(one, by="x", now_ms=NOW_MS))
    await settle(
        store, done, lambda one: refund(
            one, amount=500, units=1, restock=False, by="x", cause="", refund_id="r2",
            now_ms=NOW_MS,
        ),
    )  # fmt: skip
    gone = await placed(store, viewer="gone")
    await settle(store, gone, lambda one: cancel(one, by="x", now_ms=NOW_MS))
    over = await held(store, viewer="over")
    await settle(store, over, lambda one: expire(one, now_ms=NOW_MS + 60_000))
    await placed(store, viewer="offline:1", way="offline", by="ann")


def counted(key: str, field: str) -> Tamper:
    return lambda server, name: server.hincrby(name(key), field, 1)


def dropped(key: str) -> Tamper:
    def tamper(server: Any, name: Callable[[str], str]) -> None:
        server.hdel(name(key), server.hkeys(name(key))[0])

    return tamper


def changed(key: str, **fields: Any) -> Tamper:
    """Every record of a hash with these fields."""

    def tamper(server: Any, name: Callable[[str], str]) -> None:
        for field, record in server.hgetall(name(key)).items():
            server.hset(name(key), field, json.dumps({**json.loads(record), **fields}))

    return tamper


def without_last(kind: str) -> Tamper:
    """The ledger without the last fact of a kind."""

    def tamper(server: Any, name: Callable[[str], str]) -> None:
        entries = server.xrange(name("ledger"))
        entry_id = next(one for one, fields in reversed(entries) if fields[b"k"] == kind.encode())
        server.xdel(name("ledger"), entry_id)

    return tamper


def repeated(kind: str) -> Tamper:
    def tamper(server: Any, name: Callable[[str], str]) -> None:
        entries = server.xrange(name("ledger"))
        fields = next(fields for _, fields in entries if fields[b"k"] == kind.encode())
        server.xadd(name("ledger"), fields)

    return tamper


FACTS = (
    "ordered", "order_paid", "order_paid_twice", "order_fulfilled", "order_refunded",
    "order_cancelled", "order_expired",
)  # fmt: skip

TAMPERING: dict[str, Tamper] = {
    **{f"tally {name}": counted("tally", name) for name in Tally.__struct_fields__},
    **{
        f"units {name}": counted("units", f"tea:{name}")
        for name in ("allocated", "free", "held", "sold", "written_off", "flash", "offered",
                     "waiting", "orders", "units", "ordered", "paid", "refunded")
    },
    **{
        f"bucket {name}": counted("timeline", f"{NOW_MS}:{name}")
        for name in ("orders", "units", "ordered", "paid", "refunded")
    },
    "a buyer more": counted("buyers", "nobody"),
    "a buyer less": dropped("buyers"),
    "units taken": counted("taken", "paid/tea"),
    "a hold more": lambda server, name: server.zadd(name("holds"), {"x": 1}),
    "a hold less": lambda server, name: server.delete(name("holds")),
    "a hold longer": lambda server, name: server.zadd(
        name("holds"), {server.zrange(name("holds"), 0, 0)[0]: 5}
    ),
    "an order less": dropped("orders"),
    "a refund less": dropped("refunds"),
    "a refund of more": changed("refunds", amount=9),
    "refunds that nobody told of": changed("refunds", state="done", provider="stripe"),
    **{f"orders {state}": changed("orders", state=state) for state in ("paid", "held", "expired")},
    "orders of others": changed("orders", viewer="x"),
    "orders paid": changed("orders", paid=1),
    "orders by another payment": changed("orders", payment="p9"),
    "orders for other stock": changed("orders", lines=[["tea", 7]]),
    **{f"no {kind}": without_last(kind) for kind in FACTS},
    **{f"{kind} twice": repeated(kind) for kind in FACTS},
}  # fmt: skip


@pytest.mark.parametrize("tamper", TAMPERING.values(), ids=list(TAMPERING))
async def test_a_recount_finds_what_was_changed(
    store: Store, store_data: Path, tamper: Tamper
) -> None:
    await a_busy_session(store)
    await check_exact(store)
    with client(socket_of(store_data)) as server:
        tamper(server, lambda name: store._link.keys.of("naqu", name))
    evidence = await store.ledger.evidence("naqu", NOW_MS)
    assert recount(evidence).differences
