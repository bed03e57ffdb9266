from prometheus_client import generate_latest

from livesell.store import Store
from tests.push.conftest import Start
from tests.push.pages import page, token
from tests.push.raw import TEXT, frame, raw
from tests.support.build import given_live
from tests.support.wait import wait_until


async def test_operators_see_what_happens(store: Store, start: Start) -> None:
    await given_live(store)
    push = await start()
    async with page(push.port) as one:
        await one.order()
        await one.send(t="like", n=1)
        await one.until_document(lambda d: d["tally"]["likes"] == 1, "the like")
        assert push.metric("connections") == 1
        assert push.metric("rooms") == 1
        assert push.metric("joins_total") == 1
        assert push.metric("messages_total", kind="order") == 1
        assert push.metric("messages_total", kind="like") == 1
        assert push.metric("order_latency_seconds_count") == 1
        assert push.metric("ticks_total") >= 2
        assert push.metric("recipients_total") == len(one.of_kind("patch"))
        assert push.metric("fan_out_seconds_count") >= 1
        assert push.metric("pull_age_seconds") < 1
        assert push.metric("order_queue") == 0
        assert push.metric("buffered_bytes") == 0
        text = generate_latest(push.registry).decode()
    for name in ("refusals", "closes", "skipped", "evicted", "loop_lag_seconds", "pull_seconds"):
        assert f"livesell_push_{name}" in text
    await wait_until(lambda: push.metric("connections") == 0, "the connection is gone")


async def test_lines_that_broke_the_protocol_are_counted_by_code(
    store: Store, start: Start
) -> None:
    await given_live(store)
    push = await start()
    for bad in (frame(TEXT, b"{}", masked=False), frame(TEXT, b"x", length=2**62)):
        async with raw(push.port, f"/v1/sessions/naqu?token={token()}") as one:
            one.send(bad)
            assert await one.is_closed()
    async with page(push.port) as leaving:
        await leaving.until("state")
    await wait_until(lambda: push.metric("connections") == 0, "the connections are gone")
    assert push.metric("closes_total", code="1002") == 1
    assert push.metric("closes_total", code="1009") == 1
    assert push.metric("closes_total", code="1000") == 0
