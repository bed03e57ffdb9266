"""What a spreadsheet holds, whatever kind of file it came in: numbered lines of cells of text.

A cell is text as a person sees it. Three kinds of cell are not what they look like and are told
apart by their type, so that a row can say so instead of taking them for words. Next:
`importing_csv.py` and `importing_xlsx.py`, which make tables, and `importing_columns.py`.
"""

from dataclasses import dataclass, field

from livesell.errors import BadInput, TooLarge

# Twice as many as the catalogue holds: a shop's file has lines for further pictures, too.
MAX_LINES = 10_000

# Shopify's own file has some 60, and metafields come on top.
MAX_COLUMNS = 256

# A story has 1000 characters, and a shop's page in HTML some ten times that.
MAX_CELL_CHARS = 100_000


class Formula(str):
    """What would be computed; its value is not in the file for certain."""

    __slots__ = ()


class ErrorValue(str):
    """What a formula left when it failed, such as #N/A."""

    __slots__ = ()


class DateValue(str):
    """A date: spreadsheets make one of "1-2", whatever was meant."""

    __slots__ = ()


@dataclass(frozen=True, slots=True)
class Line:
    """One row of the sheet, under the number that the spreadsheet shows beside it."""

    n: int
    cells: list[str]

    def at(self, column: int) -> str:
        """The cell in a column from 0; blank beyond the line's end."""
        return self.cells[column] if column < len(self.cells) else ""


@dataclass(frozen=True, slots=True)
class Told:
    """Something that a person should know of the whole file."""

    code: str
    data: dict[str, str | int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Table:
    """The lines of one sheet that are not blank."""

    lines: list[Line]
    told: tuple[Told, ...] = ()


def is_blank(cells: list[str]) -> bool:
    return not any(cell and not cell.isspace() for cell in cells)


def letters(column: int) -> str:
    """The name of a column from 0: A to Z, then AA."""
    name = ""
    column += 1
    while column:
        column, rest = divmod(column - 1, 26)
        name = chr(ord("A") + rest) + name
    return name


def column_number(name: str) -> int:
    """The column from 0 that has this name."""
    number = 0
    for char in name.upper():
        number = number * 26 + ord(char) - ord("A") + 1
    return number - 1


def shortened(text: str, most: int = 60) -> str:
    """A part of what was typed, on one line, to be recognised by."""
    line = " ".join(text.split())
    return line if len(line) <= most else line[: most - 1] + "…"


def check_width(cells: list[str]) -> None:
    if len(cells) > MAX_COLUMNS:
        raise TooLarge(
            "too_many_columns",
            f"This sheet has more than {MAX_COLUMNS} columns. Keep those of the template.",
            data={"most": MAX_COLUMNS},
        )


def too_many_lines() -> TooLarge:
    return TooLarge(
        "too_many_lines",
        f"This sheet has more than {MAX_LINES} rows. Split it into several files.",
        data={"most": MAX_LINES},
    )


def cell_too_long(n: int) -> TooLarge:
    return TooLarge(
        "cell_too_long",
        f"A cell in row {n} has more than {MAX_CELL_CHARS} characters. Perhaps a quotation mark "
        "is not closed.",
        data={"row": n},
    )


def not_a_table() -> BadInput:
    return BadInput(
        "not_a_table",
        "This is neither a CSV nor an XLSX file. Save the spreadsheet as one of the two, then "
        "choose it again.",
    )
