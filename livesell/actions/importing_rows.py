"""Judges the rows of a table against the catalogue: new, changed, the same, or wrong, and why.

A column that is not there and a cell that is blank leave a field as it is; a dash empties it. A
row is the product with its id, else with its SKU, else with its title.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any

from msgspec.structs import replace

from livesell.actions.importing_cells import (
    WrongCell,
    badges_of,
    block_of,
    check_kind,
    currency_of,
    is_clearing,
    line_of,
    money_of,
    whole_of,
)
from livesell.actions.importing_columns import Heading
from livesell.actions.importing_preview import Change, Difference, Problem, Row, Value
from livesell.actions.importing_shopify import Entry, derived_id
from livesell.actions.importing_table import Table, letters, shortened
from livesell.actions.importing_words import sentence
from livesell.domain.card import MAX_STORY_CHARS
from livesell.domain.ids import check_slug
from livesell.domain.product import MAX_SKU_CHARS, Product, check_product
from livesell.errors import BadInput

_MONEY = ("price", "was", "floor", "donation")
_WHOLE = ("stock", "limit")

# What a dash empties, and to what.
_EMPTIED: dict[str, Any] = {
    "was": None, "floor": None, "limit": None, "donation": 0, "stock": 0, "sku": "", "badges": (),
    "image": "", "story": "",
}  # fmt: skip

_MOST_CHARS = {"title": 80, "story": MAX_STORY_CHARS, "sku": MAX_SKU_CHARS}

# What the rules of a product call wrong, and what that is called in a row.
_BY_FIELD = {
    "was": "bad_was", "floor": "below_floor", "limit": "bad_limit", "badges": "bad_badges",
    "image": "bad_image", "donation": "donation_above_price",
}  # fmt: skip
_BY_CODE = {"bad_price": "out_of_range", "bad_stock": "out_of_range", "bad_id": "bad_id"}
_OWN_CODES = frozenset({"empty_text", "text_too_long", "control_characters", "markup"})

_SHOWN_CHARS = 80


def own_entries(table: Table, heading: Heading) -> Iterator[Entry]:
    """The rows below the heading of a file that is not Shopify's."""
    for line in table.lines:
        if line.n > heading.n:
            cells = {name: line.at(column) for name, column in heading.columns.items()}
            is_wide = any(cell.strip() for cell in line.cells[heading.width :])
            yield Entry(line.n, cells, heading.columns, has_too_many_cells=is_wide)


class Judge:
    """Takes the rows of one file in turn, and remembers what it has seen.

    Args:
        currency: That of new products whose row names none.
    """

    def __init__(self, products: Iterable[Product], heading: Heading, currency: str) -> None:
        self._products = {one.id: one for one in products}
        self._heading = heading
        self._currency = currency
        self._by_sku = _grouped(self._products.values(), lambda one: one.sku)
        self._by_title = _grouped(self._products.values(), lambda one: one.title)
        self._rows_of_id: dict[str, int] = {}
        self._rows_of_sku: dict[str, int] = {}

    def row(self, entry: Entry) -> Row:
        return _Reading(self, entry).row()

    def found(self, product_id: str) -> Product | None:
        return self._products.get(product_id)

    def named(self, product_id: str, sku: str, title: str) -> tuple[str, Product | None]:
        """The id that a row is about, and the product that has it.

        Raises:
            WrongCell: `ambiguous`, with the `field`.
        """
        if product_id:
            return product_id, self.found(product_id)
        for name, text, groups in (
            ("sku", sku, self._by_sku),
            ("title", "" if sku else title, self._by_title),
        ):
            known = groups.get(text, ()) if text else ()
            if len(known) > 1:
                raise WrongCell("ambiguous", field=name)
            if known:
                return known[0].id, known[0]
        made = derived_id(sku or title)
        if made in self._products:  # another product's id, which only looks alike
            made = derived_id(sku or title, "2")
        return made, None

    def seen(self, product: Product, n: int) -> tuple[int | None, int | None]:
        """The earlier rows with this id and with this SKU."""
        first = self._rows_of_id.setdefault(product.id, n)
        first_sku = self._rows_of_sku.setdefault(product.sku, n) if product.sku else n
        return (first if first != n else None), (first_sku if first_sku != n else None)

    def problem(
        self, entry: Entry, code: str, field: str, data: dict[str, Any], *, is_warning: bool
    ) -> Problem:
        column = entry.columns.get(field)
        return Problem(
            code=code,
            field=field,
            cell="" if column is None else f"{letters(column)}{entry.n}",
            column=self._heading.words.get(field, ""),
            value=shortened(entry.typed.get(field) or entry.cells.get(field, "")),
            message=sentence(code, data),
            data=data,
            warning=is_warning,
        )

    @property
    def currency(self) -> str:
        return self._currency


