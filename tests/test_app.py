"""A whole service in one process: it starts, serves, and leaves nothing behind."""

import asyncio
import socket
from collections.abc import AsyncIterator
from pathlib import Path

import aiohttp
import pytest
from msgspec.structs import replace

from livesell import datadir
from livesell.actions.host import Host
from livesell.app import App, PushApp
from livesell.cli.options import CLI
from livesell.clock import system_clock
from livesell.config import Config, Http, Push, Service, StoreConfig
from livesell.domain.command import Start
from livesell.domain.session import State
from livesell.errors import CannotStart
from tests.conftest import no_task_left
from tests.support.audience import Viewer
from tests.support.build import a_card, a_session
from tests.support.build import command as run
from tests.support.wait import wait_until

ANYWHERE = Config(http=Http(listen="127.0.0.1:0"), push=Push(listen="127.0.0.1:0"))


@pytest.fixture
async def app(tmp_path: Path) -> AsyncIterator[App]:
    one = App(ANYWHERE, tmp_path / "data")
    await one.start()
    yield one
    await one.stop()
    await no_task_left()


async def status_of(app: App, path: str) -> int:
    url = f"http://{app.http_address}{path}"
    async with aiohttp.ClientSession() as client, client.get(url) as response:
        return response.status


async def token_of(app: App) -> str:
    url = f"http://{app.http_address}/api/v1/viewers"
    async with aiohttp.ClientSession() as client, client.post(url, json={}) as response:
        return str((await response.json())["token"])


async def given_planned(app: App, start_in_ms: int, length_ms: int = 3_600_000) -> None:
    start_ms = system_clock() + start_in_ms
    session = a_session(planned_start_ms=start_ms, planned_end_ms=start_ms + length_ms)
    await Host(app.store, system_clock).create(session, [a_card(open=True)], {"tea": 9}, by=CLI)


@pytest.mark.parametrize("path", ["/healthz", "/readyz", "/metrics", "/api/v1/sessions"])
async def test_it_answers(app: App, path: str) -> None:
    assert await status_of(app, path) == 200


async def test_others_find_it_and_lose_it(app: App, tmp_path: Path) -> None:
    assert datadir.running(tmp_path / "data") == app.running
    await app.stop()
    assert datadir.running(tmp_path / "data") is None


async def test_a_commit_reaches_a_socket_at_once(app: App) -> None:
    await given_planned(app, 3_600_000)
    async with Viewer(app.push_address, "naqu", await token_of(app)) as viewer:
        await run(app.store, Start(), now_ms=system_clock())
        await viewer.sees("live")


async def test_a_session_goes_live_and_ends_by_itself(app: App) -> None:
    await given_planned(app, 300, 600)
    async with Viewer(app.push_address, "naqu", await token_of(app)) as viewer:
        assert viewer.state == "scheduled"
        await viewer.sees("live")
        await viewer.sees("ended")


async def test_sockets_are_told_goodbye_when_it_stops(app: App) -> None:
    await given_planned(app, 0)
    async with Viewer(app.push_address, "naqu", await token_of(app)) as viewer:
        await viewer.sees("live")
        await app.stop()
        await wait_until(lambda: viewer.close_code is not None, "the socket is closed")
        assert viewer.bye is not None
        assert (viewer.bye["code"], viewer.close_code) == (4001, 4001)


async def test_there_is_a_set_up_code_until_there_is_an_administrator(app: App) -> None:
    code = await app.setup_code()
    body = {"code": code, "name": "miao", "password": "yak butter tea"}
    url = f"http://{app.http_address}/api/v1/setup"
    async with aiohttp.ClientSession() as client, client.post(url, json=body) as response:
        assert response.status == 200, await response.text()
    assert await app.setup_code() is None


async def test_a_stopped_service_starts_again_with_everything(tmp_path: Path) -> None:
    one = App(ANYWHERE, tmp_path / "data")
    await one.start()
    await given_planned(one, 0)
    await one.stop()
    again = App(ANYWHERE, tmp_path / "data")
    await again.start()
    assert (await again.store.sessions.pull("naqu", system_clock())).units["tea"].free == 9
    await again.stop()
    await no_task_left()


async def test_a_second_service_on_the_same_data_is_refused(app: App, tmp_path: Path) -> None:
    with pytest.raises(CannotStart) as refused:
        await App(ANYWHERE, tmp_path / "data").start()
    assert refused.value.code == "data_in_use"
    assert await status_of(app, "/readyz") == 200


@pytest.mark.parametrize("table", ["http", "push"])
async def test_a_taken_port_is_told_with_its_option_and_nothing_is_left(
    tmp_path: Path, table: str
) -> None:
    with socket.create_server(("127.0.0.1", 0)) as holder:
        listen = f"127.0.0.1:{holder.getsockname()[1]}"
        config = replace(ANYWHERE, **{table: replace(getattr(ANYWHERE, table), listen=listen)})
        with pytest.raises(CannotStart) as refused:
            await App(config, tmp_path / "data").start()
    assert refused.value.code == "port_in_use"
    assert listen in refused.value.message
    assert f"--{table}" in refused.value.message
    assert not datadir.is_served(tmp_path / "data")
    await no_task_left()


@pytest.mark.parametrize("listen", ["192.0.2.1:8080", "no-such-host.invalid:8080"])
async def test_an_address_that_is_not_this_machine_is_told(tmp_path: Path, listen: str) -> None:
    config = replace(ANYWHERE, push=Push(listen=listen))
    with pytest.raises(CannotStart) as refused:
        await App(config, tmp_path / "data").start()
    assert listen in refused.value.message
    await no_task_left()


async def test_a_store_that_is_away_is_told(tmp_path: Path) -> None:
    store = StoreConfig(url=f"unix://{tmp_path}/nothing.sock", timeout_ms=200)
    with pytest.raises(CannotStart) as refused:
        await App(replace(ANYWHERE, store=store), tmp_path / "data").start()
    assert refused.value.code == "store_away"
    await no_task_left()


async def test_a_node_for_sockets_alone_meets_the_service_in_the_store(
    app: App, tmp_path: Path
) -> None:
    await given_planned(app, 0)
    node = PushApp(replace(ANYWHERE, service=Service(node="second")), tmp_path / "data")
    await node.start()
    token = await token_of(app)
    async with (
        Viewer(app.push_address, "naqu", token) as here,
        Viewer(node.address, "naqu", token) as there,
    ):
        await here.sees("live")
        await there.sees("live")
        assert (await there.order("tea", 4))["ok"]
        await wait_until(lambda: here.card("tea")["stock"] == 5, "both pages show what is left")
        await node.stop()
        await wait_until(lambda: there.close_code == 4001, "the node says goodbye")
        assert here.close_code is None


async def test_a_session_that_was_live_is_found_live_again(tmp_path: Path) -> None:
    one = App(ANYWHERE, tmp_path / "data")
    await one.start()
    await given_planned(one, 0)

    async def state() -> State:
        return (await one.store.sessions.pull("naqu", system_clock())).session.state

    async def is_live() -> bool:
        return await state() is State.LIVE

    await wait_until(is_live, "the session is live")
    await one.stop()
    await one.start()
    assert await is_live()
    await one.stop()
    await asyncio.sleep(0)
    await no_task_left()
