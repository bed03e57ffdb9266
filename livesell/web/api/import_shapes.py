"""What the import's routes take and answer."""

from typing import Annotated, Literal

from msgspec import Meta

from livesell.actions.importing import Mode
from livesell.actions.importing_preview import Change, Value
from livesell.web.api.catalogue_shapes import ProductFields
from livesell.web.api.shapes import Answer, Body


class ImportQuery(Body, frozen=True, kw_only=True):
    """Without `commit` only a preview is made, whose `digest` a commit has to name.

    `mode` is whether nothing is imported unless the "whole" file is right, or the "right" rows
    alone. `currency` is that of new products whose row names none.
    """

    commit: bool = False
    mode: Mode = "whole"
    currency: Annotated[str, Meta(max_length=3)] = "CNY"
    digest: Annotated[str, Meta(max_length=64)] = ""


class SheetQuery(Body, frozen=True, kw_only=True):
    """The language of headings and notes."""

    lang: Literal["zh", "en"] = "zh"


class ImportedProduct(ProductFields, Answer, frozen=True, kw_only=True):
    """A product as it would be, or is, afterwards."""

    id: str


class ProblemShape(Answer, frozen=True, kw_only=True):
    """Something about one cell, or about a whole row when `cell` is empty. A `warning` does not
    keep the row from being imported. `data` holds what the sentence names.
    """

    code: str
    field: str
    cell: str
    column: str
    value: str
    message: str
    data: dict[str, str | int]
    warning: bool


class DifferenceShape(Answer, frozen=True, kw_only=True):
    """A field that would change; money in minor units, texts shortened."""

    field: str
    before: Value
    after: Value


class ImportRow(Answer, frozen=True, kw_only=True):
    """One product of the file; `row` is its number in the spreadsheet. `product` is null when the
    row is wrong.
    """

    row: int
    id: str
    title: str
    change: Change
    product: ImportedProduct | None
    differences: list[DifferenceShape]
    problems: list[ProblemShape]


class ImportNote(Answer, frozen=True, kw_only=True):
    """Something about the whole file."""

    code: str
    message: str
    data: dict[str, str | int]


class ImportCounts(Answer, frozen=True, kw_only=True):
    """How many rows there are of each kind; `warnings` counts rows, too."""

    rows: int
    new: int
    changed: int
    same: int
    wrong: int
    warnings: int


class ImportAnswer(Answer, frozen=True, kw_only=True):
    """A preview, or what was imported: then `written` is how many products were, and `ids` are
    those of all right rows in the order of the file.
    """

    rows: list[ImportRow]
    counts: ImportCounts
    notes: list[ImportNote]
    digest: str
    committed: bool
    written: int
    ids: list[str]
