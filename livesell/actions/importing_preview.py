"""What an import would do: the answer to a file, row by row."""

from typing import Literal

import msgspec
from msgspec import Struct

from livesell.domain.product import Product

Change = Literal["new", "changed", "same", "wrong"]
Value = str | int | tuple[str, ...] | None


class Problem(Struct, frozen=True, kw_only=True):
    """Something about one cell, or about a whole row when `cell` is empty.

    Attributes:
        field: The product's field that it is about; empty for a row.
        cell: The cell's name in the spreadsheet, such as "C5".
        column: What the file calls the column.
        value: What stands there, shortened.
        message: The sentence, in English.
        data: What the sentence names, for other languages.
        warning: Whether the row is imported all the same.
    """

    code: str
    field: str = ""
    cell: str = ""
    column: str = ""
    value: str = ""
    message: str
    data: dict[str, str | int] = msgspec.field(default_factory=dict)
    warning: bool = False


class Difference(Struct, frozen=True, kw_only=True):
    """A field that would change. Money is in minor units, texts are shortened."""

    field: str
    before: Value
    after: Value


class Row(Struct, frozen=True, kw_only=True):
    """One product of the file.

    Attributes:
        row: The number of the row in the spreadsheet.
        id: The product that it is or would become; empty when that cannot be said.
        product: How it would be afterwards; None when the row is wrong.
    """

    row: int
    id: str
    title: str
    change: Change
    product: Product | None = None
    differences: tuple[Difference, ...] = ()
    problems: tuple[Problem, ...] = ()


class Note(Struct, frozen=True, kw_only=True):
    """Something about the whole file."""

    code: str
    message: str
    data: dict[str, str | int] = msgspec.field(default_factory=dict)


class Counts(Struct, frozen=True, kw_only=True):
    """How many rows there are of each kind; `warnings` counts rows, too."""

    rows: int = 0
    new: int = 0
    changed: int = 0
    same: int = 0
    wrong: int = 0
    warnings: int = 0


class Preview(Struct, frozen=True, kw_only=True):
    """A whole file.

    Attributes:
        digest: Names the file, its meaning and the products that it was compared with.
    """

    rows: tuple[Row, ...]
    counts: Counts
    notes: tuple[Note, ...]
    digest: str


def counted(rows: tuple[Row, ...]) -> Counts:
    changes = [row.change for row in rows]
    return Counts(
        rows=len(rows),
        new=changes.count("new"),
        changed=changes.count("changed"),
        same=changes.count("same"),
        wrong=changes.count("wrong"),
        warnings=sum(any(one.warning for one in row.problems) for row in rows),
    )
