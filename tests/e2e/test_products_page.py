"""The catalogue in a real browser: a phone in a tent and two editors at desks."""

import re
import uuid
from collections.abc import AsyncIterator
from typing import Any

import pytest
import pytest_asyncio
from PIL import Image
from playwright.async_api import Locator, Page, Route, expect

from tests.e2e.axe import serious
from tests.e2e.conftest import OpenPage
from tests.e2e.crew import crew_document, signed_in
from tests.e2e.service import Service
from tests.support.photos import a_photo, saved

pytestmark = pytest.mark.asyncio(loop_scope="session")

PHOTO = re.compile(r"/photos/[0-9a-f]{32}/960\.webp$")

# A file that is dropped, and one that is pasted, as a page is told of them.
DROPPED = """([field, name, bytes]) => {
  const dataTransfer = new DataTransfer();
  dataTransfer.items.add(new File([new Uint8Array(bytes)], name, { type: "image/png" }));
  const options = { dataTransfer, bubbles: true, cancelable: true };
  for (const kind of ["dragover", "drop"]) field.dispatchEvent(new DragEvent(kind, options));
}"""

PASTED = """([field, bytes]) => {
  const clipboardData = new DataTransfer();
  const file = new File([new Uint8Array(bytes)], "image.png", { type: "image/png" });
  clipboardData.items.add(file);
  const options = { clipboardData, bubbles: true, cancelable: true };
  field.dispatchEvent(new ClipboardEvent("paste", options));
}"""

# Exif that says: held on its side (orientation 6).
ON_ITS_SIDE = b"\xff\xe1\0\x22Exif\0\0II*\0\x08\0\0\0\x01\0\x12\x01\x03\0\x01\0\0\0\x06" + b"\0" * 7

SIZE = "one => one.decode().then(() => [one.naturalWidth, one.naturalHeight])"


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def login(service: Service) -> AsyncIterator[Any]:
    """One login for all tests here, because logins are throttled."""
    yield await signed_in(service)


def own_word() -> str:
    """In every title of one test, so that tests who share a catalogue find only their own."""
    return f"w{uuid.uuid4().hex[:8]}"


async def given(service: Service, word: str, **fields: Any) -> Any:
    body = {"title": f"娘亚牦牛肉 {word}", "price": 12_800, **fields}
    return (await service.call("POST", "/products", body))["product"]


async def found(service: Service, word: str) -> list[Any]:
    answer = await service.call("GET", f"/products?q={word}")
    products: list[Any] = answer["products"]
    return products


async def open_catalogue(open_page: OpenPage, service: Service, login: Any, **more: Any) -> Page:
    page = await open_page(f"{service.url}/products", storage_state=login, **more)
    await expect(page.locator("body")).to_have_attribute("data-status", "live")
    return page


def field(page: Page, name: str) -> Locator:
    return page.locator(f'ls-product-form [name="{name}"]')


def say(page: Page, key: str) -> Locator:
    return page.locator(f'[data-t="{key}"]')


def save_button(page: Page) -> Locator:
    return page.locator(".product-dialog [type=submit]")


async def new_product(page: Page, title: str, price: str = "128") -> None:
    await page.locator("#new").click()
    await field(page, "title").fill(title)
    await field(page, "price").fill(price)


def choose_input(page: Page) -> Locator:
    return page.locator("ls-product-form ls-photo-field input[type=file]:not([capture])")


def jpeg(data: bytes, name: str = "photo.jpg") -> Any:
    return {"name": name, "mimeType": "image/jpeg", "buffer": data}


async def test_a_product_with_a_photo_goes_from_the_phone_to_a_viewer(
    phone: OpenPage, service: Service, login: Any
) -> None:
    word = own_word()
    session = await service.create(title=f"专场 {word}")
    page = await open_catalogue(phone, service, login)
    await new_product(page, f"虫草 {word}", "988")
    await expect(say(page, "photo.take")).to_be_visible()
    camera = page.locator("ls-product-form input[type=file][capture]")
    assert await camera.get_attribute("capture") == "environment"
    await camera.set_input_files(jpeg(a_photo(1600, 1200)))
    await expect(page.locator(".photo-shown")).to_be_visible()
    await field(page, "stock").fill("6")
    await save_button(page).click()
    await expect(page.locator("#told")).to_contain_text(word)

    row = page.locator(".product-row", has_text=word)
    image = row.locator("img")
    await expect(image).to_have_attribute("srcset", re.compile("160w.*480w.*960w"))
    assert "960.webp" not in await image.evaluate("one => one.decode().then(() => one.currentSrc)")
    await row.click()
    await say(page, "product.into").click()
    await page.locator(".into-session select").select_option(session)
    await expect(page.locator('.into-session [name="stock"]')).to_have_value("6")
    await page.locator(".into-session [type=submit]").click()
    await expect(page.locator("#told")).to_contain_text(f"专场 {word}")
    await expect(page.locator(".product-dialog")).to_be_hidden()

    document = await crew_document(service, session)
    [card] = document["cards"].values()
    [product] = await found(service, word)
    assert (card["slot"], card["stock"], card["open"]) == (1, 6, False)
    assert (card["product"], card["image"]) == (product["id"], product["image"])
    await service.command(session, "start")
    viewer = await phone(f"{service.url}/s/{session}")
    shown = viewer.locator("ls-card img").first
    await expect(shown).to_have_attribute("src", PHOTO)
    await expect(shown).to_have_attribute("loading", "lazy")
    assert await shown.evaluate("one => one.decode().then(() => one.naturalWidth)") > 0


