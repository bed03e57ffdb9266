"""Coming in: hello, the whole document, patches; and who is sent away, with which code."""

import asyncio
import urllib.error
import urllib.request
from typing import Any

import pytest
from websockets.asyncio.client import connect
from websockets.exceptions import InvalidStatus
from websockets.typing import Origin

from livesell.config import Config, Http, Push
from livesell.domain.command import Cancel, End, Price
from livesell.domain.role import Role
from livesell.store import Store
from tests.push.conftest import Start
from tests.push.pages import address, page, page_at, token
from tests.support.build import NOW_MS, FakeClock, command, given_live, given_session


async def test_a_page_is_greeted_and_then_kept_up_to_date(store: Store, start: Start) -> None:
    await given_live(store)
    push = await start()
    async with page(push.port, name="丹增") as one:
        assert one.socket.subprotocol == "livesell.v1"
        hello = await one.until("hello")
        assert hello["viewer"] == {"id": "buyer", "name": "丹增", "role": "viewer"}
        assert hello["now"] == NOW_MS
        assert (hello["tick_ms"], hello["like_ms"]) == (20, 100)
        state = await one.until("state")
        assert state["e"] == hello["e"]
        assert state["d"]["cards"]["tea"]["price"] == 500
        await command(store, Price(card="tea", price=450))
        await one.until_document(lambda d: d["cards"]["tea"]["price"] == 450, "the new price")
        assert one.of_kind("patch")[-1]["ts"] == NOW_MS
        assert len(one.of_kind("state")) == 1


async def test_a_commit_is_seen_long_before_the_tick(store: Store, start: Start) -> None:
    await given_live(store)
    push = await start(tick_ms=10_000)
    async with page(push.port) as one:
        await one.until("state")
        await command(store, Price(card="tea", price=450))
        await one.until_document(lambda d: d["cards"]["tea"]["price"] == 450, "the new price")


async def test_staff_get_the_crew_document(store: Store, start: Start) -> None:
    await given_live(store)
    push = await start()
    async with page(push.port, viewer="host", role=Role.STAFF) as crew, page(push.port) as viewer:
        await crew.until("state")
        await viewer.until("state")
        assert crew.d["rundown"] == ["tea"]
        assert "rundown" not in viewer.d
        assert crew.e != viewer.e


async def test_a_client_that_offers_no_subprotocol_is_taken(store: Store, start: Start) -> None:
    await given_live(store)
    push = await start()
    async with connect(address(push.port, token=token()), proxy=None) as socket:
        assert socket.subprotocol is None
        assert b'"hello"' in await socket.recv(decode=False)


async def test_a_page_that_is_current_gets_no_document_again(store: Store, start: Start) -> None:
    await given_live(store)
    push = await start()
    # Someone stays, so that no viewer count changes the document.
    async with page(push.port) as first:
        await first.until("state")
        await first.until_document(lambda d: d["tally"]["concurrent"] == 1, "the beat")
        async with page(push.port, e=first.e, v=first.v) as again:
            await again.until("hello")
            await again.send(t="ping")
            await again.until("hello", 2)
            assert again.of_kind("state") == []
        async with page(push.port, e=first.e, v=first.v - 1) as late:
            await late.until("state")
        async with page(push.port, e="elsewhere", v=first.v) as other:
            await other.until("state")


async def test_ping_is_answered_with_hello(store: Store, start: Start) -> None:
    await given_live(store)
    push = await start()
    async with page(push.port) as one:
        await one.until("hello")
        await one.send(t="ping")
        await one.until("hello", 2)


async def test_resync_sends_the_document_at_once_and_then_more_slowly(
    store: Store, start: Start
) -> None:
    await given_live(store)
    push = await start()
    async with page(push.port) as one:
        await one.until("state")
        for _ in range(5):
            await one.send(t="resync")
        await one.until("state", 2)
        await one.send(t="ping")
        await one.until("hello", 2)
        assert len(one.of_kind("state")) == 2
        await one.until("state", 3)


@pytest.mark.parametrize(
    ("session", "made"),
    [
        ("nowhere", {}),
        ("naqu", {"secret": "another secret, of 32 characters"}),
        ("naqu", {"lifetime_s": -1}),
        ("naqu", {"session": "other"}),
        ("Not%20an%20id", {}),
    ],
)
async def test_who_may_not_come_in_is_closed_with_a_code_that_pages_see(
    session: str, made: dict[str, Any], store: Store, start: Start
) -> None:
    await given_live(store)
    push = await start()
    async with page_at(address(push.port, session, token=token(**made))) as one:
        assert await one.until_closed() == (4510 if session != "naqu" else 4500)
        assert one.frames == []


