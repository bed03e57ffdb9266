"""`protocol.md` keeps its word: its examples, its lists, and a client written from it alone."""

import json
import re
from pathlib import Path
from typing import Any

import msgspec
import pytest

from livesell import push, wire
from livesell.domain.command import End, Notice, Price, Restock, Show
from livesell.domain.document import viewer_document
from livesell.domain.order import REFUSALS
from livesell.store import Store
from tests.push.conftest import Start
from tests.push.outsider import Outsider
from tests.push.pages import token
from tests.support.build import FakeClock, command, given_live

PAGE = Path(push.__file__).with_name("protocol.md").read_text(encoding="utf-8")
EXAMPLES = [json.loads(text) for text in re.findall(r"```json\n(.*?)```", PAGE, re.DOTALL)]
FROM_SERVER = {
    "hello": wire.Hello,
    "state": wire.StateFrame,
    "patch": wire.PatchFrame,
    "offer": wire.OfferFrame,
    "queue": wire.QueueFrame,
    "error": wire.ErrorFrame,
    "bye": wire.Bye,
    "stale": wire.Stale,
    "fresh": wire.Fresh,
}


def is_answer(example: dict[str, Any]) -> bool:
    return example["t"] == "order" and "ok" in example


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda example: str(example["t"]))
def test_every_example_is_a_real_message(example: dict[str, Any]) -> None:
    kind = wire.OrderAnswer if is_answer(example) else FROM_SERVER.get(example["t"])
    if kind is None:
        message: Any = wire.decode(json.dumps(example))
        assert not isinstance(message, wire.UnknownMessage)
    else:
        message = msgspec.convert(example, kind)
    again = json.loads(msgspec.json.encode(message))
    assert {name: again[name] for name in example} == example


def test_every_kind_has_an_example() -> None:
    kinds = {(example["t"], is_answer(example)) for example in EXAMPLES}
    assert {kind for kind, answers in kinds if not answers} >= wire.KINDS_FROM_PAGE
    assert {kind for kind, _ in kinds} >= FROM_SERVER.keys() | {"order"}
    assert ("order", True) in kinds


@pytest.mark.parametrize(
    "word", [*map(str, wire.CLOSE_REASONS), *REFUSALS, "bad_price", "bad_id", "not_allowed"]
)
def test_every_code_is_explained(word: str) -> None:
    assert re.search(rf"^\| .*`?{word}`?.* \|", PAGE, re.MULTILINE) or f"`{word}`" in PAGE


def test_every_field_of_the_document_is_explained() -> None:
    state = next(example for example in EXAMPLES if example["t"] == "state")
    for part in ("session", "tally"):
        for name in state["d"][part]:
            assert name in PAGE
    assert "null" not in json.dumps(state)


async def test_a_client_written_from_the_page_alone_works(
    store: Store, start: Start, clock: FakeClock
) -> None:
    await given_live(store)
    one, two = await start("node-1"), await start("node-2")
    client = Outsider("127.0.0.1", one.port, "naqu", token("outsider", name="丹增"))
    await client.connect()
    await client.until(lambda c: c.document is not None)
    assert client.hello["viewer"]["id"] == "outsider"
    client.tap(3)
    order_id = client.order("tea", 2)
    await client.until(lambda c: not c.open_orders)
    assert client.answers[0]["order"]["amount"] == 1000
    await command(store, Show(card="tea"))
    await command(store, Notice(text="满 99 包邮"))
    await client.until(lambda c: c.document.get("notice") and c.document["tally"]["likes"] == 3)
    await command(store, Notice(text=""))
    await client.until(lambda c: "notice" not in c.document)
    client.v -= 2  # it missed something
    await command(store, Price(card="tea", price=450))
    await client.until(lambda c: c.states == 2)
    client.send(t="ask", id=order_id)
    await client.until(lambda c: len(c.answers) == 2)
    assert client.answers[1]["ok"]

    client.tap(2)
    client.order("tea", 1)
    await one.server.drain(2)
    await client.until(lambda c: c.close_code is not None)
    assert (client.close_code, client.is_final) == (4001, False)
    client.where = "127.0.0.1", two.port
    await client.connect()
    await client.until(lambda c: not c.open_orders and c.document["tally"]["likes"] == 5)
    await client.until(lambda c: c.document["tally"]["orders"] == 2)

    await command(store, End(), now_ms=clock())
    await client.until(lambda c: c.document["session"]["state"] == "ended")
    fresh = viewer_document(await store.sessions.pull("naqu", clock()))
    assert client.document is not None
    for document in (fresh, client.document):
        document["tally"].pop("concurrent")
    assert client.document == fresh
    clock.advance(s=61)
    await client.until(lambda c: c.close_code is not None)
    assert (client.close_code, client.is_final) == (4509, True)


async def test_such_a_client_waits_in_line_and_uses_its_offer(
    store: Store, start: Start, clock: FakeClock
) -> None:
    await given_live(store, stock=0)
    push = await start()
    client = Outsider("127.0.0.1", push.port, "naqu", token("outsider"))
    await client.connect()
    for viewer in ("early", "outsider"):
        await store.waitlist.join(
            "naqu", viewer, "tea", 2, most_units=10, most_entries=10, now_ms=clock()
        )
    await client.until(lambda c: c.places == {"tea": 2})
    await store.waitlist.leave("naqu", "early", "tea", clock())
    await client.until(lambda c: c.places == {"tea": 1})
    await command(store, Restock(card="tea", units=2))
    await store.waitlist.tend("naqu", offer_ms=120_000, now_ms=clock())
    await client.until(lambda c: c.offers)
    offer = client.offers["tea"]
    assert (offer["units"], offer["price"], offer["until"]) == (2, 500, clock() + 120_000)
    client.order("tea", offer["units"])
    await client.until(lambda c: not c.offers)
    await client.until(lambda c: not c.open_orders)
    assert client.answers[0]["ok"]
    await client.leave()