async def test_a_large_photo_is_made_smaller_before_it_is_sent(
    desktop: OpenPage, service: Service, login: Any
) -> None:
    """And stays upright, whatever way the phone was held."""
    page = await open_catalogue(desktop, service, login)
    await new_product(page, f"大图 {own_word()}")
    sent: list[int] = []
    await page.route("**/api/v1/photos", lambda route: passed_on(route, sent))
    plain = noisy(2600, 2000)
    large = plain[:2] + ON_ITS_SIDE + plain[2:]
    assert len(large) > 1_000_000
    await choose_input(page).set_input_files(jpeg(large))
    shown = page.locator(".photo-shown")
    await expect(shown).to_have_attribute("src", PHOTO)
    assert sent[0] < len(large) / 2
    size = await shown.evaluate(SIZE)
    assert size[0] < size[1], "it was held on its side"


def noisy(width: int, height: int) -> bytes:
    return saved(Image.effect_noise((width, height), 60).convert("RGB"), quality=90)


async def passed_on(route: Route, sent: list[int]) -> None:
    sent.append(len(route.request.post_data_buffer or b""))
    await route.continue_()


@pytest.mark.parametrize(
    ("name", "data", "part"),
    [
        ("photo.jpg", a_photo(300, 200)[:900], "damaged"),
        ("photo.jpg", a_photo(300, 200, "GIF"), "GIF"),
        ("photo.jpg", b"\0\0\0\x18ftypheic" + b"\0" * 99, "HEIC"),
        ("photo.png", b"<svg onload='window.hit = 1'/>", "SVG"),
        ("photo.webp", b"", "nothing in this file"),
        ("photo.jpg", b"\xff\xd8\xff" + bytes(16_000_000), "file of this photo"),
    ],
)
async def test_a_file_that_is_no_photo_gets_a_sentence(
    name: str, data: bytes, part: str, desktop: OpenPage, service: Service, login: Any
) -> None:
    page = await open_catalogue(desktop, service, login)
    await new_product(page, own_word())
    await choose_input(page).set_input_files(jpeg(data, name))
    await expect(page.locator(".photo-problem")).to_contain_text(part)
    await expect(say(page, "photo.choose")).to_be_enabled()
    await choose_input(page).set_input_files(jpeg(a_photo(300, 200)))
    await expect(page.locator(".photo-shown")).to_be_visible()
    await expect(page.locator(".photo-problem")).to_be_empty()
    assert await page.evaluate("window.hit") is None


async def test_a_photo_waits_for_the_link_and_the_product_for_the_photo(
    phone: OpenPage, service: Service, login: Any
) -> None:
    word = own_word()
    page = await open_catalogue(phone, service, login)
    await new_product(page, word)
    await page.context.set_offline(True)
    await choose_input(page).set_input_files(jpeg(a_photo(900, 600)))
    await expect(page.locator(".photo-state")).to_contain_text("when the link is back")
    await save_button(page).click()
    await expect(save_button(page)).to_be_disabled()
    await page.context.set_offline(False)
    await expect(page.locator("#told")).to_contain_text(word)
    [product] = await found(service, word)
    assert PHOTO.search(product["image"])


async def test_a_photo_is_dropped_pasted_and_taken_away(
    desktop: OpenPage, service: Service, login: Any
) -> None:
    page = await open_catalogue(desktop, service, login)
    await new_product(page, own_word())
    box = await page.query_selector("ls-product-form ls-photo-field")
    await page.evaluate(DROPPED, [box, "a.png", list(a_photo(40, 30, "PNG"))])
    shown = page.locator(".photo-shown")
    await expect(shown).to_have_attribute("src", PHOTO)
    first = await shown.get_attribute("src")
    title = await page.query_selector('ls-product-form [name="title"]')
    await page.evaluate(PASTED, [title, list(a_photo(60, 30, "PNG"))])
    await expect(shown).not_to_have_attribute("src", str(first))
    await say(page, "photo.remove").click()
    await expect(shown).to_be_hidden()
    await expect(say(page, "photo.choose")).to_be_focused()


