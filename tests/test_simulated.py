"""Simulated audiences: processes that come, say what they do, and go, whatever happens."""

import asyncio
import sys
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from livesell.errors import Conflict
from livesell.simulated import Audience, Simulated
from tests.support.build import FakeClock
from tests.support.wait import wait_until

SECRET = "a secret that only the tests have, long enough"

# Stands in for the audience's process: says where it would go, then does as it is told.
ACTOR = """
import json, sys, time
part = json.loads(sys.stdin.readline())
doing = {{"state": "watching", "connected": part["viewers"], "viewers": part["viewers"],
          "trouble": {{part["host"]: part["port"]}}, "likes": len(part["secret"])}}
print(json.dumps(doing), flush=True)
{then}
"""
UNTIL_TOLD = ACTOR.format(then="sys.stdin.read()")
DEAF = ACTOR.format(then="time.sleep(600)")
BREAKS = ACTOR.format(then="sys.exit(3)")


def acting(text: str, clock: FakeClock, host: str = "127.0.0.1") -> Simulated:
    arguments = (sys.executable, "-c", text)
    return Simulated(lambda: (host, 8081), SECRET, clock, arguments=arguments)


@pytest.fixture
async def simulated(clock: FakeClock) -> AsyncIterator[Simulated]:
    one = acting(UNTIL_TOLD, clock)
    yield one
    await one.close()


async def test_it_says_what_it_does_until_it_is_sent_home(
    simulated: Simulated, clock: FakeClock
) -> None:
    assert simulated.doing("naqu") is None
    await simulated.begin("naqu", Audience(viewers=7, minutes=3))
    await wait_until(lambda: _state(simulated) == "watching", "its first word")
    doing = simulated.doing("naqu")
    assert doing is not None
    assert (doing.connected, doing.until_ms) == (7, clock() + 180_000)
    assert doing.trouble == {"127.0.0.1": 8081}
    assert doing.likes == len(SECRET)
    await simulated.end("naqu")
    assert _state(simulated) == "left"


async def test_one_audience_a_rehearsal_and_so_many_viewers_in_all(simulated: Simulated) -> None:
    await simulated.begin("naqu", Audience(viewers=300))
    with pytest.raises(Conflict) as refused:
        await simulated.begin("naqu", Audience(viewers=1))
    assert refused.value.code == "audience_running"
    with pytest.raises(Conflict) as refused:
        await simulated.begin("other", Audience(viewers=201))
    assert refused.value.data == {"left": 200}
    await simulated.begin("other", Audience(viewers=200))
    await simulated.end("naqu")
    await simulated.begin("naqu", Audience(viewers=300))


async def test_two_taps_at_once_bring_one_audience(simulated: Simulated) -> None:
    begun = [simulated.begin("naqu", Audience()) for _ in range(2)]
    answers = await asyncio.gather(*begun, return_exceptions=True)
    assert [type(one) for one in answers].count(Conflict) == 1


async def test_one_that_breaks_is_told_and_may_come_again(clock: FakeClock) -> None:
    simulated = acting(BREAKS, clock)
    await simulated.begin("naqu", Audience())
    await wait_until(lambda: _state(simulated) == "broken", "its end")
    await simulated.begin("naqu", Audience())
    await simulated.close()


async def test_one_that_cannot_be_started_is_told(clock: FakeClock, tmp_path: Path) -> None:
    nothing = (str(tmp_path / "no such program"),)
    simulated = Simulated(lambda: ("127.0.0.1", 1), SECRET, clock, arguments=nothing)
    await simulated.begin("naqu", Audience())
    assert _state(simulated) == "broken"
    await simulated.close()


async def test_a_deaf_one_is_killed(clock: FakeClock, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("livesell.simulated.LEAVE_S", 0.1)
    simulated = acting(DEAF, clock)
    await simulated.begin("naqu", Audience())
    await wait_until(lambda: _state(simulated) == "watching", "its first word")
    await simulated.close()


@pytest.mark.parametrize(
    ("listens", "reached"), [("0.0.0.0", "127.0.0.1"), ("::", "::1"), ("10.0.0.7", "10.0.0.7")]
)
async def test_it_comes_where_the_service_can_be_reached(
    clock: FakeClock, listens: str, reached: str
) -> None:
    simulated = acting(UNTIL_TOLD, clock, listens)
    await simulated.begin("naqu", Audience())
    await wait_until(lambda: _state(simulated) == "watching", "its first word")
    doing = simulated.doing("naqu")
    assert doing is not None
    assert list(doing.trouble) == [reached]
    await simulated.close()


def _state(simulated: Simulated) -> str:
    doing = simulated.doing("naqu")
    return "" if doing is None else doing.state
