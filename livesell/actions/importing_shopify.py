"""Shopify's product file: one line for each variant or further picture, texts in HTML.

Each variant becomes a product of its own, named after its options, because a card of a session
has one price and one stock. What only the first line of a product says holds for all of them.
"""

import hashlib
import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation
from html.parser import HTMLParser

from livesell.actions.importing_columns import Heading
from livesell.actions.importing_table import Line, Table
from livesell.domain.card import MAX_STORY_CHARS
from livesell.domain.text import is_control

MAX_TITLE_CHARS = 80
_OPTIONS = ("option1", "option2", "option3")
_NO_SLUG = re.compile(r"[^a-z0-9]+")
_SLUG_CHARS = 40
_TAG_START = re.compile(r"<(?=[A-Za-z/!?])")
_BLOCKS = frozenset({
    "address", "article", "aside", "blockquote", "br", "dd", "div", "dl", "dt", "figure", "footer",
    "h1", "h2", "h3", "h4", "h5", "h6", "header", "hr", "li", "ol", "p", "pre", "section", "table",
    "tr", "ul",
})  # fmt: skip
_SILENT = frozenset({"script", "style", "template", "title"})


@dataclass(slots=True)
class Entry:
    """One product as a file says it, before it is judged.

    Attributes:
        cells: The text of each field that has a column.
        columns: Where these stand, counted from 0.
        typed: What stood in a cell that was put right on the way.
        warnings: Codes that its reader found worth a look, each with its field and its data.
    """

    n: int
    cells: dict[str, str]
    columns: dict[str, int]
    typed: dict[str, str] = field(default_factory=dict)
    warnings: list[tuple[str, str, dict[str, str | int]]] = field(default_factory=list)
    has_too_many_cells: bool = False


def derived_id(text: str, *parts: str) -> str:
    """An id that is always the same for the same text, and readable when the text is Latin."""
    whole = "-".join((text, *parts))
    latin = unicodedata.normalize("NFKD", whole).encode("ascii", "ignore").decode().lower()
    slug = _NO_SLUG.sub("-", latin).strip("-")
    if slug == whole.lower() and len(slug) <= _SLUG_CHARS:
        return slug
    digest = hashlib.sha256(whole.encode()).hexdigest()[:6]
    return f"{slug[:_SLUG_CHARS].strip('-') or 'product'}-{digest}"


def shopify_entries(table: Table, heading: Heading) -> tuple[list[Entry], int]:
    """The products, and how many lines held further pictures only."""
    entries: list[Entry] = []
    pictures = 0
    for group in _groups(table, heading):
        first = group[0]
        variants = [line for line in group if line is first or _is_variant(line, heading)]
        pictures += len(group) - len(variants)
        entries += [_entry(line, first, heading, len(variants)) for line in variants]
    return entries, pictures


def text_of_html(html: str) -> str:
    """Plain text with its paragraphs; nothing of it can be taken for markup again."""
    reader = _Reader()
    reader.feed(html)
    reader.close()
    lines = (" ".join(line.split()) for line in "".join(reader.parts).split("\n"))
    text = "\n".join(line for line in lines if line)
    kept = (char for char in text if char == "\n" or not is_control(char))
    return _TAG_START.sub("＜", "".join(kept))


