"""`livesell stats | recount | orders | export` after a sale."""

import asyncio
import csv
import io
import uuid
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from livesell.clock import system_clock
from livesell.domain.order import Contact
from livesell.store import Store
from tests.support.build import a_request
from tests.support.given import given_on_air, store_of
from tests.support.process import typed
from tests.support.store import client, socket_of


@pytest.fixture
async def sold(shared: Path, session_id: str) -> AsyncIterator[Store]:
    """A live session with three orders of two units."""
    async with store_of(shared) as store:
        await given_on_air(store, session_id)
        requests = [
            a_request(viewer=f"v{n}", units=2, contact=Contact(name="扎西", phone="13800138000"))
            for n in range(3)
        ]
        await store.orders.place(session_id, requests, system_clock())
        yield store


@pytest.mark.usefixtures("sold")
async def test_stats_for_people_and_for_programs(shared: Path, session_id: str) -> None:
    shown, found = await asyncio.gather(
        typed("stats", session_id, "--data", shared),
        typed("stats", session_id, "--data", shared, "--json"),
    )
    assert "gross\t¥30.00" in shown.out
    assert "1\ttea\t清风度西藏凉茶\t¥5.00\t6\t94\t3\t¥30.00\t0" in shown.out
    assert (found.json["figures"]["orders"], found.json["figures"]["gross"]) == (3, 3000)
    assert found.json["figures"]["as_of"].endswith("Z")
    assert sum(row["orders"] for row in found.json["timeline"]) == 3
    assert [one["kind"] for one in found.json["markers"]] == ["created", "card_added", "started"]


@pytest.mark.usefixtures("sold")
async def test_a_recount_is_exact(shared: Path, session_id: str) -> None:
    said, found = await asyncio.gather(
        typed("recount", session_id, "--data", shared),
        typed("recount", session_id, "--data", shared, "--json"),
    )
    assert (said.status, found.status) == (0, 0)
    assert said.out.startswith(f"{session_id}: exact.")
    assert found.json["is_exact"]
    assert found.json["differences"] == []


@pytest.mark.usefixtures("sold")
async def test_a_falsified_total_is_found(shared: Path, session_id: str) -> None:
    with client(socket_of(shared)) as behind:
        behind.hincrby(f"ls:{{{session_id}}}:tally", "ordered", 1)
    said, found = await asyncio.gather(
        typed("recount", session_id, "--data", shared),
        typed("recount", session_id, "--data", shared, "--json"),
    )
    assert (said.status, found.status) == (1, 1)
    assert "ordered\t3,001\t3,000\tledger" in said.out
    assert not found.json["is_exact"]


@pytest.mark.usefixtures("sold")
async def test_orders_are_listed_in_pages(shared: Path, session_id: str) -> None:
    first = await typed("orders", session_id, "--limit", "2", "--data", shared, "--json")
    rest = await typed("orders", session_id, "--after", "2", "--data", shared)
    assert [row["n"] for row in first.json["orders"]] == [1, 2]
    assert first.json["next"] == 2
    assert first.json["orders"][0]["contact"] == {"name": "扎西", "phone": "13800138000"}
    assert rest.out.splitlines()[1].startswith("3\t20")


@pytest.mark.usefixtures("sold")
async def test_an_export_is_whole(shared: Path, session_id: str, tmp_path: Path) -> None:
    out = tmp_path / "orders.csv"
    done = await typed("export", session_id, "--out", out, "--data", shared)
    assert done.status == 0, done.err
    rows = list(csv.DictReader(io.StringIO(out.read_text("utf-8-sig"))))
    assert [(row["number"], row["name"], row["amount"]) for row in rows] == [
        ("1", "扎西", "10.00"),
        ("2", "扎西", "10.00"),
        ("3", "扎西", "10.00"),
    ]
    piped = await typed("export", session_id, "--data", shared)
    assert piped.out.encode() == out.read_bytes()


@pytest.mark.usefixtures("sold")
async def test_an_export_to_nowhere_is_told(shared: Path, session_id: str, tmp_path: Path) -> None:
    out = tmp_path / "nowhere" / "orders.csv"
    done = await typed("export", session_id, "--out", out, "--data", shared)
    assert (done.status, done.out) == (69, "")
    assert f"{out} cannot be written" in done.err


@pytest.mark.parametrize("command", ["stats", "recount", "orders", "export"])
async def test_an_unknown_session_is_told(shared: Path, command: str) -> None:
    done = await typed(command, f"s-{uuid.uuid4().hex}", "--data", shared)
    assert (done.status, done.out) == (66, "")
    assert done.err == "livesell: There is no such session. Check the address.\n"
