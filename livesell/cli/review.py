"""`livesell stats | orders | export`: what happened in a session."""

from collections.abc import Iterable
from pathlib import Path
from typing import Annotated, Any

import typer
from msgspec import to_builtins

from livesell.actions.staff import OrdersPage, Staff
from livesell.cli import output
from livesell.cli.opened import with_store
from livesell.cli.options import AsJson, ConfigFile, Data, SessionId, Settings, settings
from livesell.clock import system_clock
from livesell.domain.figures import Figures
from livesell.domain.money import format_minor
from livesell.errors import CannotStart
from livesell.store import Store

Out = Annotated[
    Path | None,
    typer.Option("--out", metavar="FILE.csv", help="Where to.", show_default="standard output"),
]


def _staff(store: Store, chosen: Settings) -> Staff:
    return Staff(store, system_clock, chosen.config.gross_kind)


def stats(
    session: SessionId, data: Data = None, config: ConfigFile = None, as_json: AsJson = False
) -> None:
    """Print a session's figures; with --json the timeline and the markers too."""
    chosen = settings(config, data)
    if as_json:
        output.say_json(
            with_store(chosen, lambda store: _everything(_staff(store, chosen), session))
        )
        return
    found = with_store(chosen, lambda store: _staff(store, chosen).figures(session))
    output.table(("figure", "value"), _figure_rows(found), session)
    columns = ("slot", "card", "title", "price", "sold", "free", "orders", "gross", "explained s")
    output.table(columns, _card_rows(found))


async def _everything(staff: Staff, session: str) -> dict[str, Any]:
    """As on the API."""
    figures = to_builtins(await staff.figures(session))
    figures["as_of"] = output.iso_time(figures["as_of"])
    rows = [to_builtins(row) for row in await staff.timeline(session)]
    markers = [to_builtins(marker) for marker in await staff.markers(session)]
    for one in (*rows, *markers):
        one["at"] = output.iso_time(one["at"])
    return {"figures": figures, "timeline": rows, "markers": markers}


# Sums of money among the figures; shown in major units.
_MONEY = frozenset(
    {
        "gross", "ordered", "paid", "refunded", "net", "held_amount", "offline_amount",
        "average_order", "per_buyer", "donated",
    }
)  # fmt: skip


def _figure_rows(found: Figures) -> Iterable[tuple[str, object]]:
    for name in found.__struct_fields__:
        value = getattr(found, name)
        if name in _MONEY and value is not None:
            yield name, format_minor(value, found.currency)
        elif name == "as_of":
            yield name, output.iso_time(value)
        elif name != "cards":
            yield name, value


def _card_rows(found: Figures) -> Iterable[tuple[object, ...]]:
    for card in found.cards:
        price, gross = (format_minor(one, found.currency) for one in (card.price, card.gross))
        yield (
            card.slot, card.card, card.title, price, card.sold, card.free, card.orders, gross,
            card.window_s,
        )  # fmt: skip


def orders(
    session: SessionId,
    after: Annotated[int, typer.Option(help="Begin after this order number.")] = 0,
    limit: Annotated[int, typer.Option(min=1, max=500)] = 100,
    data: Data = None,
    config: ConfigFile = None,
    as_json: AsJson = False,
) -> None:
    """List a session's orders by number."""
    chosen = settings(config, data)
    page = with_store(
        chosen, lambda store: _staff(store, chosen).orders_page(session, after, limit)
    )
    if as_json:
        output.say_json({"orders": _order_rows(page), "next": page.next})
        return
    columns = ("n", "at", "order", "card", "units", "amount", "state")
    output.table(
        columns, [tuple(row[name] for name in columns) for row in _order_rows(page)], session
    )


def _order_rows(page: OrdersPage) -> list[dict[str, Any]]:
    rows = []
    for one in page.rows:
        row = to_builtins(one.order)
        row["at"] = output.iso_time(row.pop("at_ms"))
        row["order"] = row.pop("id")
        rows.append({**row, "contact": to_builtins(one.contact)})
    return rows


def export(
    session: SessionId, out: Out = None, data: Data = None, config: ConfigFile = None
) -> None:
    """Write a session's orders as CSV that spreadsheets open without harm."""
    chosen = settings(config, data)
    text = with_store(chosen, lambda store: _csv(_staff(store, chosen), session))
    if out is None or str(out) == "-":
        typer.echo(text, nl=False)
        return
    _write_whole(out, text)
    output.say(f"{out}: {len(text):,} bytes")


async def _csv(staff: Staff, session: str) -> bytes:
    return b"".join([chunk async for chunk in staff.orders_csv(session)])


def _write_whole(out: Path, content: bytes) -> None:
    """All or nothing: a half-written export would look like fewer orders."""
    fresh = out.with_name(f"{out.name}.part")
    try:
        fresh.write_bytes(content)
        fresh.replace(out)
    except OSError as error:
        raise CannotStart("bad_out", f"{out} cannot be written: {error.strerror}.") from error