async def test_of_two_editors_the_second_decides_knowing_what_the_first_did(
    desktop: OpenPage, service: Service, login: Any
) -> None:
    word = own_word()
    product = await given(service, word)
    one, other = [await open_catalogue(desktop, service, login) for _ in range(2)]
    for page in (one, other):
        await page.locator(".product-row", has_text=word).click()
    await field(one, "price").fill("118")
    await save_button(one).click()
    await expect(one.locator("#told")).to_be_visible()

    await field(other, "price").fill("99")
    await save_button(other).click()
    await expect(other.locator(".product-theirs")).to_contain_text("118")
    assert (await found(service, word))[0]["price"] == 11_800
    await say(other, "product.take_theirs").click()
    await expect(field(other, "price")).to_have_value("118")
    await service.call(
        "PUT", f"/products/{product['id']}",
        {"title": f"{word} 改", "price": 1, "version": (await found(service, word))[0]["version"]},
    )  # fmt: skip
    await field(other, "price").fill("88")
    await save_button(other).click()
    await expect(other.locator(".product-theirs")).to_contain_text(f"{word} 改")
    await say(other, "product.keep_mine").click()
    await expect(other.locator("#told")).to_be_visible()
    assert (await found(service, word))[0]["price"] == 8800


MARKUP = "<img src=x onerror=window.hit=1>"


@pytest.mark.parametrize("name", ["title", "sku", "badges", "story"])
async def test_markup_in_a_field_is_refused_there_and_runs_nowhere(
    name: str, desktop: OpenPage, service: Service, login: Any
) -> None:
    page = await open_catalogue(desktop, service, login)
    await new_product(page, own_word())
    await field(page, name).fill("<b onx=1>" if name == "badges" else MARKUP)
    await save_button(page).click()
    await expect(field(page, name)).to_have_attribute("aria-invalid", "true")
    await expect(page.locator(f".field-{name} .field-error")).to_contain_text("markup")
    assert await page.evaluate("window.hit") is None


async def test_what_looks_like_code_is_shown_as_it_was_typed(
    desktop: OpenPage, service: Service, login: Any
) -> None:
    word = own_word()
    odd = f"{word} \"'>{{{{7*7}}}} ${{7*7}} &lt;b&gt; javascript:alert(1)"
    await given(service, word, title=odd, sku="\"'>= 1+1", badges=["'\" onx=1"], story="'\"`")
    page = await open_catalogue(desktop, service, login)
    row = page.locator(".product-row", has_text=word)
    await expect(row.locator(".product-title")).to_have_text(odd)
    await row.click()
    await expect(field(page, "title")).to_have_value(odd)
    await say(page, "photo.by_address").click()
    await page.locator(".photo-address input").fill("javascript:window.hit=1")
    await page.locator(".photo-address input").blur()
    await save_button(page).click()
    await expect(page.locator(".product-dialog ls-problem")).to_be_visible()
    assert await page.evaluate("window.hit") is None


async def test_wrong_input_is_said_at_its_field_before_anything_is_sent(
    phone: OpenPage, service: Service, login: Any
) -> None:
    page = await open_catalogue(phone, service, login)
    await page.locator("#new").click()
    await save_button(page).click()
    await expect(field(page, "title")).to_be_focused()
    await field(page, "title").fill("茶")
    await field(page, "price").fill("5")
    await field(page, "was").fill("4")
    await save_button(page).click()
    await expect(page.locator(".field-was .field-error")).to_contain_text("higher than the price")
    await field(page, "was").fill("")
    await say(page, "product.more").click()
    await field(page, "floor").fill("6")
    await save_button(page).click()
    await expect(page.locator(".field-floor .field-error")).to_contain_text("higher than the price")


async def test_what_was_typed_is_not_lost_by_a_slip(
    desktop: OpenPage, service: Service, login: Any
) -> None:
    page = await open_catalogue(desktop, service, login)
    await new_product(page, "凉茶")
    await page.keyboard.press("Escape")
    await expect(page.locator("ls-product-form dialog.ask")).to_be_visible()
    await say(page, "ask.no").click()
    await expect(field(page, "title")).to_have_value("凉茶")
    await page.keyboard.press("Escape")
    await page.locator("dialog.ask .primary").click()
    await expect(page.locator(".product-dialog")).to_be_hidden()


async def test_a_search_finds_and_an_empty_one_says_so(
    desktop: OpenPage, service: Service, login: Any
) -> None:
    word = own_word()
    await given(service, word, sku=f"S-{word}")
    await given(service, own_word())
    page = await open_catalogue(desktop, service, login)
    await page.locator("#search").fill(f"s-{word}")
    await expect(page.locator(".product-row")).to_have_count(1)
    await page.locator("#search").fill("no such words at all")
    await expect(page.locator("#none")).to_be_visible()
    await expect(page.locator(".product-row")).to_have_count(0)


