"""A replay's result for people: its table, its latencies, what it cost, and the session's review.

Money in major units, times in milliseconds. Programs take `ReplayResult` as JSON instead.
"""

from rich import box
from rich.console import Console
from rich.table import Table

from livesell.domain.figures import Figures
from livesell.domain.money import format_minor
from livesell.replay.histogram import Summary
from livesell.replay.result import ReplayResult, Row

NOTHING = "–"


def print_result(result: ReplayResult, console: Console) -> None:
    """The whole report, with the verdict last."""
    print_review(result.figures, console)
    console.print(_counts(result))
    console.print(_latencies(result))
    if result.processes:
        console.print(_processes(result))
    console.print(_traffic(result), highlight=False)
    print_verdict(result, console)


def print_review(figures: Figures, console: Console) -> None:
    """The figures of a session and what each card did."""
    console.print(_review(figures))
    console.print(_cards(figures))


def print_verdict(result: ReplayResult, console: Console) -> None:
    """Exact or not, and every difference."""
    if result.is_exact:
        console.print(
            f"[bold green]Exact.[/] {result.witnesses} witnesses folded every patch and hold the "
            f"document that the API gives; the recount made {result.recount_checks} checks.",
            highlight=False,
        )
        return
    console.print(f"[bold red]{len(result.differences)} differences.[/]", highlight=False)
    for sentence in result.differences:
        console.print(f"  {sentence}", markup=False, highlight=False)


def _table(title: str, *columns: str) -> Table:
    """A table whose first column names the row; it fits 80 columns with the shipped scenario."""
    table = Table(title=title, title_justify="left", box=box.SIMPLE_HEAD, padding=0)
    for place, column in enumerate(columns):
        table.add_column(column, justify="right" if place else "left", no_wrap=True)
    return table


def _counts(result: ReplayResult) -> Table:
    currency = result.figures.currency
    table = _table(
        f"Session {result.session}: {result.scenario} at {result.speed:g}x, "
        f"{result.seconds:.0f} s",
        "", "planned", "sent", "acknowledged", "counted", "recounted", "",
    )  # fmt: skip
    for row in result.rows:
        numbers = (row.planned, row.sent, row.acknowledged, row.counted, row.recounted)
        is_equal = len({number for _, number in row.counts}) == 1
        mark = "[green]✓[/]" if is_equal else "[bold red]≠[/]"
        table.add_row(row.what, *(_number(one, row, currency) for one in numbers), mark)
    return table


def _number(number: int | None, row: Row, currency: str) -> str:
    if number is None:
        return NOTHING
    return _money(number, currency) if row.is_money else f"{number:,}"


def _money(amount: int, currency: str) -> str:
    """Without decimals where there are none, because columns are narrow."""
    return format_minor(amount, currency).removesuffix(".00")


def _latencies(result: ReplayResult) -> Table:
    table = _table("Latency, ms", "", "count", "p50", "p99", "max")
    for name, summary in (
        ("patch delivered", result.delivery),
        ("order acknowledged", result.acknowledgement),
    ):
        table.add_row(name, f"{summary.count:,}", *_milliseconds(summary))
    return table


def _milliseconds(summary: Summary) -> list[str]:
    values = (summary.p50, summary.p99, summary.max)
    return [NOTHING if value is None else f"{value:,.1f}" for value in values]


def _processes(result: ReplayResult) -> Table:
    table = _table("Processes", "", "CPU s", "CPU %", "peak MiB")
    for use in result.processes:
        share = f"{100 * use.cpu_s / result.seconds:.0f}" if result.seconds else NOTHING
        table.add_row(use.name, f"{use.cpu_s:.1f}", share, f"{use.peak_mib:,.0f}")
    return table


def _traffic(result: ReplayResult) -> str:
    traffic = result.traffic
    again = ", ".join(f"{count:,} {code}" for code, count in sorted(traffic.again.items()))
    parts = [
        f"{traffic.frames:,} patches and {traffic.states:,} whole documents received",
        f"{traffic.gaps:,} gaps",
        f"{traffic.dropped:,} connections dropped",
        f"{traffic.reconnects:,} reconnects",
        f"{traffic.not_admitted:,} asked to come again",
        f"{traffic.resent:,} orders sent again",
        f"{traffic.asked:,} asked about",
        f"{traffic.replayed:,} answers replayed",
        f"{result.moves:,} moves of the host",
    ]
    if again:
        parts.append(f"told to try again: {again}")
    return "; ".join(parts) + "."


def _review(figures: Figures) -> Table:
    def money(amount: int | None) -> str:
        return NOTHING if amount is None else format_minor(amount, figures.currency)

    table = _table("Review", "figure", "value", "figure", "value")
    table.columns[2].justify = "left"
    pairs = [
        (f"gross ({figures.gross_kind})", money(figures.gross)),
        ("viewers", f"{figures.viewers:,}"),
        ("orders", f"{figures.orders:,}"),
        ("views", f"{figures.views:,}"),
        ("units", f"{figures.units:,}"),
        ("peak concurrent", f"{figures.peak:,}"),
        ("buyers", f"{figures.buyers:,}"),
        ("average concurrent", _plain(figures.average_concurrent)),
        ("average order", money(figures.average_order)),
        ("watch time a viewer, s", _plain(figures.average_watch_s)),
        ("per buyer", money(figures.per_buyer)),
        ("likes", f"{figures.likes:,}"),
        ("donated", money(figures.donated)),
        ("likers", f"{figures.likers:,}"),
        ("live, s", f"{figures.live_s:,}"),
        ("conversion", NOTHING if figures.conversion is None else f"{figures.conversion:.1%}"),
    ]
    for left, right in zip(pairs[::2], pairs[1::2], strict=True):
        table.add_row(*left, *right)
    return table


def _plain(value: float | None) -> str:
    return NOTHING if value is None else f"{value:,.1f}"


def _cards(figures: Figures) -> Table:
    table = _table(
        f"Cards, gross in {figures.currency}",
        "no.", "card", "sold", "left", "orders", "gross", "in windows",
    )  # fmt: skip
    table.columns[1].justify = "left"
    table.columns[1].no_wrap = False
    for card in figures.cards:
        table.add_row(
            str(card.slot),
            card.title,
            f"{card.sold:,}",
            f"{card.free:,}",
            f"{card.orders:,}",
            _money(card.gross, figures.currency),
            _money(card.window_gross, figures.currency),
        )
    return table
