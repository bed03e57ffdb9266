"""Shopify's product file: variants, pictures, HTML, and what its sellers left in it."""

import csv
import io
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from livesell.actions.importing_shopify import derived_id, text_of_html
from livesell.domain.ids import check_slug
from livesell.domain.text import clean_block
from tests.actions.sheets import codes, notes, only, seen

OLD = (
    "Handle", "Title", "Body (HTML)", "Vendor", "Type", "Tags", "Published", "Option1 Name",
    "Option1 Value", "Option2 Name", "Option2 Value", "Variant SKU", "Variant Grams",
    "Variant Inventory Qty", "Variant Price", "Variant Compare At Price", "Image Src",
    "Image Position", "Variant Image", "Status",
)  # fmt: skip

NEW_NAMES = {
    "Handle": "URL handle", "Body (HTML)": "Description", "Option1 Name": "Option1 name",
    "Option1 Value": "Option1 value", "Option2 Name": "Option2 name",
    "Option2 Value": "Option2 value", "Variant SKU": "SKU",
    "Variant Inventory Qty": "Inventory quantity", "Variant Price": "Price",
    "Variant Compare At Price": "Compare-at price", "Image Src": "Product image URL",
    "Variant Image": "Variant image URL",
}  # fmt: skip

TEE = {
    "Handle": "yak-wool-hat", "Title": "Yak wool hat", "Vendor": "Naqu", "Option1 Name": "Size",
    "Option1 Value": "S", "Option2 Name": "Colour", "Option2 Value": "Red", "Variant SKU": "HAT-S",
    "Variant Inventory Qty": "5", "Variant Price": "120.00", "Variant Compare At Price": "150.00",
    "Image Src": "https://cdn.shopify.com/hat.jpg", "Status": "active",
    "Body (HTML)": "<p>Warm &amp; <b>light</b></p><ul><li>Wool</li><li>Hand-made</li></ul>",
}  # fmt: skip


def shop(*rows: dict[str, str], is_new: bool = False) -> str:
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(NEW_NAMES.get(name, name) if is_new else name for name in OLD)
    writer.writerows([row.get(name, "") for name in OLD] for row in rows)
    return out.getvalue()


SECOND = {
    "Handle": "yak-wool-hat", "Option1 Value": "L", "Option2 Value": "红", "Variant SKU": "HAT-L",
    "Variant Price": "130", "Variant Image": "https://cdn.shopify.com/large.jpg",
}  # fmt: skip
PICTURE = {"Handle": "yak-wool-hat", "Image Src": "https://cdn.shopify.com/side.jpg"}


@pytest.mark.parametrize("is_new", [False, True])
def test_variants_become_products_and_pictures_are_left_out(is_new: bool) -> None:
    preview = seen(shop(TEE, SECOND, PICTURE, is_new=is_new), currency="USD")
    small, large = (row.product for row in preview.rows)
    assert small is not None
    assert large is not None
    assert (small.id, small.title) == ("yak-wool-hat-s-red", "Yak wool hat (S / Red)")
    assert (small.price, small.was, small.stock, small.currency) == (12000, 15000, 5, "USD")
    assert small.story == "Warm & light\n· Wool\n· Hand-made"
    assert small.image == "https://cdn.shopify.com/hat.jpg"
    assert (large.title, large.price, large.sku) == ("Yak wool hat (L / 红)", 13000, "HAT-L")
    assert large.image == "https://cdn.shopify.com/large.jpg"
    assert large.story == small.story
    assert notes(preview)[:2] == ["is_shopify", "pictures_skipped"]


def test_the_same_file_again_changes_nothing() -> None:
    text = shop(TEE, SECOND, PICTURE)
    there = [row.product for row in seen(text).rows if row.product is not None]
    assert [row.change for row in seen(text, *there).rows] == ["same", "same"]


def test_a_product_without_variants_keeps_its_handle_and_its_title() -> None:
    alone = {**TEE, "Option1 Name": "Title", "Option1 Value": "Default Title", "Option2 Value": ""}
    row = only(seen(shop(alone)))
    assert (row.id, row.title) == ("yak-wool-hat", "Yak wool hat")


@pytest.mark.parametrize(
    ("fields", "code"),
    [
        ({"Status": "draft"}, "is_draft"),
        ({"Status": "Archived"}, "is_archived"),
        ({"Variant Inventory Qty": "-3"}, "stock_below_zero"),
        ({"Variant Compare At Price": "120.00"}, "was_left_out"),
        ({"Body (HTML)": "<p>" + "long " * 300 + "</p>"}, "cut"),
    ],
)
def test_what_a_shop_may_and_a_card_may_not_is_put_right_and_said(
    fields: dict[str, str], code: str
) -> None:
    row = only(seen(shop({**TEE, **fields})))
    assert row.change == "new"
    assert codes(row) == [code]
    assert row.problems[0].warning


def test_a_variant_without_a_price_is_wrong() -> None:
    rows = seen(shop(TEE, {**SECOND, "Variant Price": ""})).rows
    assert [codes(row) for row in rows] == [[], ["missing_price"]]


@pytest.mark.parametrize(
    ("html", "text"),
    [
        ("a<br>b<br/>c", "a\nb\nc"),
        ("<script>alert(1)</script>a<style>p{}</style>", "a"),
        ("1 &lt; 2 &lt;img src=x onerror=alert(1)&gt;", "1 < 2 ＜img src=x onerror=alert(1)>"),
        ("plain\ntext", "plain text"),
        ("<p>unclosed <b>bold", "unclosed bold"),
    ],
)
def test_html_becomes_text(html: str, text: str) -> None:
    assert text_of_html(html) == text


@given(st.text(st.characters(exclude_categories=["Cs"]), max_size=200))
def test_whatever_html_becomes_can_be_kept(html: str) -> None:
    text = text_of_html(html)
    assert (
        clean_block(text, "story", max_chars=100_000) == unicodedata.normalize("NFC", text).strip()
    )


@given(st.text(min_size=1, max_size=60), st.text(max_size=60))
def test_a_made_id_is_an_id_and_always_the_same(text: str, part: str) -> None:
    made = derived_id(text, part)
    assert check_slug(made, "id") == derived_id(text, part)
