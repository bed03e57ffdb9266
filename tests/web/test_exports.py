"""The orders as CSV and as a workbook: complete, ungarbled, and nothing in them runs."""

import csv
import io
import re
import tempfile
import zipfile
from pathlib import Path

import pytest

from livesell.actions.spreadsheet import COLUMNS
from livesell.web.api.exports import XLSX
from tests.support.build import a_card, given_live
from tests.web.site import Site

CONTACT = {"name": "=HYPERLINK(1)", "phone": "13800138000", "address": "那曲, 色尼区"}


async def given_orders(site: Site, count: int = 3) -> None:
    await given_live(site.store, a_card(title="＋86 清风茶"))
    for n in range(count):
        await site.order(await site.viewer(), key=str(n), contact=CONTACT, units=2)
    [order, *_] = await site.store.orders.page("naqu")
    path = f"/sessions/naqu/orders/{order.id}"
    await site.as_admin("POST", f"{path}/fulfil")
    await site.as_admin("POST", f"{path}/refund", {"restock": True, "units": 1})


async def test_the_csv_opens_unharmed(site: Site) -> None:
    await given_orders(site)
    reply = await site.as_admin("GET", "/sessions/naqu/orders.csv")
    assert reply.headers["Content-Type"].startswith("text/csv")
    assert reply.headers["Content-Disposition"] == 'attachment; filename="orders-naqu.csv"'
    assert reply.data.startswith(b"\xef\xbb\xbf")
    rows = list(csv.DictReader(io.StringIO(reply.data.decode("utf-8-sig"))))
    assert tuple(rows[0]) == COLUMNS
    assert [row["number"] for row in rows] == ["1", "2", "3"]
    first = rows[0]
    assert first["name"] == "'=HYPERLINK(1)"
    assert first["title"] == "'＋86 清风茶"
    assert first["phone"] == "\t13800138000"
    assert first["address"] == "那曲, 色尼区"
    assert (first["amount"], first["currency"]) == ("10.00", "CNY")
    money = [first[name] for name in ("paid", "refunded", "returned")]
    assert (first["state"], first["way"], money) == ("fulfilled", "online", ["10.00", "5.00", "1"])
    assert (first["lines"], first["hold"], first["payment"]) == ("tea*2", "", "")


async def test_the_workbook_has_the_same_rows_and_no_formula(site: Site) -> None:
    await given_orders(site)
    reply = await site.as_admin("GET", "/sessions/naqu/orders.xlsx")
    assert reply.headers["Content-Type"] == XLSX
    assert reply.headers["Content-Disposition"] == 'attachment; filename="orders-naqu.xlsx"'
    book = zipfile.ZipFile(io.BytesIO(reply.data))
    assert book.testzip() is None
    sheet = book.read("xl/worksheets/sheet1.xml").decode()
    assert "<f>" not in sheet
    rows = re.findall(r"<row .*?</row>", sheet, re.DOTALL)
    assert len(rows) == 4
    assert re.findall(r"<t>(.*?)</t>", rows[0]) == list(COLUMNS)
    texts = re.findall(r"<t[^>]*>(.*?)</t>", rows[1])
    for text in ("=HYPERLINK(1)", "13800138000", "那曲, 色尼区", "＋86 清风茶", "fulfilled"):
        assert text in texts
    numbers = re.findall(r"<v>([^<]*)</v>", rows[1])
    assert {"10", "5", "1", "2"} <= set(numbers)
    styles = book.read("xl/styles.xml").decode()
    assert 'quotePrefix="1"' in styles


async def test_no_file_is_left_behind(
    site: Site, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    await given_orders(site, 1)
    assert (await site.as_admin("GET", "/sessions/naqu/orders.xlsx")).status == 200
    assert (await site.as_admin("HEAD", "/sessions/naqu/orders.xlsx")).status == 200
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
async def test_the_export_of_an_unknown_session_is_an_error_and_no_file(
    site: Site, kind: str
) -> None:
    reply = await site.as_admin("GET", f"/sessions/nope/orders.{kind}")
    assert (reply.status, reply.code) == (404, "no_such_session")


@pytest.mark.parametrize("currency", ["JPY", "CNY"])
async def test_a_session_without_orders_is_a_heading(site: Site, currency: str) -> None:
    await given_live(site.store, currency=currency)
    text = (await site.as_admin("GET", "/sessions/naqu/orders.csv")).data.decode("utf-8-sig")
    assert text.strip() == ",".join(COLUMNS)
    assert (await site.as_admin("GET", "/sessions/naqu/orders.xlsx")).status == 200