class _Reading:
    """One row on its way from cells to a product."""

    def __init__(self, judge: Judge, entry: Entry) -> None:
        self._judge = judge
        self._entry = entry
        self._problems: list[Problem] = []
        self._values: dict[str, Any] = {}

    def row(self) -> Row:
        if self._entry.has_too_many_cells:
            self._wrong("too_many_cells", "")
        for name in ("id", "title", "sku", "story", "image", "badges", "currency"):
            self._read(name, _READERS[name])
        product_id, known = self._named()
        currency = self._values.get("currency") or (known.currency if known else "")
        currency = currency or self._judge.currency
        for name in _MONEY:
            self._read(name, lambda cell: money_of(cell, currency))
        for name in _WHOLE:
            self._read(name, whole_of)
        if known is None or currency != known.currency:
            self._values["currency"] = currency
        product = self._product(product_id, known)
        return self._judged(product_id, known, product)

    def _named(self) -> tuple[str, Product | None]:
        """Which product it is; ("", None) when its own id is wrong, or nothing names it."""
        get = self._values.get
        if self._has_wrong("id") or not any(get(name) for name in ("id", "sku", "title")):
            return "", None
        try:
            return self._judge.named(get("id", ""), get("sku", ""), get("title", ""))
        except WrongCell as wrong:
            self._wrong(wrong.code, str(wrong.data["field"]), **wrong.data)
            return "", None

    def _read(self, name: str, read: Callable[[str], Any]) -> None:
        """Takes a cell into `values`, or says what is wrong with it."""
        cell = self._entry.cells.get(name, "")
        if not cell or cell.isspace():
            return
        try:
            check_kind(cell)
            is_emptied = name in _EMPTIED and is_clearing(cell)
            self._values[name] = _EMPTIED[name] if is_emptied else read(cell)
        except WrongCell as wrong:
            self._wrong(wrong.code, name, **wrong.data)

    def _product(self, product_id: str, known: Product | None) -> Product | None:
        """The product as the row makes it; None when something is missing or breaks a rule."""
        is_ambiguous = any(one.code == "ambiguous" for one in self._problems)
        if known is None and not is_ambiguous:
            self._check_there("title")
        if known is None or self._values.get("currency", known.currency) != known.currency:
            self._check_there("price")  # the old one was of another currency
        values = {name: value for name, value in self._values.items() if name != "id"}
        if "price" not in values and known is None:
            # Nothing can be higher or lower than a price that is not there.
            values = {name: it for name, it in values.items() if name not in ("was", "floor")}
        base = known or Product(id=product_id or "new", title="–", price=0)
        product = self._by_the_rules(base, values)
        return None if self._is_wrong or not product_id else product

    def _by_the_rules(self, base: Product, values: dict[str, Any]) -> Product | None:
        """The product with these values; None when the one that is there is in their way."""
        while True:
            try:
                return check_product(replace(base, **values))
            except BadInput as error:
                self._broken_rule(error)
                # What else is wrong is said as well.
                if values.pop(next(iter(error.fields), ""), None) is None:
                    return None

    def _check_there(self, name: str) -> None:
        if name not in self._values and not self._has_wrong(name):
            self._wrong(f"missing_{name}", name)

    def _broken_rule(self, error: BadInput) -> None:
        name = next(iter(error.fields), "")
        if name in ("was", "floor") and name not in self._values:
            self._wrong(_BY_FIELD[name], "price")  # the file changes the price alone
            return
        if error.code in _OWN_CODES and name != "badges":
            data = {"most": _MOST_CHARS[name]} if error.code == "text_too_long" else {}
            self._wrong(error.code, name, **data)
            return
        code = _BY_CODE.get(error.code) or _BY_FIELD.get(name)
        if code:
            self._wrong(code, name)
        else:
            self._wrong("unfit", name, why=error.message)

    def _judged(self, product_id: str, known: Product | None, product: Product | None) -> Row:
        if product is not None:
            twice, same_sku = self._judge.seen(product, self._entry.n)
            if twice is not None:
                self._wrong("twice_id", "id", row=twice)
            elif same_sku is not None:
                self._warn("same_sku", "sku", row=same_sku)
            self._warn_of_price(known, product)
        for code, name, data in self._entry.warnings:
            self._warn(code, name, **data)
        differences = _differences(known, product) if product and known else ()
        change: Change = "wrong" if self._is_wrong or product is None else "new"
        if change == "new" and known is not None:
            change = "changed" if differences else "same"
        return Row(
            row=self._entry.n,
            id=product_id,
            title=self._title(known, product),
            change=change,
            product=None if change == "wrong" else product,
            differences=() if change == "wrong" else differences,
            problems=tuple(self._problems),
        )

    def _warn_of_price(self, known: Product | None, product: Product) -> None:
        if product.price == 0 and (known is None or known.price):
            self._warn("free", "price")
        elif known and known.currency == product.currency and product.price * 2 < known.price:
            self._warn("much_cheaper", "price")

    def _title(self, known: Product | None, product: Product | None) -> str:
        typed = self._values.get("title") or self._entry.cells.get("title", "")
        there = product or known
        return shortened(there.title if there else typed, _SHOWN_CHARS)

    @property
    def _is_wrong(self) -> bool:
        return any(not one.warning for one in self._problems)

    def _has_wrong(self, name: str) -> bool:
        return any(one.field == name and not one.warning for one in self._problems)

    def _wrong(self, code: str, name: str, **data: Any) -> None:
        found = self._judge.problem(self._entry, code, name, data, is_warning=False)
        self._problems.append(found)

    def _warn(self, code: str, name: str, **data: Any) -> None:
        self._problems.append(self._judge.problem(self._entry, code, name, data, is_warning=True))