async def test_no_token_and_a_token_of_rubbish(store: Store, start: Start) -> None:
    await given_live(store)
    push = await start()
    for wrong in ("", "rubbish", "a.b.c"):
        async with page_at(address(push.port, token=wrong)) as one:
            assert await one.until_closed() == 4500


async def test_an_ended_session_shows_its_last_document_and_closes(
    store: Store, start: Start, clock: FakeClock
) -> None:
    await given_live(store)
    await command(store, End())
    push = await start()
    async with page(push.port) as early:
        await early.until("state")
        clock.advance(s=61)
        assert await early.until_closed() == 4509
        assert early.of_kind("bye")[0]["code"] == 4509
    async with page(push.port) as late:
        assert await late.until_closed() == 4509
        assert late.d["session"]["state"] == "ended"


async def test_a_cancelled_session_closes_a_minute_after_it_was_seen(
    store: Store, start: Start, clock: FakeClock
) -> None:
    await given_session(store)
    push = await start()
    async with page(push.port) as one:
        await one.until("state")
        await command(store, Cancel())
        await one.until_document(lambda d: d["session"]["state"] == "cancelled", "cancelled")
        clock.advance(s=61)
        assert await one.until_closed() == 4509


async def test_one_viewer_has_a_number_of_connections(store: Store, start: Start) -> None:
    await given_live(store)
    push = await start(connections_per_viewer=2)
    async with page(push.port) as one, page(push.port) as two:
        await one.until("state")
        await two.until("state")
        async with page(push.port) as three:
            assert await three.until_closed() == 4504
        async with page(push.port, viewer="other") as other:
            await other.until("state")
    async with page(push.port) as again:
        await again.until("state")


async def test_pages_from_elsewhere_are_refused_before_the_upgrade(
    store: Store, start: Start
) -> None:
    await given_live(store)
    config = Config(
        push=Push(allowed_origins=("https://shop.example",)),
        http=Http(public_url="https://live.example/naqu/"),
    )
    push = await start(base=config)
    where = address(push.port, token=token())
    with pytest.raises(InvalidStatus) as refused:
        await connect(where, origin=Origin("https://evil.example"), proxy=None)
    assert refused.value.response.status_code == 403
    assert push.metric("refusals_total", reason="origin") == 1
    for own in (f"http://127.0.0.1:{push.port}", "https://shop.example", "https://live.example"):
        async with page_at(where, origin=own) as one:
            await one.until("state")


async def test_refused_joins_hear_when_to_come_back(store: Store, start: Start) -> None:
    await given_live(store)
    push = await start(joins_per_second=1)
    where = address(push.port, token=token())
    async with page_at(where) as one:
        await one.until("state")
        with pytest.raises(InvalidStatus) as refused:
            await connect(where, proxy=None)
        response = refused.value.response
        assert response.status_code == 503
        assert int(response.headers["Retry-After"]) >= 1
        assert b"joining" in response.body
    assert push.metric("refusals_total", reason="joins") >= 1


async def test_the_node_and_an_address_can_be_full(store: Store, start: Start) -> None:
    await given_live(store)
    full = await start("node-1", max_connections=1)
    crowded = await start("node-2", connections_per_address=1)
    for push, reason in ((full, "full"), (crowded, "address")):
        where = address(push.port, token=token())
        async with page_at(where) as one:
            await one.until("state")
            with pytest.raises(InvalidStatus) as refused:
                await connect(where, proxy=None)
            assert refused.value.response.status_code == 503
            assert push.metric("refusals_total", reason=reason) == 1
        async with page_at(where) as again:
            await again.until("state")


async def test_behind_a_trusted_proxy_the_address_is_the_one_it_names(
    store: Store, start: Start
) -> None:
    await given_live(store)
    config = Config(push=Push(connections_per_address=1), http=Http(trust_forwarded=True))
    push = await start(base=config)
    where = address(push.port, token=token())

    def by(client: str) -> Any:
        return {"additional_headers": {"X-Forwarded-For": f"6.6.6.6, {client}"}}

    async with page_at(where, **by("10.0.0.1")) as one, page_at(where, **by("10.0.0.2")) as two:
        await one.until("state")
        await two.until("state")
        with pytest.raises(InvalidStatus):
            await connect(where, proxy=None, **by("10.0.0.1"))


@pytest.mark.parametrize(
    ("path", "status"), [("/", 404), ("/v1/sessions/", 404), ("/v1/sessions/naqu", 426)]
)
async def test_plain_http_gets_a_clear_answer(path: str, status: int, start: Start) -> None:
    push = await start()

    def ask() -> tuple[int, str]:
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{push.port}{path}") as answer:
                return answer.status, answer.read().decode()
        except urllib.error.HTTPError as error:
            with error:
                return error.code, error.read().decode()

    code, text = await asyncio.to_thread(ask)
    assert code == status
    assert text.endswith("\n")
