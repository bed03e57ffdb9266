"""`livesell session`, as processes against a data directory."""

import asyncio
import json
from pathlib import Path

import pytest

from livesell.domain.session import State
from tests.support.given import given_on_air, store_of, truth_of
from tests.support.process import livesell, typed


async def test_a_sheet_becomes_a_session_that_is_listed_and_shown(
    shared: Path, sheet: Path, session_id: str
) -> None:
    loaded = await typed("session", "load", sheet, "--data", shared)
    assert loaded.status == 0, loaded.err
    assert loaded.out.startswith(f"{session_id}: 那曲专场, 2 cards, starts 20")
    listed, listed_json, shown, document = await asyncio.gather(
        typed("session", "list", "--data", shared),
        typed("session", "list", "--data", shared, "--json"),
        typed("session", "show", session_id, "--data", shared),
        typed("session", "show", session_id, "--data", shared, "--json"),
    )
    assert f"{session_id}\tscheduled\t" in listed.out
    (row,) = [one for one in listed_json.json["sessions"] if one["id"] == session_id]
    assert row["planned_start"].endswith("Z")
    assert row["rundown"] == ["tea", "yak"]
    assert "1\ttea\t清风度西藏凉茶\t¥5.00\t100\t0\topen" in shown.out
    assert document.json["cards"]["yak"]["stock"] == 10


async def test_the_same_sheet_twice_is_a_conflict(
    shared: Path, sheet: Path, session_id: str
) -> None:
    first = await typed("session", "load", sheet, "--data", shared, "--json")
    again = await typed("session", "load", sheet, "--data", shared)
    assert first.json == {"id": session_id, "version": 1}
    assert again.status == 1
    assert again.err == ("livesell: A session with this id exists already. Choose another id.\n")


async def test_a_broadcast_is_run_from_the_command_line(
    shared: Path, sheet: Path, session_id: str
) -> None:
    await typed("session", "load", sheet, "--data", shared)
    at = ("--data", shared)
    for command in (
        ("session", "start", session_id),
        ("session", "command", session_id, "show", "card=tea"),
        ("session", "command", session_id, '{"do": "price", "card": "tea", "price": 450}'),
        ("session", "command", session_id, "restock", "card=tea", "units=-10"),
        ("session", "command", session_id, "reorder", "rundown=yak,tea"),
        ("session", "command", session_id, "notice", "text=包邮"),
    ):
        done = await typed(*command, *at)
        assert done.status == 0, (command, done.err)
        assert done.out.startswith(f"{session_id}: done, version ")
    async with store_of(shared) as store:
        truth = await truth_of(store, session_id)
    assert truth.session.state is State.LIVE
    assert (truth.session.shown, truth.session.rundown) == ("tea", ("yak", "tea"))
    assert (truth.cards["tea"].price, truth.units["tea"].free) == (450, 90)
    assert truth.session.notice == "包邮"


async def test_a_command_under_one_id_is_done_once(
    shared: Path, sheet: Path, session_id: str
) -> None:
    await typed("session", "load", sheet, "--data", shared)
    command = ("session", "command", session_id, "restock", "card=tea", "units=5", "--id", "c1")
    first = await typed(*command, "--data", shared, "--json")
    again = await typed(*command, "--data", shared, "--json")
    late = await typed(
        *("session", "command", session_id, "start", "--expected-version", "1", "--data", shared)
    )
    assert (first.json, again.json) == (
        {"version": 2, "dup": False},
        {"version": 2, "dup": True},
    )
    assert late.status == 1
    assert "changed this session first" in late.err


async def test_end_ends(shared: Path, session_id: str) -> None:
    async with store_of(shared) as store:
        await given_on_air(store, session_id)
        done = await typed("session", "end", session_id, "--data", shared)
        assert done.status == 0
        assert (await truth_of(store, session_id)).session.state is State.ENDED


