"""Progress while a replay runs: one line that changes on a terminal, plain lines elsewhere."""

import time
from types import TracebackType
from typing import Self

from rich.console import Console
from rich.live import Live
from rich.progress_bar import ProgressBar
from rich.table import Table
from rich.text import Text

from livesell.domain.money import format_minor
from livesell.replay.scenario import clock_of

# How often a plain line is worth reading.
LINE_EVERY_S = 5.0
BAR_WIDTH = 24


class Show:
    """What the audience looks like at this moment. Use it as a context."""

    def __init__(self, console: Console, minutes: int, currency: str) -> None:
        self._console = console
        self._minutes = minutes
        self._currency = currency
        self._live = Live(console=console, transient=True) if console.is_terminal else None
        self._line_at = 0.0

    def __enter__(self) -> Self:
        if self._live is not None:
            self._live.start()
        return self

    def __exit__(
        self, _type: type[BaseException] | None, _error: BaseException | None,
        _trace: TracebackType | None,
    ) -> None:  # fmt: skip
        if self._live is not None:
            self._live.stop()

    def tell(self, stage: str) -> None:
        """A step that is worth a line of its own."""
        self._console.print(stage, highlight=False)

    def update(self, minute: float | None, counts: dict[str, int], stage: str) -> None:
        """Shows the minute of the session and the counts, as the viewers see them."""
        text = self._text(minute, counts, stage)
        if self._live is not None:
            self._live.update(self._row(minute, text))
        elif time.monotonic() >= self._line_at:
            self._line_at = time.monotonic() + LINE_EVERY_S
            self._console.print(text, highlight=False, markup=False)

    def _text(self, minute: float | None, counts: dict[str, int], stage: str) -> str:
        when = stage if minute is None else f"{clock_of(minute)} {stage}"
        return (
            f"{when}  {counts.get('connected', 0):,} connected  {counts.get('likes', 0):,} likes  "
            f"{counts.get('orders', 0):,} orders  "
            f"{format_minor(counts.get('gross', 0), self._currency)}"
        )

    def _row(self, minute: float | None, text: str) -> Table:
        row = Table.grid(padding=(0, 2))
        bar = ProgressBar(total=self._minutes, completed=minute or 0, width=BAR_WIDTH)
        row.add_row(bar, Text(text))
        return row
