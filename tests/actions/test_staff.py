import csv
import io

import pytest

from livesell.actions.spreadsheet import BOM, text_cell
from livesell.actions.staff import REMEMBERED, Staff
from livesell.domain.command import Hide, Price, Show
from livesell.domain.order import Contact
from livesell.errors import BadInput, NotFound
from livesell.store import Store, Taps
from tests.support.build import (
    NOW_MS,
    FakeClock,
    a_request,
    command,
    given_live,
    given_session,
)


@pytest.fixture
def staff(store: Store, clock: FakeClock) -> Staff:
    return Staff(store, clock, "ordered")


async def sold(store: Store, count: int = 1, *, now_ms: int = NOW_MS, **fields: object) -> None:
    requests = [a_request(**{"viewer": f"v{i}", **fields}) for i in range(count)]
    await store.orders.place("naqu", requests, now_ms)


async def test_figures_add_up(staff: Staff, store: Store, clock: FakeClock) -> None:
    await given_live(store)
    await sold(store, 3, units=2)
    clock.advance(s=60)
    found = await staff.figures("naqu")
    assert (found.orders, found.units, found.gross, found.buyers) == (3, 6, 3000, 3)
    assert (found.live_s, found.as_of, found.conversion) == (60, clock(), None)


async def test_the_timeline_has_no_holes(staff: Staff, store: Store) -> None:
    await given_live(store)
    await sold(store)
    await store.likes.credit("naqu", [Taps(visit="a", viewer="a", n=3, at_most=9)], NOW_MS + 25_000)
    rows = await staff.timeline("naqu")
    assert [(row.at - NOW_MS, row.orders, row.likes) for row in rows] == [
        (0, 1, 0),
        (10_000, 0, 0),
        (20_000, 0, 3),
    ]


async def test_a_session_without_an_audience_has_an_empty_timeline(
    staff: Staff, store: Store
) -> None:
    await given_session(store)
    assert await staff.timeline("naqu") == []


async def test_markers_are_what_the_crew_did(staff: Staff, store: Store) -> None:
    await given_live(store)
    await command(store, Show(card="tea"))
    await sold(store, 2)
    first = await staff.markers("naqu")
    await command(store, Price(card="tea", price=450))
    await command(store, Hide())
    after = await staff.markers("naqu")
    assert [one.kind for one in first] == ["created", "card_added", "started", "opened", "shown"]
    assert after[:5] == first
    assert [one.kind for one in after[5:]] == ["priced", "hidden"]
    assert await Staff(store, lambda: NOW_MS, "ordered").markers("naqu") == after


async def test_markers_remember_only_so_many_sessions(staff: Staff, store: Store) -> None:
    for n in range(REMEMBERED + 3):
        await staff.markers(f"s{n}")
    assert len(staff._markers) == REMEMBERED


async def test_orders_come_in_pages_with_their_contacts(staff: Staff, store: Store) -> None:
    await given_live(store)
    await sold(store, 5, contact=Contact(phone="13800138000"))
    first = await staff.orders_page("naqu", limit=3)
    rest = await staff.orders_page("naqu", first.next or 0, limit=3)
    assert [row.order.n for row in (*first.rows, *rest.rows)] == [1, 2, 3, 4, 5]
    assert rest.next is None
    assert first.rows[0].contact == Contact(phone="13800138000")


@pytest.mark.parametrize(("after", "limit"), [(-1, 10), (0, 0), (0, 501)])
async def test_a_page_out_of_range_is_refused(
    staff: Staff, store: Store, after: int, limit: int
) -> None:
    await given_live(store)
    with pytest.raises(BadInput):
        await staff.orders_page("naqu", after, limit)


async def test_the_spreadsheet_keeps_text_text(staff: Staff, store: Store) -> None:
    await given_live(store)
    await sold(
        store,
        2,
        name='=HYPERLINK("http://x")',
        contact=Contact(phone="13800138000", address="那曲镇\n浙江路 1 号", note="+86"),
    )
    text = b"".join([chunk async for chunk in staff.orders_csv("naqu")])
    assert text.startswith(BOM)
    rows = list(csv.DictReader(io.StringIO(text.decode("utf-8-sig"), newline="")))
    assert len(rows) == 2
    row = rows[0]
    assert row["name"] == '\'=HYPERLINK("http://x")'
    assert row["phone"] == "\t13800138000"
    assert row["note"] == "'+86"
    assert row["address"] == "那曲镇\n浙江路 1 号"
    assert (row["price"], row["amount"], row["currency"]) == ("5.00", "5.00", "CNY")
    assert row["time"] == "2023-11-15 06:13:20"
    assert row["title"] == "清风度西藏凉茶"


async def test_the_spreadsheet_has_every_order_of_many_pages(staff: Staff, store: Store) -> None:
    await given_live(store, stock=2000)
    await sold(store, 1100)
    text = b"".join([chunk async for chunk in staff.orders_csv("naqu")])
    rows = list(csv.DictReader(io.StringIO(text.decode("utf-8-sig"), newline="")))
    assert [int(row["number"]) for row in rows] == list(range(1, 1101))


@pytest.mark.parametrize(
    ("text", "cell"),
    [
        ("=1+1", "'=1+1"),
        ("-1", "'-1"),
        ("@a", "'@a"),
        ("＝1", "'＝1"),
        ("\tx", "'\tx"),
        ("0012", "\t0012"),
        ("1e5", "\t1e5"),
        ("138 0013 8000", "\t138 0013 8000"),
        ("苗伟伦", "苗伟伦"),
        ("", ""),
        ("a=b", "a=b"),
    ],
)
def test_cells_that_a_spreadsheet_would_misread_are_guarded(text: str, cell: str) -> None:
    assert text_cell(text) == cell


async def test_a_recount_of_an_honest_session_is_exact(staff: Staff, store: Store) -> None:
    await given_live(store)
    await command(store, Show(card="tea"))
    await sold(store, 4)
    found = await staff.recount("naqu")
    assert found.is_exact
    assert (found.totals["orders"], found.totals["ordered"]) == (4, 2000)


async def test_an_unknown_session_has_no_figures(staff: Staff) -> None:
    for attempt in (staff.figures("nope"), staff.recount("nope"), staff.orders_page("nope")):
        with pytest.raises(NotFound):
            await attempt
    with pytest.raises(NotFound):
        await anext(staff.orders_csv("nope"))