@pytest.mark.parametrize(
    ("arguments", "status", "sentence"),
    [
        (("session", "show", "nope"), 66, "There is no such session. Check the address."),
        (("session", "start", "No Such!"), 66, "There is no such session. Check the address."),
        (("session", "load", "nope.toml"), 66, "There is no file nope.toml. Check the name."),
        (
            ("session", "command", "nope", "shwo"),
            65,
            "There is no command 'shwo'. Did you mean show?",
        ),
        (
            ("session", "command", "nope", "show", "crad=tea"),
            65,
            "show has no crad. Did you mean card?",
        ),
        (("session", "command", "nope", "show"), 65, "show: card is missing."),
        (
            ("session", "command", "nope", "show", "tea"),
            65,
            "Write 'tea' as key=value, such as card=tea.",
        ),
        (("session", "command", "nope", "{}"), 65, "Name the command: "),
        (("session", "command", "nope", "{"), 65, "The command is not valid JSON: "),
        (("session", "command", "nope", "pause", "now=1"), 65, "pause has no now. It takes no"),
        (
            ("session", "command", "nope", "start", "now=1"),
            65,
            "start has no now. Known are: overrule, confirm.",
        ),
        (
            ("session", "command", "nope", "price", "card=tea", "price=1.5"),
            65,
            "price: price has to be a whole number.",
        ),
        (
            ("session", "command", "nope", "gifts", "card=tea", "gifts=cup*x"),
            65,
            "gifts: gifts[0].units has to be a whole number.",
        ),
        (
            ("session", "command", "nope", "limits", "card=tea", "limit=many"),
            65,
            "limits: limit has to be a whole number or null.",
        ),
        (
            ("session", "command", "nope", "extend", "planned_end=20:00"),
            65,
            "Write planned_end with its offset, such as 2026-12-01T20:00:00+08:00.",
        ),
        (
            ("session", "command", "nope", '{"do":"start"}', "a=b"),
            65,
            "Give the command as JSON or as a verb with pairs, not both.",
        ),
    ],
)
async def test_a_mistake_gets_a_sentence_and_its_status(
    shared: Path, arguments: tuple[str, ...], status: int, sentence: str
) -> None:
    done = await typed(*arguments, "--data", shared)
    assert (done.status, done.out) == (status, "")
    assert done.err.startswith(f"livesell: {sentence}")
    assert done.err.count("\n") == 1


async def test_what_limits_a_card_is_typed_as_it_is_said(
    shared: Path, sheet: Path, session_id: str
) -> None:
    await typed("session", "load", sheet, "--data", shared)
    card = "tea"
    for words in (
        ("limits", "limit=2", "safety=5", "floor=null"), ("release", "units=1"),
        ("gifts", f"gifts={card}*2"), ("price", "price=1", "was=null", "confirm=true"),
        ("prepare_flash", "price=0", "units=3", "countdown_s=30"),
    ):  # fmt: skip
        do, *pairs = words
        done = await typed(
            "session", "command", session_id, do, f"card={card}", *pairs, "--data", shared
        )
        assert done.status == 0, done.err
    shown = await typed("session", "show", session_id, "--json", "--data", shared)
    found = shown.json
    assert (found["cards"][card]["limit"], found["cards"][card]["safety"]) == (2, 4)
    assert found["cards"][card]["gifts"] == [{"card": card, "units": 2}]
    assert found["flashes"]["flash-1"]["countdown_s"] == 30


async def test_a_planned_time_is_written_for_people(
    shared: Path, sheet: Path, session_id: str
) -> None:
    await typed("session", "load", sheet, "--data", shared)
    times = ("planned_start=2099-12-01T19:00:00+08:00", "planned_end=2099-12-01T20:00:00+08:00")
    done = await typed("session", "command", session_id, "schedule", *times, "--data", shared)
    assert done.status == 0, done.err
    shown = await typed("session", "show", session_id, "--data", shared)
    assert "planned end\t2099-12-01 20:00:00" in shown.out


async def test_without_a_store_one_is_started_and_stopped_again(tmp_path: Path) -> None:
    done = await livesell("session", "list", "--json", cwd=tmp_path)
    assert json.loads(done.out) == {"sessions": []}
    assert (tmp_path / "data" / "store").is_dir()
    assert not (tmp_path / "data" / "store" / "valkey.sock").exists()


async def test_a_wrong_configuration_is_told(tmp_path: Path) -> None:
    (tmp_path / "config.toml").write_text("[push]\ntik_ms = 250\n")
    done = await livesell("session", "list", cwd=tmp_path)
    assert done.status == 78
    assert done.err == "livesell: config.toml: push.tik_ms is not known. Did you mean tick_ms?\n"
