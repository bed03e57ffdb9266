"""The demo's small audience comes, taps, orders and is hosted until it is told to stop."""

import asyncio
import time
from pathlib import Path
from typing import Any

from livesell import config as configuration
from livesell.actions.host import Host
from livesell.clock import system_clock
from livesell.domain.command import Start
from livesell.domain.person import Actor
from livesell.replay.api import Api
from livesell.replay.company import keep_audience
from livesell.replay.scenario import Scenario
from livesell.replay.service import Service, opened_service, temporary_host
from tests.replay.small import small, tables
from tests.support.wait import wait_until


def busy() -> Scenario:
    """A minute of it has a lot in it, and little stock."""
    cards = tables()["cards"]
    cards[0]["stock"] = 30
    return small(
        cards=cards,
        moves=[{"at": "00:01", "do": "show", "card": "tea"}],
        audience={"viewers": 12, "curve": [[0, 1], [1, 1]]},
        likes={"total": 2000, "curve": [[0, 1]]},
        orders={"total": 400, "cards": [{"card": "tea", "weight": 1, "units": [1, 3]}]},
        rushes=[],
    )


async def live(service: Service, scenario: Scenario, by: Actor) -> str:
    host = Host(service.store, system_clock)
    cards = list(scenario.cards.values())
    await host.create(scenario.session, cards, scenario.stock, by=by)
    await host.run(scenario.session.id, Start(), by=by)
    return scenario.session.id


async def test_the_company_keeps_a_session_moving(tmp_path: Path) -> None:
    scenario = busy()
    async with (
        opened_service(configuration.load(), tmp_path) as service,
        temporary_host(service.store, 600) as (host, token),
    ):
        session = await live(service, scenario, host)
        api = Api(service.running.http, token)
        company = asyncio.create_task(keep_audience(service, scenario, session, api))

        async def is_moving() -> bool:
            assert not company.done(), company.exception()
            truth = await service.store.sessions.pull(session, system_clock())
            restocked = truth.units["tea"].allocated > 30
            there = truth.concurrent >= 5
            return restocked and there and truth.tally.likes > 20 and truth.session.shown == "tea"

        await wait_until(is_moving, "people come, tap and order, and the host shows", 25)
        company.cancel()
        await asyncio.gather(company, return_exceptions=True)

        async def is_empty() -> bool:
            return (await service.store.sessions.pull(session, system_clock())).concurrent == 0

        await wait_until(is_empty, "everybody has left", 10)


async def test_the_company_goes_home_when_the_session_ends(tmp_path: Path) -> None:
    scenario = busy()
    async with (
        opened_service(configuration.load(), tmp_path) as service,
        temporary_host(service.store, 600) as (host, token),
    ):
        session = await live(service, scenario, host)
        api = Api(service.running.http, token)
        ended: Any = await api.post(f"/sessions/{session}/commands", {"command": {"do": "end"}})
        assert ended.status == 200, ended.message
        began = time.monotonic()
        await keep_audience(service, scenario, session, api)
        assert time.monotonic() - began < 10


async def test_a_service_that_is_away_is_an_answer_of_its_own() -> None:
    answer = await Api("127.0.0.1:9", "token").get("/me")
    assert answer.status == 0
    assert answer.message.startswith("No answer came: ")
