"""Importing products from a real spreadsheet, in a real browser, on a phone and at a desk."""

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio
from playwright.async_api import Locator, Page, expect

from tests.actions.sheets import workbook
from tests.e2e.axe import serious
from tests.e2e.conftest import OpenPage
from tests.e2e.crew import crew_document, signed_in
from tests.e2e.service import Service

pytestmark = pytest.mark.asyncio(loop_scope="session")

XSS = "<img src=x onerror=alert(1)>"

# What of the import stands beyond the right edge of the window.
OVER_THE_EDGE = """() => [...document.querySelectorAll(".import-dialog, .import-dialog *")]
  .filter((one) => one.closest(".visually-hidden") === null)
  .filter((one) => one.getBoundingClientRect().right > innerWidth + 1)
  .map((one) => `${one.tagName} ${one.className}`)"""

RIGHT: list[list[Any]] = [
    ["商品ID", "标题", "价格", "库存"],
    ["imp-tea", "清风度西藏凉茶", 5, 1000],
    ["imp-yak", "娘亚牦牛肉", "￥168.00", "２０"],
]


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def login(service: Service) -> AsyncIterator[Any]:
    """One login for all tests here, because logins are throttled."""
    yield await signed_in(service)


async def opened(open_page: OpenPage, service: Service, login: Any, **options: Any) -> Page:
    """The page of products with the import open."""
    page = await open_page(f"{service.url}/products", storage_state=login, **options)
    await page.locator('[data-verb="open-import"]').click()
    await expect(page.locator(".import-dialog")).to_be_visible()
    return page


async def choose(page: Page, folder: Path, data: bytes, name: str = "商品.xlsx") -> None:
    file = folder / name
    file.write_bytes(data)
    await page.locator('ls-import-sheet input[type="file"]').set_input_files(file)


def rows_of(page: Page) -> Locator:
    return page.locator(".import-row")


def commit_of(page: Page) -> Locator:
    return page.locator('[data-verb="commit"]')


async def catalogue(service: Service, query: str) -> dict[str, Any]:
    found = await service.call("GET", f"/products?q={query}")
    return {one["id"]: one for one in found["products"]}


async def test_a_host_with_a_phone_corrects_a_workbook_and_imports_it(
    phone: OpenPage, service: Service, login: Any, tmp_path: Path
) -> None:
    page = await opened(phone, service, login, locale="zh-CN")
    await choose(page, tmp_path, workbook([*RIGHT, ["imp-pig", "藏香猪", "12,5", "=1+1"]]))
    wrong = rows_of(page)
    await expect(wrong).to_have_count(1)
    await expect(wrong).to_contain_text("第 4 行")
    await expect(wrong).to_contain_text("C4 价格")
    await expect(wrong).to_contain_text("逗号的意思不确定")
    await expect(wrong).to_contain_text("D4 库存")
    await expect(commit_of(page)).to_be_disabled()
    # The same file, put right, is chosen again.
    await choose(page, tmp_path, workbook([*RIGHT, ["imp-pig", "藏香猪", 12.5, 3]]))
    await expect(rows_of(page)).to_have_count(3)
    await expect(commit_of(page)).to_have_text("导入 3 个商品")
    await commit_of(page).click()
    await expect(page.locator(".import-result")).to_contain_text("已导入：新增 3，修改 0。")
    await page.locator(".import-result .primary").click()
    await expect(page.locator(".import-dialog")).to_be_hidden()
    found = await catalogue(service, "imp-")
    assert {one: found[one]["price"] for one in found} == {
        "imp-tea": 500, "imp-yak": 16800, "imp-pig": 1250,
    }  # fmt: skip
    await expect(page.locator("ls-product-list")).to_contain_text("藏香猪")


