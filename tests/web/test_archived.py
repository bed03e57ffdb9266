"""An archived session on the pages and on the API: read as before, changed by nobody."""

import io
import zipfile
from pathlib import Path
from typing import Any

import pytest

from livesell.actions.archive import Archivist
from livesell.domain.role import Role
from livesell.store import Store
from livesell.store.keys import SESSION_KEYS
from tests.support.build import FakeClock
from tests.support.closed import given_sealed
from tests.support.store import client, socket_of
from tests.web.site import Site

# What staff read of a session; each answers the same before and after.
READ = (
    "/sessions/naqu?audience=crew",
    "/sessions/naqu/stats",
    "/sessions/naqu/recount?verify=true",
    "/sessions/naqu/orders",
    "/sessions/naqu/orders.csv",
    "/sessions/naqu/refunds",
    "/sessions/naqu/alarms",
    "/sessions/naqu/cards",
)


@pytest.fixture
async def archivist(site: Site, tmp_path: Path) -> Archivist:
    site.store.archives.folder = tmp_path / "archive"
    await given_sealed(site.store, site.clock)
    return Archivist(site.store, site.clock, "ordered")


async def archive(archivist: Archivist) -> Path:
    with archivist.run():
        return Path((await archivist.archive("naqu")).file)


def sheet_of(workbook: bytes) -> bytes:
    """Its cells; the rest of the file says when it was made."""
    return zipfile.ZipFile(io.BytesIO(workbook)).read("xl/worksheets/sheet1.xml")


async def test_staff_read_an_archived_session_as_before(site: Site, archivist: Archivist) -> None:
    (order, *_) = (await site.as_admin("GET", "/sessions/naqu/orders")).json["orders"]
    paths = (*READ, f"/sessions/naqu/orders/{order['id']}")
    before = [await site.as_admin("GET", path) for path in paths]
    workbook = await site.as_admin("GET", "/sessions/naqu/orders.xlsx")
    poster = await site.call("GET", "/poster/naqu.png", headers=site.cookie("staff"))
    await archive(archivist)
    for path, old in zip(paths, before, strict=True):
        new = await site.as_admin("GET", path)
        assert (old.status, new.status) == (200, 200), path
        assert new.data == old.data, path
    again = await site.as_admin("GET", "/sessions/naqu/orders.xlsx")
    assert (again.status, sheet_of(again.data)) == (200, sheet_of(workbook.data))
    again = await site.call("GET", "/poster/naqu.png", headers=site.cookie("staff"))
    assert (again.status, again.data == poster.data) == (200, True)
    for page in ("/staff/naqu", "/console/naqu"):
        assert (await site.call("GET", page, headers=site.cookie("staff"))).status == 200


async def test_the_crews_list_marks_it_and_the_public_one_leaves_it_out(
    site: Site, archivist: Archivist
) -> None:
    public = (await site.api("GET", "/sessions")).json["sessions"]
    assert [(row["id"], row["archived"]) for row in public] == [("naqu", False)]
    await archive(archivist)
    assert (await site.api("GET", "/sessions")).json["sessions"] == []
    (row,) = (await site.as_admin("GET", "/sessions")).json["sessions"]
    assert (row["id"], row["archived"], row["title"]) == ("naqu", True, "那曲专场")


async def test_a_viewer_sees_that_it_is_over_and_its_own_orders(
    site: Site, archivist: Archivist
) -> None:
    await archive(archivist)
    assert (await site.call("GET", "/s/naqu")).status == 200
    document = (await site.api("GET", "/sessions/naqu")).json["document"]
    assert document["session"]["state"] == "ended"
    token = site.minted(Role.VIEWER, viewer="anna")
    orders = (await site.api("GET", "/sessions/naqu/orders", token=token)).json["orders"]
    assert [order["n"] for order in orders] == [5, 3, 1]
    reply = await site.api("GET", f"/sessions/naqu/orders/{orders[0]['id']}", token=token)
    assert reply.json["order"]["n"] == 5
    assert (await site.api("GET", "/sessions/naqu/details", token=token)).status == 200


