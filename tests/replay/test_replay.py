"""A short replay on real sockets: exact from end to end, and loud when something is taken away."""

import asyncio
import io
import json
from pathlib import Path
from typing import Any

import pytest
from rich.console import Console

from livesell import config as configuration
from livesell.errors import CannotStart
from livesell.replay.play import ReplayOptions, planned, reckoned, replay
from livesell.replay.service import Service, opened_service, temporary_host
from livesell.replay.stage import Stage
from tests.support.process import livesell, serving, typed
from tests.support.store import client, socket_of
from tests.support.wait import wait_until


def quiet() -> Console:
    return Console(file=io.StringIO())


async def test_the_command_plays_and_ends_with_the_table(tmp_path: Path) -> None:
    done = await livesell(
        *("replay", "naqu", "--speed", "600", "--viewers", "200", "--scale-totals"),
        *("--data", tmp_path / "data"),
    )
    assert done.status == 0, done.out + done.err
    for word in ("Review", "planned", "recounted", "refused: sold_out", "order acknowledged"):
        assert word in done.out
    assert "Exact." in done.out
    assert "is scheduled as naqu-" in done.err
    assert not (tmp_path / "data" / "serve.json").exists()


async def test_a_service_that_runs_is_played_against_and_stays(tmp_path: Path) -> None:
    async with serving(tmp_path / "data") as service:
        done = await livesell(
            *("replay", "naqu", "--speed", "900", "--viewers", "60", "--scale-totals"),
            *("--processes", "2", "--json", "--data", tmp_path / "data"),
        )
        assert done.status == 0, done.out + done.err
        result = done.json
        assert result["is_exact"] is True
        assert result["figures"]["viewers"] == 60
        names = [use["name"] for use in result["processes"]]
        assert names == ["service", "store", "load 1", "load 2"]
        assert result["processes"][0]["pid"] == service.pid
        left = await livesell("user", "list", "--data", tmp_path / "data")
        assert "replay-" not in left.out
        stats = await livesell("stats", result["session"], "--json", "--data", tmp_path / "data")
        assert json.loads(stats.out)["figures"]["orders"] == result["figures"]["orders"]


async def test_an_order_that_is_taken_from_the_ledger_is_missed(tmp_path: Path) -> None:
    """The same as `livesell replay` does, with a hand in the store before the counting."""
    options = ReplayOptions(speed=900, viewers=60, scale_totals=True, data=tmp_path)
    config = configuration.load()
    plan = planned(options, config, is_own_service=True)
    async with opened_service(config, tmp_path) as service:
        played = await Stage(service, plan, quiet()).play()
        exact = await reckoned(service, plan, played, speed=900, seconds=4)
        assert exact.is_exact, exact.differences
        key = service.store.sessions._link.keys.of(played.session, "ledger")
        with client(socket_of(tmp_path)) as one:
            entries: Any = one.xrange(key)
            (victim, *_) = [entry for entry, fields in entries if fields[b"k"] == b"ordered"]
            one.xdel(key, victim)
        tampered = await reckoned(service, plan, played, speed=900, seconds=4)
    assert not tampered.is_exact
    assert any(one.startswith("Orders: ") for one in tampered.differences)
    assert any(one.startswith("Recount: ordered") for one in tampered.differences)


async def test_a_difference_ends_the_command_with_status_1(tmp_path: Path) -> None:
    """Somebody else at the console closes a card that was to be sold to the end."""
    data = tmp_path / "data"
    async with serving(data):
        playing = asyncio.create_task(
            livesell(
                *("replay", "naqu", "--speed", "600", "--viewers", "100", "--scale-totals"),
                *("--data", data),
            )
        )
        session = await live_session(data)
        closed = await typed("session", "command", session, "close", "card=tea", "--data", data)
        assert closed.status == 0, closed.err
        done = await playing
    assert done.status == 1, done.out + done.err
    assert "differences." in done.out
    assert "Card tea: " in done.out
    assert "acknowledged" in done.out


async def live_session(data: Path) -> str:
    found = ""

    async def is_live() -> bool:
        nonlocal found
        rows = (await typed("session", "list", "--json", "--data", data)).json["sessions"]
        found = next((row["id"] for row in rows if row["state"] == "live"), "")
        return bool(found)

    await wait_until(is_live, "the session goes live", 20)
    return found


@pytest.mark.parametrize(
    ("arguments", "status", "sentence"),
    [
        (["nagu"], 66, "There is no scenario 'nagu'. Known are: evening, naqu."),
        (["naqu", "--speed", "100000"], 65, "The speed has to be"),
        (["naqu", "--viewers", "50"], 65, "too few"),
        (["naqu", "--processes", "0"], 65, "Take from 1 to 64 load processes."),
        (["naqu", "--viewers", "900000", "--speed", "0.1"], 69, "A process may open"),
    ],
)
async def test_what_cannot_be_played_is_said_at_once(
    tmp_path: Path, arguments: list[str], status: int, sentence: str
) -> None:
    done = await livesell("replay", *arguments, "--data", tmp_path / "data")
    assert sentence in done.err
    assert done.status == status
    assert "Traceback" not in done.err


async def test_a_service_that_cannot_start_says_why(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("no directory")
    with pytest.raises(CannotStart):
        await replay(ReplayOptions(data=tmp_path / "file"), quiet())


async def test_the_temporary_host_is_gone_whatever_happens(tmp_path: Path) -> None:
    async with opened_service(configuration.load(), tmp_path) as service:
        people = service.store.people
        with pytest.raises(ZeroDivisionError):
            await fall_over(service)
        assert await people.list() == []


async def fall_over(service: Service) -> None:
    async with temporary_host(service.store, 60) as (actor, _):
        assert await service.store.people.find(actor.name) is not None
        raise ZeroDivisionError