def _id_of(cell: str) -> str:
    """An id as it is kept; capitals are a spreadsheet's habit."""
    try:
        return check_slug(line_of(cell).lower(), "id")
    except BadInput as error:
        raise WrongCell("bad_id") from error


_READERS: dict[str, Callable[[str], Any]] = {
    "id": _id_of,
    "title": line_of,
    "sku": line_of,
    "story": block_of,
    "image": line_of,
    "badges": badges_of,
    "currency": currency_of,
}

# What an import may change; the rest of a product is its history.
_COMPARED = (
    "title", "price", "currency", "was", "stock", "limit", "floor", "sku", "badges", "image",
    "donation", "story",
)  # fmt: skip


def _differences(before: Product, after: Product) -> tuple[Difference, ...]:
    pairs = ((name, getattr(before, name), getattr(after, name)) for name in _COMPARED)
    return tuple(
        Difference(field=name, before=_shown(was), after=_shown(will))
        for name, was, will in pairs
        if was != will
    )


def _shown(value: Any) -> Value:
    return shortened(value, _SHOWN_CHARS) if isinstance(value, str) else value


def _grouped(
    products: Iterable[Product], key: Callable[[Product], str]
) -> dict[str, Sequence[Product]]:
    groups: dict[str, list[Product]] = defaultdict(list)
    for product in products:
        groups[key(product)].append(product)
    return dict(groups)
