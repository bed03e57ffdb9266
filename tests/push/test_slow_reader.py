"""Pages that do not read: kept back, then given the newest state at once, or closed with 4008."""

import json
import uuid
from typing import Any

import pytest

from livesell.domain.command import Notice
from livesell.patch import apply
from livesell.store import Store
from tests.push.conftest import Start
from tests.push.pages import Page, page, token
from tests.push.raw import TEXT, Raw, frame, raw
from tests.support.build import a_card, command, given_live
from tests.support.wait import wait_until

pytestmark = pytest.mark.either_loop

PATH = f"/v1/sessions/naqu?token={token('slow')}"
SMALL = 4096


async def say(store: Store, page: Page, text: str) -> None:
    """Changes the notice; returns when `page` has it."""
    await command(store, Notice(text=text))
    await page.until_document(lambda d: d.get("notice") == text, "the notice")


async def say_much(store: Store, page: Page, rounds: int) -> None:
    for n in range(rounds):
        await say(store, page, f"{n} " + "虫" * 190)


async def first_frames(one: Raw) -> dict[str, Any]:
    """Reads hello and the document."""
    assert json.loads(await one.until(TEXT))["t"] == "hello"
    state: dict[str, Any] = json.loads(await one.until(TEXT))
    assert state["t"] == "state"
    return state


async def test_a_page_that_stalls_is_given_the_newest_state_once(
    store: Store, start: Start
) -> None:
    await given_live(store)
    push = await start()
    async with page(push.port) as healthy, raw(push.port, PATH, SMALL, SMALL) as slow:
        await healthy.until("state")
        current = await first_frames(slow)
        slow.stop_reading()
        await say_much(store, healthy, 60)
        await wait_until(lambda: push.metric("skipped_total") > 0, "patches were kept back")
        slow.read_on()
        document, states, patches = current["d"], 0, 0
        while document != healthy.d:
            got = json.loads(await slow.until(TEXT))
            if got["t"] == "state":
                document, states = got["d"], states + 1
            elif got["v"] == current["v"] + 1:
                document, patches = apply(document, got["d"]), patches + 1
            current = got
        assert states >= 1
        assert patches < 60
        assert push.metric("evicted_total") == 0
        await say(store, healthy, "it follows again")
        assert json.loads(await slow.until(TEXT))["d"]["notice"] == "it follows again"
    assert len(healthy.of_kind("state")) == 1


async def test_a_page_that_never_reads_is_closed_and_nobody_else_notices(
    store: Store, start: Start
) -> None:
    await given_live(store)
    push = await start(behind_s=1)
    async with page(push.port) as healthy, raw(push.port, PATH, SMALL, SMALL) as slow:
        await healthy.until("state")
        await first_frames(slow)
        slow.stop_reading()
        await say_much(store, healthy, 60)
        await wait_until(lambda: push.metric("evicted_total") == 1, "the slow page is closed")
        assert push.metric("closes_total", code="4008") == 1
        await say(store, healthy, "all is well")
        slow.read_on()
        assert await slow.close_code() == 4008
    assert healthy.close_code is None or healthy.close_code < 4000
    assert len(healthy.of_kind("state")) == 1


async def test_a_document_larger_than_the_limit_is_no_reason_to_close(
    store: Store, start: Start
) -> None:
    shelf = [a_card(id=f"card-{n}", slot=n, story="虫" * 900) for n in range(1, 41)]
    await given_live(store, *shelf)
    push = await start(buffer_limit_bytes=16_384)
    async with raw(push.port, PATH, SMALL, SMALL) as slow:
        slow.stop_reading()
        slow.send(frame(TEXT, b'{"t":"order","id":"x","card":"card-1","units":1,"price":500}'))
        await wait_until(lambda: push.metric("messages_total", kind="order") == 1, "the order")
        slow.read_on()
        state = await first_frames(slow)
        assert len(json.dumps(state, ensure_ascii=False).encode()) > 100_000
    assert push.metric("evicted_total") == 0


async def test_answers_to_orders_are_never_kept_back(store: Store, start: Start) -> None:
    await given_live(store)
    push = await start()
    async with page(push.port) as healthy, raw(push.port, PATH, SMALL, SMALL) as slow:
        await healthy.until("state")
        await first_frames(slow)
        slow.stop_reading()
        await say_much(store, healthy, 60)
        ids = [str(uuid.uuid4()) for _ in range(20)]
        for order_id in ids:
            order = {"t": "order", "id": order_id, "card": "tea", "units": 1, "price": 500}
            slow.send(frame(TEXT, json.dumps(order).encode()))
        await healthy.until_document(lambda d: d["tally"]["orders"] == 20, "all orders")
        slow.read_on()
        answered: list[str] = []
        while len(answered) < 20:
            got = json.loads(await slow.until(TEXT))
            if got["t"] == "order":
                assert got["ok"]
                answered.append(got["id"])
        assert sorted(answered) == sorted(ids)


async def test_a_page_that_asks_and_does_not_read_is_closed_at_the_limit(
    store: Store, start: Start
) -> None:
    await given_live(store)
    push = await start(buffer_limit_bytes=16_384, messages_per_second=1000)
    async with raw(push.port, PATH, SMALL, SMALL) as slow:
        await first_frames(slow)
        slow.stop_reading()
        slow.send(frame(TEXT, b'{"t":"ping"}') * 500)
        await wait_until(lambda: push.metric("evicted_total") == 1, "it is closed")
        slow.read_on()
        assert await slow.close_code() == 4008


async def test_a_peer_that_does_not_finish_closing_is_cut_off(store: Store, start: Start) -> None:
    await given_live(store)
    push = await start()
    async with raw(push.port, "/v1/sessions/naqu?token=wrong") as one:
        assert await one.close_code() == 4500
        # No close frame comes back; the sweep ends it.
        assert await one.is_closed(timeout_s=10)
    assert push.server.connections == 0