async def test_right_rows_alone_by_keyboard_and_the_same_file_again(
    desktop: OpenPage, service: Service, login: Any, tmp_path: Path
) -> None:
    data = "ID,Title,Price\nkey-a,Alpha,5\nkey-b,Beta,expensive\n".encode("utf-16")
    page = await opened(desktop, service, login)
    await choose(page, tmp_path, data, "goods.csv")
    await expect(rows_of(page)).to_contain_text("This is no price.")
    await page.locator('input[name="import-mode"][value="whole"]').focus()
    await page.keyboard.press("ArrowDown")
    await expect(commit_of(page)).to_have_text("Import 1 product")
    await commit_of(page).focus()
    await page.keyboard.press("Enter")
    await expect(page.locator(".import-result")).to_contain_text("1 row was wrong and stayed out.")
    await page.keyboard.press("Escape")
    await expect(page.locator(".import-dialog")).to_be_hidden()
    assert set(await catalogue(service, "key-")) == {"key-a"}
    await page.locator('[data-verb="open-import"]').click()
    await choose(page, tmp_path, data, "goods.csv")
    await expect(page.locator('[data-change="same"] dd')).to_have_text("1")
    await expect(commit_of(page)).to_have_text("Nothing to import")


async def test_what_changes_is_shown_and_a_catalogue_that_moved_is_looked_at_again(
    desktop: OpenPage, service: Service, login: Any, tmp_path: Path
) -> None:
    body = {"id": "mov-tea", "title": "Tea", "price": 1200}
    there = (await service.call("POST", "/products", body))["product"]
    page = await opened(desktop, service, login)
    await choose(page, tmp_path, b"ID,Price\nmov-tea,5\n", "prices.csv")
    row = rows_of(page)
    await expect(row).to_contain_text("Price: ¥12.00 → ¥5.00")
    await expect(row).to_contain_text("less than half")
    change = {"title": "Tea", "price": 1300, "version": there["version"]}
    await service.call("PUT", "/products/mov-tea", change)
    await commit_of(page).click()
    await expect(page.locator(".import-dialog > ls-problem")).to_contain_text("since your preview")
    await expect(row).to_contain_text("Price: ¥13.00 → ¥5.00")
    assert (await catalogue(service, "mov-tea"))["mov-tea"]["price"] == 1300
    await commit_of(page).click()
    await expect(page.locator(".import-result")).to_contain_text("0 new, 1 changed")


async def test_files_that_cannot_be_read_are_refused_and_the_page_goes_on(
    desktop: OpenPage, service: Service, login: Any, tmp_path: Path
) -> None:
    page = await opened(desktop, service, login)
    problem = page.locator(".import-dialog > ls-problem")
    for data, sentence in (
        (b"PK\x03\x04junk", "damaged"),
        (b"\xd0\xcf\x11\xe0old", "old .xls"),
        (b"", "nothing in this file"),
        (b"a,b\n1,2\n", "names its columns"),
    ):
        await choose(page, tmp_path, data)
        await expect(problem).to_contain_text(sentence)
    await choose(page, tmp_path, workbook(RIGHT))
    await expect(problem).to_be_hidden()
    await expect(page.locator(".import-counts")).to_be_visible()
    # Whoever looks for another file and chooses none is still here.
    await page.locator('ls-import-sheet input[type="file"]').dispatch_event("cancel")
    await expect(page.locator(".import-counts")).to_be_visible()


async def test_markup_in_cells_is_shown_as_text(
    desktop: OpenPage, service: Service, login: Any, tmp_path: Path
) -> None:
    page = await opened(desktop, service, login)
    page.on("dialog", lambda dialog: pytest.fail(dialog.message))
    rows: list[list[Any]] = [["Title", "Price", XSS], [XSS, XSS, XSS], ["ok", 5, XSS]]
    await choose(page, tmp_path, workbook(rows), f"{XSS[:4]}.xlsx")
    await expect(rows_of(page)).to_contain_text(XSS)
    await expect(page.locator(".import-notes")).to_contain_text(XSS)
    assert await page.locator("ls-import-sheet img").count() == 0