async def test_nothing_that_is_sent_to_it_leaves_a_key(
    site: Site, store: Store, store_data: Path, archivist: Archivist
) -> None:
    await archive(archivist)
    token = site.minted(Role.VIEWER, viewer="anna")
    (order, *_) = (await site.api("GET", "/sessions/naqu/orders", token=token)).json["orders"]
    at = f"/sessions/naqu/orders/{order['id']}"
    assert (await site.order(token)).status in (409, 422)
    answers = [
        await site.api("PUT", "/sessions/naqu/details", {"name": "扎西"}, token=token),
        await site.as_admin("POST", f"{at}/fulfil", {}),
        await site.as_admin("POST", f"{at}/refund", {"restock": True}),
        await site.as_admin("POST", f"{at}/cancel", {}),
        await site.command("cancel"),
        await site.as_admin(
            "POST", "/sessions", {"title": "那曲专场", "host": "苗伟伦", "id": "naqu"}
        ),
    ]
    assert [reply.code for reply in answers] == ["session_archived"] * len(answers)
    with client(socket_of(store_data)) as behind:
        keys = [store.archives.link.keys.of("naqu", name) for name in SESSION_KEYS]
        assert behind.exists(*keys) == 0


async def test_a_person_is_erased_in_an_archive_too(site: Site, archivist: Archivist) -> None:
    await archive(archivist)
    path = "/sessions/naqu/viewers/anna/details"
    assert (await site.as_admin("DELETE", path)).json == {"orders": 3}
    rows = (await site.as_admin("GET", "/sessions/naqu/orders")).json["orders"]
    assert [(row.get("name", ""), "contact" in row) for row in rows] == [
        ("", False), ("本", False), ("", False), ("本", False), ("", False),
    ]  # fmt: skip
    recount = (await site.as_admin("GET", "/sessions/naqu/recount?verify=true")).json
    assert (recount["differences"], recount["seal"]["is_intact"]) == ([], True)


async def test_a_damaged_archive_is_told_to_staff(site: Site, archivist: Archivist) -> None:
    file = await archive(archivist)
    whole = file.read_bytes()
    file.write_bytes(whole[:-9])
    reply = await site.as_admin("GET", "/sessions/naqu/stats")
    assert (reply.status, reply.code) == (409, "archive_damaged")
    file.unlink()
    reply = await site.as_admin("GET", "/sessions/naqu/stats")
    assert (reply.status, reply.code) == (404, "archive_missing")
    assert len((await site.as_admin("GET", "/sessions")).json["sessions"]) == 1
    file.write_bytes(whole)
    assert (await site.as_admin("GET", "/sessions/naqu/stats")).status == 200


async def test_the_recount_tells_of_the_seal_when_asked(
    site: Site, clock: FakeClock, store_data: Path
) -> None:
    await given_sealed(site.store, clock)
    assert (await site.as_admin("GET", "/sessions/naqu/recount")).json["seal"] is None
    seal = (await site.as_admin("GET", "/sessions/naqu/recount?verify=1")).json["seal"]
    assert (seal["is_intact"], seal["seals"], seal["first"]) == (True, 1, None)
    assert (seal["sealed"], len(seal["digest"])) == (seal["entries"], 64)
    ledger = site.store.archives.link.keys.of("naqu", "ledger")
    with client(socket_of(store_data)) as behind:
        found: Any = behind.xrange(ledger, count=1)
        entry_id = found[0][0]
        behind.xdel(ledger, entry_id)
    seal = (await site.as_admin("GET", "/sessions/naqu/recount?verify=1")).json["seal"]
    assert (seal["is_intact"], seal["first"]["what"]) == (False, "missing")
    assert (seal["first"]["n"], seal["first"]["id"]) == (1, entry_id.decode())
    wrong = await site.as_admin("GET", "/sessions/naqu/recount?verify=maybe")
    assert (wrong.status, wrong.code) == (400, "bad_input")