class _Reader(HTMLParser):
    """Collects what a browser would show."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.parts: list[str] = []
        self._silent = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:  # noqa: ARG002
        if tag in _SILENT:
            self._silent += 1
        elif tag in _BLOCKS:
            self.parts.append("\n· " if tag == "li" else "\n")

    def handle_endtag(self, tag: str) -> None:
        if tag in _SILENT:
            self._silent = max(0, self._silent - 1)
        elif tag in _BLOCKS:
            self.parts.append("\n")

    def handle_data(self, data: str) -> None:
        if not self._silent:
            self.parts.append(data.replace("\n", " "))


def _groups(table: Table, heading: Heading) -> Iterator[list[Line]]:
    """The lines of each product; a line without a handle goes on with the one before."""
    groups: dict[str, list[Line]] = {}
    handle = ""
    for line in table.lines:
        if line.n > heading.n:
            handle = _cell(line, heading, "handle").strip() or handle
            groups.setdefault(handle, []).append(line)
    yield from groups.values()


def _is_variant(line: Line, heading: Heading) -> bool:
    return any(_cell(line, heading, name).strip() for name in ("price", "option1", "sku"))


def _entry(line: Line, first: Line, heading: Heading, variants: int) -> Entry:
    entry = Entry(line.n, {}, dict(heading.columns), has_too_many_cells=_is_wide(line, heading))
    options = _options(line, heading)
    handle = _cell(first, heading, "handle").strip() or _cell(first, heading, "title").strip()
    entry.cells["id"] = derived_id(handle, *options) if variants > 1 else derived_id(handle)
    entry.columns["id"] = heading.columns.get("handle", 0)
    _take_title(entry, first, heading, options)
    _take_story(entry, first, heading)
    for name in ("sku", "price"):
        if name in heading.columns:
            entry.cells[name] = _cell(line, heading, name)
    _take_was(entry, line, heading)
    _take_stock(entry, line, heading)
    _take_image(entry, line, first, heading)
    _mark(entry, _cell(first, heading, "status"))
    return entry


def _is_wide(line: Line, heading: Heading) -> bool:
    return any(cell.strip() for cell in line.cells[heading.width :])


def _options(line: Line, heading: Heading) -> tuple[str, ...]:
    """The values that make this variant; "Default Title" is Shopify's word for none."""
    values = (" ".join(_cell(line, heading, name).split()) for name in _OPTIONS)
    return tuple(value for value in values if value and value != "Default Title")


def _take_title(entry: Entry, first: Line, heading: Heading, options: tuple[str, ...]) -> None:
    title = " ".join(_cell(first, heading, "title").split())
    whole = f"{title} ({' / '.join(options)})" if title and options else title
    _take_cut(entry, "title", whole, MAX_TITLE_CHARS)


def _take_story(entry: Entry, first: Line, heading: Heading) -> None:
    if "story" in heading.columns:
        _take_cut(entry, "story", text_of_html(_cell(first, heading, "story")), MAX_STORY_CHARS)


def _take_cut(entry: Entry, name: str, text: str, most: int) -> None:
    normal = unicodedata.normalize("NFC", text).strip()
    entry.cells[name] = normal[:most].strip()
    if len(normal) > most:
        entry.warnings.append(("cut", name, {"most": most}))


def _take_was(entry: Entry, line: Line, heading: Heading) -> None:
    """The compare-at price, unless it says that nothing is struck through."""
    was, price = (_cell(line, heading, name).strip() for name in ("was", "price"))
    try:
        is_above = not was or Decimal(was) > Decimal(price)
    except InvalidOperation:
        is_above = True  # what is wrong with it is said where it is judged
    if "was" in heading.columns:
        entry.cells["was"] = was if is_above else "-"
    if not is_above and Decimal(was):
        entry.typed["was"] = was
        entry.warnings.append(("was_left_out", "was", {}))


def _take_stock(entry: Entry, line: Line, heading: Heading) -> None:
    stock = _cell(line, heading, "stock").strip()
    is_below = bool(re.fullmatch(r"-\d{1,12}", stock))
    if "stock" in heading.columns:
        entry.cells["stock"] = "0" if is_below else stock
    if is_below:
        entry.typed["stock"] = stock
        entry.warnings.append(("stock_below_zero", "stock", {}))


def _take_image(entry: Entry, line: Line, first: Line, heading: Heading) -> None:
    """The variant's own picture, else the product's first."""
    for name, source in (("variant_image", line), ("image", first)):
        found = _cell(source, heading, name).strip()
        if found:
            entry.cells["image"] = found
            entry.columns["image"] = heading.columns[name]
            return


def _mark(entry: Entry, status: str) -> None:
    code = {"draft": "is_draft", "archived": "is_archived"}.get(status.strip().casefold())
    if code:
        entry.warnings.append((code, "", {}))


def _cell(line: Line, heading: Heading, name: str) -> str:
    column = heading.columns.get(name)
    return "" if column is None else line.at(column)
