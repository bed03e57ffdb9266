"""The time, injected: the one place that asks the machine for it.

Tests and replays pass their own `Clock`; nothing else in the package reads the time of day.
"""

import time
from collections.abc import Callable

Clock = Callable[[], int]


def system_clock() -> int:
    """Now, epoch milliseconds, UTC."""
    return time.time_ns() // 1_000_000
