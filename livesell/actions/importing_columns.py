"""Which column of a sheet means what: headings in 中文 and English, and Shopify's own.

A heading is compared without case, blanks, marks and what stands in brackets, so that "价格（元）",
"Price *" and "price" are one. Unknown columns are named once and left alone.
"""

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass

from livesell.actions.importing_table import Line, Table, letters, shortened
from livesell.errors import BadInput

# People write a title, a date or a remark above their heading.
MAX_LINES_ABOVE = 20

# Every field of a product that a sheet may hold, in the order of the template.
FIELDS = (
    "id", "title", "price", "was", "stock", "limit", "floor", "sku", "badges", "currency",
    "donation", "image", "story",
)  # fmt: skip

HEADINGS: dict[str, tuple[str, ...]] = {
    "id": (
        "id", "商品ID", "产品ID", "product id", "product",
    ),
    "title": (
        "title", "标题", "商品标题", "商品名", "商品名称", "产品名", "产品名称", "名称", "品名",
        "商品", "产品", "name", "product name", "product title", "item", "item name",
    ),
    "price": (
        "price", "价格", "售价", "单价", "现价", "销售价", "直播价", "商品价格", "sale price",
        "unit price", "selling price",
    ),
    "was": (
        "was", "原价", "划线价", "市场价", "吊牌价", "original price", "list price",
        "regular price", "compare at price", "price before",
    ),
    "stock": (
        "stock", "库存", "库存数量", "数量", "总库存", "quantity", "qty", "inventory", "units",
    ),
    "limit": (
        "limit", "限购", "每人限购", "限购数量", "limit per person", "purchase limit",
    ),
    "floor": (
        "floor", "底价", "最低价", "最低限价", "floor price", "minimum price", "lowest price",
    ),
    "sku": (
        "sku", "货号", "商家编码", "商品编码", "商品编号", "产品编号", "编码", "编号",
        "SKU编码", "SKU编号", "item number", "article number", "product code", "code",
    ),
    "badges": (
        "badges", "标签", "角标", "徽标", "商品标签", "badge", "labels", "label",
    ),
    "currency": (
        "currency", "币种", "货币", "currency code",
    ),
    "donation": (
        "donation", "公益金", "每件公益金", "捐赠", "每件捐赠", "donation per unit",
    ),
    "image": (
        "image", "图片", "主图", "图片地址", "图片链接", "商品图片", "photo", "picture",
        "image url",
    ),
    "story": (
        "story", "介绍", "商品介绍", "描述", "商品描述", "详情", "故事", "说明", "卖点",
        "description", "details",
    ),
}  # fmt: skip

# Shopify's two sets of names, the older first.
# Source: help.shopify.com, "Using CSV files to import and export products".
SHOPIFY: dict[str, tuple[str, ...]] = {
    "handle": ("Handle", "URL handle"),
    "title": ("Title",),
    "story": ("Body (HTML)", "Description"),
    "status": ("Status",),
    "option1_name": ("Option1 Name",),
    "option1": ("Option1 Value",),
    "option2_name": ("Option2 Name",),
    "option2": ("Option2 Value",),
    "option3_name": ("Option3 Name",),
    "option3": ("Option3 Value",),
    "sku": ("Variant SKU", "SKU"),
    "price": ("Variant Price", "Price"),
    "was": ("Variant Compare At Price", "Compare-at price"),
    "stock": ("Variant Inventory Qty", "Inventory quantity"),
    "image": ("Image Src", "Product image URL"),
    "variant_image": ("Variant Image", "Variant image URL"),
}

# Nobody but Shopify has these together.
_SHOPIFY_SIGNS = ({"handle", "title", "price"}, {"handle", "option1", "price"})

# What has to be there to tell one product from another.
_NAMES = frozenset({"id", "title", "sku"})

_BRACKETS = re.compile(r"\([^()]*\)|\[[^\[\]]*\]|【[^【】]*】")
_MARKS = re.compile(r"[\s_*:：.\-/]+")


@dataclass(frozen=True, slots=True)
class Heading:
    """The line that names the columns.

    Attributes:
        columns: From a field to its column, counted from 0.
        words: What the heading calls each of these columns.
        unknown: Headings that mean nothing here.
        width: How many columns have a heading.
    """

    n: int
    columns: dict[str, int]
    words: dict[str, str]
    unknown: tuple[str, ...]
    width: int
    is_shopify: bool


def heading_of(table: Table) -> Heading | None:
    """The first line that names a product's columns, or None.

    Raises:
        BadInput: `column_twice`: two columns mean the same.
    """
    for line in table.lines[:MAX_LINES_ABOVE]:
        shop = _found(line, _SHOPIFY_KEYS)
        if any(signs <= shop.keys() for signs in _SHOPIFY_SIGNS):
            return _heading(line, shop, is_shopify=True)
        own = _found(line, _KEYS)
        if _NAMES & own.keys() and len(own) > 1:
            return _heading(line, own, is_shopify=False)
    return None


def no_heading(tables: Iterable[Table]) -> BadInput:
    """What to say when no line of the file names the columns."""
    if not any(table.lines for table in tables):
        return BadInput("empty_file", "There is nothing in this file. Choose another one.")
    return BadInput(
        "no_heading",
        "No row of this file names its columns. The first row needs headings such as title and "
        "price, as in the template.",
    )


def _plain(heading: str) -> str:
    text = unicodedata.normalize("NFKC", heading).casefold()
    return _MARKS.sub("", _BRACKETS.sub("", text))


def _plain_shop(heading: str) -> str:
    """With brackets: "Body (HTML)" is Shopify's and "Body" is not."""
    return _MARKS.sub("", unicodedata.normalize("NFKC", heading).casefold())


_KEYS = {_plain(word): field for field, words in HEADINGS.items() for word in words}
_SHOPIFY_KEYS = {_plain_shop(word): field for field, words in SHOPIFY.items() for word in words}


def _found(line: Line, keys: dict[str, str]) -> dict[str, list[int]]:
    """The columns of each known field."""
    plain = _plain if keys is _KEYS else _plain_shop
    found: dict[str, list[int]] = {}
    for column, cell in enumerate(line.cells):
        # A long cell is no heading, and need not be looked at closely.
        name = keys.get(plain(cell)) if 0 < len(cell) < 100 else None
        if name is not None:
            found.setdefault(name, []).append(column)
    return found


def _heading(line: Line, found: dict[str, list[int]], *, is_shopify: bool) -> Heading:
    for columns in found.values():
        if len(columns) > 1:
            raise _twice(line, columns)
    known = {columns[0] for columns in found.values()}
    return Heading(
        n=line.n,
        columns={name: columns[0] for name, columns in found.items()},
        words={name: shortened(line.at(columns[0])) for name, columns in found.items()},
        unknown=tuple(
            shortened(cell)
            for column, cell in enumerate(line.cells)
            if cell.strip() and column not in known
        ),
        width=len(line.cells),
        is_shopify=is_shopify,
    )


def _twice(line: Line, columns: list[int]) -> BadInput:
    one, other = (f"{letters(at)} ({shortened(line.at(at), 20)})" for at in columns[:2])
    return BadInput(
        "column_twice",
        f"The columns {one} and {other} mean the same. Rename or remove one of them, so that it is "
        "certain which one holds.",
        data={"one": one, "other": other},
    )