async def test_a_link_that_breaks_is_told_and_tried_again(
    desktop: OpenPage, service: Service, login: Any, tmp_path: Path
) -> None:
    page = await opened(desktop, service, login)
    await choose(page, tmp_path, b"ID,Title,Price\noff-a,Alpha,5\n", "goods.csv")
    await expect(commit_of(page)).to_have_text("Import 1 product")
    await page.context.set_offline(True)
    await commit_of(page).click()
    await expect(page.locator(".import-dialog > ls-problem")).to_contain_text("cannot be reached")
    await page.context.set_offline(False)
    await page.get_by_role("button", name="Try again").click()
    await expect(page.locator(".import-result")).to_contain_text("1 new")
    assert set(await catalogue(service, "off-")) == {"off-a"}


async def test_ten_thousand_rows_are_shown_a_page_at_a_time(
    phone: OpenPage, service: Service, login: Any, tmp_path: Path
) -> None:
    page = await opened(phone, service, login)
    lines = "".join(f"many-{n},Goods {n},{n}.50\n" for n in range(10_000))
    await choose(page, tmp_path, f"ID,Title,Price\n{lines}".encode(), "many.csv")
    await expect(page.locator('[data-change="new"] dd')).to_have_text("10,000")
    await expect(page.locator(".import-notes")).to_contain_text("at most 5000 products")
    await expect(commit_of(page)).to_be_disabled()
    assert await rows_of(page).count() <= 40
    await page.locator('.import-filters input[value="all"]').check()
    await page.get_by_role("button", name="Next").click()
    await expect(rows_of(page).first).to_contain_text("Row 42")
    assert await page.locator(".import-dialog *").count() < 1000


async def test_what_was_imported_goes_into_a_session_at_once(
    phone: OpenPage, service: Service, login: Any, tmp_path: Path
) -> None:
    card = {"id": "into-a", "slot": 7, "title": "已在场上", "price": 500}
    session = await service.create(title="那曲专场 · 导入", cards=[card])
    page = await opened(phone, service, login)
    lines = "into-a,Alpha,5,1\ninto-b,Beta,6,20\ninto-c,Gamma,7,30\n"
    await choose(page, tmp_path, f"ID,Title,Price,Stock\n{lines}".encode(), "goods.csv")
    await commit_of(page).click()
    into = page.locator("ls-import-into")
    await into.locator("select").select_option(session)
    await into.get_by_role("button", name="Put in 3 cards").click()
    await expect(into).to_contain_text("3 of 3 are in")
    await expect(into.get_by_role("link", name="Open this session")).to_be_visible()
    document = await crew_document(service, session)
    cards = {name: (one["slot"], one["price"]) for name, one in document["cards"].items()}
    assert cards == {"into-a": (7, 500), "into-b": (8, 600), "into-c": (9, 700)}


async def test_the_template_of_the_page_goes_in(
    desktop: OpenPage, service: Service, login: Any
) -> None:
    page = await opened(desktop, service, login, locale="zh-CN")
    async with page.expect_download() as download:
        await page.get_by_role("link", name="Excel 模板").click()
    file = await (await download.value).path()
    await page.locator('ls-import-sheet input[type="file"]').set_input_files(file)
    await expect(page.locator('.import-counts [data-change="wrong"] dd')).to_have_text("0")
    await expect(page.locator(".import-counts")).to_be_visible()


async def test_nothing_is_cut_off_on_small_phones(
    phone: OpenPage, service: Service, login: Any, tmp_path: Path
) -> None:
    page = await opened(phone, service, login, viewport={"width": 320, "height": 640})
    title = "W" * 90
    await choose(page, tmp_path, workbook([*RIGHT, ["wide", title, 1234567.89, 5]]))
    await expect(rows_of(page)).to_contain_text("too long")
    over = await page.evaluate(OVER_THE_EDGE)
    assert over == []


async def test_the_import_is_accessible(
    desktop: OpenPage, service: Service, login: Any, tmp_path: Path
) -> None:
    page = await opened(desktop, service, login)
    assert await serious(page) == []
    await choose(page, tmp_path, workbook([*RIGHT, ["a11y", "Pig", "12,5", 1]]))
    await expect(rows_of(page)).to_have_count(1)
    assert await serious(page) == []
