"""Products from a spreadsheet over HTTP: look, then write; nothing unseen, nothing twice."""

import asyncio
import io
import time
from typing import Any

import openpyxl
import pytest
from msgspec.structs import replace

from livesell.actions.importing_file import Question
from livesell.actions.importing_reader import MAX_WAITING, FileReader
from livesell.config.tree import ImportsConfig
from livesell.domain.product import MAX_PRODUCTS, Product
from livesell.domain.role import Role
from livesell.errors import TooLarge
from tests.actions.sheets import repacked, workbook
from tests.support.build import a_product
from tests.web.conftest import OpenSite
from tests.web.site import PATIENT, Reply, Site

SHEET = "ID,标题,价格,库存\ntea,清风茶,5,100\nyak,牦牛肉,168.00,20\n".encode()
WRONG = SHEET + "pig,藏香猪,贵,1\n".encode()


async def sent(site: Site, data: bytes, who: str = "admin", **query: str) -> Reply:
    asked = "&".join(f"{name}={value}" for name, value in query.items())
    headers = {"Content-Type": "application/octet-stream"}
    return await site.api(
        "POST", f"/products/import?{asked}", token=site.tokens[who], data=data, headers=headers
    )


async def committed(site: Site, data: bytes, **query: str) -> Reply:
    """Looked at, then imported."""
    digest = (await sent(site, data)).json["digest"]
    return await sent(site, data, commit="true", digest=digest, **query)


async def kept(site: Site) -> dict[str, Product]:
    return {one.id: one for one in await site.store.products.list()}


async def test_a_preview_says_everything_and_writes_nothing(site: Site) -> None:
    await site.store.products.put(a_product(id="tea", title="清风茶", price=600))
    before = await kept(site)
    reply = await sent(site, WRONG)
    assert reply.status == 200
    tea, yak, pig = reply.json["rows"]
    assert (tea["change"], yak["change"], pig["change"]) == ("changed", "new", "wrong")
    assert {"field": "price", "before": 600, "after": 500} in tea["differences"]
    assert yak["product"]["price"] == 16800
    assert (pig["row"], pig["product"]) == (4, None)
    [problem] = pig["problems"]
    assert (problem["cell"], problem["column"], problem["value"]) == ("C4", "价格", "贵")
    assert problem["message"].startswith("This is no price.")
    counts = {"rows": 3, "new": 1, "changed": 1, "same": 0, "wrong": 1, "warnings": 0}
    assert reply.json["counts"] == counts
    assert (reply.json["committed"], reply.json["written"], reply.json["ids"]) == (False, 0, [])
    assert await kept(site) == before


async def test_what_was_looked_at_is_imported_at_once_and_only_once(site: Site) -> None:
    reply = await committed(site, SHEET)
    assert (reply.status, reply.json["written"]) == (200, 2)
    assert (reply.json["committed"], reply.json["ids"]) == (True, ["tea", "yak"])
    first = await kept(site)
    assert (first["yak"].price, first["yak"].updated_ms) == (16800, site.clock())
    site.clock.advance(s=1)
    again = await committed(site, SHEET)
    assert (again.status, again.json["written"], again.json["counts"]["same"]) == (200, 0, 2)
    assert await kept(site) == first


async def test_an_import_is_on_record_once_and_by_name(site: Site) -> None:
    for _ in range(2):
        await committed(site, WRONG, mode="right")
    await site.as_admin("GET", "/products/export.csv")
    noted = [(one.did, one.by, one.data) for one in await site.store.audit.before()]
    assert noted == [
        ("products_exported", "the-admin", {"products": 2}),
        ("products_imported", "the-admin", {"new": 2, "changed": 0, "wrong": 1}),
    ]


async def test_an_answer_that_was_lost_is_given_again(site: Site) -> None:
    digest = (await sent(site, SHEET)).json["digest"]
    first = await sent(site, SHEET, commit="true", digest=digest)
    again = await sent(site, SHEET, commit="true", digest=digest)
    assert (first.json["written"], again.status, again.json["written"]) == (2, 200, 0)
    assert again.json["ids"] == first.json["ids"]


async def test_a_wrong_row_stops_the_whole_unless_it_is_left_out(site: Site) -> None:
    reply = await committed(site, WRONG)
    assert (reply.status, reply.code, reply.json["error"]["n"]) == (422, "rows_wrong", 1)
    assert await kept(site) == {}
    reply = await committed(site, WRONG, mode="right")
    assert (reply.json["written"], reply.json["ids"]) == (2, ["tea", "yak"])
    assert set(await kept(site)) == {"tea", "yak"}


async def test_a_file_that_nobody_looked_at_is_not_imported(site: Site) -> None:
    digest = (await sent(site, WRONG)).json["digest"]
    other = await sent(site, SHEET, commit="true", digest=digest)
    assert (other.status, other.code) == (409, "other_file")
    none = await sent(site, SHEET, commit="true")
    assert (none.status, none.code) == (400, "no_preview")
    assert await kept(site) == {}


async def test_a_catalogue_that_changed_since_the_preview_is_told(site: Site) -> None:
    there = await site.store.products.put(a_product(id="tea", title="茶", price=600))
    digest = (await sent(site, SHEET)).json["digest"]
    await site.store.products.put(a_product(id="tea", title="茶", price=700, version=there.version))
    reply = await sent(site, SHEET, commit="true", digest=digest)
    assert (reply.status, reply.code) == (409, "catalogue_changed")
    assert (await kept(site))["tea"].price == 700