async def test_a_product_is_removed_only_after_a_question(
    desktop: OpenPage, service: Service, login: Any
) -> None:
    word = own_word()
    await given(service, word)
    page = await open_catalogue(desktop, service, login)
    await page.locator(".product-row", has_text=word).click()
    await say(page, "product.remove").click()
    await say(page, "ask.no").click()
    assert len(await found(service, word)) == 1
    await say(page, "product.remove").click()
    await page.locator("dialog.ask .danger").click()
    await expect(page.locator("#told")).to_contain_text("removed")
    await expect(page.locator(".product-row", has_text=word)).to_have_count(0)
    assert await found(service, word) == []


async def test_several_products_become_cards_on_the_console(
    desktop: OpenPage, service: Service, login: Any
) -> None:
    word = own_word()
    for title, stock in (("牦牛肉", 80), ("凉茶", 1000)):
        await given(service, word, title=f"{title} {word}", stock=stock)
    await given(service, word, title=f"草 {word}", currency="USD")
    taken = {"id": "card", "slot": 2, "title": "旧的", "price": 100}
    session = await service.create(title="专场", cards=[taken])
    page = await desktop(f"{service.url}/console/{session}", storage_state=login)
    await say(page, "rundown.add").click()
    await say(page, "picker.title").click()
    picker = page.locator("ls-product-picker")
    await picker.locator("input[type=search]").fill(word)
    await expect(picker.locator(".product-row")).to_have_count(3)
    await expect(picker.locator(".product-row", has_text="草").locator("input")).to_be_disabled()
    await picker.locator(".product-row", has_text="凉茶").click()
    await picker.locator(".product-row", has_text="牦牛肉").click()
    await picker.locator("button.primary").click()
    await expect(page.locator("dialog.add-card")).to_be_hidden()
    cards = (await crew_document(service, session))["cards"].values()
    assert sorted((card["slot"], card["title"].split()[0], card["stock"]) for card in cards) == [
        (1, "凉茶", 1000), (2, "旧的", 0), (3, "牦牛肉", 80),
    ]  # fmt: skip


async def test_a_card_that_is_typed_in_gets_a_photo_too(
    phone: OpenPage, service: Service, login: Any
) -> None:
    session = await service.create(title="专场")
    page = await phone(f"{service.url}/console/{session}", storage_state=login)
    await say(page, "rundown.add").click()
    fields = page.locator("dialog.add-card ls-card-fields")
    await fields.locator('[name="title"]').fill("藏香猪")
    await fields.locator('[name="price"]').fill("268")
    await fields.locator('[name="stock"]').fill("5")
    await say(page, "new_card.more").click()
    await fields.locator("input[type=file]:not([capture])").set_input_files(jpeg(a_photo(300, 200)))
    await expect(fields.locator(".photo-shown")).to_have_attribute("src", PHOTO)
    await page.locator("dialog.add-card [type=submit]").click()
    await expect(page.locator("dialog.add-card")).to_be_hidden()
    [card] = (await crew_document(service, session))["cards"].values()
    assert PHOTO.search(card["image"])


async def test_an_empty_catalogue_invites_and_a_lost_link_is_said(
    desktop: OpenPage, own_service: Service
) -> None:
    page = await open_catalogue(desktop, own_service, await signed_in(own_service))
    await expect(page.locator("#empty")).to_be_visible()
    await page.locator("#first").click()
    await field(page, "title").fill("第一个")
    await field(page, "price").fill("1")
    await page.keyboard.press("Enter")
    await expect(page.locator(".product-row")).to_have_count(1)
    await page.context.set_offline(True)
    await page.locator("#search").fill("第一")
    await expect(page.locator("body")).to_have_attribute("data-status", "reconnecting")
    await expect(page.locator(".product-row")).to_have_count(1)
    await page.context.set_offline(False)
    await expect(page.locator("body")).to_have_attribute("data-status", "live")


@pytest.mark.parametrize("scheme", ["dark", "light"])
async def test_nothing_on_the_page_shuts_anybody_out(
    scheme: str, desktop: OpenPage, service: Service, login: Any
) -> None:
    word = own_word()
    await given(service, word, was=15_000, sku="NQ-1")
    page = await open_catalogue(desktop, service, login, color_scheme=scheme)
    await page.evaluate("(theme) => { document.documentElement.dataset.theme = theme; }", scheme)
    await expect(page.locator(".product-row").first).to_be_visible()
    assert await serious(page) == []
    await page.locator(".product-row", has_text=word).click()
    await say(page, "product.more").click()
    assert await serious(page) == []
