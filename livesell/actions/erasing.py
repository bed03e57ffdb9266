"""Takes a person out of an archived session's rows: contacts, details and names, and no figure."""

from typing import Any

import msgspec

from livesell.store.snapshot import Row, Section, Sections

_decode = msgspec.json.Decoder(dict[str, Any]).decode
_encode = msgspec.json.Encoder().encode

# What the ticker shows of somebody who gave no name.
_NAMELESS = "**"


def without_person(sections: Sections, viewer: str) -> Sections:
    """The rows with nothing left that tells who `viewer` was; the ledger stays as it is sealed."""
    own, numbers = orders_of(sections, viewer)
    changed = dict(sections)
    for name, section in sections.items():
        match name:
            case "contacts":
                rows = [row for row in section.rows if row[0] not in own]
            case "details":
                rows = [row for row in section.rows if row[0] != viewer.encode()]
            case "orders":
                rows = [_nameless(row) if row[0] in own else row for row in section.rows]
            case "muted" | "banned":
                rows = [_causeless(row, viewer) for row in section.rows]
            case "ticker":
                rows = [_masked(row, numbers) for row in section.rows]
            case _:
                continue
        changed[name] = Section(section.type, rows)
    return {name: section for name, section in changed.items() if section.rows}


def orders_of(sections: Sections, viewer: str) -> tuple[set[bytes], set[int]]:
    """Ids and numbers of the viewer's orders."""
    own, numbers = set(), set()
    for order_id, record in sections["orders"].rows if "orders" in sections else []:
        order = _decode(record)
        if order["viewer"] == viewer:
            own.add(order_id)
            numbers.add(order["n"])
    return own, numbers


def _nameless(row: Row) -> Row:
    order_id, record = row
    return order_id, _encode({**_decode(record), "name": ""})


def _causeless(row: Row, viewer: str) -> Row:
    """The mark stays; what a moderator wrote about the person does not."""
    if row[0] != viewer.encode():
        return row
    return row[0], _encode({**_decode(row[1]), "cause": ""})


def _masked(row: Row, numbers: set[int]) -> Row:
    entry = _decode(row[0])
    return (_encode({**entry, "name": _NAMELESS}),) if entry["n"] in numbers else row