async def test_a_catalogue_that_would_be_too_full_is_left_as_it_is(site: Site) -> None:
    rows = "".join(f"p{n},甲{n},5\n" for n in range(MAX_PRODUCTS + 1))
    reply = await committed(site, f"ID,标题,价格\n{rows}".encode())
    assert (reply.status, reply.code) == (409, "too_many_products")
    assert await kept(site) == {}


async def test_a_full_catalogue_goes_in_and_comes_out(site: Site) -> None:
    rows = "".join(f"p{n},甲{n},5,{'好' * 20}\n" for n in range(MAX_PRODUCTS))
    reply = await committed(site, f"ID,标题,价格,介绍\n{rows}".encode())
    assert (reply.status, reply.json["written"]) == (200, MAX_PRODUCTS)
    for kind in ("csv", "xlsx"):
        export = await site.as_admin("GET", f"/products/export.{kind}")
        assert (await sent(site, export.data)).json["counts"]["same"] == MAX_PRODUCTS


async def test_the_currency_of_new_products_is_chosen(site: Site) -> None:
    rows = (await sent(site, SHEET, currency="JPY")).json["rows"]
    assert rows[0]["product"]["currency"] == "JPY"
    assert rows[1]["problems"] == []  # 168.00 yen are whole
    assert (await sent(site, SHEET, currency="XYZ")).code == "bad_currency"


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
@pytest.mark.parametrize("lang", ["zh", "en"])
async def test_the_templates_are_files_that_go_in(site: Site, kind: str, lang: str) -> None:
    reply = await site.as_admin("GET", f"/products/template.{kind}?lang={lang}")
    disposition = f'attachment; filename="livesell-products-template.{kind}"'
    assert reply.headers["Content-Disposition"] == disposition
    counts = (await sent(site, reply.data)).json["counts"]
    assert (counts["new"], counts["wrong"]) == (2, 0)


async def test_a_template_in_another_language_is_refused(site: Site) -> None:
    reply = await site.as_admin("GET", "/products/template.csv?lang=fr")
    assert (reply.status, reply.code) == (400, "bad_input")


@pytest.mark.parametrize(
    ("data", "status", "code"),
    [
        (b"", 400, "empty_file"),
        (b"\x89PNG\r\n\x1a\n\0", 400, "not_a_table"),
        (b"PK\x03\x04" + b"\0" * 50, 400, "broken_workbook"),
        (b"a,b\n1,2\n", 400, "no_heading"),
        (b"ID,Title,Price\n" + b"p,T,5\n" * 10_002, 413, "too_many_lines"),
    ],
)
async def test_a_file_that_cannot_be_read_is_refused_in_words(
    site: Site, data: bytes, status: int, code: str
) -> None:
    reply = await sent(site, data)
    assert (reply.status, reply.code) == (status, code)


async def test_a_bomb_is_refused_quickly(site: Site) -> None:
    bomb = repacked(workbook([["标题"]]), lambda _, data: data, bomb=b"0" * 200_000_000)
    began = time.monotonic()
    reply = await sent(site, bomb)
    assert (reply.status, reply.code) == (413, "workbook_too_large")
    assert time.monotonic() - began < 10


async def test_a_file_beyond_the_limit_is_refused_while_it_arrives(open_site: OpenSite) -> None:
    async with open_site(replace(PATIENT, imports=ImportsConfig(max_bytes=10_000))) as site:
        site.tokens["admin"] = await site.hire("boss", Role.ADMIN)
        reply = await sent(site, b"x" * 10_001)
    assert (reply.status, reply.code) == (413, "too_large")


async def test_reading_does_not_stop_the_service(site: Site) -> None:
    """While a large workbook is read, others are answered."""
    rows: list[list[Any]] = [["ID", "标题", "价格"], *([f"p{n}", "甲", n] for n in range(5000))]
    reading = asyncio.create_task(sent(site, workbook(rows)))
    slowest = 0.0
    while not reading.done():
        began = time.monotonic()
        assert (await site.as_admin("GET", "/me")).status == 200
        slowest = max(slowest, time.monotonic() - began)
    assert (await reading).json["counts"]["new"] == 5000
    assert slowest < 1.0


async def test_a_file_that_takes_too_long_is_given_up() -> None:
    reader = FileReader(within_s=0.01)
    with pytest.raises(TooLarge) as found:
        await reader.preview(SHEET, Question(currency="CNY", products=()))
    assert found.value.code == "file_too_hard"


async def test_who_comes_while_many_wait_is_asked_to_come_again(site: Site) -> None:
    replies = await asyncio.gather(*(sent(site, SHEET) for _ in range(MAX_WAITING + 2)))
    found = sorted(reply.status for reply in replies)
    assert found == [200] * MAX_WAITING + [503] * 2
    assert {reply.code for reply in replies if reply.status == 503} == {"import_busy"}


async def test_what_a_spreadsheet_would_run_stays_text(site: Site) -> None:
    await committed(site, 'ID,标题,价格\np,"=HYPERLINK(""http://a"")",5\n'.encode())
    assert (await kept(site))["p"].title == '=HYPERLINK("http://a")'
    export = await site.as_admin("GET", "/products/export.xlsx")
    book = openpyxl.load_workbook(io.BytesIO(export.data))
    assert book.worksheets[0]["B2"].data_type == "s"
    csv = (await site.as_admin("GET", "/products/export.csv")).text
    assert "'=HYPERLINK" in csv
